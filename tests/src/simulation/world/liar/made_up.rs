//! What a liar makes up: changes that nobody sealed, members whom nobody let in.

use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::{
    Body, CaseId, CircleId, Content, Entry, Envelope, EnvelopeId, FeedItem, Frame, PersonId, Role, SyncRequest, SyncResponse,
    encode,
};
use rand_core::Rng as _;

use super::super::super::story::CLERK;
use super::super::{World, cause};
use super::Lies;

impl World {
    /// Something that nobody has sealed, under an id that there is or another one.
    fn made_up(&mut self, about: usize) -> Envelope {
        let mut bytes = [0; 120];
        self.rng.fill_bytes(&mut bytes);
        let [mut case, mut id] = [[0; 16]; 2];
        case.copy_from_slice(&bytes[..16]);
        id.copy_from_slice(&bytes[16..32]);
        let (case, id) = (CaseId(case), EnvelopeId(id));
        let known = self.liar.seen.get(about % self.liar.seen.len().max(1)).copied();
        let (case, id) = match (about % 3, known) {
            (0, Some(known)) => known,
            (1, Some((known, _))) => (known, id),
            _ => (case, id),
        };
        let sealed = bytes[32..].to_vec();
        self.liar.junk.insert(sealed.clone());
        Envelope { case, id, epoch: 0, sealed }
    }

    pub(super) fn junk(&mut self, number: usize, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let mut response = self.asks(number, sent)?;
        let junk = Content::Envelope(self.made_up(about)).into();
        match response.frames.last_mut() {
            Some(frame) if !frame.items.is_empty() => {
                let (circle, seq) = frame.items.last().map(|last| (last.circle, last.seq + 1)).unwrap();
                if about.is_multiple_of(2) {
                    frame.items.push(FeedItem { circle, seq, content: junk });
                } else {
                    frame.items.last_mut().unwrap().content = junk;
                }
            }
            _ => {
                let circle = CircleId(self.nodes[number].person.0);
                let items = vec![FeedItem { circle, seq: 1, content: junk }];
                response.frames.push(Frame { items, snapshot: None, cursor: sent.cursor.clone() });
            }
        }
        Ok(response)
    }

    /// The hub itself is honest here; the junk comes to stay.
    pub(super) fn members_junk(&mut self, number: usize, about: usize, sent: &SyncRequest) -> Result<SyncResponse, String> {
        let member = 1 + about % 3;
        if !self.nodes[member].is_gone && !self.nodes[member].device.is_revoked() {
            let envelopes = vec![self.made_up(about)];
            self.asks(member, &SyncRequest { log_from: u64::MAX, envelopes, ..SyncRequest::default() })?;
        }
        self.asks(number, sent)
    }

    pub(super) fn invents(&mut self, number: usize, about: usize, sent: &SyncRequest) -> Result<Lies, String> {
        let mut response = self.asks(number, sent)?;
        let (at, previous) = self.hub.as_ref().unwrap().log().map_err(cause)?.next();
        let nobody = DeviceSecrets::generate(&mut self.rng);
        let signer = match about % 3 {
            0 => nobody.clone(),
            1 => self.nodes[1].device.secrets().clone(),
            _ => self.nodes[CLERK].device.secrets().clone(),
        };
        // Under its own name, or under that of a coordinator who has not signed it.
        let name = if about.is_multiple_of(2) { signer.id() } else { self.nodes[0].device.id() };
        let body = Body::DeviceAdmitted { device: nobody.keys(), person: PersonId([0xee; 16]), role: Role::Coordinator };
        let signature = signer.sign(&Entry::signed(at, &previous, &body, name).map_err(|error| error.to_string())?);
        let entry = Entry { number: at, previous, body, signer: name, signature };
        response.log.push(encode(&entry).map_err(|error| error.to_string())?);
        response.log_next = at + 1;
        Ok(Lies { response, must_be_caught: true })
    }
}

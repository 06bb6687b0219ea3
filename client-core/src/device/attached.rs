//! Photographs and papers beside a case. They lie sealed beside the device's records, as whoever stores them likes: the key stands in the
//! fact about them. They go to the hub after every fact, piece by piece, and come back only to whoever asks.

use std::collections::BTreeMap;

use habeas_protocol::attachment::{Brought, pieces};
use habeas_protocol::limits::{MAX_ATTACHMENT, MAX_PIECES};
use habeas_protocol::{AttachmentId, CaseId, DeviceId, decode, encode};
use habeas_texts::{self as texts, Message};
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::limited::Sealing;
use super::records::Put;
use super::stored::Cases;
use super::{Device, DeviceError, Records};
use crate::case::{Draft, Fact, FactId, What};
use crate::keys::AttachmentKey;

pub(super) const NAME: &str = "attachments";
const MAX: usize = 16 << 20;

/// An attachment of a case, as the fact about it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What the hub, and whoever stores it, calls it.
    pub id: AttachmentId,
    /// Its case.
    pub case: CaseId,
    /// The fact about it.
    pub fact: FactId,
    /// The device that wrote the fact, if the log knows it.
    pub by: Option<DeviceId>,
    /// What it shows.
    pub text: String,
    /// Its size.
    pub bytes: u32,
    sha256: String,
    key: AttachmentKey,
}

/// A file that was sealed, to be stored before anything says that it is there.
#[derive(Debug)]
pub struct Sealed {
    /// Its name.
    pub id: AttachmentId,
    /// Its pieces, in order.
    pub pieces: Vec<Vec<u8>>,
    sha256: String,
    bytes: u32,
    key: AttachmentKey,
}

/// An attachment whose pieces lie on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// Its case.
    pub case: CaseId,
    /// How many pieces it has.
    pub pieces: u32,
    /// Whether the hub has all of them.
    pub at_hub: bool,
}

/// Attachments that did not get to the hub in one exchange: one that cannot go keeps no other one back.
#[derive(Debug, Default)]
pub struct Unbrought {
    first: Option<(AttachmentId, Message)>,
    count: usize,
}

/// Every attachment that lies on this device.
pub(super) type Shelf = BTreeMap<AttachmentId, Held>;

pub(super) fn load(records: &mut impl Records) -> Result<Shelf, DeviceError> {
    let Some(bytes) = records.get(NAME)? else { return Ok(Shelf::new()) };
    decode(&bytes, MAX).map_err(|_| DeviceError::Damaged(NAME))
}

pub(super) fn record(shelf: &Shelf) -> Result<Put, DeviceError> {
    Ok((NAME.to_owned(), encode(shelf).map_err(|_| DeviceError::Damaged(NAME))?))
}

impl Sealed {
    /// Seals a file of 1 byte to 32 MiB under a key of its own.
    pub fn of(file: &[u8], rng: &mut impl CryptoRng) -> Result<Self, Message> {
        if file.is_empty() || file.len() > MAX_ATTACHMENT {
            return Err(texts::error_attachment_size(MAX_ATTACHMENT >> 20));
        }
        let bytes = u32::try_from(file.len()).map_err(|_| texts::error_attachment_size(MAX_ATTACHMENT >> 20))?;
        let key = AttachmentKey::generate(rng);
        let pieces = key.seal(file).collect();
        Ok(Self { id: key.id(), pieces, sha256: sha256(file), bytes, key })
    }

    /// The fields of the fact about it, as a form has them. `text` says what it shows.
    pub fn fields(&self, text: &str) -> Vec<(String, String)> {
        let fields = [("text", text.to_owned()), ("sha256", self.sha256.clone()), ("bytes", self.bytes.to_string())];
        let key = ("key", self.key.to_text());
        fields.into_iter().chain([key]).map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

impl Attachment {
    /// The attachment that a fact is about, if it travels.
    pub fn of(case: CaseId, by: Option<DeviceId>, fact: &Fact) -> Option<Self> {
        let What::Attachment { text, sha256, bytes: Some(bytes), key: Some(key) } = &fact.what else { return None };
        let key = AttachmentKey::from_text(key)?;
        Some(Self { id: key.id(), case, fact: fact.id, by, text: text.clone(), bytes: *bytes, sha256: sha256.clone(), key })
    }

    /// How many pieces it has.
    pub fn pieces(&self) -> u32 {
        pieces(self.bytes)
    }

    /// Opens a piece. An error is somebody's junk, or a piece of another file: the one that another device has brought may be better.
    pub fn open(&self, number: u32, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DeviceError> {
        Ok(self.key.open(number, self.bytes, sealed)?)
    }

    /// How many of these pieces, from the first, are of this attachment.
    pub fn good(&self, pieces: &[Vec<u8>]) -> usize {
        (0..).zip(pieces).take_while(|(number, piece)| self.open(*number, piece).is_ok()).count()
    }

    /// The file that these pieces are; `None` unless they are all of them, and it is the file that the fact is about.
    pub fn file(&self, pieces: &[Vec<u8>]) -> Option<Vec<u8>> {
        let mut file = Vec::with_capacity((self.bytes as usize).min(MAX_ATTACHMENT));
        for (number, piece) in (0..).zip(pieces) {
            file.extend_from_slice(&self.open(number, piece).ok()?);
        }
        (sha256(&file) == self.sha256).then_some(file)
    }

    /// Whose pieces to take, one way after another until one gives the right file: first what its author has brought and, where that is not
    /// complete, what others have; then what each other device has brought whole.
    pub fn ways(&self, brought: &[Brought]) -> Vec<Vec<DeviceId>> {
        let has = |of: &&Brought, number: &u32| of.pieces.contains(number);
        let author_first = || brought.iter().filter(|of| Some(of.device) == self.by).chain(brought);
        let mixed = (0..self.pieces()).map(|number| author_first().find(|of| has(of, &number)).map(|of| of.device)).collect();
        let whole = brought.iter().filter(|of| (0..self.pieces()).all(|number| has(of, &number)));
        let of_one = whole.map(|of| vec![of.device; self.pieces() as usize]);
        let mut ways: Vec<Vec<DeviceId>> = Option::into_iter(mixed).chain(of_one).collect();
        ways.dedup();
        ways
    }
}

impl Unbrought {
    /// Notes why one did not get there. An error comes back where it is no use to try the others.
    pub fn add(&mut self, id: AttachmentId, why: Message) -> Result<(), Message> {
        if why.name() == "error-unreachable" {
            return Err(why);
        }
        self.count += 1;
        self.first.get_or_insert((id, why));
        Ok(())
    }
}

impl<R: Records> Device<R> {
    /// The attachments of a case, in the order of its facts.
    pub fn attachments(&mut self, case: CaseId) -> Result<Vec<Attachment>, DeviceError> {
        let open = self.case(case)?;
        let by = |fact: &Fact| self.log.author(&fact.id.actor).map(|(device, _)| device);
        Ok(open.replica.view().timeline.iter().filter_map(|fact| Attachment::of(case, by(fact), fact)).collect())
    }

    /// Adds the fact about a file whose pieces have been stored. `draft` states it; see [`Sealed::fields`].
    pub fn attach(&mut self, case: CaseId, draft: Draft, sealed: &Sealed) -> Result<FactId, DeviceError> {
        let mut stored = self.stored(case)?.ok_or_else(|| self.missing(case))?;
        let mut facts = Vec::new();
        let replica = self.written(case, &mut stored, (self.actor(), None), (&[draft], &Sealing::default()), &mut facts)?;
        stored.update(&replica, self.now);
        let mut shelf = self.shelf.clone();
        shelf.insert(sealed.id, Held { case, pieces: pieces(sealed.bytes), at_hub: false });
        let mut cases = Cases::default();
        cases.add(case, &stored, &replica)?;
        let (mut batch, lines) = cases.into_batch(&self.index)?;
        batch.push(record(&shelf)?);
        self.records.put(batch)?;
        lines.go_into(&mut self.index);
        self.shelf = shelf;
        facts.pop().ok_or(DeviceError::Damaged("case"))
    }

    /// Every attachment whose pieces lie on this device: what lies there beside these, nothing speaks of.
    pub fn held(&self) -> &BTreeMap<AttachmentId, Held> {
        &self.shelf
    }

    /// What the hub may not have yet, once it has every fact of the case.
    pub fn to_bring(&self) -> Vec<(AttachmentId, Held)> {
        let facts_are_there = |held: &Held| self.index.get(&held.case).is_some_and(|summary| summary.unsent == 0);
        // From whoever only reads the hub takes none.
        let may_go = |held: &Held| facts_are_there(held) && !self.only_reads(held.case);
        let waits = |(_, held): &(&AttachmentId, &Held)| !held.at_hub && may_go(held);
        self.shelf.iter().filter(waits).map(|(id, held)| (*id, *held)).collect()
    }

    /// What is known of an attachment that lies on this device; `None` if the fact about it was taken back.
    pub fn attachment(&mut self, id: AttachmentId) -> Result<Option<Attachment>, DeviceError> {
        let Some(held) = self.shelf.get(&id).copied() else { return Ok(None) };
        Ok(self.attachments(held.case)?.into_iter().find(|attachment| attachment.id == id))
    }

    /// Says which attachments did not get to the hub, and why the first of them did not; nothing if all did.
    pub fn brought(&mut self, unbrought: Unbrought) -> Result<(), Message> {
        let Unbrought { first: Some((id, why)), count } = unbrought else { return Ok(()) };
        let of = self.attachment(id)?;
        let (case, what) =
            of.map_or_else(|| (String::new(), id.to_string()), |of| (of.case.to_string()[..8].to_owned(), of.text));
        Err(texts::error_attachment_stays(case, count, what, why))
    }

    /// Which pieces of an attachment the hub lacks: neither this device nor whoever wrote the fact has brought them.
    pub fn lacks(&mut self, id: AttachmentId, brought: &[Brought]) -> Result<Vec<u32>, DeviceError> {
        let Some(held) = self.shelf.get(&id).copied() else { return Ok(Vec::new()) };
        let author = self.attachment(id)?.and_then(|of| of.by);
        let counts = |of: &&Brought| of.device == self.id() || Some(of.device) == author;
        let there: Vec<u32> = brought.iter().filter(counts).flat_map(|of| of.pieces.iter().copied()).collect();
        Ok((0..held.pieces.min(MAX_PIECES)).filter(|number| !there.contains(number)).collect())
    }

    /// Notes that the hub has all of it.
    pub fn is_brought(&mut self, id: AttachmentId) -> Result<(), DeviceError> {
        let mut shelf = self.shelf.clone();
        shelf.entry(id).and_modify(|held| held.at_hub = true);
        self.keep_shelf(shelf)
    }

    /// Notes that the pieces of an attachment that came from the hub lie on this device: a hub that loses them gets them again.
    pub fn is_fetched(&mut self, attachment: &Attachment) -> Result<(), DeviceError> {
        let mut shelf = self.shelf.clone();
        let held = Held { case: attachment.case, pieces: attachment.pieces(), at_hub: true };
        shelf.entry(attachment.id).or_insert(held);
        self.keep_shelf(shelf)
    }

    /// The hub has lost something: each is looked at again.
    pub(super) fn attachments_may_be_lost(&mut self) -> Result<(), DeviceError> {
        let mut shelf = self.shelf.clone();
        shelf.values_mut().for_each(|held| held.at_hub = false);
        self.keep_shelf(shelf)
    }

    fn keep_shelf(&mut self, shelf: Shelf) -> Result<(), DeviceError> {
        if shelf != self.shelf {
            self.records.put(vec![record(&shelf)?])?;
            self.shelf = shelf;
        }
        Ok(())
    }
}

fn sha256(bytes: &[u8]) -> String {
    habeas_protocol::api::to_hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use habeas_protocol::limits::PIECE;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;

    fn paper(seed: u8) -> Vec<u8> {
        (0..PIECE * 3 + 5).map(|at| (at % 251) as u8 ^ seed).collect()
    }

    fn found(of: &Attachment, brought: &[(DeviceId, &[Vec<u8>])]) -> Option<Vec<u8>> {
        let list: Vec<Brought> = brought
            .iter()
            .map(|(device, pieces)| Brought { device: *device, pieces: (0..).take(pieces.len()).collect() })
            .collect();
        let piece = |device: DeviceId, number: usize| brought.iter().find(|(of, _)| *of == device).map(|(_, all)| &all[number]);
        let read = |way: Vec<DeviceId>| {
            let pieces: Option<Vec<_>> =
                way.into_iter().enumerate().map(|(number, device)| piece(device, number).cloned()).collect();
            of.file(&pieces?)
        };
        of.ways(&list).into_iter().find_map(read)
    }

    /// Somebody who reads the case has the key and can seal another file under it. The right one is found all the same, if it is there.
    #[test]
    fn the_right_file_is_found_whoever_has_brought_what() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        let [author, liar, helper] = [1, 2, 3].map(|byte| DeviceId([byte; 16]));
        let sealed = Sealed::of(&paper(0), &mut rng).unwrap();
        let of = Attachment {
            id: sealed.id,
            case: CaseId([9; 16]),
            fact: "00000000000000000000000000000001.1.0".parse().unwrap(),
            by: Some(author),
            text: "a ruling".to_owned(),
            bytes: sealed.bytes,
            sha256: sealed.sha256.clone(),
            key: sealed.key.clone(),
        };
        let forged: Vec<Vec<u8>> = sealed.key.seal(&paper(1)).collect();
        let (whole, half) = (sealed.pieces.as_slice(), &sealed.pieces[..2]);
        assert_eq!(found(&of, &[(liar, &forged), (author, whole)]), Some(paper(0)));
        assert_eq!(found(&of, &[(author, half), (liar, &forged), (helper, whole)]), Some(paper(0)));
        assert_eq!(found(&of, &[(author, half), (helper, whole)]), Some(paper(0)));
        assert_eq!(found(&of, &[(author, half), (liar, &forged)]), None);
        assert_eq!((found(&of, &[(author, half)]), found(&of, &[])), (None, None));

        // A piece is that one, whole, and of this file.
        let other = Sealed::of(&paper(0), &mut rng).unwrap();
        let opens = |number, piece: &[u8]| of.open(number, piece).is_ok();
        assert!(opens(3, &whole[3]) && !opens(2, &whole[3]) && !opens(4, &whole[3]) && !opens(3, &other.pieces[3]));
        assert!((0..whole[3].len()).all(|cut| !opens(3, &whole[3][..cut])));
        // The last one is filled up, so that its size says less.
        assert_eq!((whole[0].len(), whole[3].len()), (PIECE + 16, 4096 + 16));
    }

    #[test]
    fn an_empty_file_or_one_that_is_too_large_is_refused() {
        let mut rng = ChaCha20Rng::from_seed([3; 32]);
        for file in [Vec::new(), vec![0; MAX_ATTACHMENT + 1]] {
            assert_eq!(Sealed::of(&file, &mut rng).unwrap_err().name(), "error-attachment-size");
        }
        let largest = Sealed::of(&vec![0; MAX_ATTACHMENT], &mut rng).unwrap();
        assert_eq!(largest.pieces.len(), MAX_PIECES as usize);
    }
}

//! What a member who writes without end, and a server that says the same again and again, do to a device: it goes on.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{DocumentError, Draft, MAX_DOCUMENT, What};
use habeas_client_core::device::{Device, DeviceError, Memory};
use habeas_client_core::keys::seal;
use habeas_protocol::api::to_hex;
use habeas_protocol::{CaseId, CircleId, Content, Envelope, FeedItem, Frame, SyncRequest, SyncResponse, Told, signed_change};
use people::{Organisation, member, name, restrained, rng};
use rand_core::Rng as _;

/// The coordinators' feed, as an honest server tells it.
struct Feed<'a> {
    people: &'a Organisation,
    next: u64,
}

impl Feed<'_> {
    fn tell(&mut self, device: &mut Device<Memory>, contents: Vec<Content>) -> Result<u32, DeviceError> {
        let circle = self.people.coordinators();
        let from = self.next;
        self.next += contents.len() as u64;
        let items = (from..).zip(contents).map(|(seq, content)| FeedItem { circle, seq, content: content.into() }).collect();
        let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
        let log_next = self.people.log.next().0;
        let response = SyncResponse { frames, log_next, ..SyncResponse::default() };
        let report = device.receive(&SyncRequest::default(), response)?;
        Ok(u32::try_from(report.admitted).unwrap())
    }
}

/// What a device brings of its new case.
fn brings(device: &mut Device<Memory>, circle: CircleId) -> Vec<Content> {
    let request = device.request(&mut rng(4)).unwrap();
    let wraps = request.wraps.into_iter().filter(|wrap| wrap.circle == circle).map(Content::Wrap);
    wraps.chain(request.envelopes.into_iter().map(Content::Envelope)).collect()
}

/// Changes of so many notes each, until their author's own program writes no more.
fn without_end(
    people: &Organisation,
    dana: &mut Device<Memory>,
    (case, incarnation): (CaseId, u32),
    (notes, mut text): (usize, impl FnMut() -> String),
) -> Vec<Envelope> {
    let open = dana.case(case).unwrap();
    let (mut replica, actor) = (open.replica.clone(), people.dana.keys().actor(incarnation));
    let mut draft = || Draft { what: What::Note { text: text() }, ..name("") };
    let mut envelopes = Vec::new();
    loop {
        match replica.write(actor, &std::iter::repeat_with(&mut draft).take(notes).collect::<Vec<_>>()) {
            Ok(written) => {
                let signature = people.dana.sign(&signed_change(case, actor, written.seq, written.hash));
                replica.signed(written.hash, signature);
                let secret = open.keys.secret(0).unwrap();
                envelopes.push(seal(case, (0, secret), secret, &people.dana, actor, &written).unwrap());
            }
            Err(DocumentError::Full) => return envelopes,
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn whoever_writes_without_end_fills_one_case_and_every_other_goes_on() {
    let people = Organisation::founded();
    let (mut aliya, mut dana, mut marat) =
        (member(&people.aliya, &people), member(&people.dana, &people), member(&people.marat, &people));
    let mut feed = Feed { people: &people, next: 1 };
    let (flooded, _) = dana.new_case(&[name("Serik"), restrained("12:05")], &mut rng(2)).unwrap();
    assert_eq!(feed.tell(&mut aliya, brings(&mut dana, people.coordinators())).unwrap(), 1);

    // Whoever has changed the program writes under two of the device's names, twice as much as a case may hold.
    let mut random = rng(6);
    // As much for little as is still believed.
    let mut long = || {
        let mut bytes = [0; 300];
        random.fill_bytes(&mut bytes);
        to_hex(&bytes).repeat(13)
    };
    let flood: Vec<Envelope> =
        [1, 2].iter().flat_map(|&of| without_end(&people, &mut dana, (flooded, of), (28, &mut long))).collect();
    let sealed: usize = flood.iter().map(|envelope| envelope.sealed.len()).sum();
    assert!(sealed < MAX_DOCUMENT / 5, "{sealed} bytes on the way");
    let all = u32::try_from(flood.len()).unwrap();
    let admitted = feed.tell(&mut aliya, flood.into_iter().map(Content::Envelope).collect()).unwrap();
    assert!((all / 3..all * 2 / 3).contains(&admitted), "{admitted} of {all}");

    // The next case is recorded and comes in, and all is there when the device is opened again.
    let (other, _) = marat.new_case(&[name("Айгерім")], &mut rng(3)).unwrap();
    assert_eq!(feed.tell(&mut aliya, brings(&mut marat, people.coordinators())).unwrap(), 1);
    let mut aliya = Device::open(aliya.into_records()).unwrap().unwrap();
    assert_eq!(aliya.case(other).unwrap().replica.view().known_as(), Some("Айгерім"));
    let open = aliya.case(flooded).unwrap();
    assert_eq!((open.replica.view().known_as(), open.replica.is_incomplete()), (Some("Serik"), true));
    assert_eq!(open.replica.aside().len(), (all - admitted) as usize, "it waits, sealed, and is said to");
    // Nor does Aliya's own program write more into it than there is room for.
    let long = Draft { what: What::Note { text: "a".repeat(8_000) }, ..name("") };
    assert!(aliya.add_facts(flooded, &std::iter::repeat_n(long, 30).collect::<Vec<_>>(), &mut rng(5)).is_err());
}

/// A fact takes memory, however little it says.
#[test]
fn many_small_facts_fill_a_case_as_few_large_ones_do() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    let (case, _) = dana.new_case(&[name("Serik")], &mut rng(2)).unwrap();
    let facts = without_end(&people, &mut dana, (case, 1), (64, || "a".to_owned())).len() * 64;
    assert!((10_000..MAX_DOCUMENT / 600).contains(&facts), "{facts} facts");
}

#[test]
fn a_few_bytes_that_remind_a_device_of_what_it_brought_do_not_become_gigabytes() {
    let people = Organisation::founded();
    let mut dana = member(&people.dana, &people);
    dana.new_case(&[name("Serik")], &mut rng(2)).unwrap();
    let mut request = dana.request(&mut rng(4)).unwrap();
    request.envelopes[0].sealed = vec![7; 200 << 10];
    let circle = people.coordinators();
    let reminded = |times: u64| {
        let items = (1..=times).map(|seq| FeedItem { circle, seq, content: Told::Sent(0) }).collect();
        Frame { items, snapshot: None, cursor: b"there".to_vec() }
    };
    let mut tell = |times| dana.take(&request, reminded(times), &mut Default::default());
    assert!(matches!(tell(60_000), Err(DeviceError::Hub(_))));
    assert!(tell(3).is_ok(), "what is true of a few circles is taken");
}

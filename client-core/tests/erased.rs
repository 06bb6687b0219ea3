//! A case that is erased: what a device destroys, what it obeys, and what it does not let come back.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::Form;
use habeas_client_core::device::{Device, DeviceError, Export, Memory, Records, RecordsError, Sealed, SyncReport};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::{
    Body, CaseId, CircleId, CircleKind, Content, Entry, FeedItem, Frame, Hash, Pushed, Refused, SyncRequest, SyncResponse, Told,
    encode,
};
use people::{Organisation, instant, member, name, restrained, rng};

fn coordinators(people: &Organisation) -> CircleId {
    people.log.circle_of(CircleKind::Coordinators).unwrap().0
}

/// The entry by which Aliya erases a case.
fn erased(people: &Organisation, by: &DeviceSecrets, case: CaseId) -> Entry {
    by.write_entry(&mut people.log.clone(), Body::CaseErased { case }).unwrap()
}

fn hears(entry: &Entry) -> SyncResponse {
    SyncResponse { log: vec![encode(entry).unwrap()], log_next: entry.number + 1, ..SyncResponse::default() }
}

fn gets<R: Records>(device: &mut Device<R>, people: &Organisation, items: Vec<(u64, Told)>) -> Result<SyncReport, DeviceError> {
    let circle = coordinators(people);
    let items = items.into_iter().map(|(seq, content)| FeedItem { circle, seq, content }).collect();
    let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
    let response = SyncResponse { frames, log_next: device.log().next().0, ..SyncResponse::default() };
    device.receive(&SyncRequest::default(), response)
}

/// Dana's device with two cases; the first one has a paper. Nothing is sent yet.
fn dana(people: &Organisation) -> (Device<Memory>, [CaseId; 2]) {
    let mut dana = member(&people.dana, people);
    let cases = [2, 3].map(|seed| dana.new_case(&[name("Айгерім"), restrained("12:05")], &mut rng(seed)).unwrap().0);
    let sealed = Sealed::of(b"a ruling", &mut rng(4)).unwrap();
    let form = Form {
        kind: "attachment".into(),
        fields: sealed.fields("the ruling"),
        source: "lawyer".into(),
        reliability: "first_hand".into(),
        ..Form::default()
    };
    dana.attach(cases[0], form.draft(None, instant("20:00")).unwrap(), &sealed).unwrap();
    (dana, cases)
}

/// What a feed tells of what a device has just brought.
fn told(request: &SyncRequest, people: &Organisation) -> Vec<Content> {
    let wraps = request.wraps.iter().filter(|wrap| wrap.circle == coordinators(people)).cloned().map(Content::Wrap);
    wraps.chain(request.envelopes.iter().cloned().map(Content::Envelope)).collect()
}

fn knows(device: &mut Device<Memory>, case: CaseId) -> bool {
    device.cases().any(|(known, _)| *known == case) || device.records().0.contains_key(&format!("case/{case}"))
}

#[test]
fn a_device_destroys_what_the_log_says_is_erased_and_nothing_else() {
    let people = Organisation::founded();
    let (mut dana, [case, other]) = dana(&people);
    let request = dana.request(&mut rng(5)).unwrap();
    let before = serde_json::to_string(&dana.case(other).unwrap().replica.view()).unwrap();

    // The hub says so, and the log does not: she keeps what she has.
    let refused = |of: usize| vec![Pushed::Refused(Refused::Erased); of];
    let lies = SyncResponse {
        wraps: refused(request.wraps.len()),
        envelopes: refused(request.envelopes.len()),
        log_next: people.log.next().0,
        ..SyncResponse::default()
    };
    let report = dana.receive(&request, lies).unwrap();
    assert!(report.refused.contains(&"erased".to_owned()));
    assert!(gets(&mut dana, &people, vec![(1, Told::Erased { case, link: [1; 32] })]).is_err());
    assert!(dana.case(case).is_ok() && dana.erased().is_empty() && dana.held().len() == 1);
    // So does a lawyer who would like to.
    assert!(people.dana.write_entry(&mut people.log.clone(), Body::CaseErased { case }).is_err());
    assert!(matches!(dana.erase(case), Err(DeviceError::NotYet(_))));

    let request = dana.request(&mut rng(5)).unwrap();
    let lost = SyncResponse {
        wraps: refused(request.wraps.len()),
        envelopes: refused(request.envelopes.len()),
        ..hears(&erased(&people, &people.aliya, case))
    };
    dana.receive(&request, lost).unwrap();
    assert!(!knows(&mut dana, case) && knows(&mut dana, other) && dana.held().is_empty());
    assert!(matches!(dana.case(case), Err(DeviceError::Erased(_))));
    assert!(matches!(dana.add_facts(case, &[restrained("13:00")], &mut rng(99)), Err(DeviceError::Erased(_))));
    assert_eq!(serde_json::to_string(&dana.case(other).unwrap().replica.view()).unwrap(), before);

    // What is to be destroyed beside the records, and said, is known until that is done.
    let mut dana = Device::open(dana.into_records()).unwrap().unwrap();
    let gone = dana.erased()[0].clone().1;
    assert_eq!((gone.unsent, gone.attachments.len(), dana.erased().len()), (2, 1, 1));
    dana.erased_is_told().unwrap();
    let mut dana = Device::open(dana.into_records()).unwrap().unwrap();
    assert!(dana.erased().is_empty() && !knows(&mut dana, case));
    // Nothing of it goes out any more.
    let request = dana.request(&mut rng(6)).unwrap();
    assert!(
        request.wraps.iter().all(|wrap| wrap.case == other) && request.envelopes.iter().all(|envelope| envelope.case == other)
    );
}

#[test]
fn what_comes_later_of_an_erased_case_is_not_kept_by_whatever_road() {
    let people = Organisation::founded();
    let (mut dana, [case, other]) = dana(&people);
    let stick = dana.export(&Export::Unsent, &[people.aliya.keys()], &mut rng(7)).unwrap().files.remove(0);
    let contents = told(&dana.request(&mut rng(5)).unwrap(), &people);
    let entry = erased(&people, &people.aliya, case);

    let mut aliya = member(&people.aliya, &people);
    aliya.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    let imported = aliya.import(&stick).unwrap();
    assert_eq!((imported.report.of_erased, imported.report.admitted, imported.whole), (2, 1, true));
    assert!(!knows(&mut aliya, case) && knows(&mut aliya, other));

    // The clerk is handed it in.
    let mut clerk = member(&people.clerk, &people);
    clerk.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    let handed_in = clerk.opens_for_hub(&stick).unwrap();
    assert_eq!((handed_in.of_erased, handed_in.refused), (2, 0));
    let of_it = |(_, wraps, envelopes): &(Vec<_>, Vec<habeas_protocol::Wrap>, Vec<habeas_protocol::Envelope>)| {
        wraps.iter().any(|wrap| wrap.case == case) || envelopes.iter().any(|envelope| envelope.case == case)
    };
    assert!(!handed_in.parts().iter().any(of_it));

    // A feed goes on over what was in it; what it still tells of the case is passed over.
    let mut link: Hash = [0; 32];
    let items: Vec<(u64, Told)> = (1..)
        .zip(&contents)
        .map(|(seq, content)| {
            link = Content::chain(&link, &encode(content).unwrap());
            let of = if let Content::Envelope(envelope) = content { envelope.case } else { other };
            (seq, if of == case { Told::Erased { case, link } } else { content.clone().into() })
        })
        .collect();
    let mut begins = member(&people.aliya, &people);
    begins.receive(&SyncRequest::default(), hears(&entry)).unwrap();
    let wrap = contents.iter().position(|content| matches!(content, Content::Wrap(wrap) if wrap.case == case)).unwrap();
    assert!(matches!(items[wrap].1, Told::Wrap(_)), "one is told all the same");
    gets(&mut begins, &people, items).unwrap();
    assert!(!knows(&mut begins, case) && knows(&mut begins, other));
    // Whoever says that something else is erased is not believed, nor is a hub that goes on from another link.
    let next = contents.len() as u64 + 1;
    assert!(gets(&mut begins, &people, vec![(next, Told::Erased { case: other, link })]).is_err());

    // A device that was restored from a copy of before hears it again and destroys the case again.
    let (mut copy, _) = self::dana(&people);
    assert!(knows(&mut copy, case));
    copy.import(&aliya.export(&Export::Cases([other].into()), &[people.dana.keys()], &mut rng(8)).unwrap().files[0]).unwrap();
    assert!(!knows(&mut copy, case) && copy.erased().iter().any(|(erased, _)| *erased == case), "by a stick, without a network");
}

/// A disk whose device dies at that write.
struct Dies(Memory, usize);

impl Records for Dies {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        self.0.get(name)
    }

    fn put(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.forget(&[], batch)
    }

    fn forget(&mut self, names: &[String], batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.1 = self.1.checked_sub(1).ok_or(RecordsError(habeas_texts::error_log_unknown()))?;
        self.0.forget(names, batch)
    }

    fn forget_all_but(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.0.forget_all_but(batch)
    }
}

/// The entry and what it destroys are one: whoever dies in between still has the case, and hears of it again.
#[test]
fn a_device_that_dies_as_it_hears_of_an_erasure_hears_of_it_again() {
    let people = Organisation::founded();
    let (dana, [case, _]) = dana(&people);
    let records = dana.into_records();
    let entry = erased(&people, &people.aliya, case);
    let mut deaths = 0;
    for writes in 0.. {
        let mut dana = Device::open(Dies(records.clone(), writes)).unwrap().unwrap();
        let heard = dana.receive(&SyncRequest::default(), hears(&entry));
        let mut dana = Device::open(dana.into_records().0).unwrap().unwrap();
        let has_heard = dana.log().is_erased(&case);
        assert_eq!(
            (knows(&mut dana, case), dana.erased().iter().any(|(erased, _)| *erased == case)),
            (!has_heard, has_heard),
            "after {writes} writes"
        );
        if heard.is_ok() {
            assert!(has_heard);
            break;
        }
        deaths += 1;
    }
    assert!(deaths >= 1);
}

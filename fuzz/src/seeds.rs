//! What the targets begin from: something honest of each kind. `seeds FOLDER`; what kills Automerge is written by the tests of admission.

use std::fs;
use std::path::Path;

use habeas_client_core::device::Export;
use habeas_fuzz::Known;
use habeas_fuzz::people::{member, name, restrained, rng};
use habeas_protocol::bundle::Carried;
use habeas_protocol::{CircleKind, Content, FeedItem, Frame, SyncResponse, encode};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder");
    let write = |target: &str, name: &str, mode: Option<u8>, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), [mode.as_slice(), bytes].concat()).unwrap();
    };
    let known = Known::new();
    let mut dana = member(&known.people.dana, &known.people);
    let (case, _) = dana.new_case(&[name("Серік"), restrained("12:05")], &mut rng(7)).unwrap();
    let request = dana.request(&mut rng(8)).unwrap();
    write("envelope", "request", Some(0), &encode(&request).unwrap());
    write("envelope", "payload", Some(1), &[1; 80]);
    for change in known.replica.document().changes() {
        write("admission", &format!("honest-{}", change.max_op()), Some(0), &change.encode());
    }
    let person = known.people.log.member(&known.people.dana.id()).unwrap().person;
    let (circle, _) = known.people.log.circle_of(CircleKind::Person(person)).unwrap();
    let contents = known.envelopes.iter().cloned().map(Content::Envelope).chain(request.wraps.iter().cloned().map(Content::Wrap));
    let items = (1..).zip(contents).map(|(seq, content)| FeedItem { circle, seq, content: content.into() }).collect();
    let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
    let log = known.people.log.entries_from(0).map(|entry| encode(entry).unwrap()).collect();
    let response = SyncResponse { frames, log, log_next: known.people.log.next().0, receipt: vec![1; 16], ..SyncResponse::default() };
    write("frame", "answer", None, &response.encode().unwrap());
    // A case as a snapshot tells it: its secret, two signatures, and its changes whole.
    let mut told = encode(&(case, vec![(0_u32, [7_u8; 32])])).unwrap();
    told.extend(encode(&(vec![[1_u8; 32].as_slice(), &[2; 32]].concat(), 0_u8)).unwrap());
    let raw = [&u32::try_from(told.len()).unwrap().to_be_bytes(), told.as_slice()].concat();
    let length = u16::try_from(raw.len()).unwrap().to_be_bytes();
    write("snapshot", "case", None, &[&length, raw.as_slice(), &known.replica.document().save()].concat());
    write("cursor", "changed", Some(1), &[0, 1, 9, 255]);
    write("cursor", "digests", Some(3), &[7; 96]);
    write("cursor", "receipt", Some(2), &[7; 16]);
    let file = dana.export(&Export::Cases([case].into()), &[known.people.aliya.keys()], &mut rng(9)).unwrap().files.remove(0);
    write("bundle", "file", Some(0), &file);
    let items: Vec<Carried> = request.wraps.iter().cloned().map(Content::Wrap).map(Carried::Content).collect();
    write("bundle", "items", Some(1), &encode(&items).unwrap());
}

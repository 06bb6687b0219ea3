//! What the targets begin from: something honest of each kind. `seeds FOLDER`; what kills Automerge the tests of admission write before.

use std::fs;
use std::path::Path;

use habeas_client_core::case::Written;
use habeas_client_core::device::{Export, SnapshotSizes};
use habeas_client_core::keys::{open_payload, open_snapshot};
use habeas_db::{Frozen, StoreError};
use habeas_fuzz::Known;
use habeas_fuzz::backup::{Manifest, Part, Piece, Writer};
use habeas_fuzz::hub::Asked;
use habeas_fuzz::people::{member, name, restrained, rng, tells};
use habeas_fuzz::photo::photograph;
use habeas_hub::{Heads, Hub, heads};
use habeas_protocol::bundle::Carried;
use habeas_protocol::{CircleKind, Content, FeedItem, Frame, SyncRequest, SyncResponse, encode, hash};

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
    let response =
        SyncResponse { frames, log, log_next: known.people.log.next().0, receipt: vec![1; 16], ..SyncResponse::default() };
    write("frame", "answer", None, &response.encode().unwrap());
    snapshots(&known, &request, &write);
    cursors(&write);
    // What kills Automerge, as it comes: in requests, as payloads, in feeds and in bundles. The tests of admission have written it.
    let mut killers: Vec<_> =
        fs::read_dir(Path::new(&folder).join("admission")).unwrap().map(|file| file.unwrap().path()).collect();
    killers.retain(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("killer-")));
    assert!(killers.len() > 80, "{}", killers.len());
    killers.sort();
    for path in killers {
        let chunk = fs::read(&path).unwrap().split_off(1);
        if chunk.len() > 1 << 16 {
            continue;
        }
        let envelope = known.sealed(&Written { chunk, hash: [7; 32], seq: 1, facts: vec![] }, known.people.dana.keys().actor(0));
        let name = path.file_name().unwrap().to_str().unwrap();
        write("envelope", name, Some(1), &open_payload(&envelope, &known.secret).unwrap());
        let request = SyncRequest { envelopes: vec![envelope.clone()], ..SyncRequest::default() };
        write("envelope", &format!("request-{name}"), Some(0), &encode(&request).unwrap());
        let content = Content::Envelope(envelope);
        write("bundle", name, Some(1), &encode(&vec![Carried::Content(content.clone())]).unwrap());
        let items = vec![FeedItem { circle, seq: 1, content: content.into() }];
        let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
        write("frame", name, None, &SyncResponse { frames, ..SyncResponse::default() }.encode().unwrap());
    }
    let file = dana.export(&Export::Cases([case].into()), &[known.people.aliya.keys()], &mut rng(9)).unwrap().files.remove(0);
    write("bundle", "file", Some(0), &file);
    let items: Vec<Carried> = request.wraps.iter().cloned().map(Content::Wrap).map(Carried::Content).collect();
    write("attachment", "photograph", Some(0), &photograph(5, 2_000));
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\0IEND\xae\x42\x60\x82";
    write("attachment", "png", Some(0), png);
    write("attachment", "whole", Some(1), &[0x10, 0, 0, 0]);
    write("attachment", "changed", Some(1), &[0x10, 3, 0, 0, 0, 9, 255]);
    write("bundle", "items", Some(1), &encode(&items).unwrap());
    let backup = backup();
    write("backup", "file", Some(0), &backup);
    write("backup", "pieces", Some(1), &pieces(&backup));
}

/// What the clerk tells of Dana's case, which is taken, and what is left whole: the same twice, cut off, and with more claimed than there is.
fn snapshots(known: &Known, dana: &SyncRequest, write: &impl Fn(&str, &str, Option<u8>, &[u8])) {
    let people = &known.people;
    let [mut clerk, aliya] = [&people.clerk, &people.aliya].map(|secrets| member(secrets, people));
    tells(&mut clerk, people.coordinators(), dana, |_| true);
    clerk.cuts_snapshots(SnapshotSizes { least: 1, part: 1 << 20 });
    let part = clerk.request(&mut rng(12)).unwrap().snapshot.remove(0);
    let (raw, packs) = open_snapshot(&part, &people.log, &people.aliya).unwrap();
    let aliya = aliya.into_records();
    let mut many = packs.clone();
    // The number of its changes, behind one actor.
    assert_eq!((packs[0], packs[17]), (1, 1));
    many[17] = 127;
    let all = [
        ("case", raw.clone(), packs.clone(), 1),
        ("twice", raw.repeat(2), packs.repeat(2), 0),
        ("cut", raw.clone(), packs[..packs.len() - 1].to_vec(), 0),
        ("many", raw, many, 0),
    ];
    for (name, raw, packs, admitted) in all {
        assert_eq!(known.takes_snapshot(&aliya, (&raw, &packs)).admitted, admitted, "{name}");
        write("snapshot", name, None, &[&u16::try_from(raw.len()).unwrap().to_be_bytes(), raw.as_slice(), &packs].concat());
    }
}

/// What a device truly shows the hub, and changes of it.
fn cursors(write: &impl Fn(&str, &str, Option<u8>, &[u8])) {
    let Asked { next, mut aliya, .. } = Asked::new();
    write("cursor", "true", Some(0), &next.cursor);
    write("cursor", "cut", Some(0), &next.cursor[..next.cursor.len() - 1]);
    for at in [0, 1, 20, 40, 41, 80, 100] {
        write("cursor", &format!("changed-{at}"), Some(1), &[at, 1]);
    }
    write("cursor", "receipt", Some(2), &next.receipt);
    let followed = |by: u8| {
        let claim = |(number, link): &(u64, [u8; 8])| [&[u8::try_from(*number).unwrap() + by], link.as_slice()].concat();
        next.followed.iter().flat_map(claim).collect::<Vec<u8>>()
    };
    write("cursor", "followed", Some(3), &followed(0));
    write("cursor", "followed-too-far", Some(3), &followed(1));
    let (case, _) = aliya.cases().next().map(|(case, line)| (*case, line.clone())).unwrap();
    let open = aliya.case(case).unwrap();
    let ids: Vec<u8> = open.replica.ids(&open.keys).into_iter().flat_map(|id| id.0).collect();
    let digest = &hash("habeas/1/digest", &[&ids])[..16];
    write("cursor", "digest", Some(4), &[case.0.as_slice(), digest].concat());
    write("cursor", "digests", Some(4), &[case.0.as_slice(), &[7; 16], &[9; 32]].concat());
}

/// A true backup, of a hub that nobody has used yet.
fn backup() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let [database, file] = ["hub.sqlite", "hub.backup"].map(|name| folder.path().join(name));
    drop(Hub::open(database.to_str().unwrap(), &mut rng(10)).unwrap());
    let mut frozen = Frozen::open(database.to_str().unwrap()).unwrap().unwrap();
    let versions = frozen.versions().unwrap();
    let mut writer = Writer::create(&file).unwrap();
    writer.add(&Piece::Database("hub".to_owned(), versions.clone())).unwrap();
    let mut tables = Vec::new();
    for table in frozen.tables().unwrap() {
        let mut rows = Vec::new();
        frozen
            .rows::<StoreError>(&table, |row| {
                rows.push(row);
                Ok(())
            })
            .unwrap();
        tables.push((table.name.clone(), rows.len() as u64));
        writer.add(&Piece::Table(table)).unwrap();
        if !rows.is_empty() {
            writer.add(&Piece::Rows(rows)).unwrap();
        }
    }
    let Heads { log, feeds } = heads(frozen.db()).unwrap();
    let databases = vec![Part { name: "hub".to_owned(), versions, tables, sha256: writer.sum() }];
    writer.finish(Manifest { program: "0.1.0".to_owned(), made_at: 1_700_000_000, databases, log, feeds }).unwrap();
    fs::read(file).unwrap()
}

/// The pieces of a backup without their links, each with its length before it (two bytes, big endian).
fn pieces(backup: &[u8]) -> Vec<u8> {
    let (mut rest, mut pieces) = (&backup[17..], Vec::new());
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (piece, after) = after.split_at(u32::from_be_bytes(*length) as usize);
        pieces.extend(u16::try_from(piece.len()).unwrap().to_be_bytes());
        pieces.extend(piece);
        rest = &after[8..];
    }
    pieces
}

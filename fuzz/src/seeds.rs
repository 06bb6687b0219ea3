//! What the targets begin from: something honest of each kind. `seeds FOLDER`; what kills Automerge is written by the tests of admission.

use std::fs;
use std::path::Path;

use habeas_client_core::case::Written;
use habeas_client_core::device::Export;
use habeas_client_core::keys::open_payload;
use habeas_db::{Frozen, StoreError};
use habeas_fuzz::Known;
use habeas_fuzz::backup::{Manifest, Part, Piece, Writer};
use habeas_fuzz::people::{member, name, restrained, rng};
use habeas_fuzz::photo::photograph;
use habeas_hub::{Heads, Hub, heads};
use habeas_protocol::bundle::Carried;
use habeas_protocol::{CircleKind, Content, FeedItem, Frame, SyncRequest, SyncResponse, encode};

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
    // A case as a snapshot tells it: its secret, two signatures, and its changes whole.
    let mut told = encode(&(case, vec![(0_u32, [7_u8; 32])])).unwrap();
    told.extend(encode(&([[1_u8; 32].as_slice(), &[2; 32]].concat(), 0_u8)).unwrap());
    let raw = [&u32::try_from(told.len()).unwrap().to_be_bytes(), told.as_slice()].concat();
    let length = u16::try_from(raw.len()).unwrap().to_be_bytes();
    write("snapshot", "case", None, &[&length, raw.as_slice(), &known.replica.document().save()].concat());
    write("cursor", "changed", Some(1), &[0, 1, 9, 255]);
    write("cursor", "digests", Some(4), &[7; 96]);
    write("cursor", "followed", Some(3), &[7; 18]);
    write("cursor", "receipt", Some(2), &[7; 16]);
    // What kills Automerge, as it comes: in requests, as payloads, in feeds and in bundles.
    let mut killers: Vec<_> =
        fs::read_dir(Path::new(&folder).join("admission")).unwrap().map(|file| file.unwrap().path()).collect();
    // Honest ones, and what fuzzing has found since, lie there, too: by their hashes.
    let is_killer =
        |name: &str| !(name.starts_with("honest") || name.len() == 40 && name.chars().all(|digit| digit.is_ascii_hexdigit()));
    killers.retain(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(is_killer));
    killers.sort();
    for (number, path) in killers.iter().enumerate() {
        let chunk = fs::read(path).unwrap().split_off(1);
        if chunk.len() > 1 << 16 {
            continue;
        }
        let envelope = known.sealed(&Written { chunk, hash: [7; 32], seq: 1, facts: vec![] }, known.people.dana.keys().actor(0));
        let name = format!("killer-{number}");
        write("envelope", &name, Some(1), &open_payload(&envelope, &known.secret).unwrap());
        let request = SyncRequest { envelopes: vec![envelope.clone()], ..SyncRequest::default() };
        write("envelope", &format!("request-{name}"), Some(0), &encode(&request).unwrap());
        let content = Content::Envelope(envelope);
        write("bundle", &name, Some(1), &encode(&vec![Carried::Content(content.clone())]).unwrap());
        let items = vec![FeedItem { circle, seq: 1, content: content.into() }];
        let frames = vec![Frame { items, snapshot: None, cursor: b"there".to_vec() }];
        write("frame", &name, None, &SyncResponse { frames, ..SyncResponse::default() }.encode().unwrap());
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

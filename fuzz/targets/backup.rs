//! A backup's file as anybody may have left it where an operator looks for one: it is refused, or read within bounds; and what is read to its end
//! is, written again, the same file.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use habeas_fuzz::backup::{Piece, Reader, Writer};
use habeas_protocol::hash;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

/// What a backup begins with.
const BEGINS: &[u8] = b"HABEAS BACKUP 1\r\n";

static FOLDER: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    let file = if mode & 1 == 0 { rest.to_vec() } else { linked(rest) };
    let [path, again] = ["file", "again"].map(|name| FOLDER.path().join(name));
    fs::write(&path, &file).unwrap();
    let Ok(mut reader) = Reader::open(&path) else { return };
    let _ = fs::remove_file(&again);
    let mut writer = Writer::create(&again).unwrap();
    loop {
        match reader.next() {
            Ok(Some(Piece::End(manifest))) => {
                if reader.next().is_ok_and(|behind| behind.is_none()) {
                    writer.finish(manifest).unwrap();
                    assert_eq!(fs::read(&again).unwrap(), file);
                }
                return;
            }
            Ok(Some(piece)) => writer.add(&piece).unwrap(),
            Ok(None) => panic!("nothing follows, and there was no end"),
            Err(_) => return,
        }
    }
});

/// Pieces, each with its length before it (two bytes, big endian), as a file in which every link is right: what is read then is the pieces.
fn linked(mut rest: &[u8]) -> Vec<u8> {
    let mut file = BEGINS.to_vec();
    let mut link = hash("habeas/1/backup", &[BEGINS]);
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (piece, after) = after.split_at(usize::from(u16::from_be_bytes(*length)).min(after.len()));
        file.extend(u32::try_from(piece.len()).unwrap().to_be_bytes());
        file.extend(piece);
        link = hash("habeas/1/backup", &[&link, piece]);
        file.extend(&link[..8]);
        rest = after;
    }
    file
}

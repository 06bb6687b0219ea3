//! Pieces of an attachment as anybody may have brought them, and files as anybody may have attached them: only what was sealed opens, and what is
//! shown of a photograph is always one that can be shown again.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::keys::AttachmentKey;
use habeas_client_core::photo::without_hidden_data;
use habeas_fuzz::{SIZE, paper, people::rng};
use libfuzzer_sys::fuzz_target;

static SEALED: LazyLock<(AttachmentKey, Vec<u8>, Vec<Vec<u8>>)> = LazyLock::new(|| {
    let (key, file) = (AttachmentKey::generate(&mut rng(11)), paper());
    let pieces = key.seal(&file).collect();
    (key, file, pieces)
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    let (key, file, pieces) = &*SEALED;
    if mode & 1 == 0 {
        if let Some(shown) = without_hidden_data(rest) {
            assert_eq!(without_hidden_data(&shown).as_ref(), Some(&shown), "what is clean stays as it is");
        }
        return;
    }
    // The last piece, with some bytes changed and perhaps cut, as if it were that number of a file of so many bytes.
    let Some((head, changes)) = rest.split_first_chunk::<4>() else { return };
    let (number, bytes) = (u32::from(head[0] >> 4), u32::from(head[0] & 15) * 70_000 + SIZE);
    let mut piece = pieces.last().unwrap().clone();
    piece.truncate(piece.len() - usize::from(head[1]).min(piece.len()));
    if piece.is_empty() {
        return;
    }
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_be_bytes([change[0], change[1]])) % piece.len();
        piece[at] ^= change[2];
    }
    match key.open(number, bytes, &piece) {
        Ok(opened) => {
            assert_eq!((Some(&piece), number as usize, bytes), (pieces.last(), pieces.len() - 1, SIZE));
            assert!(file.ends_with(&opened));
        }
        Err(_) => assert!(Some(&piece) != pieces.last() || number as usize != pieces.len() - 1 || bytes != SIZE),
    }
});

//! Chunks that Dana signs, whatever they are: our parser and Automerge agree on all that ours lets through, and admission stands.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::case::Written;
use habeas_client_core::sync::ParsedChange;
use habeas_fuzz::Known;
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

fuzz_target!(|data: &[u8]| {
    let Some((mode, chunk)) = data.split_first() else { return };
    let mut chunk = chunk.to_vec();
    // Most bytes fail by their checksum; half of the time it is put right.
    if mode & 1 == 1 && chunk.len() > 8 {
        let hash = Sha256::digest(&chunk[8..]);
        chunk[4..8].copy_from_slice(&hash[..4]);
    }
    let parsed = ParsedChange::parse(&chunk);
    if let Ok(parsed) = &parsed {
        assert_eq!(parsed.encode(), chunk);
        let change = automerge::Change::from_bytes(chunk.clone()).unwrap();
        assert_eq!((change.hash().0, change.seq(), change.start_op().get()), (parsed.hash, parsed.seq, parsed.start_op));
        assert_eq!(change.len() as u64, parsed.max_op() + 1 - parsed.start_op);
    }
    let actor = parsed.as_ref().map_or([0; 16], |parsed| parsed.actor);
    let (hash, seq) = parsed.as_ref().map_or(([7; 32], 1), |parsed| (parsed.hash, parsed.seq));
    if chunk.len() <= 1 << 18 {
        KNOWN.takes(&KNOWN.sealed(&Written { chunk, hash, seq, facts: vec![] }, actor));
    }
});

//! Cursors, receipts and digests that a device shows the hub: none makes it answer anything but an answer.
#![no_main]

use std::sync::LazyLock;

use habeas_fuzz::hub::{Asked, NOW};
use habeas_fuzz::people::rng;
use habeas_protocol::{CaseId, SyncRequest, encode};
use libfuzzer_sys::fuzz_target;

static ASKED: LazyLock<Asked> = LazyLock::new(Asked::new);

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    let Asked { hub, caller, next, .. } = &*ASKED;
    let mut request = SyncRequest { budget: 1 << 16, log_from: u64::MAX, ..SyncRequest::default() };
    match mode % 5 {
        0 => request.cursor = rest.to_vec(),
        1 => {
            // The hub's own, with some bytes changed.
            request.cursor.clone_from(&next.cursor);
            for pair in rest.chunks_exact(2) {
                let at = usize::from(pair[0]) % request.cursor.len();
                request.cursor[at] ^= pair[1];
            }
        }
        2 => request.receipt = rest.to_vec(),
        3 => {
            request.cursor.clone_from(&next.cursor);
            let claim = |chunk: &[u8]| (u64::from(chunk[0]), chunk[1..9].try_into().unwrap());
            request.followed = rest.chunks_exact(9).map(claim).collect();
        }
        _ => {
            let digests =
                rest.chunks_exact(32).map(|chunk| (CaseId(chunk[..16].try_into().unwrap()), chunk[16..].try_into().unwrap()));
            request.digests = digests.collect();
        }
    }
    // Over the network it has to be read first.
    let Ok(request) = SyncRequest::decode(&encode(&request).unwrap()) else { return };
    let response = hub.sync(*caller, &request, NOW, &mut rng(5)).unwrap();
    encode(&response).unwrap();
});

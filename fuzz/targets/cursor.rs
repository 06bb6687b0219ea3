//! Cursors, receipts and digests that a device shows the hub: none makes it answer anything but an answer.
#![no_main]

use std::sync::LazyLock;

use habeas_fuzz::Known;
use habeas_fuzz::people::rng;
use habeas_hub::{Caller, Hub};
use habeas_protocol::api::{Nonce, Purpose, Setup, to_hex};
use habeas_protocol::{CaseId, SyncRequest, encode};
use libfuzzer_sys::fuzz_target;

const NOW: i64 = 1_800_000_000;

static HUB: LazyLock<(Hub, Caller, Vec<u8>)> = LazyLock::new(|| {
    let known = Known::new();
    let path = tempfile::tempdir().unwrap().keep().join("hub.sqlite");
    let hub = Hub::open(path.to_str().unwrap(), &mut rng(1)).unwrap();
    let nonce = Nonce { nonce: hub.nonce(NOW, &mut rng(2)), now: 0 };
    let log = known.people.log.entries_from(0).map(|entry| to_hex(&encode(entry).unwrap())).collect();
    let setup = Setup {
        code: hub.setup_code(&mut rng(2)).unwrap().unwrap().into(),
        signature: known.people.aliya.prove(Purpose::SetUp, &nonce, "aliya"),
        nonce: nonce.nonce,
        account: "aliya".into(),
        password: "a long password".into(),
        device: known.people.aliya.keys().to_hex(),
        log,
    };
    hub.set_up(&setup, NOW, &mut rng(3)).unwrap();
    let device = known.people.aliya.id();
    let person = known.people.log.member(&device).unwrap().person;
    let caller = Caller { device, person };
    let all = SyncRequest { budget: 1 << 20, ..SyncRequest::default() };
    let cursor = hub.sync(caller, &all, NOW, &mut rng(4)).unwrap().frames.pop().map(|frame| frame.cursor).unwrap_or_default();
    (hub, caller, cursor)
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    let (hub, caller, cursor) = &*HUB;
    let mut request = SyncRequest { budget: 1 << 16, log_from: u64::MAX, ..SyncRequest::default() };
    match mode % 5 {
        0 => request.cursor = rest.to_vec(),
        1 => {
            // The hub's own, with some bytes changed.
            request.cursor.clone_from(cursor);
            for pair in rest.chunks_exact(2).filter(|_| !cursor.is_empty()) {
                let at = usize::from(pair[0]) % request.cursor.len();
                request.cursor[at] ^= pair[1];
            }
        }
        2 => request.receipt = rest.to_vec(),
        3 => {
            request.cursor.clone_from(cursor);
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

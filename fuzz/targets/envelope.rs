//! Requests and envelopes as they come over the network, and payloads that whoever has the case's key may have sealed.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::keys::seal_payload;
use habeas_fuzz::{CASE, Known};
use habeas_protocol::{EnvelopeId, SyncRequest, encode};
use libfuzzer_sys::fuzz_target;

static KNOWN: LazyLock<Known> = LazyLock::new(Known::new);

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    if mode & 1 == 0 {
        if let Ok(request) = SyncRequest::decode(rest) {
            assert_eq!(encode(&request).unwrap(), rest);
            request.envelopes.iter().take(4).for_each(|envelope| KNOWN.takes(envelope));
        }
    } else if rest.len() <= 1 << 18 {
        KNOWN.takes(&seal_payload(CASE, (0, &KNOWN.secret), EnvelopeId([3; 16]), rest));
    }
});

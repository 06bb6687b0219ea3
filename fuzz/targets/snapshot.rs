//! Snapshots that a member who may has sealed and signed, with anything in them: each change of them is asked what every change is.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::device::Memory;
use habeas_fuzz::Known;
use habeas_fuzz::people::member;
use libfuzzer_sys::fuzz_target;

static READER: LazyLock<(Known, Memory)> = LazyLock::new(|| {
    let known = Known::new();
    let aliya = member(&known.people.aliya, &known.people);
    (known, aliya.into_records())
});

fuzz_target!(|data: &[u8]| {
    let Some((length, rest)) = data.split_first_chunk::<2>() else { return };
    let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (known, records) = &*READER;
    known.takes_snapshot(records, rest.split_at(length));
});

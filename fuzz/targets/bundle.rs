//! Files that somebody hands over: torn, forged, or sealed by a member with anything in them.
#![no_main]

use std::sync::LazyLock;

use habeas_client_core::device::{Device, Memory};
use habeas_client_core::keys::seal_bundle;
use habeas_fuzz::Known;
use habeas_fuzz::people::{member, rng};
use habeas_protocol::bundle::Carried;
use habeas_protocol::decode;
use libfuzzer_sys::fuzz_target;

static READERS: LazyLock<(Known, Memory, Memory)> = LazyLock::new(|| {
    let known = Known::new();
    let (aliya, clerk) = (member(&known.people.aliya, &known.people), member(&known.people.clerk, &known.people));
    (known, aliya.into_records(), clerk.into_records())
});

fuzz_target!(|data: &[u8]| {
    let Some((mode, rest)) = data.split_first() else { return };
    let (known, aliya, clerk) = &*READERS;
    let file = if mode & 1 == 0 {
        rest.to_vec()
    } else {
        let Ok(items) = decode::<Vec<Carried>>(rest, 1 << 20) else { return };
        let readers = [known.people.aliya.keys(), known.people.clerk.keys()];
        seal_bundle(items, &readers, &known.people.dana, &mut rng(6)).unwrap()
    };
    let mut reader = Device::open(aliya.clone()).unwrap().unwrap();
    let _ = reader.import(&file);
    let mut reader = Device::open(reader.into_records()).unwrap().unwrap();
    let cases: Vec<_> = reader.cases().map(|(case, _)| *case).collect();
    cases.into_iter().for_each(|case| drop(reader.case(case).unwrap().replica.view()));
    let mut reader = Device::open(clerk.clone()).unwrap().unwrap();
    if let Ok(handed_in) = reader.opens_for_hub(&file) {
        handed_in.parts().iter().for_each(|part| drop(reader.carrying(part).unwrap()));
    }
});

//! A hub that has something, and the device of Aliya that has got it from there.

use habeas_client_core::device::{Device, Memory};
use habeas_hub::{Caller, Hub};
use habeas_protocol::api::{Nonce, Purpose, Setup, to_hex};
use habeas_protocol::{SyncRequest, encode};

use crate::Known;
use crate::people::{member, name, restrained, rng};

/// When everything happens, in seconds since 1970.
pub const NOW: i64 = 1_800_000_000;

pub struct Asked {
    pub hub: Hub,
    pub caller: Caller,
    pub aliya: Device<Memory>,
    /// What her device shows next: a true cursor, how far it has followed each feed, a receipt.
    pub next: SyncRequest,
}

impl Asked {
    /// Always the same one, so a true cursor is one in every run.
    pub fn new() -> Self {
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
        let caller = Caller { device, person: known.people.log.member(&device).unwrap().person };
        let mut aliya = member(&known.people.aliya, &known.people);
        aliya.new_case(&[name("Серік"), restrained("12:05")], &mut rng(4)).unwrap();
        for round in 5..8 {
            let request = aliya.request(&mut rng(round)).unwrap();
            let response = hub.sync(caller, &request, NOW, &mut rng(round)).unwrap();
            aliya.receive(&request, response).unwrap();
        }
        let next = aliya.request(&mut rng(9)).unwrap();
        assert!(!next.cursor.is_empty() && !next.followed.is_empty() && next.envelopes.is_empty());
        Self { hub, caller, aliya, next }
    }
}

impl Default for Asked {
    fn default() -> Self {
        Self::new()
    }
}

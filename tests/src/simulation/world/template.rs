//! What every schedule begins from.

use habeas_client_core::keys::{DeviceSecrets, seal_circle};
use habeas_hub::Hub;
use habeas_protocol::api::{Nonce, Purpose, Setup, to_hex};
use habeas_protocol::{Body, CircleId, CircleKind, Entry, Log, encode};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

use super::super::story::{CLERK, LATE};
use super::{NOW, ROLES, copied, folder, person};

/// The people's keys, and a hub that knows them.
pub struct Template {
    pub(super) devices: Vec<DeviceSecrets>,
    pub(super) hub: Vec<u8>,
}

impl Template {
    pub fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let devices: Vec<DeviceSecrets> = ROLES.iter().map(|_| DeviceSecrets::generate(&mut rng)).collect();
        let (aliya, clerk) = (&devices[0], &devices[CLERK]);
        let mut log = Log::new();
        let coordinators = CircleId([0xc0; 16]);
        let (circle, pair) = seal_circle(coordinators, CircleKind::Coordinators, 0, &[aliya.keys()], &mut rng).unwrap();
        let mut entries: Vec<Entry> = Vec::new();
        let mut write = |body: Body| entries.push(aliya.write_entry(&mut log, body).unwrap());
        write(Body::Genesis { device: aliya.keys(), person: person(0), circle });
        for (number, (device, role)) in devices.iter().zip(ROLES).enumerate().take(LATE) {
            if number > 0 {
                write(Body::DeviceAdmitted { device: device.keys(), person: person(number), role });
            }
            let kind = CircleKind::Person(person(number));
            write(Body::CircleEpoch(seal_circle(CircleId(person(number).0), kind, 0, &[device.keys()], &mut rng).unwrap().0));
        }
        let wrap = pair.wrap(coordinators, 0, &clerk.keys(), &mut rng).unwrap();
        write(Body::CircleJoined { circle: coordinators, epoch: 0, device: clerk.id(), wrap });

        let folder = folder();
        let path = folder.path().join("hub.sqlite");
        let hub = Hub::open(path.to_str().unwrap(), &mut rng).unwrap();
        let nonce = Nonce { nonce: hub.nonce(NOW, &mut rng), now: 0 };
        let setup = Setup {
            code: hub.setup_code(&mut rng).unwrap().unwrap().into(),
            signature: aliya.prove(Purpose::SetUp, &nonce, "aliya"),
            nonce: nonce.nonce,
            account: "aliya".into(),
            password: "a long password".into(),
            device: aliya.keys().to_hex(),
            log: entries.iter().map(|entry| to_hex(&encode(entry).unwrap())).collect(),
        };
        hub.set_up(&setup, NOW, &mut rng).unwrap();
        Self { devices, hub: copied(&path) }
    }
}

//! What locking leaves of keys: every secret is wiped when it is dropped, and locking drops the device.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::device::{Device, Invitation, Memory, Passes};
use habeas_client_core::keys::{AttachmentKey, CaseSecret, CirclePair, DeviceSecrets, FactKey, Share};
use habeas_client_core::vault::Vault;
use habeas_protocol::api::{Nonce, SecondFactor, Session};
use habeas_protocol::{Pass, PersonId, Secret, Signature};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// The compiler refuses a type here that keeps its bytes.
#[test]
fn every_kind_of_secret_is_wiped_when_it_is_dropped() {
    const fn wiped<T: ZeroizeOnDrop>() {}
    const {
        wiped::<DeviceSecrets>();
        wiped::<CirclePair>();
        wiped::<CaseSecret>();
        wiped::<AttachmentKey>();
        wiped::<FactKey>();
        wiped::<Share>();
        wiped::<Vault>();
        wiped::<Passes>();
        wiped::<Invitation>();
        wiped::<Secret>();
        wiped::<Zeroizing<Vec<u8>>>();
    }
}

/// A quarter of a session's token.
const TOKEN: &str = "0123456789abcdef";

fn session(token: &str) -> Session {
    Session { token: Secret::from(token), person: PersonId([1; 16]), admitted: true, second_factor: SecondFactor::NotNeeded }
}

/// What a program writes of itself when something goes wrong: a derived text would tell the bytes.
#[test]
fn no_kind_of_secret_can_be_printed() {
    let (_, [share, ..]) = Share::make(&[7; 32], &mut people::rng(4));
    let mut device = Device::create(Memory::default(), DeviceSecrets::generate(&mut people::rng(1)), None).unwrap();
    let token = TOKEN.repeat(4);
    let session = session(&token);
    device.remember_session("https://example.org", "dana", &session, &Nonce { nonce: String::new(), now: 0 }, 0).unwrap();
    let pass = Pass::new([7; 32], 1, ("GET", "/v1/cards", b""), |_| Signature([8; 64]));
    let printed = [
        format!("{:?}", device.secrets()),
        format!("{:?}", device.passes().unwrap()),
        format!("{:?}", CirclePair::generate(&mut people::rng(5))),
        format!("{:?}", CaseSecret::generate(&mut people::rng(2))),
        format!("{:?}", FactKey::generate(&mut people::rng(6))),
        format!("{:?}", AttachmentKey::generate(&mut people::rng(3))),
        format!("{:?}", Vault::with_key([9; 32])),
        format!("{:?}", Secret::from(token.as_str())),
        format!("{pass:?}"),
        format!("{share:?}"),
    ];
    for text in printed {
        // An id, at most; no list of numbers.
        assert!(text.len() < 80 && !text.contains('[') && !text.contains(&token), "{text}");
    }
}

/// This process's memory is a file on Linux: what lies where a value was can be read after it is gone.
#[cfg(target_os = "linux")]
mod memory {
    use std::fs::File;
    use std::os::unix::fs::FileExt as _;

    use habeas_protocol::encode;

    use super::*;
    use crate::people::rng;

    fn read(at: usize, bytes: usize) -> Vec<u8> {
        let mut read = vec![0; bytes];
        File::open("/proc/self/mem").unwrap().read_exact_at(&mut read, at as u64).unwrap();
        read
    }

    /// How many of these sixteen bytes' pieces of a key stand in memory. An allocator writes over the beginning of what it gets back, and
    /// a key of thirty-two bytes has another piece.
    fn pieces(of: &[u8], key: &[u8]) -> usize {
        key.chunks(16).filter(|piece| of.windows(16).any(|bytes| bytes == *piece)).count()
    }

    /// Drops a value that lies on the heap and says how many pieces of the key stood there before and after.
    fn dropped<T>(value: Box<T>, key: &[u8]) -> (usize, usize) {
        let (at, bytes) = (std::ptr::from_ref(&*value).addr(), size_of::<T>());
        let before = pieces(&read(at, bytes), key);
        drop(value);
        (before, pieces(&read(at, bytes), key))
    }

    #[test]
    fn nothing_of_a_key_is_left_where_it_lay() {
        // That the look finds what is there, a key shows that nobody wipes.
        let kept = [0x5a_u8, 1, 2, 3].repeat(16);
        assert_eq!(dropped(Box::new(<[u8; 64]>::try_from(kept.as_slice()).unwrap()), &kept[..32]).0, 2);

        let device = DeviceSecrets::generate(&mut rng(1));
        let key = encode(&device).unwrap();
        assert_eq!(dropped(Box::new(device), &key), (4, 0));
        let case = CaseSecret::generate(&mut rng(2));
        let key = encode(&case).unwrap();
        assert_eq!(dropped(Box::new(case), &key), (2, 0));
        let attachment = AttachmentKey::generate(&mut rng(3));
        let key = habeas_protocol::api::from_hex(&attachment.to_text(), 32).unwrap();
        assert_eq!(dropped(Box::new(attachment), &key), (2, 0));
        let (_, [share, ..]) = Share::make(&[7; 32], &mut rng(4));
        let key = share.bytes()[1..33].to_vec();
        assert_eq!(dropped(Box::new(share), &key), (2, 0));
        // What an open vault and a circle's key hold nobody is told: all of their bytes are looked for.
        let vault = Box::new(Vault::with_key([9; 32]));
        let key = read(std::ptr::from_ref(&*vault).addr(), size_of::<Vault>());
        assert_eq!(dropped(vault, &key), (4, 0));
        let circle = Box::new(CirclePair::generate(&mut rng(5)));
        let key = read(std::ptr::from_ref(&*circle).addr(), size_of::<CirclePair>());
        assert_eq!(dropped(circle, &key), (2, 0));
    }

    #[test]
    fn nothing_of_a_sessions_token_is_left_when_the_device_is_locked() {
        let token = TOKEN.repeat(4);
        let session = session(&token);
        let at = session.token.reveal().as_ptr().addr();
        let secrets = DeviceSecrets::generate(&mut rng(6));
        let mut device = Device::create(Memory::default(), secrets, None).unwrap();
        let nonce = Nonce { nonce: String::new(), now: 0 };
        device.remember_session("https://example.org", "dana", &session, &nonce, 0).unwrap();
        let noted = device.note("token").unwrap().as_ptr().addr();
        assert_eq!((pieces(&read(at, 64), token.as_bytes()), pieces(&read(noted, 64), token.as_bytes())), (4, 4));
        drop((device, session));
        assert_eq!((pieces(&read(at, 64), token.as_bytes()), pieces(&read(noted, 64), token.as_bytes())), (0, 0));
    }
}

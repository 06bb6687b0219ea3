//! What is known to kill by what it claims or unpacks to takes no device much memory. All that is allocated is counted, also what is given
//! back at once: so much, and less, is what a device grows by. The one test of this program, because every thread's memory is counted.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod killers;
mod people;

use std::alloc::System;

use habeas_client_core::case::Draft;
use habeas_client_core::device::{Device, SyncReport};
use habeas_client_core::keys::{seal_covered, seal_snapshot};
use habeas_client_core::sync::{Outcome, Parked, ParsedChange, Replica};
use habeas_protocol::{Beginning, CircleKind, Envelope, Frame, INCARNATIONS, Place, SyncRequest, encode};
use killers::chunks::unsigned;
use killers::{CASE, Ground, Is};
use people::{member, note, rng};
use sha2::{Digest as _, Sha256};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// The most that one thing which somebody sends may make a device allocate, in bytes.
const MOST: usize = 64 << 20;

/// What came of it, and how many bytes it allocated.
fn measured<T>(deed: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(ALLOCATOR);
    let came = deed();
    (came, region.change().bytes_allocated)
}

/// What came of it, and how many bytes more there are afterwards.
fn kept<T>(deed: impl FnOnce() -> T) -> (T, usize) {
    let region = Region::new(ALLOCATOR);
    let came = deed();
    let change = region.change();
    (came, change.bytes_allocated.saturating_sub(change.bytes_deallocated))
}

#[test]
fn what_kills_by_its_size_takes_little_memory() {
    let ground = Ground::new();
    one_at_a_time(&ground);
    many_that_wait(&ground);
    many_without_a_signature(&ground);
    snapshots(&ground);
}

fn one_at_a_time(ground: &Ground) {
    for killer in ground.killers() {
        for envelope in ground.envelopes(&killer) {
            let mut replica = ground.replica.clone();
            let (outcome, bytes) = measured(|| replica.receive(&[envelope], &ground.keys, &ground.people.log).remove(0));
            assert!(!matches!(outcome, Outcome::Admitted(_)), "{}", killer.what);
            assert!(bytes < MOST, "{}: {bytes} bytes", killer.what);
        }
        if let Is::Chunk(chunk, _) = &killer.is {
            let (_, bytes) = measured(|| ParsedChange::parse(chunk));
            assert!(bytes < MOST, "{}, by itself: {bytes} bytes", killer.what);
        }
    }
}

/// Changes that wait for what never comes are kept beside the document, as they came: each costs a few times its bytes.
fn many_that_wait(ground: &Ground) {
    let (count, mut replica) = (2_000_u32, ground.replica.clone());
    let envelopes: Vec<Envelope> = (0..count).map(|number| ground.upon_nothing(number)).collect();
    let bytes: usize = envelopes.iter().map(|envelope| envelope.sealed.len()).sum();
    let before = (replica.document().save(), replica.document().heads());
    let (outcomes, kept) = kept(|| replica.receive(&envelopes, &ground.keys, &ground.people.log));
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Parked(_))));
    assert_eq!((replica.document().save(), replica.document().heads()), before);
    assert_eq!(replica.aside().len(), envelopes.len());
    assert!(kept < 8 * bytes, "{kept} bytes for {bytes}");
}

/// By how much the most memory that this process ever had grew, in bytes.
fn grew<T>(deed: impl FnOnce() -> T) -> (T, usize) {
    let most = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().split(' ').next().unwrap().parse::<usize>().unwrap() << 10
    };
    // From here on it is counted anew.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = most();
    let came = deed();
    (came, most() - before)
}

/// Whoever has the case's secret makes changes in somebody's name that nobody has signed: texts that pack to nothing, all of which wait; and a long row, each
/// upon the one before. They are laid upon one another to find what is covered, and never all open at once.
fn many_without_a_signature(ground: &Ground) {
    let (actor, log) = (ground.people.dana.keys().actor(0), &ground.people.log);
    let bare = |replica: &mut Replica, actor: [u8; 16], notes: &[Draft]| {
        let written = replica.write(actor, notes).unwrap();
        let change = ParsedChange::parse(&written.chunk).unwrap();
        seal_covered(CASE, (0, &ground.secret), &ground.secret, &change).unwrap()
    };
    // As well as it may pack and be believed.
    let text = |number: u32| {
        let noise: String = Sha256::digest(number.to_be_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        [note(&format!("{noise}{noise}{}", "x".repeat(4_800)))]
    };
    let texts = (0..3_000).map(|number| bare(&mut Replica::new(CASE), actor, &text(number))).collect::<Vec<_>>();
    let mut row = Replica::new(CASE);
    let actors: Vec<[u8; 16]> = (0..INCARNATIONS).map(|number| ground.people.dana.keys().actor(number)).collect();
    let row = (0..3_000_usize).map(|number| bare(&mut row, actors[number % actors.len()], &[note("and")])).collect::<Vec<_>>();
    for envelopes in [texts, row] {
        let bytes: usize = envelopes.iter().map(|envelope| envelope.sealed.len()).sum();
        let mut replica = ground.replica.clone();
        let (outcomes, most) = grew(|| replica.receive(&envelopes, &ground.keys, log));
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Parked(Parked::Signature(_)))));
        assert_eq!((replica.aside().len(), replica.history().len()), (envelopes.len(), ground.replica.history().len()));

        assert!(most < 8 * bytes, "{most} bytes for {bytes}");
    }
}

/// A member who may make snapshots seals in one what a reader would take much memory for: it is left whole.
fn snapshots(ground: &Ground) {
    let numbered = |count: u64| (1..=count).flat_map(unsigned).collect::<Vec<u8>>();
    // Nothing that packs too well to be believed: a text, or numbers, of which nobody can guess the next.
    let noise = |seq: u64| Sha256::digest(seq.to_be_bytes());
    let text = |seq: u64| [noise(seq), noise(!seq)].concat().iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    // A change upon the so many before it, by one actor, with one fact.
    let change =
        |deps: u64, seq: u64, fields: &[u8]| [unsigned(deps).as_slice(), &numbered(deps), &[0], &unsigned(seq), fields].concat();
    let told = |changes: &[Vec<u8>]| [unsigned(1), vec![1; 16], unsigned(changes.len() as u64), changes.concat()].concat();
    let said = |seq| [&[1, 1, 1, b'a', 6], unsigned(128).as_slice(), text(seq).as_bytes()].concat();
    let upon_many: Vec<Vec<u8>> = (1..5_800).map(|seq| change(1024.min(seq), seq, &said(seq))).collect();
    let tiny = |seq| u64::from_be_bytes(noise(seq)[..8].try_into().unwrap()) >> 40;
    let tiny: Vec<Vec<u8>> = (0..400_000).map(|seq| change(1, tiny(seq), &[1, 0])).collect();
    let all =
        [("upon as many as can be named", told(&upon_many), upon_many.len()), ("more changes than signatures", told(&tiny), 2)];
    for (what, changes, signatures) in all {
        let beginning = Beginning::new(ground.people.dana.id(), ground.secret.tag());
        let signatures = vec![habeas_protocol::Signature([7; 64]); signatures];
        let raw = encode(&(beginning.case, vec![(0_u32, ground.secret.clone())], signatures, Vec::<Envelope>::new())).unwrap();
        let raw = [&u32::try_from(raw.len()).unwrap().to_be_bytes(), raw.as_slice()].concat();
        let (circle, _) = ground.people.log.circle_of(CircleKind::Coordinators).unwrap();
        let place = Place { circle, circle_epoch: 0, upto: 9, chain: [7; 32], part: 0, parts: 1 };
        let part = seal_snapshot(place, (&raw, &changes), &ground.people.log, &ground.people.clerk, &mut rng(6)).unwrap();
        let mut aliya = member(&ground.people.aliya, &ground.people);
        let frame = Frame { items: Vec::new(), snapshot: Some(part), cursor: b"there".to_vec() };
        let mut report = SyncReport::default();
        let (_, bytes) = measured(|| aliya.take(&SyncRequest::default(), frame, &mut report).unwrap());
        assert!(bytes < MOST, "{what}: {bytes} bytes for {}", changes.len());
        let again = Device::open(aliya.into_records()).unwrap().unwrap();
        assert_eq!((report.admitted, again.cases().count()), (0, 0), "{what}");
    }
}

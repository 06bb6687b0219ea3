//! A device with a disk that survives its death.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use habeas_client_core::device::{Device, DeviceError, Records, RecordsError, SnapshotSizes, SyncReport, handed_over};
use habeas_client_core::keys::DeviceSecrets;
use habeas_hub::Caller;
use habeas_protocol::{CaseId, PersonId, SyncRequest, SyncResponse};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

/// What outlives the program.
#[derive(Default, Clone)]
struct Contents {
    records: BTreeMap<String, Vec<u8>>,
    /// At which write from now on the battery dies, and whether that write reaches the disk.
    fuse: Option<(u16, bool)>,
    /// How often something was written.
    writes: u16,
}

/// A disk.
#[derive(Default, Clone)]
pub struct Disk(Rc<RefCell<Contents>>);

impl Records for Disk {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        Ok(self.0.borrow().records.get(name).cloned())
    }

    fn put(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        let mut contents = self.0.borrow_mut();
        contents.writes += 1;
        let dies = match &mut contents.fuse {
            Some((0, written)) => Some(*written),
            Some((writes, _)) => {
                *writes -= 1;
                None
            }
            None => None,
        };
        if dies != Some(false) {
            contents.records.extend(batch);
        }
        if dies.is_some() {
            contents.fuse = None;
            return Err(RecordsError(habeas_texts::error_log_unknown()));
        }
        Ok(())
    }

    fn forget(&mut self, names: &[String], batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        let before = self.0.borrow().records.clone();
        self.0.borrow_mut().records.retain(|name, _| !names.contains(name));
        self.put(batch).inspect_err(|_| self.0.borrow_mut().records = before)
    }

    fn forget_all_but(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        // All of it or nothing: a battery that dies leaves it as it was.
        let before = self.0.borrow().records.clone();
        self.0.borrow_mut().records.clear();
        self.put(batch).inspect_err(|_| self.0.borrow_mut().records = before)
    }
}

/// A device of somebody.
pub struct Node {
    /// Whose it is, by number; a copy is its owner's.
    pub owner: usize,
    pub person: PersonId,
    pub device: Device<Disk>,
    pub rng: ChaCha20Rng,
    /// How often its battery has died at a write.
    pub deaths: u64,
    /// Whether it has been revoked and has given up what it had.
    pub is_gone: bool,
    /// What its clock shows, in seconds since 1970.
    pub clock: i64,
    /// The shares that were over by its clock, each with the case: that stays so, whatever the clock shows later.
    pub over: BTreeSet<(CaseId, u64)>,
    /// Whether a hub has ever lied to it.
    pub was_lied_to: bool,
    disk: Disk,
}

/// What a device makes of an answer.
pub enum Heard {
    /// It has taken it in.
    Took(Box<SyncReport>),
    /// Its battery has died meanwhile.
    Died,
    /// It has found something in it that cannot be true.
    Caught,
}

/// Small feeds have snapshots of several parts, too.
fn opened(disk: &Disk) -> Result<Option<Device<Disk>>, DeviceError> {
    let device = Device::open(disk.clone())?;
    Ok(device.map(|mut device| {
        device.cuts_snapshots(SnapshotSizes { least: 3, part: 500 });
        device.asks_in_ranges_from(2);
        device
    }))
}

impl Node {
    pub fn new(owner: usize, person: PersonId, secrets: &DeviceSecrets, seed: u64) -> Self {
        let disk = Disk::default();
        Device::create(disk.clone(), secrets.clone(), None).unwrap();
        let (device, rng) = (opened(&disk).unwrap().unwrap(), ChaCha20Rng::seed_from_u64(seed));
        let (clock, over) = (super::world::NOW, BTreeSet::new());
        Self { owner, person, device, rng, deaths: 0, is_gone: false, clock, over, was_lied_to: false, disk }
    }

    /// Another one with the same contents.
    pub fn copy(&self, seed: u64) -> Self {
        let disk = Disk(Rc::new(RefCell::new(Contents { fuse: None, ..self.disk.0.borrow().clone() })));
        let (device, rng) = (opened(&disk).unwrap().unwrap(), ChaCha20Rng::seed_from_u64(seed));
        Self { device, rng, deaths: 0, disk, over: self.over.clone(), ..*self }
    }

    /// Destroys what it has, because it was revoked; what it leaves for the coordinators comes back.
    pub fn gives_up(&mut self) -> Result<Vec<Vec<u8>>, String> {
        let opened = |disk: &Disk| opened(disk).map_err(|error| format!("a revoked device does not open: {error}"));
        let device = opened(&self.disk)?.ok_or("it is empty")?;
        match device.give_up(&mut self.rng) {
            Ok(_) => {}
            Err(DeviceError::Records(_)) => self.deaths += 1,
            Err(other) => return Err(format!("a revoked device does not give up: {other}")),
        }
        // A battery that dies leaves it as it was, or all of it is done.
        if opened(&self.disk)?.is_some() {
            return self.gives_up();
        }
        let left = handed_over(&mut self.disk).map_err(|error| error.to_string())?.ok_or("it leaves nothing")?;
        if self.disk.0.borrow().records.len() != 1 + left.files.len() {
            return Err("a revoked device keeps something".to_owned());
        }
        let nobody = DeviceSecrets::generate(&mut self.rng);
        (self.device, self.is_gone) = (Device::create(Disk::default(), nobody, None).unwrap(), true);
        Ok(left.files)
    }

    pub fn caller(&self) -> Caller {
        Caller { device: self.device.id(), person: self.person }
    }

    /// Lets the battery die at a later write; or never, if none is named.
    pub fn will_die(&mut self, fuse: Option<(u16, bool)>) {
        self.disk.0.borrow_mut().fuse = fuse;
    }

    /// What a device makes of something. After a death it starts again from its disk; what it only refuses changes nothing.
    pub fn tries<T>(
        &mut self,
        what: impl FnOnce(&mut Device<Disk>, &mut ChaCha20Rng) -> Result<T, DeviceError>,
    ) -> Result<Option<T>, String> {
        match what(&mut self.device, &mut self.rng) {
            Ok(done) => Ok(Some(done)),
            Err(DeviceError::Records(_)) => {
                self.starts_again()?;
                Ok(None)
            }
            Err(DeviceError::NotYet(_) | DeviceError::NotForThis | DeviceError::Key(_)) => Ok(None),
            Err(other) => Err(format!("the device of {}: {other}", super::story::PEOPLE[self.owner])),
        }
    }

    fn starts_again(&mut self) -> Result<(), String> {
        self.deaths += 1;
        let device = opened(&self.disk).map_err(|error| format!("a dead device does not open: {error}"))?;
        self.device = device.ok_or("it is empty")?;
        Ok(())
    }

    /// What it makes of an answer. What cannot be true changes nothing for the next one.
    pub fn hears(&mut self, request: &SyncRequest, response: SyncResponse) -> Result<Heard, String> {
        match self.device.receive(request, response) {
            Ok(report) => Ok(Heard::Took(Box::new(report))),
            Err(DeviceError::Records(_)) => self.starts_again().map(|()| Heard::Died),
            Err(DeviceError::Hub(_)) => Ok(Heard::Caught),
            Err(other) => Err(format!("the device of {}: {other}", super::story::PEOPLE[self.owner])),
        }
    }

    /// How often it has written.
    pub fn writes(&self) -> u16 {
        self.disk.0.borrow().writes
    }

    /// The cases of which it has a secret.
    pub fn readable(&mut self) -> Vec<CaseId> {
        let all: Vec<CaseId> = self.device.cases().map(|(case, _)| *case).collect();
        all.into_iter().filter(|case| self.device.case(*case).is_ok_and(|open| open.keys.newest().is_some())).collect()
    }

    /// How many changes it has without a signature of their own.
    pub fn bare(&mut self) -> u64 {
        let cases = self.readable();
        let bare = |case| {
            let replica = self.device.case(case).unwrap().replica;
            replica.document().vouched().filter(|(_, signature)| signature.is_none()).count() as u64
        };
        cases.into_iter().map(bare).sum()
    }

    pub fn unsent(&self) -> u32 {
        self.device.cases().map(|(_, summary)| summary.unsent).sum()
    }
}

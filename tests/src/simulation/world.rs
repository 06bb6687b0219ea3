//! The organisation, its hub, and what must be there in the end.

mod anew;
mod dies;
mod exchange;
mod liar;
mod oracle;
mod revoked;
mod shared;
mod template;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::iter::successors;
use std::path::{Path, PathBuf};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, SqliteConnection};
use habeas_client_core::case::{Draft, SealedFact, Stated, View, What};
use habeas_clock::Instant;
use habeas_hub::Hub;
use habeas_protocol::{CaseId, PersonId, Role};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;
use tempfile::TempDir;

pub use dies::MOST_COMMITS;
use liar::Liar;
pub use template::Template;

use super::node::Node;
use super::story::{CLERK, Fault, LATE, PEOPLE, Step};
use crate::quick;

/// What the time is, at the hub, too, in seconds since 1970.
pub(super) const NOW: i64 = 1_800_000_000;
const YEAR: i64 = 365 * 24 * 3600;
const ROLES: [Role; 6] = [Role::Coordinator, Role::Lawyer, Role::Lawyer, Role::Recorder, Role::Clerk, Role::Coordinator];
/// How often everybody goes round with the hub before it counts as endless.
const ROUNDS: usize = 12;
const TRIPS: usize = 60;
/// The most bytes of a round trip that brings nothing, both ways together.
const QUIET: usize = 500;
/// The most that one more note adds to that, with the keys of what is sealed in it.
const ONE_MORE: usize = 1_000;
/// In how many feeds somebody gets it: a coordinator of a case that she began herself in the coordinators' and in her own.
const FEEDS: usize = 2;

fn person(number: usize) -> PersonId {
    PersonId([u8::try_from(number).unwrap() + 1; 16])
}

/// Where files live that nobody needs afterwards: in memory, where there is such a place.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

/// A database's file as it would be restored: whole, whoever still has it open. (A pool that was dropped closes its connections later, in a
/// thread of its own, and the file that is read meanwhile may lack what they have in their log, or half of it.)
fn copied(path: &Path) -> Vec<u8> {
    let copy = path.with_extension("copy");
    let mut db = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    db.batch_execute(&format!("PRAGMA busy_timeout = 20000; VACUUM INTO '{}'", copy.display())).unwrap();
    let bytes = fs::read(&copy).unwrap();
    fs::remove_file(&copy).unwrap();
    bytes
}

/// What went wrong, with everything that it came from.
fn cause(error: impl Error) -> String {
    let causes = successors(error.source(), |cause| (*cause).source());
    causes.fold(error.to_string(), |said, cause| format!("{said}: {cause}"))
}

/// Facts that are on somebody's disk, by case.
type Written = BTreeMap<CaseId, BTreeSet<String>>;

/// One run.
pub struct World {
    nodes: Vec<Node>,
    hub: Option<Hub>,
    rng: ChaCha20Rng,
    written: Written,
    /// Who began each case.
    begun: BTreeMap<CaseId, PersonId>,
    texts: u32,
    lost: u64,
    restored: u32,
    /// How many files the hub has had.
    files: u32,
    /// How often it died between two of its commits, or before the first.
    hub_deaths: u64,
    /// What devices that were revoked had not brought.
    quarantine: Vec<Vec<u8>>,
    /// What revoked devices had, until the hub is restored.
    left: Written,
    /// What may have been lost with it.
    doubtful: Written,
    /// Copies of devices as they were when they were revoked, in whose hands ever.
    thieves: Vec<Node>,
    /// How many parts of snapshots devices have taken.
    snapshots: u64,
    /// How many changes without a signature of their own a clerk who began anew has taken.
    bare: u64,
    /// How many bytes the last round trip took, both ways.
    last: usize,
    liar: Liar,
    path: PathBuf,
    backup: Vec<u8>,
    folder: TempDir,
}

impl World {
    pub fn begin(template: &Template, seed: u64) -> Self {
        let nodes = (0..PEOPLE.len()).map(|owner| {
            Node::new(owner, person(owner), &template.devices[owner], seed.wrapping_mul(101).wrapping_add(owner as u64))
        });
        let folder = folder();
        let path = folder.path().join("hub.sqlite");
        let mut world = Self {
            nodes: nodes.collect(),
            hub: None,
            rng: ChaCha20Rng::seed_from_u64(seed ^ 0x5eed),
            written: Written::new(),
            begun: BTreeMap::new(),
            texts: 0,
            lost: 0,
            restored: 0,
            files: 0,
            hub_deaths: 0,
            quarantine: Vec::new(),
            left: Written::new(),
            doubtful: Written::new(),
            thieves: Vec::new(),
            snapshots: 0,
            bare: 0,
            last: 0,
            liar: Liar::default(),
            path,
            backup: template.hub.clone(),
            folder,
        };
        world.restore();
        for number in 0..LATE {
            world.round_trip(number, Fault::None).unwrap();
        }
        world
    }

    fn restore(&mut self) {
        self.hub = None;
        self.restored += 1;
        self.another_file();
        fs::write(&self.path, &self.backup).unwrap();
        self.open_hub();
    }

    /// Connections that the old pool is still opening do not touch it.
    fn another_file(&mut self) {
        self.files += 1;
        self.path.set_file_name(format!("hub-{}.sqlite", self.files));
    }

    fn open_hub(&mut self) {
        self.hub = Some(Hub::open(self.path.to_str().unwrap(), &mut self.rng).unwrap());
    }

    fn save(&mut self) {
        self.hub = None;
        self.backup = copied(&self.path);
        self.open_hub();
    }

    /// How often each person's device has written to its disk.
    pub fn writes(&self) -> Vec<u16> {
        self.nodes.iter().take(PEOPLE.len()).map(Node::writes).collect()
    }

    pub fn step(&mut self, step: &Step) -> Result<(), String> {
        let node = |who: u8| usize::from(who) % self.nodes.len();
        let is_gone = |who: u8| self.nodes[node(who)].is_gone;
        match *step {
            Step::Begins { who }
            | Step::Adds { who, .. }
            | Step::Syncs { who, .. }
            | Step::HandsIn { who, .. }
            | Step::Copied { who, .. }
            | Step::Clock { who, .. }
            | Step::Dies { who, .. }
            | Step::Stick { from: who, .. }
                if is_gone(who) =>
            {
                Ok(())
            }
            Step::Stick { to, .. } if is_gone(to) => Ok(()),
            Step::Revoked { who } => self.revokes(usize::from(who)),
            // The clerk records nothing.
            Step::Begins { who } if self.nodes[node(who)].owner == CLERK => Ok(()),
            Step::Adds { who, .. } if self.nodes[node(who)].owner == CLERK => Ok(()),
            Step::Begins { who } => self.begins(node(who)),
            Step::Adds { who, case, corrects } => self.adds(node(who), usize::from(case), corrects),
            Step::Syncs { who, fault } => self.round_trip(node(who), fault).map(drop),
            Step::Stick { from, to, everything, cut } => self.stick(node(from), node(to), everything, cut),
            Step::HandsIn { who, cut, heard } => self.hands_in(node(who), cut, heard, false),
            Step::Assigns { case, to } => self.assigns(usize::from(case), usize::from(to)),
            Step::Shares { case, to } => self.shares(usize::from(case), usize::from(to), true),
            Step::Ends { case, to } => self.shares(usize::from(case), usize::from(to), false),
            Step::TeamMember { who, joins } => self.team_member(usize::from(who), joins),
            Step::TeamCase { case, gets } => self.team_case(usize::from(case), gets),
            Step::Copied { who, both_write } => {
                let copy = self.nodes[usize::from(who)].copy(u64::from(self.texts) + 7_000);
                self.nodes.push(copy);
                let Some(case) = both_write else { return Ok(()) };
                self.adds(usize::from(who), usize::from(case), None)?;
                self.adds(self.nodes.len() - 1, usize::from(case), None)
            }
            Step::Dies { who, at, written } => {
                let node = node(who);
                self.nodes[node].will_die(Some((at, written)));
                Ok(())
            }
            // A server whose clock is wrong does not serve.
            Step::Clock { who, .. } if self.nodes[node(who)].owner == CLERK => Ok(()),
            Step::Clock { who, years } => {
                let number = node(who);
                self.nodes[number].clock = NOW + i64::from(years) * YEAR;
                self.tells_time(number)
            }
            Step::Joins => self.admits(LATE),
            Step::Saved => {
                self.save();
                Ok(())
            }
            Step::Restored => {
                self.forgets_what_nobody_has();
                self.restore();
                Ok(())
            }
        }
    }
}

/// What everybody who reads a case sees of it: of what is limited, that it is there.
fn view(node: &mut Node, case: CaseId) -> String {
    let close = |stated| match stated {
        Stated::Known(fact) if fact.limited => Stated::Sealed(SealedFact::closed(&fact)),
        other => other,
    };
    let stated = node.device.case(case).unwrap().replica.facts().into_iter().map(close);
    serde_json::to_string(&View::fold(stated.collect())).unwrap()
}

/// The texts of a case's notes, those that were corrected, too.
fn texts(node: &mut Node, case: CaseId) -> Vec<String> {
    let text = |what: What| if let What::Note { text } = what { Some(text) } else { None };
    node.device.case(case).unwrap().replica.known_facts().into_iter().filter_map(|fact| text(fact.what)).collect()
}

/// Clocks are wrong; nothing may hang on them.
fn note(text: &str, clock: i64) -> Draft {
    let recorded_at = match text.len() % 3 {
        0 => Instant::MIN,
        1 => Instant::MAX,
        _ => Instant::from_seconds(clock).unwrap(),
    };
    Draft { recorded_at, ..quick::note(text) }
}

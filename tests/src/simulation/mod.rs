//! A day of an organisation, played by a seeded scheduler on real devices and a real hub in one process: networks that lose, repeat
//! and cut, batteries that die at any write, phones that are copied, sticks that are torn, a hub that comes back with an old backup, a hub that
//! lies. When the network is whole again and the hub honest, nothing may be lost, and everybody sees the same.

mod node;
mod story;
mod world;

use std::fmt::Write as _;

pub use story::{Fault, Lie, Step, steps};
use world::{Template, World};

/// How many failures of each core are enough to know.
const MOST_FAILURES: usize = 2;

/// What schedules have come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Played {
    /// How many were played.
    pub schedules: u64,
    /// How many changes were on disks.
    pub changes: u64,
    /// How many actors turned out to have been used by two copies of a device.
    pub twins: u64,
    /// How many devices died at a write.
    pub deaths: u64,
    /// How many answers of the hub said that it had lost something.
    pub lost: u64,
    /// How many devices were revoked and gave up what they had.
    pub gone: u64,
    /// How often the hub has lied.
    pub lies: u64,
    /// How many lies were caught at once, and nothing of them used.
    pub caught: u64,
    /// How many parts of snapshots devices have taken.
    pub snapshots: u64,
    /// How many facts were for few.
    pub limited: u64,
    /// How many shares somebody gave up before their end, by a clock that was ahead.
    pub early: u64,
}

impl Played {
    fn add(self, other: Self) -> Self {
        Self {
            schedules: self.schedules + other.schedules,
            changes: self.changes + other.changes,
            twins: self.twins + other.twins,
            deaths: self.deaths + other.deaths,
            lost: self.lost + other.lost,
            gone: self.gone + other.gone,
            lies: self.lies + other.lies,
            caught: self.caught + other.caught,
            snapshots: self.snapshots + other.snapshots,
            limited: self.limited + other.limited,
            early: self.early + other.early,
        }
    }
}

/// The organisation from which every schedule begins.
pub struct Simulation(Template);

impl Simulation {
    /// Makes the organisation from which every schedule begins.
    pub fn new() -> Self {
        Self(Template::new())
    }

    /// Plays the schedules of these seeds on every core. The first failures of each core are told in words, with the fewest steps that
    /// fail.
    pub fn play_all(&self, seeds: std::ops::Range<u64>) -> (Played, Vec<String>) {
        self.play_each(seeds.map(|seed| (seed, steps(seed))).collect())
    }

    /// Plays the schedule of a seed once for every write that any device makes in it: its battery dies there, before the write or behind it.
    pub fn dies_at_each_write(&self, seed: u64) -> (Played, Vec<String>) {
        let mut day = steps(seed);
        day.retain(|step| !matches!(step, Step::Dies { .. }));
        let mut world = World::begin(&self.0, seed);
        let before = world.writes();
        day.iter().try_for_each(|step| world.step(step)).unwrap_or_default();
        let counts = world.writes().into_iter().zip(before).map(|(after, before)| after - before);
        let deaths = (0..)
            .zip(counts)
            .flat_map(|(who, count)| (0..count).flat_map(move |at| [false, true].map(|written| Step::Dies { who, at, written })));
        self.play_each(deaths.map(|death| (seed, [vec![death], day.clone()].concat())).collect())
    }

    fn play_each(&self, days: Vec<(u64, Vec<Step>)>) -> (Played, Vec<String>) {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|scope| {
            let one = |core: usize| {
                let mine = days.iter().skip(core).step_by(cores);
                move || {
                    let (mut played, mut failures) = (Played::default(), Vec::new());
                    for (seed, day) in mine {
                        match self.play(*seed, day.clone()) {
                            Ok(one) => played = played.add(one),
                            Err(failure) => failures.push(failure),
                        }
                        if failures.len() >= MOST_FAILURES {
                            break;
                        }
                    }
                    (played, failures)
                }
            };
            let threads: Vec<_> = (0..cores).map(|core| scope.spawn(one(core))).collect();
            let results = threads.into_iter().map(|thread| thread.join().unwrap());
            results.fold((Played::default(), Vec::new()), |(played, failures), (more, other)| {
                (played.add(more), [failures, other].concat())
            })
        })
    }

    fn play(&self, seed: u64, steps: Vec<Step>) -> Result<Played, String> {
        let failure = match self.run(seed, &steps) {
            Ok(played) => return Ok(played),
            Err(failure) => failure,
        };
        let (steps, failure) = self.fewest(seed, steps, failure);
        let mut said = format!("seed {seed}:\n");
        for step in &steps {
            let _ = writeln!(said, "  {step}");
        }
        Err(format!("{said}{failure}"))
    }

    fn run(&self, seed: u64, steps: &[Step]) -> Result<Played, String> {
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut world = World::begin(&self.0, seed);
            steps.iter().try_for_each(|step| world.step(step))?;
            world.settles()?;
            Ok(world.played())
        }));
        played.unwrap_or_else(|cause| {
            let said = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
            Err(format!("something panics: {}", said.unwrap_or_default()))
        })
    }

    /// Leaves out whatever the failure does not need.
    fn fewest(&self, seed: u64, mut steps: Vec<Step>, mut failure: String) -> (Vec<Step>, String) {
        let mut size = steps.len().div_ceil(2);
        loop {
            let mut from = 0;
            while from < steps.len() {
                let mut fewer = steps.clone();
                fewer.drain(from..(from + size).min(steps.len()));
                match self.run(seed, &fewer) {
                    Err(other) => (steps, failure) = (fewer, other),
                    Ok(_) => from += size,
                }
            }
            if size == 1 {
                return (steps, failure);
            }
            size = size.div_ceil(2);
        }
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}

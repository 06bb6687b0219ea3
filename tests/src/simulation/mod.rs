//! A day of an organisation, played by a seeded scheduler on real devices and a real hub in one process: networks that lose, repeat
//! and cut, batteries that die at any write, phones that are copied, sticks that are torn, a hub that comes back with an old backup. When the
//! network is whole again, nothing may be lost, and everybody sees the same.

mod node;
mod story;
mod world;

use std::fmt::Write as _;

pub use story::{Fault, Step, steps};
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
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
        std::thread::scope(|scope| {
            let one = |core: u64| {
                let mine = seeds.clone().filter(move |seed| seed % cores == core);
                move || {
                    let (mut played, mut failures) = (Played::default(), Vec::new());
                    for seed in mine {
                        match self.play(seed) {
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

    fn play(&self, seed: u64) -> Result<Played, String> {
        let steps = steps(seed);
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

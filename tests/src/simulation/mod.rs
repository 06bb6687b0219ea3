//! A day of an organisation, played by a seeded scheduler on real devices and a real hub in one process: networks that lose, repeat
//! and cut, batteries that die at any write, phones that are copied, sticks that are torn, a hub that comes back with an old backup, a hub that
//! lies. When the network is whole again and the hub honest, nothing may be lost, and everybody sees the same.

mod node;
mod story;
mod world;

use std::fmt;

pub use story::{Fault, Lie, Step, steps};
use world::{MOST_COMMITS, Template, World};

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
    /// How often the hub died in the middle of an exchange.
    pub hub_deaths: u64,
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
    /// How many changes without a signature of their own a clerk who began anew has taken.
    pub bare: u64,
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
            hub_deaths: self.hub_deaths + other.hub_deaths,
            lost: self.lost + other.lost,
            gone: self.gone + other.gone,
            lies: self.lies + other.lies,
            caught: self.caught + other.caught,
            snapshots: self.snapshots + other.snapshots,
            limited: self.limited + other.limited,
            bare: self.bare + other.bare,
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

    /// Plays the schedule of a seed once for every commit that the hub makes in each of its exchanges: it dies before the first, or behind that one.
    pub fn hub_dies_at_each_commit(&self, seed: u64) -> (Played, Vec<String>) {
        let day = steps(seed);
        let dies = |(at, step): (usize, &Step)| {
            let Step::Syncs { who, .. } = *step else { return Vec::new() };
            let dies = |behind| {
                let mut day = day.clone();
                day[at] = Step::Syncs { who, fault: Fault::HubDies(behind) };
                (seed, day)
            };
            (0..=MOST_COMMITS).map(dies).collect()
        };
        self.play_each(day.iter().enumerate().flat_map(dies).collect())
    }

    fn play_each(&self, days: Vec<(u64, Vec<Step>)>) -> (Played, Vec<String>) {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        std::thread::scope(|scope| {
            let one = |core: usize| {
                let mine = days.iter().skip(core).step_by(cores);
                move || {
                    let (mut played, mut failures) = (Played::default(), Vec::new());
                    for (seed, day) in mine {
                        match self.play(*seed, day.clone(), &nothing) {
                            Ok(one) => played = played.add(one),
                            Err(story) => failures.push(story.to_string()),
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

    /// Plays these steps with the luck of a seed, and asks `also` of what they have come to. What fails is told with the fewest steps that fail.
    pub fn play(&self, seed: u64, steps: Vec<Step>, also: Rule<'_>) -> Result<Played, Story> {
        let fails = |steps: &[Step]| self.run(seed, steps, also).err();
        match self.run(seed, &steps, also) {
            Ok(played) => Ok(played),
            Err(failure) => {
                let (steps, failure) = fewest(steps, failure, fails);
                Err(Story { seed, steps, failure })
            }
        }
    }

    /// Plays exactly these steps. An error says what fails, or panics.
    pub fn run(&self, seed: u64, steps: &[Step], also: Rule<'_>) -> Result<Played, String> {
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let mut world = World::begin(&self.0, seed);
            steps.iter().try_for_each(|step| world.step(step))?;
            world.settles()?;
            also(&world.played()).map(|()| world.played())
        }));
        played.unwrap_or_else(|cause| {
            let said = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
            Err(format!("something panics: {}", said.unwrap_or_default()))
        })
    }
}

/// What is asked of a day besides what every day is asked.
pub type Rule<'a> = &'a dyn Fn(&Played) -> Result<(), String>;

/// Nothing besides.
fn nothing(_: &Played) -> Result<(), String> {
    Ok(())
}

/// A day that fails, and each step of which it needs for that.
#[derive(Debug, Clone)]
pub struct Story {
    /// Where its luck comes from.
    pub seed: u64,
    /// What happens.
    pub steps: Vec<Step>,
    /// What is wrong then.
    pub failure: String,
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}:", self.seed)?;
        self.steps.iter().try_for_each(|step| writeln!(f, "  {step}"))?;
        f.write_str(&self.failure)
    }
}

/// Leaves out whatever a failure does not need: halves at first, at last one at a time, and again until each that is left is needed.
fn fewest<S: Clone>(mut steps: Vec<S>, mut failure: String, fails: impl Fn(&[S]) -> Option<String>) -> (Vec<S>, String) {
    let mut size = steps.len().div_ceil(2).max(1);
    loop {
        let (before, mut from) = (steps.len(), 0);
        while from < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(from..(from + size).min(steps.len()));
            match fails(&fewer) {
                Some(other) => (steps, failure) = (fewer, other),
                None => from += size,
            }
        }
        if size > 1 {
            size = size.div_ceil(2);
        } else if steps.len() == before {
            return (steps, failure);
        }
    }
}

impl Default for Simulation {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_needed_even_where_one_step_hides_another() {
        // It fails with a 7, unless a 3 is there without a 5: the 3 comes first, and can go only with the 5, or before it.
        let fails = |steps: &[u32]| {
            let has = |step| steps.contains(&step);
            (has(7) && (!has(5) || has(3))).then(|| format!("{} steps", steps.len()))
        };
        for steps in [vec![3, 5, 7], (0..40).collect(), (0..40).rev().collect(), vec![7], vec![3, 9, 7, 5]] {
            let (left, failure) = fewest(steps.clone(), fails(&steps).unwrap(), fails);
            assert_eq!((left, failure.as_str()), (vec![7], "1 steps"), "{steps:?}");
        }
        // What fails whatever happens needs nothing, and that ends, too.
        assert_eq!(fewest(vec![1, 2, 3], String::new(), |_| Some(String::new())).0, [0_u32; 0]);
        assert_eq!(fewest(Vec::<u32>::new(), String::new(), |_| Some(String::new())).0, [0_u32; 0]);
    }
}

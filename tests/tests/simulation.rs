//! A thousand days of losing, cutting, copying, dying, restoring and being lied to, on real devices and a real hub.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_tests::simulation::{Played, Rule, Simulation, Step, steps};

#[test]
fn after_any_day_nothing_is_lost_and_everybody_sees_the_same() {
    let (played, failures) = Simulation::new().play_all(7_000..8_000);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // And days on which nothing happens would prove nothing.
    assert!(played.changes > 3_000 && played.twins > 35 && played.deaths > 90 && played.lost > 200, "{played:?}");
    assert!(played.lies > 1_000 && played.caught > 70 && played.snapshots > 400 && played.limited > 400, "{played:?}");
    assert!(played.early > 0 && played.hub_deaths > 80 && played.bare > 300, "{played:?}");
}

/// Dana is revoked, does not know it yet, begins a case and gives the clerk a stick. Bolat hears of the case's second secret first, and has to prove by the
/// first one that there is such a case: without that no server that has lost it takes it from him.
#[test]
fn whoever_hears_of_a_cases_second_secret_first_gives_it_back_to_a_hub_that_has_lost_it() {
    let stick = Step::Stick { from: 7, to: 4, everything: true, cut: None };
    let day = [Step::Revoked { who: 1 }, Step::Begins { who: 1 }, stick];
    let played = Simulation::new().run(2796, &day, &|_| Ok(())).unwrap();
    assert!(played.lost > 0 && played.gone == 1, "{played:?}");
}

/// Before each of them, and behind it.
#[test]
fn a_battery_may_die_at_each_write_of_a_day() {
    let (played, failures) = Simulation::new().dies_at_each_write(10_000);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(played.deaths >= played.schedules / 2, "{played:?}");
}

/// Before the first of them, and behind each.
#[test]
fn a_hub_may_die_at_each_commit_of_an_exchange() {
    let (played, failures) = Simulation::new().hub_dies_at_each_commit(95_000);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(played.hub_deaths >= 60, "{played:?}");
}

/// A rule that no day has to keep, so some break it: it is told which steps break it, and none that has nothing to do with it.
#[test]
fn a_day_that_fails_is_told_with_the_steps_that_it_needs_and_no_other() {
    let simulation = Simulation::new();
    let kept = |played: &Played| {
        if played.twins == 0 || played.snapshots == 0 { Ok(()) } else { Err("a copy wrote, and somebody took a snapshot") }
    };
    let rule = |played: &Played| kept(played).map_err(str::to_owned);
    let played = |seed, rule: Rule<'_>| simulation.play(seed, steps(seed), rule).err();
    let story = (0..400).find_map(|seed| played(seed, &rule)).unwrap();
    let (count, day) = (story.steps.len(), steps(story.seed).len());
    assert!((2..=10).contains(&count) && count < day, "{count} of {day}: {story}");
    for place in 0..count {
        let mut fewer = story.steps.clone();
        let left_out = fewer.remove(place);
        assert!(simulation.run(story.seed, &fewer, &rule).is_ok(), "{left_out} is not needed: {story}");
    }
    // In words, with where it begins.
    let words = story.to_string();
    assert!(
        words.starts_with(&format!("seed {}:\n  ", story.seed))
            && words.ends_with("\na copy wrote, and somebody took a snapshot")
    );
    assert_eq!(words.lines().count(), count + 2);
    // What panics is told like what fails, and the same day in the same words.
    let panics = played(story.seed, &|played| rule(played).map_err(|said| panic!("{said}"))).unwrap();
    assert_eq!(panics.to_string(), words.replace("\na copy", "\nsomething panics: a copy"));
}

//! A thousand days of losing, cutting, copying, dying, restoring and being lied to, on real devices and a real hub.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_tests::simulation::Simulation;

#[test]
fn after_any_day_nothing_is_lost_and_everybody_sees_the_same() {
    let (played, failures) = Simulation::new().play_all(0..1_000);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    // And days on which nothing happens would prove nothing.
    assert!(played.changes > 3_000 && played.twins > 35 && played.deaths > 90 && played.lost > 200, "{played:?}");
    assert!(played.lies > 1_000 && played.caught > 70 && played.snapshots > 400 && played.limited > 400, "{played:?}");
    assert!(played.early > 0, "{played:?}");
}

/// Before each of them, and behind it.
#[test]
fn a_battery_may_die_at_each_write_of_a_day() {
    let (played, failures) = Simulation::new().dies_at_each_write(3);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(played.deaths >= played.schedules / 2, "{played:?}");
}

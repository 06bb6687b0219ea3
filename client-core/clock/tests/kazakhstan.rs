//! The Kazakh pack against worked cases: each row cites the article that decides it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_clock::{
    Claimant, Event, EventKind::*, Finding, Instant, Interval, Length, Pack, Question, Record, Sentence, Term, Truth, Verdict,
    Verdict::*, Zone, evaluate,
};

const DETENTION: &str = "kz.cpc.detention";
const ADMINISTRATIVE: &str = "kz.cao.detention";
const ARREST: &str = "kz.cao.arrest";

fn pack() -> Pack {
    Pack::load(include_str!("../../../rules/kz.toml")).unwrap()
}

/// A case told in a few words, in the local time of Almaty.
struct Story(Record);

impl Story {
    fn new() -> Self {
        Self(Record::new(Zone::named("Asia/Almaty").unwrap()))
    }

    /// An adult held for an ordinary crime, restrained 2026-09-07 14:05, no court order.
    fn ordinary() -> Self {
        Self::criminal().not("minor").event(Restrained, "2026-09-07 14:05")
    }

    fn criminal() -> Self {
        Self::new().regime("criminal").no_exception()
    }

    fn regime(self, which: &str) -> Self {
        ["criminal", "administrative", "none", "preventive"]
            .into_iter()
            .fold(self, |story, regime| story.condition(&format!("regime.{regime}"), (regime == which).into()))
    }

    fn no_exception(self) -> Self {
        [
            "crime.especially_grave",
            "crime.terrorist_or_extremist",
            "crime.mass_riot",
            "crime.criminal_group",
            "crime.drugs",
            "crime.sexual_against_minor",
            "crime.causing_death",
            "circumstance.remote",
            "circumstance.emergency",
        ]
        .into_iter()
        .fold(self, Self::not)
    }

    fn condition(mut self, name: &str, truth: Truth) -> Self {
        self.0.conditions.retain(|(known, ..)| known != name);
        self.0.conditions.push((name.into(), truth, format!("says-{name}")));
        self
    }

    fn is(self, name: &str) -> Self {
        self.condition(name, Truth::True)
    }

    fn not(self, name: &str) -> Self {
        self.condition(name, Truth::False)
    }

    fn unknown(mut self, name: &str) -> Self {
        self.0.conditions.retain(|(known, ..)| known != name);
        self
    }

    fn article(mut self, article: &str) -> Self {
        self.0.articles.push((article.into(), "article".into()));
        self
    }

    fn event(self, kind: habeas_clock::EventKind, time: &str) -> Self {
        self.account(kind, Claimant::Observed, time, time)
    }

    fn account(mut self, kind: habeas_clock::EventKind, claim: Claimant, from: &str, to: &str) -> Self {
        let from = self.0.zone.minute(from).unwrap().from;
        let to = self.0.zone.minute(to).unwrap().to;
        let fact = format!("fact-{}", self.0.events.len());
        self.0.events.push(Event { kind, when: Interval { from, to }, denied: false, claim, fact });
        self
    }

    /// Between two exact instants, as "about noon, half an hour either way" is.
    fn about(self, kind: habeas_clock::EventKind, from: &str, to: &str) -> Self {
        self.account(kind, Claimant::Observed, &format!("{from}:00"), &format!("{to}:00"))
    }

    fn sentenced(mut self, days: u32, time: &str) -> Self {
        let when = self.0.zone.minute(time).unwrap();
        self.0.sentences.push(Sentence::new(Term::Arrest, Length::Days(days), when, "sentence".into()));
        self.event(Heard, time).event(ArrestImposed, time)
    }

    fn find(&self, rule: &str, now: &str) -> Finding {
        let findings = evaluate(&pack(), &self.0, time(now));
        findings.into_iter().find(|finding| *finding.rule == *rule).unwrap()
    }

    /// The person is still held at `now`, and somebody knows it.
    fn held(self, rule: &str, now: &str) -> Verdict {
        let at = time(now);
        let mut story = self;
        let (kind, when, claim) = (InCustody, Interval::at(at), Claimant::Observed);
        story.0.events.push(Event { kind, when, denied: false, claim, fact: "held".into() });
        story.find(rule, now).verdict
    }
}

/// Local time of Almaty: `2026-09-09 14:05` is the beginning of that minute.
fn time(local: &str) -> Instant {
    Zone::named("Asia/Almaty").unwrap().minute(local).unwrap().from.unwrap()
}

fn span(from: &str, to: &str) -> Interval {
    Interval { from: Some(time(from)), to: Some(time(to)) }
}

#[test]
fn forty_eight_hours_end_with_the_minute_in_which_they_began() {
    // CPC 131(4)
    assert_eq!(Story::ordinary().held(DETENTION, "2026-09-09 14:05:00"), Within);
    assert_eq!(Story::ordinary().held(DETENTION, "2026-09-09 14:06:00"), PossiblyOver);
    assert_eq!(Story::ordinary().held(DETENTION, "2026-09-09 14:06:01"), CertainlyOver);
    assert_eq!(Story::ordinary().find(DETENTION, "2026-09-09 14:00").deadline, span("2026-09-09 14:05", "2026-09-09 14:06"));
}

#[test]
fn without_a_later_sighting_time_alone_never_makes_it_certain() {
    // CPC 131(4), 133(2)
    let story = Story::ordinary();
    let finding = story.find(DETENTION, "2026-09-20 00:00");
    assert_eq!(finding.verdict, OverIfStillHeld);
    assert_eq!(finding.ask, [Question::StillHeld]);
    assert_eq!(finding.next_change, None);
}

#[test]
fn the_video_and_the_protocol_stand_side_by_side_until_one_is_rejected() {
    // CPC 7(29): the clock starts with the real restriction, not with the paper
    let both = || Story::ordinary().account(Restrained, Claimant::Police, "2026-09-07 18:00", "2026-09-07 18:00");
    let finding = both().find(DETENTION, "2026-09-09 15:30");
    assert_eq!(finding.deadline, span("2026-09-09 14:05", "2026-09-09 18:01"));
    assert_eq!(finding.by_law, Some(span("2026-09-09 14:05", "2026-09-09 14:06")));
    assert_eq!(finding.by_police, Some(span("2026-09-09 18:00", "2026-09-09 18:01")));
    assert_eq!(both().held(DETENTION, "2026-09-09 15:30"), PossiblyOver);
    assert_eq!(Story::ordinary().held(DETENTION, "2026-09-09 15:30"), CertainlyOver);
}

#[test]
fn a_court_order_received_in_time_stops_the_forty_eight_hours() {
    // CPC 131(4), 133(2), 148(2)
    let ruled = |at| Story::ordinary().event(CourtOrderReceived, at).event(InCustody, "2026-09-20 09:00");
    assert_eq!(ruled("2026-09-09 13:30").find(DETENTION, "2026-09-20 10:00").verdict, Within);
    assert_eq!(ruled("2026-09-09 14:30").find(DETENTION, "2026-09-20 10:00").verdict, CertainlyOver);
}

#[test]
fn a_minor_has_twenty_four_hours_and_an_unknown_age_leaves_both() {
    // CPC 131(4)
    let minor = Story::criminal().is("minor").event(Restrained, "2026-09-01 09:15");
    assert_eq!(minor.find(DETENTION, "2026-09-01 10:00").deadline.from, Some(time("2026-09-02 09:15")));
    assert_eq!(minor.held(DETENTION, "2026-09-02 10:00"), CertainlyOver);

    let unknown = || Story::ordinary().unknown("minor");
    let finding = unknown().find(DETENTION, "2026-09-08 20:05");
    assert_eq!(finding.deadline, span("2026-09-08 14:05", "2026-09-09 14:06"));
    assert_eq!(finding.ask.first(), Some(&Question::Condition("minor".into())));
    assert_eq!(unknown().held(DETENTION, "2026-09-08 20:05"), PossiblyOver);
}

#[test]
fn an_especially_grave_crime_gives_seventy_two_hours() {
    // CPC 131(4)
    let grave = || Story::ordinary().is("crime.especially_grave");
    assert_eq!(grave().held(DETENTION, "2026-09-10 02:05"), Within);
    assert_eq!(grave().held(DETENTION, "2026-09-10 15:05"), CertainlyOver);
    // Read literally, the exception also covers minors.
    assert_eq!(grave().is("minor").held(DETENTION, "2026-09-10 02:05"), Within);
}

#[test]
fn the_text_in_force_when_custody_began_is_the_one_that_counts() {
    // CPC 131(4) before and after Law 118-VI
    let restrained = |at| Story::criminal().not("minor").event(Restrained, at);
    assert_eq!(restrained("2017-05-10 10:00").held(DETENTION, "2017-05-12 22:00"), Within);
    assert_eq!(restrained("2018-03-10 10:00").held(DETENTION, "2018-03-12 22:00"), CertainlyOver);
    // Restrained some time around the midnight on which the law changed: both texts may count.
    let around = Story::criminal().not("minor").about(Restrained, "2018-01-04 23:50", "2018-01-05 00:10");
    assert_eq!(around.find(DETENTION, "2018-01-05 01:00").deadline, span("2018-01-06 23:50", "2018-01-08 00:10"));
}

#[test]
fn an_offence_without_arrest_gives_three_hours_and_one_with_it_twenty_four() {
    // CAO 789(1), 789(3), 817(3)
    let petty = || {
        Story::new()
            .regime("administrative")
            .not("offence.carries_arrest")
            .not("offence.border")
            .article("CAO 434")
            .event(Restrained, "2026-09-07 12:00")
    };
    assert_eq!(petty().held(ADMINISTRATIVE, "2026-09-07 15:00"), Within);
    assert_eq!(petty().held(ADMINISTRATIVE, "2026-09-07 15:20"), CertainlyOver);

    let assembly =
        Story::new().regime("administrative").not("offence.border").article("CAO 488(6)").event(Restrained, "2021-02-28 13:10");
    assert_eq!(assembly.find(ADMINISTRATIVE, "2021-02-28 14:00").deadline.from, Some(time("2021-03-01 13:10")));
    assert_eq!(assembly.event(Heard, "2021-03-01 12:00").find(ADMINISTRATIVE, "2021-03-01 20:00").verdict, Within);
}

#[test]
fn for_a_minor_accused_of_an_arrestable_offence_both_readings_are_kept() {
    // CAO 50(2) against 789(3)
    let minor = || {
        Story::new()
            .regime("administrative")
            .not("offence.border")
            .article("CAO 488(6)")
            .is("minor")
            .event(Restrained, "2026-09-07 12:00")
    };
    assert_eq!(minor().held(ADMINISTRATIVE, "2026-09-07 15:00"), Within);
    assert_eq!(minor().held(ADMINISTRATIVE, "2026-09-07 16:00"), PossiblyOver);
    assert_eq!(minor().held(ADMINISTRATIVE, "2026-09-08 12:02"), CertainlyOver);
}

#[test]
fn a_kettle_on_the_square_is_detention_without_a_case() {
    // CAO 789(1), CPC 7(29): 10 January 2021, about noon to about eight in the evening
    let kettle = Story::new().regime("none").about(Restrained, "2021-01-10 11:30", "2021-01-10 12:30").about(
        Released,
        "2021-01-10 19:45",
        "2021-01-10 20:15",
    );
    let finding = kettle.find(ADMINISTRATIVE, "2021-01-10 21:00");
    assert_eq!((finding.verdict, finding.deadline), (CertainlyOver, span("2021-01-10 14:30", "2021-01-10 15:30")));
}

#[test]
fn a_breach_can_be_proved_although_nobody_saw_it_begin() {
    // CPC 131(4); the start lies between the last sighting at liberty and the first in a cell
    let story = || Story::criminal().not("minor").event(LastFree, "2026-09-07 10:00").event(InCustody, "2026-09-08 09:00");
    let finding = story().find(DETENTION, "2026-09-09 09:00");
    assert_eq!(finding.deadline, span("2026-09-09 10:00", "2026-09-10 09:01"));
    assert_eq!(story().held(DETENTION, "2026-09-09 20:00"), PossiblyOver);
    assert_eq!(story().held(DETENTION, "2026-09-10 09:30"), CertainlyOver);
}

#[test]
fn hours_are_counted_as_they_pass_when_the_clocks_of_the_place_move() {
    // Almaty moved from +06 to +05 at the end of 2024-02-29: 24 hours from 14:00 end at 13:00 on the new clock.
    let minor = Story::criminal().is("minor").event(Restrained, "2024-02-29 14:00").event(Released, "2024-03-01 13:30");
    let finding = minor.find(DETENTION, "2024-03-02 00:00");
    assert_eq!((finding.deadline.from, finding.verdict), (Some(time("2024-03-01 13:00")), CertainlyOver));
}

#[test]
fn an_arrest_beyond_the_points_maximum_is_unlawful_in_itself() {
    // CAO 488, 50(1)
    let sentenced =
        |days, article: &str| Story::new().regime("administrative").article(article).sentenced(days, "2021-03-01 12:00");
    for (days, article, verdict) in [
        (15, "CAO 488(6)", Within),
        (20, "CAO 488(6)", CertainlyOver),
        (11, "CAO 488(1)", CertainlyOver),
        (20, "CAO 488(11)", Within),
        (15, "CAO 488", PossiblyOver),
        (26, "CAO 488", CertainlyOver),
        (31, "CAO 476", CertainlyOver),
        (20, "CAO 476", PossiblyOver),
        (46, "CAO 434", CertainlyOver),
    ] {
        assert_eq!(sentenced(days, article).find(ARREST, "2021-03-02 12:00").verdict, verdict, "{days} days under {article}");
    }
}

#[test]
fn a_release_that_is_reported_late_corrects_what_the_clock_had_said() {
    // CAO 789(1)
    let story = || Story::new().regime("none").event(Restrained, "2026-09-07 11:04");
    assert_eq!(story().find(ADMINISTRATIVE, "2026-09-07 14:06").verdict, OverIfStillHeld);
    assert_eq!(story().event(Released, "2026-09-07 12:50").find(ADMINISTRATIVE, "2026-09-07 14:06").verdict, Within);
}

#[test]
fn two_release_times_are_both_possible_and_the_end_is_asked_for() {
    // CAO 789(1)
    let story = Story::new()
        .regime("none")
        .event(Restrained, "2026-09-07 11:00")
        .event(Released, "2026-09-07 13:30")
        .event(Released, "2026-09-07 16:00");
    let finding = story.find(ADMINISTRATIVE, "2026-09-07 18:00");
    assert_eq!((finding.verdict, finding.ask.as_slice()), (PossiblyOver, [Question::WhenEnded].as_slice()));
}

#[test]
fn whoever_is_seen_in_a_cell_after_a_reported_release_may_still_be_held() {
    // CAO 789(1)
    let story = Story::new()
        .regime("none")
        .event(Restrained, "2026-09-07 11:00")
        .event(Released, "2026-09-07 13:30")
        .event(InCustody, "2026-09-07 17:00");
    let finding = story.find(ADMINISTRATIVE, "2026-09-07 18:00");
    assert_eq!((finding.verdict, finding.end.to), (PossiblyOver, None));
}

#[test]
fn an_unknown_regime_leaves_every_breach_possible_and_is_the_first_question() {
    // CAO 789(1), CPC 131(4)
    let story = Story::new().event(Restrained, "2026-09-07 12:00");
    let finding = story.find(ADMINISTRATIVE, "2026-09-12 12:00");
    assert_eq!(finding.verdict, PossiblyOver);
    assert!(matches!(&finding.ask[0], Question::Condition(name) if name.starts_with("regime.")), "{:?}", finding.ask);
}

#[test]
fn an_account_dated_in_the_future_does_not_count_yet() {
    // A device with a wrong clock must not make anybody "certainly" overdue.
    let story = Story::new().regime("none").event(Restrained, "2026-09-07 12:00").event(InCustody, "2027-09-07 12:00");
    let finding = story.find(ADMINISTRATIVE, "2026-09-08 12:00");
    assert_eq!((finding.verdict, finding.next_change), (OverIfStillHeld, Some(time("2027-09-07 12:00"))));
}

#[test]
fn nobody_is_counted_who_is_not_known_to_be_held() {
    let missing = Story::new().regime("none").event(LastFree, "2026-09-07 12:00");
    assert_eq!(missing.find(ADMINISTRATIVE, "2026-09-09 12:00").verdict, NotApplicable);
}

#[test]
fn nothing_is_a_court_order_for_the_administrative_limit() {
    // CAO 789(1) knows no court's order on custody; only release or the hearing stops it
    let story = Story::new().regime("none").event(Restrained, "2026-09-07 12:00").event(CourtOrderReceived, "2026-09-07 13:00");
    assert_eq!(story.find(ADMINISTRATIVE, "2026-09-08 12:00").verdict, OverIfStillHeld);
}

#[test]
fn a_court_order_that_may_have_come_in_time_is_no_certain_breach() {
    // CPC 131(4): custody goes on after the order, so a later sighting says nothing of when the order came
    let story = Story::ordinary()
        .account(CourtOrderReceived, Claimant::Observed, "2026-09-09 12:00", "2026-09-09 18:00")
        .event(InCustody, "2026-09-09 16:00");
    assert_eq!(story.find(DETENTION, "2026-09-09 20:00").verdict, PossiblyOver);
}

#[test]
fn a_sighting_that_only_the_protocol_contradicts_opens_no_third_reading() {
    // CPC 7(29)
    let story = Story::ordinary()
        .account(Restrained, Claimant::Police, "2026-09-07 18:00", "2026-09-07 18:00")
        .event(Delivered, "2026-09-07 15:00");
    assert_eq!(story.find(DETENTION, "2026-09-07 19:00").deadline, span("2026-09-09 14:05", "2026-09-09 18:01"));
}

#[test]
fn an_old_text_is_not_dug_out_for_a_start_that_nobody_saw() {
    // CPC 131(4): seen in a cell, and again 49 hours later
    let story = Story::criminal().not("minor").event(InCustody, "2026-09-08 09:00").event(InCustody, "2026-09-10 10:00");
    assert_eq!(story.find(DETENTION, "2026-09-10 11:00").verdict, CertainlyOver);
}

#[test]
fn a_kettle_that_becomes_an_administrative_case_stays_under_the_administrative_limit() {
    // CAO 789(1), 789(3): whichever of the two it was, it was not criminal
    let mut story = Story::new().regime("none").event(Restrained, "2026-09-07 12:00").event(InCustody, "2026-09-09 12:00");
    story.0.conditions.extend([
        ("regime.none".into(), Truth::False, "later".into()),
        ("regime.administrative".into(), Truth::True, "later".into()),
        ("regime.criminal".into(), Truth::False, "later".into()),
    ]);
    assert_eq!(story.find(ADMINISTRATIVE, "2026-09-09 13:00").verdict, CertainlyOver);
}

#[test]
fn a_vague_article_does_not_fight_the_exact_one() {
    // CAO 488(6)
    let story = Story::new().article("CAO 488").article("CAO 488(6)").sentenced(20, "2021-03-01 12:00");
    assert_eq!(story.find(ARREST, "2021-03-02 12:00").verdict, CertainlyOver);
}

#[test]
fn during_an_emergency_three_hours_are_not_certain() {
    // CAO 789(2): a curfew may be in force
    let story = Story::new().regime("none").is("circumstance.emergency").event(Restrained, "2022-01-06 12:00");
    assert_eq!(story.held(ADMINISTRATIVE, "2022-01-06 20:00"), PossiblyOver);
}

#[test]
fn whoever_is_seen_free_after_custody_was_let_go_in_between() {
    // CAO 789(1): restrained 09:00, seen inside at 14:00, in the street at 18:00
    let story = Story::new()
        .regime("none")
        .event(Restrained, "2026-09-07 09:00")
        .event(InCustody, "2026-09-07 14:00")
        .event(LastFree, "2026-09-07 18:00");
    let finding = story.find(ADMINISTRATIVE, "2026-09-07 20:00");
    assert_eq!((finding.verdict, finding.end), (CertainlyOver, span("2026-09-07 14:00", "2026-09-07 18:01")));
}

#[test]
fn the_polices_word_alone_does_not_undo_what_somebody_saw() {
    // CAO 789(1): "released at 13:30", says the police; a lawyer saw him inside at 17:00
    let story = |claim| {
        Story::new()
            .regime("none")
            .event(Restrained, "2026-09-07 11:00")
            .account(Released, claim, "2026-09-07 13:30", "2026-09-07 13:30")
            .event(InCustody, "2026-09-07 17:00")
    };
    assert_eq!(story(Claimant::Police).find(ADMINISTRATIVE, "2026-09-07 18:00").verdict, CertainlyOver);
    assert_eq!(story(Claimant::Observed).find(ADMINISTRATIVE, "2026-09-07 18:00").verdict, PossiblyOver);
}

#[test]
fn an_account_without_a_time_takes_no_time_away() {
    // CAO 789(1)
    let mut story = Story::new().regime("none").event(Restrained, "2026-09-07 12:00");
    let before = story.find(ADMINISTRATIVE, "2026-09-07 16:00");
    let (kind, when, claim) = (Restrained, Interval::OPEN, Claimant::Observed);
    story.0.events.push(Event { kind, when, denied: false, claim, fact: "vague".into() });
    let after = story.find(ADMINISTRATIVE, "2026-09-07 16:00");
    assert_eq!((after.verdict, after.deadline), (before.verdict, before.deadline));
    assert_eq!(after.verdict, OverIfStillHeld);
}

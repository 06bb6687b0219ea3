//! A case as people tell it: what stands, what is disputed, what was corrected, and what the clock makes of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{
    City, Document, Draft, Exit, FactId, Penalty, Protocol, Regime, Reliability, Sex, Source, SourceKind, Stated, Status, View,
    Vulnerability, What, clock_record, history,
};
use habeas_clock::{Interval, Pack, Verdict, evaluate};
use people::{facts, instant, minute, name, police, seen, station};
use proptest::prelude::*;

const DANA: [u8; 16] = [0xda; 16];
const MARAT: [u8; 16] = [0x3a; 16];

fn restrained() -> What {
    What::Restrained { exit_offered: Some(Exit::No) }
}

#[test]
fn aigerim_was_taken_off_the_square_and_nobody_has_seen_her_since() {
    let mut case = Document::new();
    let written = case
        .write(
            DANA,
            &[
                name("Айгерім Сәрсенова"),
                seen(restrained(), "12:05"),
                seen(What::Regime { regime: Regime::None, article: None }, "12:05"),
                seen(What::Delivered, "13:10"),
            ],
        )
        .unwrap();
    assert_eq!(written.facts.len(), 4);
    let view = View::fold(case.facts());
    assert_eq!((view.status, view.since, view.last_proof), (Status::Held, minute("12:05"), Some(instant("13:10"))));
    assert_eq!(view.place, station());
    assert!(view.disputes.is_empty());

    let pack = Pack::load(include_str!("../../rules/kz.toml")).unwrap();
    let findings = evaluate(&pack, &clock_record(&facts(&case)), instant("15:30"));
    let administrative = findings.iter().find(|finding| *finding.rule == *"kz.cao.detention").unwrap();
    assert_eq!((administrative.verdict, administrative.deadline), (Verdict::OverIfStillHeld, minute("15:05")));
}

#[test]
fn two_lawyers_who_disagree_on_the_release_are_both_heard_until_one_settles_it() {
    let mut case = Document::new();
    case.write(DANA, &[name("Serik"), seen(restrained(), "12:05"), seen(What::Released, "14:00")]).unwrap();
    let marat = case.write(MARAT, &[seen(What::Released, "17:30")]).unwrap().facts[0];
    let view = View::fold(case.facts());
    assert!(view.status_disputed);
    assert_eq!(view.disputes.len(), 1);
    assert_eq!((view.disputes[0].about, view.disputes[0].accounts.len()), ("released", 2));
    assert!(view.disputes[0].accounts.contains(&marat));

    // Marat learns that he had heard of another Serik, and corrects himself: nothing is deleted.
    let correction = Draft { replaces: vec![marat], ..seen(What::Released, "14:00") };
    let corrected = case.write(MARAT, &[correction]).unwrap().facts[0];
    let view = View::fold(case.facts());
    assert_eq!((view.disputes.len(), view.superseded.len(), view.superseded[0].id), (0, 1, marat));

    // Taking the correction back lets the first account stand again, and taking that back the correction.
    let take_back = |case: &mut Document, fact| {
        let retraction = seen(What::Retraction { reason: Some("it was the right Serik".into()) }, "12:00");
        let written = case.write(DANA, &[Draft { replaces: vec![fact], place: None, when: Interval::OPEN, ..retraction }]);
        written.unwrap().facts[0]
    };
    let back = take_back(&mut case, corrected);
    assert_eq!(View::fold(case.facts()).disputes.len(), 1);
    take_back(&mut case, back);
    assert_eq!(View::fold(case.facts()).disputes.len(), 0);
}

#[test]
fn what_was_settled_is_open_again_when_a_new_account_arrives() {
    let mut case = Document::new();
    let protocol = || What::Protocol { which: Protocol::Detention, copy_refused: None, number: None };
    case.write(DANA, &[name("Serik"), seen(restrained(), "12:05"), seen(protocol(), "18:10")]).unwrap();
    let claimed = case.write(MARAT, &[police(protocol(), "14:50")]).unwrap().facts[0];
    let about = |case: &Document| View::fold(case.facts()).disputes.iter().map(|dispute| dispute.about).collect::<Vec<_>>();
    assert_eq!(about(&case), ["protocol"]);
    // The investigator admits the time: what the paper says is replaced.
    case.write(MARAT, &[Draft { replaces: vec![claimed], ..police(protocol(), "18:10") }]).unwrap();
    assert_eq!(about(&case), [""; 0]);
    // And then a copy of the paper arrives that says something else again.
    let copy = case.write(DANA, &[police(protocol(), "15:00")]).unwrap().facts[0];
    let view = View::fold(case.facts());
    assert_eq!((view.disputes.len(), view.disputes[0].about), (1, "protocol"));
    assert!(view.disputes[0].accounts.contains(&copy) && view.disputes[0].accounts.len() == 3);
    // Nobody's word is lost over it.
    let history = history(case.facts(), |_| None);
    let said = history.iter().find(|history| history.attribute == "protocol detention").unwrap();
    assert_eq!(said.accounts.iter().map(|said| said.stands).collect::<Vec<_>>(), [false, true, true, true]);
}

#[test]
fn each_attribute_has_its_dispute_and_what_both_can_be_true_has_none() {
    let about = |one: Draft, other: Draft| {
        let mut case = Document::new();
        case.write(DANA, &[one]).unwrap();
        case.write(MARAT, &[other]).unwrap();
        View::fold(case.facts()).disputes.iter().map(|dispute| dispute.about).collect::<Vec<_>>()
    };
    let arrest = |days, article: Option<&str>, adds| What::Sentenced {
        penalty: Penalty::Arrest,
        days: Some(days),
        article: article.map(str::to_owned),
        adds,
    };
    let regime = |regime, article: Option<&str>| What::Regime { regime, article: article.map(str::to_owned) };
    let sex = |sex| What::Sex { sex };
    let exit = |how| What::ExitOffered { how };
    let remand = |months| What::Remand { days: None, months: Some(months) };
    let protocol = |which| What::Protocol { which, copy_refused: None, number: None };
    for (one, other, disputed) in [
        (seen(sex(Sex::Female), "12:00"), seen(sex(Sex::Male), "12:00"), "sex"),
        (seen(restrained(), "12:05"), seen(exit(Exit::Yes), "12:05"), "exit_offered"),
        (seen(restrained(), "12:05"), seen(exit(Exit::Yes), "14:05"), ""),
        (seen(protocol(Protocol::Detention), "15:00"), seen(protocol(Protocol::Detention), "18:00"), "protocol"),
        (seen(protocol(Protocol::Detention), "15:00"), seen(protocol(Protocol::Offence), "18:00"), ""),
        (seen(What::ProsecutorTold, "15:00"), seen(What::ProsecutorTold, "18:00"), "prosecutor_told"),
        (seen(What::MaterialsAtCourt, "15:00"), seen(What::MaterialsAtCourt, "18:00"), "materials_at_court"),
        (seen(What::DecisionReceived, "15:00"), seen(What::DecisionReceived, "18:00"), "decision_received"),
        (seen(What::SeenInCustody, "15:00"), seen(What::SeenInCustody, "18:00"), ""),
        (seen(remand(2), "15:00"), seen(remand(3), "15:30"), "remand"),
        (seen(arrest(10, None, None), "15:00"), seen(arrest(15, None, None), "15:00"), "sentenced"),
        (seen(arrest(10, None, None), "15:00"), seen(arrest(15, None, Some(true)), "15:00"), ""),
        (seen(arrest(15, Some("CAO 488"), None), "15:00"), seen(arrest(15, Some("CAO 488(6)"), None), "15:00"), ""),
        (seen(arrest(15, Some("CAO 488(4)"), None), "15:00"), seen(arrest(15, Some("CAO 488(6)"), None), "15:00"), "sentenced"),
        (seen(regime(Regime::None, None), "12:00"), seen(regime(Regime::Criminal, None), "12:00"), "regime"),
        (seen(regime(Regime::None, None), "12:00"), seen(regime(Regime::Criminal, None), "17:00"), ""),
        (
            seen(regime(Regime::Administrative, Some("CAO 488(4)")), "12:00"),
            seen(regime(Regime::Administrative, Some("CAO 488(6)")), "12:00"),
            "regime",
        ),
        (
            seen(regime(Regime::Administrative, Some("CAO 488")), "12:00"),
            seen(regime(Regime::Administrative, Some("CAO 488(6)")), "12:00"),
            "",
        ),
    ] {
        let expected: Vec<&str> = [disputed].into_iter().filter(|about| !about.is_empty()).collect();
        assert_eq!(about(one.clone(), other.clone()), expected, "{:?} and {:?}", one.what, other.what);
    }
    // A day later a court may order again.
    let tomorrow = |what| Draft { when: City::Almaty.zone().minute("2026-09-08 15:01").unwrap(), ..seen(what, "15:00") };
    assert_eq!(about(seen(arrest(10, None, None), "15:00"), tomorrow(arrest(15, None, None))), [""; 0]);
}

#[test]
fn the_procedure_is_every_step_once_with_all_its_accounts() {
    let mut case = Document::new();
    let protocol = || What::Protocol { which: Protocol::Detention, copy_refused: Some(true), number: None };
    let interrogated = || What::Interrogated { lawyer_present: Some(false), met_lawyer_first: None, minutes: Some(90) };
    let written = case
        .write(
            DANA,
            &[
                name("Serik"),
                seen(interrogated(), "16:00"),
                seen(protocol(), "15:00"),
                seen(protocol(), "18:00"),
                seen(interrogated(), "19:00"),
                seen(What::Delivered, "13:10"),
            ],
        )
        .unwrap()
        .facts;
    let view = View::fold(case.facts());
    let steps: Vec<(&str, usize)> = view.procedure.iter().map(|step| (step.step.as_str(), step.facts.len())).collect();
    assert_eq!(steps, [("protocol detention", 2), ("interrogated", 1), ("interrogated", 1)]);
    assert_eq!(view.procedure[0].when, minute("15:00").hull(minute("18:00")));
    assert_eq!(view.procedure[1].facts, [written[1]]);
}

#[test]
fn a_release_that_the_police_claim_is_in_dispute_with_whoever_saw_her_inside_later() {
    let mut case = Document::new();
    case.write(DANA, &[seen(restrained(), "12:05"), police(What::Released, "14:00"), seen(What::SeenInCustody, "17:00")])
        .unwrap();
    let view = View::fold(case.facts());
    assert_eq!(
        (view.disputes[0].about, view.disputes[0].accounts.len(), view.status, view.status_disputed),
        ("released", 2, Status::Held, true)
    );
}

#[test]
fn a_sighting_does_not_end_an_arrest_and_a_fine_sets_nobody_free() {
    let status = |what, later: What| {
        let mut case = Document::new();
        case.write(DANA, &[seen(restrained(), "12:05"), seen(what, "15:00"), seen(later, "18:00")]).unwrap();
        View::fold(case.facts()).status
    };
    let arrest = What::Sentenced { penalty: Penalty::Arrest, days: Some(15), article: None, adds: None };
    let fine = What::Sentenced { penalty: Penalty::Fine, days: None, article: None, adds: None };
    assert_eq!(status(arrest, What::SeenInCustody), Status::UnderArrest);
    assert_eq!(status(fine.clone(), What::Note { text: "fined".into() }), Status::Held);
    assert_eq!(status(fine, What::Released), Status::Released);
    assert_eq!(status(What::Died, What::SeenInCustody), Status::Died);
}

#[test]
fn a_rumour_is_shown_and_proves_nothing() {
    let mut case = Document::new();
    let rumour = Draft {
        source: Source { kind: SourceKind::Press, name: None, reliability: Reliability::Rumour },
        ..seen(What::SeenInCustody, "19:00")
    };
    case.write(DANA, &[seen(restrained(), "12:05"), seen(What::Regime { regime: Regime::None, article: None }, "12:05"), rumour])
        .unwrap();
    let pack = Pack::load(include_str!("../../rules/kz.toml")).unwrap();
    let findings = evaluate(&pack, &clock_record(&facts(&case)), instant("20:00"));
    assert_eq!(findings.iter().find(|finding| *finding.rule == *"kz.cao.detention").unwrap().verdict, Verdict::OverIfStillHeld);
    assert_eq!(View::fold(case.facts()).timeline.len(), 3);
}

#[test]
fn not_here_said_at_the_door_is_a_dispute_with_whoever_saw_him_inside() {
    let mut case = Document::new();
    case.write(DANA, &[seen(What::SeenInCustody, "14:00"), police(What::AskedNotHere, "14:00")]).unwrap();
    let view = View::fold(case.facts());
    assert_eq!((view.disputes[0].about, view.status), ("asked_not_here", Status::Held));
}

#[test]
fn what_cannot_be_recorded_is_refused_with_its_place_and_nothing_is_written() {
    let mut case = Document::new();
    let before = case.heads();
    let backwards =
        Draft { when: Interval { from: Some(instant("15:00")), to: Some(instant("14:00")) }, ..seen(What::Released, "14:00") };
    let nowhere = Draft { place: None, ..seen(What::Released, "14:00") };
    let unknown = FactId::of(DANA, 9, 0);
    for (draft, says) in [
        (name(""), "text: is empty"),
        (name("\u{0}"), "text: holds the control character"),
        (name(&"я".repeat(50_000)), "a name holds 400"),
        (seen(What::Note { text: "я".repeat(50_000) }, "12:00"), "holds 100000 bytes"),
        (backwards, "when: ends before it begins"),
        (nowhere, "city: is missing"),
        (seen(What::Birth { date: "9999-01-01".into() }, "12:00"), "date: write the date of birth"),
        (
            seen(What::Regime { regime: Regime::Administrative, article: Some("488".into()) }, "12:00"),
            "article: write the article with its law",
        ),
        (
            seen(What::Sentenced { penalty: Penalty::Arrest, days: None, article: None, adds: None }, "12:00"),
            "days: an arrest has a number of days",
        ),
        (
            seen(What::Sentenced { penalty: Penalty::Fine, days: Some(3), article: None, adds: None }, "12:00"),
            "days: only an arrest",
        ),
        (seen(What::Retraction { reason: None }, "12:00"), "replaces: a retraction names"),
        (Draft { replaces: vec![unknown], ..seen(What::Released, "14:00") }, "replaces: this case has no fact"),
    ] {
        // The good fact beside the bad one is not written either.
        let error = case.write(DANA, &[name("Serik"), draft]).unwrap_err().to_string();
        assert!(error.contains(says), "{says}: {error}");
    }
    assert_eq!(case.heads(), before);
    assert!(case.facts().is_empty());
}

#[test]
fn a_saved_case_is_the_same_case() {
    let mut case = Document::new();
    case.write(DANA, &[name("Serik"), seen(restrained(), "12:05")]).unwrap();
    let loaded = Document::load(&case.save()).unwrap();
    assert_eq!((loaded.heads(), View::fold(loaded.facts())), (case.heads(), View::fold(case.facts())));
    assert!(Document::load(b"").is_err() && Document::load(&case.save()[..40]).is_err());
}

#[test]
fn what_a_newer_version_writes_is_kept_and_shown() {
    let id = FactId::of(DANA, 1, 0);
    let fields: habeas_client_core::case::Fields =
        serde_json::from_str(r#"{"kind": "dna_sample_taken", "by": "an expert", "from": 1788000000}"#).unwrap();
    let view = View::fold(vec![Stated::read(id, fields.clone())]);
    assert_eq!((view.unknown.len(), &view.unknown[0].fields), (1, &fields));
}

fn drafts() -> impl Strategy<Value = Draft> {
    let what = prop_oneof![
        Just(restrained()),
        Just(What::Released),
        Just(What::Delivered),
        Just(What::SeenInCustody),
        Just(What::AskedNotHere),
        Just(What::Vulnerability { which: Vulnerability::Minor, holds: true }),
        "[а-я]{1,9}".prop_map(|text| What::Name { text }),
        (1..40_u32).prop_map(|days| What::Sentenced { penalty: Penalty::Arrest, days: Some(days), article: None, adds: None }),
    ];
    (what, 0..1440_i64, 0..90_i64).prop_map(|(what, from, length)| Draft {
        when: Interval {
            from: Some(instant("00:00").plus_seconds(from * 60)),
            to: Some(instant("00:00").plus_seconds((from + length) * 60)),
        },
        ..seen(what, "12:00")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// The same facts give the same view, byte for byte, in whatever order and however often they come.
    #[test]
    fn the_view_does_not_depend_on_the_order_of_arrival(drafts in prop::collection::vec((drafts(), any::<bool>()), 1..12), rotation in 0..12_usize) {
        let mut case = Document::new();
        for (draft, dana) in &drafts {
            case.write(if *dana { DANA } else { MARAT }, std::slice::from_ref(draft)).unwrap();
        }
        let straight = serde_json::to_string(&View::fold(case.facts())).unwrap();
        let mut other = case.facts();
        let length = other.len();
        other.rotate_left(rotation % length);
        other.extend_from_slice(&case.facts()[..length / 2]);
        other.reverse();
        prop_assert_eq!(straight, serde_json::to_string(&View::fold(other)).unwrap());
    }
}

//! What a case's facts say to the clock: ages, whom the law spares, the night, two readings of a kettle.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

mod people;

use habeas_client_core::case::{City, Document, Draft, Exit, Penalty, Regime, Sex, View, Vulnerability, What, clock_record};
use habeas_clock::{Interval, Pack, Verdict, evaluate};
use people::{facts, instant, minute, police, seen};

const DANA: [u8; 16] = [0xda; 16];
const MARAT: [u8; 16] = [0x3a; 16];

fn restrained() -> What {
    What::Restrained { exit_offered: Some(Exit::No) }
}

#[test]
fn whom_the_law_spares_takes_two_facts_to_know() {
    use habeas_clock::Truth::{self, False, True, Unknown};
    let condition = |whats: &[What], name: &str| -> Truth {
        let mut case = Document::new();
        let timeless = |what: &What| Draft { when: Interval::OPEN, ..seen(what.clone(), "12:00") };
        let drafts: Vec<Draft> = whats.iter().map(timeless).chain([seen(restrained(), "12:05")]).collect();
        case.write(DANA, &drafts).unwrap();
        let record = clock_record(&facts(&case));
        Truth::of_accounts(record.conditions.iter().filter(|(known, ..)| known == name).map(|(_, truth, _)| *truth))
    };
    let sex = |sex| What::Sex { sex };
    let born = |date: &str| What::Birth { date: date.into() };
    let (woman, man) = (sex(Sex::Female), sex(Sex::Male));
    let child = What::Vulnerability { which: Vulnerability::ChildUnder14, holds: true };
    let alone = |holds| What::Vulnerability { which: Vulnerability::SoleCarer, holds };
    const MOTHER: &str = "woman_with_child_under_14";
    const FATHER: &str = "man_alone_with_child_under_14";
    for (facts, name, holds) in [
        // CAO 50(2): a woman with a child; a man only where he brings it up alone.
        (vec![woman.clone(), child.clone()], MOTHER, True),
        (vec![woman.clone(), child.clone()], FATHER, False),
        (vec![child.clone()], MOTHER, Unknown),
        (vec![man.clone(), child.clone()], MOTHER, False),
        (vec![man.clone(), child.clone()], FATHER, Unknown),
        (vec![man.clone(), child.clone(), alone(true)], FATHER, True),
        (vec![man.clone(), child.clone(), alone(false)], FATHER, False),
        (vec![What::Vulnerability { which: Vulnerability::ChildUnder14, holds: false }], MOTHER, False),
        // Restrained 2026-09-07. "Over 58": in the year after the birthday the text is open; "58 and over" is not.
        (vec![woman.clone(), born("1968-09-08")], "woman_over_58", False),
        (vec![woman.clone(), born("1968-09-07")], "woman_over_58", Unknown),
        (vec![woman.clone(), born("1967-09-08")], "woman_over_58", Unknown),
        (vec![woman.clone(), born("1967-09-07")], "woman_over_58", True),
        (vec![woman.clone(), born("1968-09-08")], "woman_58_or_over", False),
        (vec![woman.clone(), born("1968-09-07")], "woman_58_or_over", True),
        (vec![born("1960")], "woman_over_58", Unknown),
        (vec![man.clone(), born("1960")], "woman_over_58", False),
        (vec![man.clone(), born("1962-09-07")], "man_over_63", True),
        (vec![man.clone(), born("1963-09-07")], "man_over_63", Unknown),
        (vec![man, woman, born("1940")], "man_over_63", Unknown),
    ] {
        assert_eq!(condition(&facts, name), holds, "{name} of {facts:?}");
    }
}

#[test]
fn whoever_turns_fifty_nine_before_the_hearing_counts_by_the_hearing() {
    let mut case = Document::new();
    let timeless = |what| Draft { when: Interval::OPEN, ..seen(what, "12:00") };
    let arrest = What::Sentenced { penalty: Penalty::Arrest, days: Some(5), article: None, adds: None };
    let tomorrow = City::Almaty.zone().minute("2026-09-08 11:00").unwrap();
    case.write(
        DANA,
        &[
            timeless(What::Sex { sex: Sex::Female }),
            timeless(What::Birth { date: "1967-09-08".into() }),
            seen(restrained(), "12:05"),
            Draft { when: tomorrow, ..seen(arrest, "12:00") },
        ],
    )
    .unwrap();
    let pack = Pack::load(include_str!("../../rules/kz.toml")).unwrap();
    let findings = evaluate(&pack, &clock_record(&facts(&case)), tomorrow.to.unwrap());
    assert_eq!(findings.iter().find(|f| *f.rule == *"kz.cao.arrest_prohibited").unwrap().verdict, Verdict::Prohibited);
}

#[test]
fn an_interrogation_into_the_night_is_one_and_one_that_may_have_been_is_doubt() {
    let night = |from: &str, to: &str, minutes| {
        let mut case = Document::new();
        let what = What::Interrogated { lawyer_present: None, met_lawyer_first: None, minutes };
        let when = Interval { from: minute(from).from, to: minute(to).to };
        case.write(DANA, &[Draft { when, ..seen(what, from) }]).unwrap();
        let record = clock_record(&facts(&case));
        let said = record.events.iter().filter(|e| e.kind == habeas_clock::EventKind::InterrogatedAtNight);
        said.map(|event| !event.denied).collect::<Vec<_>>()
    };
    // CPC 7(51): from 22:00 to 6:00.
    assert_eq!(night("21:59", "21:59", None), [false; 0]);
    assert_eq!(night("22:00", "22:00", None), [true]);
    assert_eq!(night("05:59", "05:59", None), [true]);
    assert_eq!(night("06:00", "06:00", None), [false; 0]);
    assert_eq!(night("21:00", "21:00", Some(61)), [true]);
    assert_eq!(night("21:00", "21:00", Some(60)), [true, false], "which ended as the night began, within a minute");
    assert_eq!(night("21:00", "21:00", Some(62)), [true]);
    assert_eq!(night("21:00", "21:00", Some(59)), [false; 0]);
    assert_eq!(night("20:00", "20:00", Some(600)), [true], "the whole night lies in it");
    assert_eq!(night("12:00", "12:00", Some(1440)), [true]);
    assert_eq!(night("21:00", "21:00", Some(30)), [false; 0]);
    assert_eq!(night("21:30", "22:30", None), [true, false]);
    assert_eq!(night("00:00", "23:59", None), [true, false]);
}

#[test]
fn a_kettle_of_which_the_police_say_that_one_could_leave_has_two_clocks() {
    let mut case = Document::new();
    case.write(
        DANA,
        &[
            seen(restrained(), "12:00"),
            seen(What::Regime { regime: Regime::None, article: None }, "12:00"),
            police(What::ExitOffered { how: Exit::OnCondition }, "12:00"),
            seen(What::InVehicle { plate: None }, "17:00"),
            seen(What::SeenInCustody, "19:00"),
        ],
    )
    .unwrap();
    let pack = Pack::load(include_str!("../../rules/kz.toml")).unwrap();
    let find = |case: &Document, at: &str| {
        let findings = evaluate(&pack, &clock_record(&facts(case)), instant(at));
        findings.into_iter().find(|finding| *finding.rule == *"kz.cao.detention").unwrap()
    };
    let finding = find(&case, "19:00");
    assert_eq!(finding.verdict, Verdict::PossiblyOver);
    assert_eq!(
        (finding.by_law, finding.by_police),
        (Some(minute("15:00")), Some(Interval { from: minute("15:00").from, to: minute("20:00").to }))
    );
    assert_eq!(finding.ask.first(), Some(&habeas_clock::Question::ExitOffered));
    // Held beyond three hours from the van as well: nobody can say any more that it was within.
    case.write(MARAT, &[seen(What::SeenInCustody, "20:30")]).unwrap();
    assert_eq!(find(&case, "20:30").verdict, Verdict::CertainlyOver);
    // A witness who saw that nobody could leave is a proof of custody, and no settlement.
    case.write(MARAT, &[seen(What::ExitOffered { how: Exit::No }, "14:00")]).unwrap();
    assert_eq!(View::fold(case.facts()).disputes.iter().map(|d| d.about).collect::<Vec<_>>(), ["exit_offered"; 1]);
}

#[test]
fn a_birth_year_on_the_edge_of_eighteen_leaves_the_age_open() {
    let age = |birth: &str| {
        let mut case = Document::new();
        case.write(
            DANA,
            &[Draft { when: Interval::OPEN, ..seen(What::Birth { date: birth.into() }, "12:00") }, seen(restrained(), "12:05")],
        )
        .unwrap();
        let record = clock_record(&facts(&case));
        record.conditions.into_iter().find(|(name, ..)| name == "minor").unwrap().1
    };
    use habeas_clock::Truth::{False, True, Unknown};
    for (birth, minor) in [("2008", Unknown), ("2009", True), ("2007", False), ("2008-09-08", True), ("2008-09-07", False)] {
        assert_eq!(age(birth), minor, "born {birth}, restrained 2026-09-07");
    }
}

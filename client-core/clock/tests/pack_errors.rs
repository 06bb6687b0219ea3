//! What a lawyer sees who has mistyped something in a pack: the line, and what to write.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails loudly")]

use habeas_clock::Pack;

const KZ: &str = include_str!("../../../rules/kz.toml");

/// The error after replacing the first `from` by `to`, which must name the line of the change.
fn mistyped(from: &str, to: &str) -> String {
    let line = 1 + KZ[..KZ.find(from).unwrap_or_else(|| panic!("the pack holds no {from}"))].matches('\n').count();
    let error = Pack::load(&KZ.replacen(from, to, 1)).unwrap_err();
    assert!(error.line.abs_diff(line) <= 9, "{to}: said line {}, is line {line}: {}", error.line, error.what);
    error.what
}

#[test]
fn the_pack_as_shipped_loads_and_admits_that_no_lawyer_has_reviewed_it() {
    let pack = Pack::load(KZ).unwrap();
    assert_eq!((pack.id.as_str(), pack.reviewed_by), ("kz", None));
    assert!(pack.rules.len() >= 3);
}

#[test]
fn a_typo_is_named_with_its_line_and_what_was_meant() {
    for (from, to, says) in [
        ("\"minor\"", "\"minro\"", "did you mean `minor`"),
        ("limits = [\"72h\"]", "limits = [\"72 hours\"]", "as \"48h\""),
        ("limits = [\"72h\"]", "limits = [\"72ч\"]", "as \"48h\""),
        ("limits = [\"72h\"]", "limits = [\"0h\"]", "1 to 87600"),
        ("limits = [\"72h\"]", "limits = []", "at least one limit"),
        ("limits = [\"72h\"]", "limit = [\"72h\"]", "unknown field `limit`"),
        ("done = [\"prosecutor_told\"]\n", "", "needs `done`"),
        ("what = \"lawyer_refused\"", "what = \"lawyer_refused\"\nstop = [\"released\"]", "takes no `stop`"),
        ("before_limit = \"kz.cpc.detention\"", "before_limit = \"kz.cpc.detain\"", "names no rule of kind at_most"),
        ("before = \"interrogated\"\n", "", "either `before`"),
        ("counting = [\"first_day\", \"next_day\", \"minute\"]\n", "", "need `counting`"),
        ("start = \"detention_protocol\"", "start = \"in_custody\"", "a sighting starts no clock"),
        ("law = \"CPC\"", "law = \"CPK\"", "there are: CPC, CON, CAO"),
        ("until = \"2018-01-05\"", "until = \"2018-01-35\"", "write the date as"),
        ("from = \"2018-01-05\"", "from = \"2017-01-05\"", "do not overlap"),
        ("kind = \"at_most\"", "kind = \"atmost\"", "unknown variant"),
        ("start = \"restrained\"\n", "", "needs `start`"),
        ("id = \"kz.cpc.detention\"", "id = \"ru.cpc.detention\"", "begins with `kz.`"),
        ("id = \"kz.cao.detention\"", "id = \"kz.cpc.detention\"", "already a rule"),
        ("\"group:arrestable\"", "\"group:arestable\"", "there is no [group.arestable]"),
        ("article = \"14(2), 131(4)\"", "article = \" \"", "cites its article"),
        ("url = \"https://", "url = \"http://", "https://"),
        ("when = { all = [\"minor\"] }\n", "", "never reached"),
        ("of = \"arrest\"\ntogether", "of = \"remand\"\ntogether", "remand does not"),
        ("edition = ", "edition = \"2026-1-1\" #", "write the date as"),
        ("id = \"kz.con.rights\"", "id = \"kz.con.Rights\"", "a to z"),
        ("action = \"release_criminal\"", "action = \"release criminal\"", "a to z"),
        ("\"article:CAO 488\"", "\"article:488\"", "with its law"),
        ("\"article:CAO 488\"", "\"article: CAO 488\"", "with its law"),
        (
            "limits = [\"72h\"]\nlaw = \"CON\"",
            "when = { all = [\"minor\"] }\nlimits = [\"72h\"]\nlaw = \"CON\"",
            "must have no `when`",
        ),
    ] {
        let what = mistyped(from, to);
        assert!(what.contains(says), "{to}: {what}");
    }
}

#[test]
fn the_line_is_the_line() {
    let first = KZ.lines().position(|line| line.contains("\"minor\"")).unwrap();
    assert_eq!(Pack::load(&KZ.replacen("\"minor\"", "\"minro\"", 1)).unwrap_err().line, 1 + first);
}

#[test]
fn what_is_no_pack_at_all_is_refused_without_a_guess() {
    for text in ["", "[pack]", "\0", &"[".repeat(100_000)] {
        assert!(Pack::load(text).is_err());
    }
    let refused = |length: usize| Pack::load(&"#".repeat(length)).unwrap_err().what;
    assert!(refused((1 << 20) + 1).contains("larger than") && !refused(1 << 20).contains("larger than"));
}

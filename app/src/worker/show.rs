//! Views in words, from what the device holds.

use habeas_client_core::case::{City, Fact, Place, RawFact, Scalar, View, What, Word as _};
use habeas_client_core::device::{Attachment, Device, Listed, SyncReport, minutes_off};
use habeas_client_core::order::by_key;
use habeas_client_core::rules::limits;
use habeas_client_core::words::{Words, word};
use habeas_clock::{Finding, Instant, Verdict, Zone};
use habeas_protocol::CaseId;
use habeas_protocol::api::DeviceState;
use habeas_texts::{self as texts, Lang, Message};

use super::http;
use super::store::Shelf;
use crate::messages::{AttachmentView, CaseLine, CaseView, DeviceLine, DisputeView, FactView, Kept, LimitView, SyncView, Told};

/// Every case, the most urgent first.
pub fn cases(lang: Lang, device: &Device<Shelf>, now: Instant) -> Vec<CaseLine> {
    device.by_urgency(now).iter().map(|listed| line(lang, listed, now)).collect()
}

fn line(lang: Lang, Listed { case, summary, limit }: &Listed<'_>, now: Instant) -> CaseLine {
    let words = words(lang, summary.clock.zone.clone(), now);
    let city = summary.city.map(|city| word(lang, "city", city.word()));
    let place = summary.place.clone().or(city).map(|place| format!(" — {place}")).unwrap_or_default();
    let countdown = limit.as_ref().and_then(|limit| words.countdown(limit));
    CaseLine {
        case: case.to_string(),
        title: summary.title.clone().unwrap_or_else(|| texts::show_no_name(lang)),
        status: format!("{}{place}", word(lang, "status", summary.status.word())),
        gravity: limit.as_ref().filter(|_| countdown.is_some()).map_or("none", gravity).to_owned(),
        countdown,
        disputes: summary.disputes,
        unsent: summary.unsent,
        aside: summary.aside,
    }
}

/// The index cards that are here, and what there is to say of them.
pub fn cards(lang: Lang, device: &Device<Shelf>, problem: Option<&Message>, now: Instant) -> Told {
    let words = words(lang, City::Almaty.zone(), now);
    let instant = |seconds: Option<i64>| seconds.and_then(Instant::from_seconds).map(|at| words.instant(at)).unwrap_or_default();
    let (mut lines, mut said) = (Vec::new(), Vec::new());
    if let Some(cards) = device.cards() {
        said.push(texts::cards_kept(lang, instant(Some(cards.at)), instant(device.cards_until())));
        if cards.more > 0 {
            said.push(texts::cards_more(lang, cards.more));
        }
        lines.extend(cards.cards.iter().map(|card| {
            let (gravity, countdown) = words.card_left(card).map_or(("none", None), |(how, left)| (how, Some(left)));
            CaseLine {
                case: card.case.to_string(),
                title: card.name.clone().unwrap_or_else(|| texts::show_no_name(lang)),
                status: words.card(card),
                countdown,
                gravity: gravity.to_owned(),
                disputes: 0,
                unsent: 0,
                aside: 0,
            }
        }));
    }
    said.extend(problem.map(|why| texts::cards_failed(lang, why.say(lang))));
    Told::Cards(lines, said)
}

/// Where people are held, and who is held at one of these places.
pub fn roll(lang: Lang, device: &Device<Shelf>, place: &str) -> Told {
    let places = device.places().into_iter().map(str::to_owned).collect();
    let name = |title: Option<&str>| title.map_or_else(|| texts::show_no_name(lang), str::to_owned);
    let people = device.held_at(place).into_iter().map(|(title, case)| (name(title), case.to_string())).collect();
    Told::Roll { places, people }
}

/// A case.
pub fn case(lang: Lang, device: &mut Device<Shelf>, case: CaseId, now: Instant) -> Result<CaseView, Message> {
    let people = device.people();
    let attached = device.attachments(case)?.iter().map(|of| attachment(lang, device, of)).collect();
    let open = device.case(case)?;
    let view = open.replica.view();
    let record = open.replica.clock_record();
    let zone = view.place.as_ref().map_or(City::Almaty.zone(), Place::zone);
    let words = Words { people, ..words(lang, zone, now) };
    let mut notes = Vec::new();
    if open.unsent > 0 {
        notes.push(texts::show_unsent(lang, open.unsent));
    }
    if let Some(code) = &open.hub_refused {
        let why = texts::named(lang, &texts::key("refused", code)).unwrap_or_else(|| code.clone());
        notes.push(texts::device_refused(lang, why));
    }
    notes.extend(open.copied.iter().map(|device| texts::show_copied(lang, device.to_string())));
    notes.extend(view.sealed.iter().map(|fact| words.sealed(fact)));
    let aside = open.replica.aside().len() + open.poison;
    if aside > 0 {
        notes.push(texts::show_aside(lang, aside));
    }
    Ok(CaseView {
        case: case.to_string(),
        title: words.who(&view),
        status: words.status(&view),
        last_proof: view.last_proof.map(|last| texts::show_last_proof(lang, words.instant(last))),
        city: view.city().map(|city| city.word().to_owned()).unwrap_or_default(),
        disputes: disputes(&words, device, &view),
        limits: limits(&record, now).iter().map(|finding| limit(&words, finding)).collect(),
        timeline: view.timeline.iter().map(|each| fact(&words, device, each)).collect(),
        superseded: view.superseded.iter().map(|each| fact(&words, device, each)).collect(),
        unknown: view.unknown.iter().map(raw).collect(),
        notes,
        attached,
    })
}

fn attachment(lang: Lang, device: &Device<Shelf>, of: &Attachment) -> AttachmentView {
    let place = match device.held().get(&of.id) {
        Some(held) if held.at_hub => texts::attachment_here(lang),
        Some(_) => texts::attachment_unsent(lang),
        None => texts::attachment_there(lang),
    };
    AttachmentView { text: of.text.clone(), place: format!("{}, {place}", texts::attachment_size(lang, of.bytes.div_ceil(1024))) }
}

fn disputes(words: &Words, device: &Device<Shelf>, view: &View) -> Vec<DisputeView> {
    let one = |dispute: &habeas_client_core::case::Dispute| DisputeView {
        about: texts::show_disputed(words.lang, word(words.lang, "fact", dispute.about)),
        accounts: view
            .timeline
            .iter()
            .filter(|each| dispute.accounts.contains(&each.id))
            .map(|each| fact(words, device, each))
            .collect(),
    };
    view.disputes.iter().map(one).collect()
}

fn limit(words: &Words, finding: &Finding) -> LimitView {
    LimitView {
        gravity: gravity(finding).to_owned(),
        countdown: words.countdown(finding),
        sentence: words.explain(finding),
        notes: [words.two_clocks(finding), words.text_status(finding)].into_iter().flatten().collect(),
        question: finding.ask.first().map(|question| words.question(question)),
        action: words.action(finding),
    }
}

fn fact(words: &Words, device: &Device<Shelf>, fact: &Fact) -> FactView {
    let correctable = !matches!(fact.what, What::LawyerAssigned { .. });
    FactView {
        id: fact.id.to_string(),
        when: words.when(fact),
        stated: words.stated(fact),
        source: [words.source(fact)].into_iter().chain(device.author(words.lang, &fact.id.actor)).collect::<Vec<_>>().join("; "),
        correctable,
    }
}

/// A fact as the form says it, line by line, in the local time of its place.
pub fn filled(fact: &Fact) -> Kept {
    let own = fact.what.fields().into_iter().filter(|(name, _)| name != "kind");
    let own = own.map(|(name, value)| {
        let text = match value {
            Scalar::Bool(true) => "yes".to_owned(),
            Scalar::Bool(false) => "no".to_owned(),
            Scalar::Int(number) => number.to_string(),
            Scalar::Text(text) => text,
        };
        (format!(".{name}"), text)
    });
    let zone = fact.place.as_ref().map_or(City::Almaty.zone(), Place::zone);
    let minute = |at: Instant| {
        let at = at.local(&zone);
        format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())
    };
    // The last minute that an interval touches; the form may say a little more than the fact, never less.
    let (first, last) = (fact.when.from.map(minute), fact.when.to.map(|to| minute(to.plus_seconds(-1))));
    let (mode, first, second) = match (first, last) {
        (Some(from), Some(to)) if from >= to => ("at", from, String::new()),
        (Some(from), Some(to)) => ("between", from, to),
        (Some(from), None) => ("after", from, String::new()),
        (None, Some(to)) => ("before", to, String::new()),
        (None, None) => ("unknown", String::new(), String::new()),
    };
    let place = fact.place.as_ref();
    let common = [
        ("kind", fact.what.kind().to_owned()),
        ("mode", mode.to_owned()),
        ("first", first),
        ("second", second),
        ("readers", if fact.limited { "few" } else { "" }.to_owned()),
        ("was-few", if fact.limited { "few" } else { "" }.to_owned()),
        ("said", fact.said.clone().unwrap_or_default()),
        ("city", place.map(|place| place.city.word().to_owned()).unwrap_or_default()),
        ("place", place.and_then(|place| place.name.clone()).unwrap_or_default()),
        ("source", fact.source.kind.word().to_owned()),
        ("source-name", fact.source.name.clone().unwrap_or_default()),
        ("reliability", fact.source.reliability.word().to_owned()),
    ];
    common.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(own).collect()
}

fn gravity(finding: &Finding) -> &'static str {
    match finding.verdict {
        // What has to be done is "possibly late" while nobody has written down that it was: no reason to shout.
        Verdict::PossiblyOver if !finding.is_of_custody() => "none",
        Verdict::NotApplicable => "none",
        Verdict::MetInTime | Verdict::Within => "within",
        Verdict::PossiblyOver => "possibly",
        Verdict::OverIfStillHeld => "ifheld",
        Verdict::MetLate | Verdict::CertainlyOver | Verdict::Prohibited => "certain",
    }
}

/// Among what nobody must miss: that there is a copy of this device.
pub const COPIED: &str = "copied";
/// That somebody's own role has changed; it follows.
pub const ROLE: &str = "role:";
/// That printed shares have let a device in; its id follows. Whatever else stands there is a head of an audit record that is gone.
pub const BY_SHARES: &str = "shares:";

/// What nobody must miss, of words that are noted.
pub fn warned(lang: Lang, words: &str) -> String {
    let one = |said: &str| match said.strip_prefix(ROLE) {
        Some(role) => texts::device_role(lang, word(lang, "role", role)) + ".",
        None if said == COPIED => texts::device_copied(lang),
        None => match said.strip_prefix(BY_SHARES) {
            Some(device) => texts::device_by_shares(lang, device),
            None => texts::device_audit_lost(lang, said),
        },
    };
    words.split_terminator(' ').map(|said| one(said) + " ").collect()
}

/// That the account should have a second factor and has none, of what is noted of it.
pub fn lacks_factor(lang: Lang, noted: &str, now: Instant) -> Option<String> {
    let due: i64 = noted.parse().ok()?;
    let due = Instant::from_seconds(due).filter(|_| due > 0);
    let due = due.map(|due| texts::factor_waits_from(lang, words(lang, City::Almaty.zone(), now).instant(due)));
    Some([Some(texts::factor_none(lang)), due].into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// That the server does not count.
pub fn silent(lang: Lang, since: Instant, now: Instant) -> String {
    texts::device_not_counting(lang, words(lang, City::Almaty.zone(), now).instant(since))
}

/// The state of the exchange.
pub fn sync(lang: Lang, device: &Device<Shelf>, report: Option<&SyncReport>, contact: Option<Instant>, now: Instant) -> SyncView {
    let words = words(lang, City::Almaty.zone(), now);
    let mut refused: Vec<String> = Vec::new();
    refused.extend(report.and_then(|_| minutes_off(http::clock_off())).map(|minutes| texts::device_clock_off(lang, minutes)));
    for code in report.map(|report| report.refused.as_slice()).unwrap_or_default() {
        let why = texts::named(lang, &texts::key("refused", code)).unwrap_or_else(|| code.clone());
        refused.push(texts::device_refused(lang, why));
    }
    let of_erased = report.map_or(0, |report| report.of_erased);
    refused.extend((of_erased > 0).then(|| texts::device_of_erased(lang, of_erased)));
    refused.extend(device.differing().map(|who| texts::device_differs(lang, device.name_of(&who))));
    refused.extend(device.is_frozen().then(|| texts::error_server_frozen().say(lang)));
    let withheld = report.map(|report| device.withheld(report)).unwrap_or_default();
    refused.extend(withheld.iter().map(|who| texts::device_withheld(lang, device.name_of(who))));
    let said = report.map(|report| {
        let synced = texts::device_synced(lang, report.set_aside, report.admitted, report.sent);
        let restored = (report.restored && !report.copied).then(|| texts::device_restored(lang, report.given_back));
        [Some(synced), restored].into_iter().flatten().collect::<Vec<_>>().join(". ")
    });
    SyncView {
        unsent: device.cases().map(|(_, summary)| summary.unsent).sum(),
        aside: device.cases().map(|(_, summary)| summary.aside).sum(),
        last_contact: contact.map(|at| words.instant(at)),
        refused,
        report: said,
        coming: None,
    }
}

/// The organisation's devices, those that wait first.
pub fn devices(lang: Lang, device: &Device<Shelf>, states: Vec<DeviceState>, now: Instant) -> Vec<DeviceLine> {
    let words = words(lang, City::Almaty.zone(), now);
    let states = by_key(states, |state| (state.revoked, state.admitted));
    let one = |state: DeviceState| {
        let (invited, role) = (device.invited(&state), device.stated_role(&state));
        let standing = match invited {
            _ if state.revoked => "revoked",
            _ if state.admitted => "in",
            _ if state.refused => "refused",
            Some(_) => "waits",
            None => "unproved",
        };
        let worded = if device.log().is_frozen(&state.person) { "frozen" } else { standing };
        let stands = texts::named(lang, &texts::key("device-state", worded)).unwrap_or_default();
        let stands = match device.newest_of(&state.id).and_then(Instant::from_seconds) {
            _ if standing != "in" || state.id == device.id() => stands,
            Some(at) => texts::device_heard(lang, stands, words.instant(at)),
            None => texts::device_unheard(lang, stands),
        };
        DeviceLine {
            id: state.id.to_string(),
            role: word(lang, "role", role.name()),
            account: state.account,
            state: standing.to_owned(),
            stands,
        }
    };
    states.into_iter().map(one).collect()
}

/// What a newer version wrote, field by field as it is.
fn raw(fact: &RawFact) -> String {
    let said = |value: &Scalar| match value {
        Scalar::Bool(yes) => yes.to_string(),
        Scalar::Int(number) => number.to_string(),
        Scalar::Text(text) => text.clone(),
    };
    fact.fields.iter().map(|(name, value)| format!("{name}: {}", said(value))).collect::<Vec<_>>().join("; ")
}

fn words(lang: Lang, zone: Zone, now: Instant) -> Words {
    Words { lang, zone, now, people: std::collections::BTreeMap::new() }
}

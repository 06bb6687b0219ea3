//! The view: who this is, where they are and since when, what is disputed. Folded out of the facts; the same facts give the
//! same view, byte for byte, whatever the order in which they arrived.

use habeas_clock::{Instant, Interval};
use serde::Serialize;

use super::accounts::standing;
use super::custody::is_police;
use super::fact::{Fact, FactId, RawFact, Stated};
use super::stints::{Stint, stints};
use super::vocabulary::{Penalty, Vulnerability};
use super::word::words;
use super::{City, Place, What};
use crate::order::by_key;

/// A case as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Every name that somebody has given, by fact id.
    pub names: Vec<Account<String>>,
    /// Descriptions, for people without a name.
    pub descriptions: Vec<Account<String>>,
    /// Accounts of the date of birth.
    pub births: Vec<Account<String>>,
    /// What the person's safety or the law depends on, and whether it holds.
    pub vulnerabilities: Vec<Account<(Vulnerability, bool)>>,
    /// Where things stand, by the latest account.
    pub status: Status,
    /// Whether accounts that matter to the status disagree.
    pub status_disputed: bool,
    /// Where the person was last known to be held or seen.
    pub place: Option<Place>,
    /// Since when the status is so, by the account that it rests on.
    pub since: Interval,
    /// The last moment at which anybody saw or heard of the person in custody.
    pub last_proof: Option<Instant>,
    /// The last moment of which anybody has any word of the person, in custody or free: how stale all this is.
    pub last_word: Option<Instant>,
    /// Where the person was held, one place after the other.
    pub stints: Vec<Stint>,
    /// Whom to reach about the person.
    pub contacts: Vec<Account<String>>,
    /// Lawyers of ours who have taken the case.
    pub lawyers: Vec<Account<String>>,
    /// How often a lawyer was refused.
    pub lawyer_refused: usize,
    /// What accounts disagree on.
    pub disputes: Vec<Dispute>,
    /// Every fact that stands, in the order of time.
    pub timeline: Vec<Fact>,
    /// Facts that were corrected or taken back, by id.
    pub superseded: Vec<Fact>,
    /// What a newer version wrote and this one cannot read, as it is.
    pub unknown: Vec<RawFact>,
}

/// What one fact says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account<T> {
    /// What is said.
    pub value: T,
    /// The fact that says it.
    pub fact: FactId,
}

/// Something on which accounts disagree, until somebody settles it with a fact that replaces the wrong ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// What it is about, by the kind of the facts, such as `released`.
    pub about: &'static str,
    /// The accounts, by fact id: at least two.
    pub accounts: Vec<FactId>,
}

words! {
    /// Where things stand.
    pub enum Status {
        /// Nobody knows.
        Unknown = "unknown",
        /// Last seen at liberty, and looked for.
        Missing = "missing",
        /// Held.
        Held = "held",
        /// In hospital.
        InHospital = "in_hospital",
        /// Serving an arrest.
        UnderArrest = "under_arrest",
        /// Free.
        Released = "released",
        /// Dead.
        Died = "died",
    }
}

impl View {
    /// The city that the case is in: where the person was last known to be, or else where anything happened.
    pub fn city(&self) -> Option<City> {
        let anywhere = || self.timeline.iter().find_map(|fact| fact.place.as_ref());
        self.place.as_ref().or_else(anywhere).map(|place| place.city)
    }

    /// Folds a case's facts.
    pub fn fold(stated: Vec<Stated>) -> Self {
        let mut facts = Vec::with_capacity(stated.len());
        let mut unknown = Vec::new();
        for each in stated {
            match each {
                Stated::Known(fact) => facts.push(*fact),
                Stated::Unknown(raw) => unknown.push(raw),
            }
        }
        let mut facts = by_key(facts, |fact| fact.id);
        facts.dedup_by_key(|fact| fact.id);
        let mut unknown = by_key(unknown, |raw| raw.id);
        unknown.dedup_by_key(|raw| raw.id);

        let timeline: Vec<Fact> = standing(&facts).into_iter().cloned().collect();
        let superseded = facts.into_iter().filter(|fact| timeline.iter().all(|standing| standing.id != fact.id)).collect();
        let disputes = disputes(&timeline);
        let (status, since) = standing_status(&timeline, &disputes);
        let last_place = timeline.iter().filter(|fact| tells_where(&fact.what) && fact.place.is_some());
        let place = last_place.max_by_key(|fact| (moment(fact), fact.id)).and_then(|fact| fact.place.clone());
        let mut view = Self {
            names: gather(&timeline, |what| if let What::Name { text } = what { Some(text.clone()) } else { None }),
            descriptions: gather(&timeline, |what| if let What::Description { text } = what { Some(text.clone()) } else { None }),
            births: gather(&timeline, |what| if let What::Birth { date } = what { Some(date.clone()) } else { None }),
            vulnerabilities: gather(&timeline, |what| {
                if let What::Vulnerability { which, holds } = what { Some((*which, *holds)) } else { None }
            }),
            lawyers: gather(
                &timeline,
                |what| if let What::LawyerAssigned { person } = what { Some(person.clone()) } else { None },
            ),
            status,
            status_disputed: disputes.iter().any(is_about_status),
            place,
            since,
            last_proof: timeline.iter().filter(|fact| proves_custody(&fact.what)).filter_map(|fact| fact.when.from).max(),
            last_word: timeline.iter().filter(|fact| tells_where(&fact.what)).filter_map(moment).max(),
            stints: stints(&timeline),
            contacts: gather(&timeline, |what| if let What::Contact { text } = what { Some(text.clone()) } else { None }),
            lawyer_refused: timeline.iter().filter(|fact| matches!(fact.what, What::LawyerRefused { .. })).count(),
            disputes,
            timeline: Vec::new(),
            superseded,
            unknown,
        };
        view.timeline = by_key(timeline, |fact| (moment(fact).unwrap_or(Instant::MAX), fact.id));
        view
    }
}

fn gather<T>(facts: &[Fact], value: impl Fn(&What) -> Option<T>) -> Vec<Account<T>> {
    facts.iter().filter_map(|fact| Some(Account { value: value(&fact.what)?, fact: fact.id })).collect()
}

/// When a fact takes its place on the timeline: its earliest moment, or its latest where the beginning is open.
fn moment(fact: &Fact) -> Option<Instant> {
    fact.when.from.or(fact.when.to)
}

/// Whether a dispute is about where things stand.
fn is_about_status(dispute: &Dispute) -> bool {
    matches!(dispute.about, "restrained" | "released" | "sentenced" | "died")
}

/// Whether a fact says where the person was. (Where a protocol was written or a lawyer refused says little of that.)
fn tells_where(what: &What) -> bool {
    proves_custody(what)
        || matches!(what, What::LastSeenFree | What::Released | What::Died | What::Hospitalised { .. } | What::Sentenced { .. })
}

/// When a status began by a fact: an end counts by its latest moment, and without any as the last thing that happened; a
/// proof counts by its earliest.
fn rank(fact: &Fact) -> Instant {
    let ends = matches!(fact.what, What::Released | What::Sentenced { .. });
    if ends { fact.when.to.unwrap_or(Instant::MAX) } else { moment(fact).unwrap_or(Instant::MIN) }
}

/// Where things stand and since when: the facts in order, each carrying the status on. A sighting inside does not end an
/// arrest, a fine alone sets nobody free, and nobody rises from the dead.
fn standing_status(timeline: &[Fact], disputes: &[Dispute]) -> (Status, Interval) {
    let ordered = by_key(timeline.iter().collect(), |fact| (rank(fact), fact.id));
    let (mut status, mut since) = (Status::Unknown, Interval::OPEN);
    for fact in ordered {
        let next = match &fact.what {
            What::LastSeenFree if status == Status::Unknown => Status::Missing,
            What::LastSeenFree | What::Released => Status::Released,
            What::Died => Status::Died,
            What::Hospitalised { .. } => Status::InHospital,
            What::Sentenced { penalty: Penalty::Arrest, .. } => Status::UnderArrest,
            what if proves_custody(what) && status == Status::UnderArrest => Status::UnderArrest,
            what if proves_custody(what) => Status::Held,
            _ => continue,
        };
        if status == Status::Died {
            break;
        }
        if next != status || since == Interval::OPEN {
            since = fact.when;
        } else if disputes.iter().any(|dispute| is_about_status(dispute) && dispute.accounts.contains(&fact.id)) {
            since = since.hull(fact.when);
        }
        status = next;
    }
    (status, since)
}

/// Whether a fact says that custody was over.
pub(super) fn ends_custody(what: &What) -> bool {
    matches!(what, What::LastSeenFree | What::Released | What::Died)
}

pub(super) fn proves_custody(what: &What) -> bool {
    matches!(
        what,
        What::Restrained { .. } | What::InVehicle { .. } | What::Delivered | What::Held | What::SeenInCustody | What::Transferred
    ) || matches!(what, What::Hospitalised { guarded: Some(true) })
}

/// A question on which each standing fact of a kind gives an answer that cannot be true together with another's.
fn disputes(facts: &[Fact]) -> Vec<Dispute> {
    let times = |about, of: fn(&What) -> bool| (about, facts.iter().filter(|fact| of(&fact.what)).collect::<Vec<_>>());
    let mut found: Vec<Dispute> = [
        times("restrained", |what| matches!(what, What::Restrained { .. })),
        times("released", |what| matches!(what, What::Released)),
        times("died", |what| matches!(what, What::Died)),
        times("court_order_received", |what| matches!(what, What::CourtOrderReceived)),
    ]
    .into_iter()
    .filter_map(|(about, accounts)| disagree(about, &accounts, |a, b| a.when.meets(b.when)))
    .collect();
    let of = |wanted: fn(&What) -> bool| facts.iter().filter(|fact| wanted(&fact.what)).collect::<Vec<_>>();
    found.extend(disagree("birth", &of(|what| matches!(what, What::Birth { .. })), |a, b| births_agree(&a.what, &b.what)));
    found.extend(disagree("sentenced", &of(|what| matches!(what, What::Sentenced { .. })), |a, b| {
        sentences_agree(&a.what, &b.what)
    }));
    // What somebody is held as may change with time; two answers for one moment cannot both be true.
    found.extend(disagree("regime", &of(|what| matches!(what, What::Regime { .. })), |a, b| {
        regime_of(&a.what) == regime_of(&b.what) || !a.when.meets(b.when)
    }));
    found.extend(disagree("vulnerability", &of(|what| matches!(what, What::Vulnerability { .. })), |a, b| {
        !deny(&a.what, &b.what)
    }));
    found.extend(disagree("circumstance", &of(|what| matches!(what, What::Circumstance { .. })), |a, b| !deny(&a.what, &b.what)));
    if let Some(dispute) = denied(&of(|what| matches!(what, What::AskedNotHere)), facts) {
        found.push(dispute);
    }
    seen_after_release(facts, &mut found);
    found
}

/// Somebody is said to be free and seen inside later: the two stand against each other, and it is about the release.
fn seen_after_release(facts: &[Fact], found: &mut Vec<Dispute>) {
    let releases: Vec<&Fact> = facts.iter().filter(|fact| matches!(fact.what, What::Released)).collect();
    let after =
        |proof: &Fact, release: &Fact| matches!((proof.when.from, release.when.to), (Some(seen), Some(free)) if seen > free);
    let proofs = facts.iter().filter(|fact| proves_custody(&fact.what));
    let against: Vec<FactId> =
        proofs.filter(|proof| releases.iter().any(|release| after(proof, release))).map(|fact| fact.id).collect();
    if against.is_empty() {
        return;
    }
    let accounts = by_key(releases.iter().map(|fact| fact.id).chain(against).collect(), |id: &FactId| *id);
    match found.iter_mut().find(|dispute| dispute.about == "released") {
        Some(dispute) => dispute.accounts = accounts,
        None => found.push(Dispute { about: "released", accounts }),
    }
}

fn regime_of(what: &What) -> Option<super::vocabulary::Regime> {
    if let What::Regime { regime, .. } = what { Some(*regime) } else { None }
}

/// Two sentences agree if nothing that both name differs.
fn sentences_agree(a: &What, b: &What) -> bool {
    let parts = |what: &What| {
        if let What::Sentenced { penalty, days, article } = what { Some((*penalty, *days, article.clone())) } else { None }
    };
    match (parts(a), parts(b)) {
        (Some((penalty, days, article)), Some((other, more, second))) => {
            penalty == other && days == more && (article.is_none() || second.is_none() || article == second)
        }
        _ => true,
    }
}

/// Whether one says that something holds and the other that the same does not.
fn deny(a: &What, b: &What) -> bool {
    match (a, b) {
        (What::Vulnerability { which, holds }, What::Vulnerability { which: other, holds: also }) => {
            which == other && holds != also
        }
        (What::Circumstance { which, holds }, What::Circumstance { which: other, holds: also }) => {
            which == other && holds != also
        }
        _ => false,
    }
}

fn disagree(about: &'static str, accounts: &[&Fact], agree: impl Fn(&Fact, &Fact) -> bool) -> Option<Dispute> {
    // Only those that somebody contradicts: an account that agrees with all others is no part of the dispute.
    let contradicted = |a: &&&Fact| accounts.iter().any(|b| !agree(a, b));
    let accounts: Vec<FactId> = accounts.iter().filter(contradicted).map(|fact| fact.id).collect();
    (!accounts.is_empty()).then_some(Dispute { about, accounts })
}

fn births_agree(a: &What, b: &What) -> bool {
    match (a, b) {
        (What::Birth { date: a }, What::Birth { date: b }) => a.starts_with(b.as_str()) || b.starts_with(a.as_str()),
        _ => true,
    }
}

/// Whether the person was there when the denial was made: seen then, or before and after it at the same place.
fn around(denial: &Fact, proof: &Fact, facts: &[Fact]) -> bool {
    let there = |other: &&Fact| proves_custody(&other.what) && other.place == denial.place && !is_police(other);
    let before = |fact: &Fact| matches!((fact.when.to, denial.when.from), (Some(seen), Some(said)) if seen <= said);
    let after = |fact: &Fact| matches!((fact.when.from, denial.when.to), (Some(seen), Some(said)) if seen >= said);
    let seen = |side: &dyn Fn(&Fact) -> bool| facts.iter().filter(there).any(side);
    proof.when.meets(denial.when) || before(proof) && seen(&after) || after(proof) && seen(&before)
}

/// "Not here", said at a place while somebody else proves that the person was there.
fn denied(denials: &[&Fact], facts: &[Fact]) -> Option<Dispute> {
    let contradicts = |denial: &Fact, proof: &Fact| {
        proves_custody(&proof.what) && proof.place == denial.place && !is_police(proof) && around(denial, proof, facts)
    };
    let mut accounts: Vec<FactId> = Vec::new();
    for denial in denials {
        for proof in facts.iter().filter(|fact| contradicts(denial, fact)) {
            accounts.extend([denial.id, proof.id]);
        }
    }
    let mut accounts = by_key(accounts, |id| *id);
    accounts.dedup();
    (!accounts.is_empty()).then_some(Dispute { about: "asked_not_here", accounts })
}

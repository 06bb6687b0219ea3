//! The view: who this is, where they are and since when, what is disputed. Folded out of the facts; the same facts give the
//! same view, byte for byte, whatever the order in which they arrived.

use habeas_clock::{Instant, Interval};
use serde::Serialize;

use super::accounts::standing;
use super::disputes::{Dispute, disputes};
use super::fact::{Fact, FactId, RawFact, Stated};
use super::procedure::{Step, procedure};
use super::sealed::{SealedFact, replaced_by};
use super::stints::{Stint, stints};
use super::vocabulary::{Exit, Penalty, Sex, Vulnerability};
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
    /// Accounts of the sex, as it matters to the law's protections.
    pub sexes: Vec<Account<Sex>>,
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
    /// What has been done in the case, and when: papers, notices, hearings, orders.
    pub procedure: Vec<Step>,
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
    /// Sealed facts whose key is not on this device, or was destroyed everywhere, by id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sealed: Vec<SealedFact>,
}

/// What one fact says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account<T> {
    /// What is said.
    pub value: T,
    /// The fact that says it.
    pub fact: FactId,
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
        let anywhere = || self.timeline.iter().filter(|fact| !fact.limited).find_map(|fact| fact.place.as_ref());
        self.place.as_ref().or_else(anywhere).map(|place| place.city)
    }

    /// What the person is called where there is room for one name: the first name given, or else the first description.
    pub fn known_as(&self) -> Option<&str> {
        self.names.iter().chain(&self.descriptions).next().map(|account| account.value.as_str())
    }

    /// Folds a case's facts.
    pub fn fold(stated: Vec<Stated>) -> Self {
        let mut facts = Vec::with_capacity(stated.len());
        let (mut unknown, mut sealed) = (Vec::new(), Vec::<SealedFact>::new());
        for each in stated {
            match each {
                Stated::Known(fact) => facts.push(*fact),
                Stated::Unknown(raw) => unknown.push(raw),
                Stated::Sealed(fact) => {
                    if let Err(place) = sealed.binary_search_by(|known| known.id.cmp(&fact.id)) {
                        sealed.insert(place, fact);
                    }
                }
            }
        }
        let mut facts = by_key(facts, |fact| fact.id);
        facts.dedup_by_key(|fact| fact.id);
        let mut unknown = by_key(unknown, |raw| raw.id);
        unknown.dedup_by_key(|raw| raw.id);

        let replaced = replaced_by(&sealed, &facts);
        let mut timeline: Vec<Fact> = standing(&facts).into_iter().cloned().collect();
        timeline.retain(|fact| !replaced.contains(&fact.id));
        let superseded = facts.into_iter().filter(|fact| timeline.iter().all(|standing| standing.id != fact.id)).collect();
        // A limited fact stands where it can be read, and counts nowhere: for everybody who reads the case things stand alike.
        let (limited, mut timeline): (Vec<Fact>, Vec<Fact>) = timeline.into_iter().partition(|fact| fact.limited);
        let disputes = disputes(&timeline);
        let (status, since) = standing_status(&timeline, &disputes);
        let last_place = timeline.iter().filter(|fact| tells_where(&fact.what) && fact.place.is_some());
        let place = last_place.max_by_key(|fact| (moment(fact), fact.id)).and_then(|fact| fact.place.clone());
        let mut view = Self {
            names: gather(&timeline, |what| if let What::Name { text } = what { Some(text.clone()) } else { None }),
            descriptions: gather(&timeline, |what| if let What::Description { text } = what { Some(text.clone()) } else { None }),
            births: gather(&timeline, |what| if let What::Birth { date } = what { Some(date.clone()) } else { None }),
            sexes: gather(&timeline, |what| if let What::Sex { sex } = what { Some(*sex) } else { None }),
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
            procedure: procedure(&timeline),
            contacts: gather(&timeline, |what| if let What::Contact { text } = what { Some(text.clone()) } else { None }),
            lawyer_refused: timeline.iter().filter(|fact| matches!(fact.what, What::LawyerRefused { .. })).count(),
            disputes,
            timeline: Vec::new(),
            superseded,
            unknown,
            sealed,
        };
        timeline.extend(limited);
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
    ) || matches!(what, What::Hospitalised { guarded: Some(true) } | What::ExitOffered { how: Exit::No })
}

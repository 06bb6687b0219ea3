//! What the clock is told about one case. The case's facts are translated into this by whoever holds them; the clock
//! knows neither names nor documents.

use serde::{Deserialize, Serialize};

use crate::pack::Condition;
use crate::{Instant, Interval, Truth, Zone};

/// Everything about one case that a limit can depend on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The zone of the place of custody; dates on which laws change begin at its midnight.
    pub zone: Zone,
    /// Accounts of what happened. Two accounts of one event are two entries.
    pub events: Vec<Event>,
    /// Accounts of conditions such as being a minor, each with the fact that says so.
    pub conditions: Vec<(String, Truth, String)>,
    /// Articles that somebody says apply, as `CAO 488(6)`, each with the fact that says so.
    pub articles: Vec<(String, String)>,
    /// Penalties imposed.
    pub sentences: Vec<Sentence>,
}

/// One account of one thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When, as exactly as the account knows.
    pub when: Interval,
    /// Whose account it is.
    pub claim: Claimant,
    /// The fact that holds the account.
    pub fact: String,
}

/// What can happen to a person, as far as the limits care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// Seen or heard of at liberty.
    LastFree,
    /// Liberty was really restricted for the first time: the start that law counts from (in Kazakhstan CPC 7(29)).
    Restrained,
    /// Put into a vehicle of the state.
    InVehicle,
    /// Brought to a police station.
    Delivered,
    /// Seen or heard of in custody at a moment.
    InCustody,
    /// Set free, or left custody in another way that ends it.
    Released,
    /// The head of the place of detention received a court's order on custody.
    CourtOrderReceived,
    /// A court heard the case and imposed a penalty or ended it.
    Heard,
}

impl EventKind {
    /// Whether the event proves that the person was held at that moment.
    pub fn proves_custody(self) -> bool {
        matches!(self, Self::Restrained | Self::InVehicle | Self::Delivered | Self::InCustody)
    }
}

/// Whose account an event is. The two are shown side by side: the clock as the law counts it, and as the police claim it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Claimant {
    /// The person, a relative, a lawyer, a witness, a recording.
    Observed,
    /// The police or another organ of the state, as in a protocol.
    Police,
}

/// A penalty of arrest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// How many days were imposed.
    pub days: u32,
    /// When it was imposed.
    pub when: Interval,
    /// The fact that says so.
    pub fact: String,
}

impl Record {
    /// A record in which nothing is known yet.
    pub fn new(zone: Zone) -> Self {
        Self { zone, events: Vec::new(), conditions: Vec::new(), articles: Vec::new(), sentences: Vec::new() }
    }

    /// The accounts of an event that count at `now`: one that is said to lie in the future does not, whatever clock it was written by.
    pub fn events_at(&self, now: Instant) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.when.from.is_none_or(|from| from <= now))
    }

    /// Whether a condition holds, by all accounts of it.
    pub fn holds(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::Named(name) => {
                Truth::of_accounts(self.conditions.iter().filter(|(n, ..)| n == name).map(|&(_, truth, _)| truth))
            }
            Condition::Article(wanted) => {
                // Whoever says `CAO 488` does not contradict whoever says `CAO 488(6)`: the more exact account counts.
                let exact = |stated: &str| {
                    !self.articles.iter().any(|(other, _)| other != stated && article_under(other, stated) == Truth::True)
                };
                let stated = self.articles.iter().map(|(stated, _)| stated.as_str()).filter(|stated| exact(stated));
                Truth::of_accounts(stated.map(|stated| article_under(stated, wanted)))
            }
            Condition::Group(_, group) => group.holds(self),
        }
    }
}

/// Whether the stated article is the wanted one or a part of it. `CAO 488(6)` is under `CAO 488`; of `CAO 488` nobody
/// knows whether it is `CAO 488(6)`.
fn article_under(stated: &str, wanted: &str) -> Truth {
    let part_of = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('('));
    if part_of(stated, wanted) {
        Truth::True
    } else if part_of(wanted, stated) {
        Truth::Unknown
    } else {
        Truth::False
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_covers_its_points_but_not_its_neighbours() {
        assert_eq!(article_under("CAO 488(6)", "CAO 488"), Truth::True);
        assert_eq!(article_under("CAO 488", "CAO 488(6)"), Truth::Unknown);
        assert_eq!(article_under("CAO 488(11)", "CAO 488(1)"), Truth::False);
        assert_eq!(article_under("CAO 488-1", "CAO 488"), Truth::False, "488-1 is an article of its own");
    }
}

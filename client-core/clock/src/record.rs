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
    /// Times in custody that a court has ordered.
    pub sentences: Vec<Sentence>,
}

/// One account of one thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When, as exactly as the account knows.
    pub when: Interval,
    /// Whether the account says that it had *not* happened by then.
    pub denied: bool,
    /// Whose account it is.
    pub claim: Claimant,
    /// The fact that holds the account.
    pub fact: String,
}

/// Declares the kinds of event with the word for each in packs and JSON. The place in the list is what compiled packs hold:
/// new kinds go to the end.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident,)*) => {
        /// What can happen to a person, as far as the limits care.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum EventKind {
            $($(#[$doc])* $kind,)*
        }

        impl EventKind {
            /// Every kind, for tables and property tests.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];
        }
    };
}

kinds! {
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
    /// A protocol of delivery was drawn up (in Kazakhstan CAO 786).
    DeliveryProtocol,
    /// A protocol of administrative detention was drawn up (CAO 788).
    AdministrativeProtocol,
    /// A protocol of the offence was drawn up (CAO 803).
    OffenceProtocol,
    /// A protocol of procedural detention was drawn up (CPC 131).
    DetentionProtocol,
    /// Relatives were told.
    RelativesTold,
    /// The embassy of a foreigner was told.
    EmbassyTold,
    /// The rights and the grounds of detention were explained.
    RightsExplained,
    /// A lawyer was let in.
    LawyerAdmitted,
    /// A lawyer was refused.
    LawyerRefused,
    /// The person met a lawyer in private.
    LawyerMeeting,
    /// The person was interrogated.
    Interrogated,
    /// The person was interrogated without a lawyer there.
    InterrogatedAlone,
    /// The prosecutor was told in writing.
    ProsecutorTold,
    /// The motion for custody was filed with the court.
    MotionFiled,
    /// The materials reached the court.
    MaterialsAtCourt,
    /// A copy of the decision was received.
    DecisionReceived,
    /// An appeal against a decision was filed.
    AppealFiled,
    /// An appeal was decided.
    AppealDecided,
    /// A complaint about the detention itself was filed.
    ComplaintFiled,
    /// That complaint was decided.
    ComplaintDecided,
    /// Administrative arrest was imposed.
    ArrestImposed,
    /// The person was certified to be sober again.
    Sobered,
    /// The person was charged.
    Charged,
    /// People were offered to leave the place where they were kept.
    ExitOffered,
    /// The person was interrogated at night, between 22:00 and 6:00 of the place.
    InterrogatedAtNight,
    /// A "preventive talk" was held without anybody there for the person.
    TalkedToAlone,
}

impl EventKind {
    /// Whether the event proves that the person was held at that moment. Whoever was offered to leave was kept there until then.
    pub fn proves_custody(self) -> bool {
        matches!(self, Self::Restrained | Self::InVehicle | Self::Delivered | Self::InCustody | Self::ExitOffered)
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

/// A time in custody that a court has ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    /// Under what title.
    pub of: Term,
    /// For how long.
    pub length: Length,
    /// When it was imposed.
    pub when: Interval,
    /// For what, such as `CAO 488(6)`, if anybody says.
    pub article: Option<String>,
    /// Whether it is known to add to another order, and to be no second account of that one.
    pub adds: bool,
    /// The fact that says so.
    pub fact: String,
}

impl Sentence {
    /// An order of which nobody says for what it was made, or that it adds to another.
    pub fn new(of: Term, length: Length, when: Interval, fact: String) -> Self {
        Self { of, length, when, article: None, adds: false, fact }
    }
}

/// Under what title a court orders custody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Administrative arrest, a penalty.
    Arrest,
    /// Remand in custody before trial.
    Remand,
    /// An interrogation without a break: no court orders it, and the law limits its length in the same way.
    Interrogation,
}

/// How long an ordered time in custody is, or an interrogation was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// So many days.
    Days(u32),
    /// So many months.
    Months(u32),
    /// So many minutes.
    Minutes(u32),
}

/// The condition that no fact sets: which case somebody is held in is not known, or not agreed.
pub(crate) const UNSETTLED: &str = "regime.unsettled";

impl Record {
    /// A record in which nothing is known yet.
    pub fn new(zone: Zone) -> Self {
        Self { zone, events: Vec::new(), conditions: Vec::new(), articles: Vec::new(), sentences: Vec::new() }
    }

    /// The accounts of an event that count at `now`: one that is said to lie in the future does not, whatever clock it was written by.
    pub fn events_at(&self, now: Instant) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |event| event.when.from.is_none_or(|from| from <= now))
    }

    /// Whether somebody says of a condition that it holds, or that it does not, whatever others say.
    pub(crate) fn claims(&self, condition: &Condition, truth: Truth) -> bool {
        match condition {
            Condition::Named(name) if name != UNSETTLED => self.conditions.iter().any(|(n, said, _)| n == name && *said == truth),
            Condition::Article(wanted) => self.articles.iter().any(|(stated, _)| article_under(stated, wanted) == truth),
            Condition::Group(_, group) if truth == Truth::True => group.is_claimed(self),
            _ => self.holds(condition) == truth,
        }
    }

    /// Whether a condition holds, by all accounts of it.
    pub fn holds(&self, condition: &Condition) -> Truth {
        match condition {
            // Nobody says as what the person is held, or the accounts differ.
            Condition::Named(name) if name == UNSETTLED => {
                let settled = ["regime.administrative", "regime.criminal", "regime.none", "regime.preventive"]
                    .into_iter()
                    .any(|regime| self.holds(&Condition::Named(regime.to_owned())) == Truth::True);
                (!settled).into()
            }
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
pub(crate) fn article_under(stated: &str, wanted: &str) -> Truth {
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

    #[test]
    fn what_somebody_says_is_claimed_whatever_others_say() {
        use crate::pack::When;
        let named = |name: &str| Condition::Named(name.to_owned());
        let article = |article: &str| Condition::Article(article.to_owned());
        let mut record = Record::new(Zone::named("Asia/Almaty").unwrap());
        let unsettled = named(UNSETTLED);
        assert!(record.claims(&unsettled, Truth::True), "nobody says as what");
        record.conditions.push(("regime.criminal".to_owned(), Truth::True, "fact".to_owned()));
        assert!(!record.claims(&unsettled, Truth::True) && record.claims(&unsettled, Truth::False));

        record.conditions.push(("minor".to_owned(), Truth::False, "fact".to_owned()));
        let claims =
            |record: &Record, condition: &Condition| [Truth::True, Truth::False].map(|truth| record.claims(condition, truth));
        assert_eq!(claims(&record, &named("minor")), [false, true]);
        assert_eq!(claims(&record, &named("pregnant")), [false, false], "what is said of the one says nothing of the other");
        record.conditions.push(("minor".to_owned(), Truth::True, "fact".to_owned()));
        assert_eq!(claims(&record, &named("minor")), [true, true]);

        record.articles = vec![("CAO 488(6)".to_owned(), "fact".to_owned())];
        assert_eq!(claims(&record, &article("CAO 488")), [true, false]);
        assert_eq!(claims(&record, &article("CAO 434")), [false, true]);
        record.articles.push(("CAO 434".to_owned(), "fact".to_owned()));
        assert_eq!(claims(&record, &article("CAO 488")), [true, true]);

        // Of a group that it holds is claimed where somebody says so of its parts; that it does not, where it does not.
        let group = |any: &[&str], none: &[&str]| {
            let list = |names: &[&str]| names.iter().map(|name| named(name)).collect();
            Condition::Group("some".to_owned(), Box::new(When { all: Vec::new(), any: list(any), none: list(none) }))
        };
        record.conditions.push(("drunk".to_owned(), Truth::False, "fact".to_owned()));
        assert_eq!(claims(&record, &group(&["minor", "pregnant"], &[])), [true, false]);
        assert_eq!(claims(&record, &group(&["drunk"], &[])), [false, true]);
        assert_eq!(claims(&record, &group(&["minor"], &["drunk"])), [true, false]);
        assert_eq!(claims(&record, &group(&["minor"], &["pregnant"])), [false, false], "nobody says that she is not");
        assert_eq!(claims(&record, &group(&[], &["minor"])), [true, false], "somebody says that he is of age");
    }
}

//! The words that facts choose from: each an enum with its word in records, and what it says to the rules.

use super::word::words;

words! {
    /// Sex.
    #[allow(missing_docs, reason = "plain words")]
    pub enum Sex {
        Female = "female",
        Male = "male",
    }
}

words! {
    /// Whether people who are kept somewhere are offered to leave.
    pub enum Exit {
        /// Nobody could leave.
        No = "no",
        /// Only on a condition, such as one by one, or home at once.
        OnCondition = "on_condition",
        /// Whoever wanted to could leave.
        Yes = "yes",
    }
}

words! {
    /// Something about the person that the law or their safety depends on.
    pub enum Vulnerability {
        /// Under 18.
        Minor = "minor",
        /// Pregnant.
        Pregnant = "pregnant",
        /// Has a child under 14: CAO 50(2).
        ChildUnder14 = "child_under_14",
        /// Disability of group I or II: CAO 50(2).
        Disability = "disability_group_1_or_2",
        /// Not a citizen.
        Foreign = "foreign",
        /// Needs medicine or care.
        MedicalNeed = "medical_need",
        /// Brings up a child alone: CAO 50(2) spares a man with a child under 14 only then.
        SoleCarer = "sole_carer",
    }
}

words! {
    /// Which protocol (in Kazakhstan four that are easily taken for one another).
    pub enum Protocol {
        /// Of delivery: CAO 786.
        Delivery = "delivery",
        /// Of administrative detention: CAO 788.
        Administrative = "administrative",
        /// Of the offence: CAO 803.
        Offence = "offence",
        /// Of procedural detention: CPC 131. Only it stops the three hours of CPC 131(2).
        Detention = "detention",
    }
}

words! {
    /// As what the police say that somebody is there.
    pub enum Claimed {
        /// Invited to a "talk".
        Talk = "talk",
        /// A witness.
        Witness = "witness",
        /// A witness with the right to defence.
        WitnessWithDefence = "witness_with_defence",
        /// A suspect.
        Suspect = "suspect",
        /// Somebody in an administrative case.
        Administrative = "administrative",
        /// Nothing was said.
        Nothing = "nothing",
    }
}

words! {
    /// Under what a number runs.
    pub enum NumberOf {
        /// The criminal case.
        Criminal = "criminal",
        /// The book of incidents.
        Incident = "incident",
        /// The protocol.
        Protocol = "protocol",
        /// The court's case.
        Court = "court",
    }
}

words! {
    /// How somebody comes to have a lawyer.
    pub enum LawyerHow {
        /// Chosen by the person or the family.
        Chosen = "chosen",
        /// Appointed by the state.
        Appointed = "appointed",
        /// Waived.
        Waived = "waived",
    }
}

words! {
    /// What has to be done for somebody who is held.
    #[allow(missing_docs, reason = "the words are those of the facts that say that it was done")]
    pub enum Duty {
        DeliveryProtocol = "delivery_protocol",
        AdministrativeProtocol = "administrative_protocol",
        OffenceProtocol = "offence_protocol",
        DetentionProtocol = "detention_protocol",
        RelativesTold = "relatives_told",
        EmbassyTold = "embassy_told",
        RightsExplained = "rights_explained",
        LawyerMeeting = "lawyer_meeting",
        Interrogated = "interrogated",
        ProsecutorTold = "prosecutor_told",
        MotionFiled = "motion_filed",
        HearingHeld = "hearing_held",
        CourtOrderReceived = "court_order_received",
        AppealDecided = "appeal_decided",
    }
}

words! {
    /// What was filed.
    pub enum Challenge {
        /// An appeal against a decision.
        Appeal = "appeal",
        /// A complaint about the detention itself.
        Complaint = "complaint",
    }
}

words! {
    /// To what somebody agrees.
    pub enum Purpose {
        /// To tell the family.
        TellFamily = "tell_family",
        /// That somebody is never told.
        NeverTell = "never_tell",
        /// To share the case with another organisation.
        Share = "share",
        /// To publish it.
        Publish = "publish",
        /// To complain on their behalf.
        Complain = "complain",
        /// To give it as evidence.
        Evidence = "evidence",
    }
}

words! {
    /// How two cases stand to each other.
    pub enum Relation {
        /// The same detention, recorded twice.
        SameDetention = "same_detention",
        /// Another detention of the same person.
        SamePerson = "same_person",
        /// Not the same person, although it looks so.
        NotSame = "not_same",
    }
}

impl Vulnerability {
    /// The name of the condition in rule packs, where the law makes a limit depend on it.
    pub fn condition(self) -> Option<&'static str> {
        match self {
            Self::Minor => Some("minor"),
            Self::Pregnant => Some("pregnant"),
            Self::Disability => Some("disability_group_1_or_2"),
            Self::Foreign => Some("foreign"),
            // Whether it spares somebody depends on the sex as well.
            Self::ChildUnder14 | Self::SoleCarer | Self::MedicalNeed => None,
        }
    }
}

words! {
    /// What the person is held as.
    pub enum Regime {
        /// In an administrative case.
        Administrative = "administrative",
        /// In a criminal case.
        Criminal = "criminal",
        /// Without any case: a "talk", a kettle, nothing said.
        None = "none",
        /// Preventive restriction of movement: people without papers or a home, foreigners to be expelled.
        Preventive = "preventive",
    }
}

impl Regime {
    /// Every regime with the name of its condition in rule packs.
    pub const CONDITIONS: [(Self, &'static str); 4] = [
        (Self::Administrative, "regime.administrative"),
        (Self::Criminal, "regime.criminal"),
        (Self::None, "regime.none"),
        (Self::Preventive, "regime.preventive"),
    ];
}

words! {
    /// A circumstance that changes a limit (CPC 131(4), CAO 789(2), 50(1)).
    pub enum Condition {
        /// An ordinary crime: none of those below that lengthen detention.
        OrdinaryCrime = "ordinary_crime",
        /// An especially grave crime.
        EspeciallyGrave = "especially_grave",
        /// A terrorist or extremist crime.
        TerroristOrExtremist = "terrorist_or_extremist",
        /// A crime during mass riots.
        MassRiot = "mass_riot",
        /// A crime in a criminal group.
        CriminalGroup = "criminal_group",
        /// A drug crime.
        Drugs = "drugs",
        /// A sexual crime against a minor.
        SexualAgainstMinor = "sexual_against_minor",
        /// An intentional crime causing death.
        CausingDeath = "causing_death",
        /// A remote place.
        Remote = "remote",
        /// A state of emergency.
        Emergency = "emergency",
        /// An offence for which the law allows arrest.
        CarriesArrest = "carries_arrest",
        /// A border, customs or migration offence.
        Border = "border",
        /// Drunk or drugged when detained.
        Intoxicated = "intoxicated",
        /// A court has extended the detention.
        ExtendedByCourt = "extended_by_court",
        /// An interrogation that could not wait until morning: CPC 209(2).
        UrgentInterrogation = "urgent_interrogation",
    }
}

impl Condition {
    /// What the circumstance says of conditions in rule packs: their names, and whether they hold if it does.
    pub fn conditions(self) -> &'static [(&'static str, bool)] {
        match self {
            // Saying what it is not, in one fact instead of seven.
            Self::OrdinaryCrime => &[
                ("crime.especially_grave", false),
                ("crime.terrorist_or_extremist", false),
                ("crime.mass_riot", false),
                ("crime.criminal_group", false),
                ("crime.drugs", false),
                ("crime.sexual_against_minor", false),
                ("crime.causing_death", false),
            ],
            Self::EspeciallyGrave => &[("crime.especially_grave", true)],
            Self::TerroristOrExtremist => &[("crime.terrorist_or_extremist", true)],
            Self::MassRiot => &[("crime.mass_riot", true)],
            Self::CriminalGroup => &[("crime.criminal_group", true)],
            Self::Drugs => &[("crime.drugs", true)],
            Self::SexualAgainstMinor => &[("crime.sexual_against_minor", true)],
            Self::CausingDeath => &[("crime.causing_death", true)],
            Self::Remote => &[("circumstance.remote", true)],
            Self::Emergency => &[("circumstance.emergency", true)],
            Self::CarriesArrest => &[("offence.carries_arrest", true)],
            Self::Border => &[("offence.border", true)],
            Self::Intoxicated => &[("intoxicated", true)],
            Self::ExtendedByCourt => &[("extended_by_court", true)],
            Self::UrgentInterrogation => &[("interrogation.urgent", true)],
        }
    }
}

words! {
    /// What a court imposed.
    pub enum Penalty {
        /// Administrative arrest.
        Arrest = "arrest",
        /// A fine.
        Fine = "fine",
        /// A warning.
        Warning = "warning",
    }
}

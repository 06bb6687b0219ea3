//! What may happen, and a day of it by a seed.

use std::fmt;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// Who there is at the beginning; copies of phones come after them.
pub const PEOPLE: [&str; 6] =
    ["Aliya (coordinator)", "Dana (lawyer)", "Marat (lawyer)", "Zhanar (recorder)", "the clerk", "Bolat (coordinator, late)"];
/// Who never sleeps.
pub const CLERK: usize = 4;
/// Who waits to be let in at the beginning.
pub const LATE: usize = 5;

/// What the network does with one round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It brings both ways.
    None,
    /// The request is lost.
    RequestLost,
    /// The hub takes the request, and the answer is lost.
    AnswerLost,
    /// The request comes twice.
    Twice,
    /// The answer breaks off after so many frames.
    Cut(u8),
    /// The hub dies behind one of its commits; the number chooses which.
    HubDies(u8),
    /// Somebody writes while the answer is on its way.
    Meanwhile,
    /// The hub lies, in this way; the number chooses about what.
    Lie(Lie, u8),
}

/// How a hub lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lie {
    /// It keeps entries of the log to itself.
    KeepsEntries,
    /// It keeps the end of a feed to itself, and says that this is all; the cursor may stand behind it.
    KeepsEnd,
    /// It leaves something out of a feed and numbers the rest anew.
    KeepsOne,
    /// It leaves something out of a feed.
    LeavesGap,
    /// It tells things in another order.
    Reorders,
    /// It tells what is in somebody else's feed.
    Swaps,
    /// It answers what it has answered before.
    Replays,
    /// It shows a history that went another way since the last backup.
    OtherHistory,
    /// It puts junk under ids that there are and ids that there are not.
    Junk,
    /// Somebody who belongs to the organisation puts junk under others' ids.
    MembersJunk,
    /// It invents a member, or passes a lawyer's entry off as a coordinator's.
    Invents,
    /// It says that it has what it has thrown away.
    Acknowledges,
    /// It refuses everything.
    Refuses,
    /// It says that it has lost everything, and that every case is closed.
    SaysLost,
}

impl Lie {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::KeepsEntries,
        Self::KeepsEnd,
        Self::KeepsOne,
        Self::LeavesGap,
        Self::Reorders,
        Self::Swaps,
        Self::Replays,
        Self::OtherHistory,
        Self::Junk,
        Self::MembersJunk,
        Self::Invents,
        Self::Acknowledges,
        Self::Refuses,
        Self::SaysLost,
    ];
}

/// One thing that happens. Numbers choose among what is there then, so that a schedule can be played with any of its steps left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Somebody begins a case.
    Begins { who: u8 },
    /// Somebody adds a fact to a case, perhaps upon another one.
    Adds { who: u8, case: u8, corrects: Option<u8> },
    /// One round trip.
    Syncs { who: u8, fault: Fault },
    /// A bundle goes from one device to another, perhaps torn.
    Stick { from: u8, to: u8, everything: bool, cut: Option<u16> },
    /// A bundle is handed in at the server; what the server says of it may be lost.
    HandsIn { who: u8, cut: Option<u16>, heard: bool },
    /// The coordinator lets somebody open a case.
    Assigns { case: u8, to: u8 },
    /// The coordinator shares a case with somebody until she ends it.
    Shares { case: u8, to: u8 },
    /// She ends that.
    Ends { case: u8, to: u8 },
    /// Somebody joins the team, or leaves it.
    TeamMember { who: u8, joins: bool },
    /// The team gets a case, or it is taken from the team.
    TeamCase { case: u8, gets: bool },
    /// There are two of a phone from now on, and perhaps both write into a case at once.
    Copied { who: u8, both_write: Option<u8> },
    /// The battery dies at that write from now on, before or after it has reached the disk.
    Dies { who: u8, at: u16, written: bool },
    /// The coordinator revokes somebody's device, of which somebody else has a copy.
    Revoked { who: u8 },
    /// Aliya lets Bolat's device in, which begins with a snapshot if there is one.
    Joins,
    /// Somebody's clock shows another time, ten years before or behind the true one, or the true one again.
    Clock { who: u8, years: i8 },
    /// The hub is backed up.
    Saved,
    /// The hub comes back with its last backup.
    Restored,
}

/// The schedule of a seed.
pub fn steps(seed: u64) -> Vec<Step> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let mut number = |below: u32| u8::try_from(rng.next_u32() % below).unwrap_or_default();
    let count = 8 + number(32);
    (0..count).map(|_| one(&mut number)).collect()
}

fn one(number: &mut dyn FnMut(u32) -> u8) -> Step {
    let who = number(8);
    let half = |number: u8| number < 128;
    match number(112) {
        0..12 => Step::Begins { who },
        12..32 => Step::Adds { who, case: number(8), corrects: half(number(256)).then(|| number(8)) },
        32..60 => {
            let fault = match number(16) {
                0 => Fault::RequestLost,
                1 | 2 => Fault::AnswerLost,
                3 => Fault::Twice,
                4 | 5 => Fault::Cut(number(3)),
                6 => Fault::Meanwhile,
                7 | 8 => Fault::HubDies(number(8)),
                9..=11 => Fault::Lie(Lie::ALL[usize::from(number(14))], number(256)),
                _ => Fault::None,
            };
            Step::Syncs { who, fault }
        }
        60..67 => {
            let (to, everything) = (number(8), half(number(256)));
            Step::Stick { from: who, to, everything, cut: cut(number) }
        }
        67..71 => Step::HandsIn { who, heard: half(number(256)), cut: cut(number) },
        71..75 => Step::Assigns { case: number(8), to: 1 + number(2) },
        75..80 => Step::Ends { case: number(8), to: 1 + number(2) },
        80..82 => Step::TeamMember { who: 1 + number(2), joins: number(3) > 0 },
        82..84 => Step::TeamCase { case: number(8), gets: number(3) > 0 },
        84..87 => Step::Copied { who: 1 + number(3), both_write: half(number(256)).then(|| number(8)) },
        87..89 => Step::Revoked { who: 1 + number(3) },
        89..93 => Step::Dies { who, at: number(5).into(), written: half(number(256)) },
        93 => Step::Joins,
        94..97 => Step::Saved,
        97..100 => Step::Restored,
        100..106 => Step::Shares { case: number(8), to: 1 + number(2) },
        _ => Step::Clock { who: number(4), years: [-10, 0, 10, 10][usize::from(number(4))] },
    }
}

fn cut(number: &mut dyn FnMut(u32) -> u8) -> Option<u16> {
    (number(3) == 0).then(|| u16::from_be_bytes([number(256), number(256)]))
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = |who: u8| PEOPLE.get(usize::from(who)).map_or_else(|| format!("device {who}"), |name| (*name).to_owned());
        match *self {
            Self::Begins { who: by } => write!(f, "{} begins a case", who(by)),
            Self::Adds { who: by, case, corrects } => {
                write!(f, "{} writes into case {case}", who(by))?;
                corrects.map_or(Ok(()), |fact| write!(f, ", correcting fact {fact}"))
            }
            Self::Syncs { who: by, fault: Fault::Lie(lie, about) } => {
                write!(f, "{} exchanges, and the hub lies: {lie:?} ({about})", who(by))
            }
            Self::Syncs { who: by, fault } => write!(f, "{} exchanges: {fault:?}", who(by)),
            Self::Stick { from, to, everything, cut } => {
                let what = if everything { "everything" } else { "what is unsent" };
                write!(f, "{} gives {} a bundle of {what}, cut at {cut:?}", who(from), who(to))
            }
            Self::HandsIn { who: by, cut, heard } => {
                write!(f, "{} hands a bundle in, cut at {cut:?}, answer heard: {heard}", who(by))
            }
            Self::Assigns { case, to } => write!(f, "Aliya lets {} open case {case}", who(to)),
            Self::Shares { case, to } => write!(f, "Aliya shares case {case} with {}", who(to)),
            Self::Ends { case, to } => write!(f, "Aliya ends the share of case {case} with {}", who(to)),
            Self::TeamMember { who: of, joins } => {
                write!(f, "{} {} the team", who(of), if joins { "joins" } else { "leaves" })
            }
            Self::TeamCase { case, gets: true } => write!(f, "the team gets case {case}"),
            Self::TeamCase { case, gets: false } => write!(f, "case {case} is taken from the team"),
            Self::Copied { who: of, both_write } => {
                write!(f, "there are two of {}'s device", who(of))?;
                both_write.map_or(Ok(()), |case| write!(f, ", and both write into case {case}"))
            }
            Self::Dies { who: of, at, written } => write!(f, "{}'s battery dies at write {at}, written: {written}", who(of)),
            Self::Revoked { who: of } => write!(f, "Aliya revokes {}'s device", who(of)),
            Self::Joins => f.write_str("Aliya lets Bolat's device in"),
            Self::Clock { who: of, years } => write!(f, "{}'s clock is {years} years ahead", who(of)),
            Self::Saved => f.write_str("the hub is backed up"),
            Self::Restored => f.write_str("the hub comes back with its last backup"),
        }
    }
}

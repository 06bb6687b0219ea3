//! Index cards: what a lawyer on shift sees of those who are held at the station and whose cases are not theirs. The clerk makes them; the device
//! keeps the newest ones, and destroys them three days after they were made, whatever became of the shift.

use habeas_clock::{Instant, Interval, Record, Truth, Verdict};
use habeas_protocol::limits::{MAX_CARDS, MAX_SEALED_CARDS};
use habeas_protocol::{CaseId, CircleKind, DeviceId, PersonId, Role, SealedCards, decode, encode};
use habeas_texts as texts;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::list::{Listed, is_held_at, rank};
use super::records::Put;
use super::stored::StoredCase;
use super::{Device, DeviceError, Records};
use crate::case::{Fact, Reliability, Status, What};
use crate::order::by_key;
use crate::rules;

/// The cards.
pub(super) const NAME: &str = "cards";
/// What is left of them when they are gone.
pub(super) const NEWEST: &str = "cards/newest";

/// For how long cards are kept, in seconds.
const KEPT: i64 = 72 * 3600;
/// A clock that has gone back by more, in seconds, was set back; and so often the time is written down while there are cards.
const STEP: i64 = 600;
/// The longest name on a card, in bytes.
const MAX_NAME: usize = 400;

/// What is told of somebody who is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which case.
    pub case: CaseId,
    /// The first name that was given, or the description, cut off behind 400 bytes.
    pub name: Option<String>,
    /// Where things stand.
    pub status: Status,
    /// Whether the person is under 18: true as soon as one account says so, unknown while none speaks of it.
    pub minor: Truth,
    /// Whether somebody has recorded an injury. That there is none is never known.
    pub injured: bool,
    /// The earliest and latest instant at which the limit on custody passes that is to be looked at first; open both ways where none runs.
    pub limit: Interval,
}

/// The cards of a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cards {
    /// The entry of the log that began the shift.
    pub shift: u64,
    /// When the clerk made them, in seconds since 1970.
    pub at: i64,
    /// How many more are held there than there are cards.
    pub more: u32,
    /// The cards, the most urgent first.
    pub cards: Vec<Card>,
}

/// What a device has of cards.
#[derive(Default)]
pub(super) struct Held {
    kept: Option<Kept>,
    newest: Newest,
}

/// Cards as they are stored.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    /// From when on they are gone, in seconds since 1970.
    until: i64,
    cards: Cards,
}

/// What stays when cards are gone, so that the same ones do not come back.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Newest {
    /// The shift and the time of the newest cards that there were.
    of: Option<(u64, i64)>,
    /// The latest time that this device has been told while there are cards, in seconds since 1970.
    told: i64,
}

impl Held {
    pub fn load(records: &mut impl Records) -> Result<Self, DeviceError> {
        let (kept, newest) = (records.get(NAME)?.map(Zeroizing::new), records.get(NEWEST)?);
        let is_there = kept.is_some();
        let kept = kept.and_then(|bytes| decode(&bytes, MAX_SEALED_CARDS).ok());
        if is_there && kept.is_none() {
            // Better lost than kept for longer than anybody can tell, and no reason for a device not to open.
            records.forget(&[NAME.to_owned()], Vec::new())?;
        }
        let newest = newest.and_then(|bytes| decode(&bytes, MAX_SEALED_CARDS).ok()).unwrap_or_default();
        Ok(Self { kept, newest })
    }
}

fn record<T: Serialize>(name: &str, value: &T) -> Result<Put, DeviceError> {
    Ok((name.to_owned(), encode(value).map_err(|_| DeviceError::Damaged(NAME))?))
}

impl<R: Records> Device<R> {
    /// The cards that are here, if there are any.
    pub fn cards(&self) -> Option<&Cards> {
        self.cards.kept.as_ref().map(|kept| &kept.cards)
    }

    /// From when on the cards that are here are gone, in seconds since 1970.
    pub fn cards_until(&self) -> Option<i64> {
        self.cards.kept.as_ref().map(|kept| kept.until)
    }

    /// Takes in what the clerk has given this device: it comes in place of the cards that were here. Nothing else counts as cards: they are signed by
    /// the clerk's device, of this person's newest shift, and newer than any that were here before.
    pub fn take_cards(&mut self, bytes: &[u8]) -> Result<(), DeviceError> {
        let other = || DeviceError::Hub(texts::error_other_answer());
        let sealed: SealedCards = decode(bytes, MAX_SEALED_CARDS).map_err(|_| other())?;
        let clerk = self.log.member(&sealed.signer).filter(|member| member.role == Role::Clerk).ok_or_else(other)?;
        if !clerk.keys.verifies(&SealedCards::message(self.id(), &sealed.sealed), &sealed.signature) {
            return Err(other());
        }
        let cards: Cards = decode(&self.state.secrets.open_cards(&sealed)?, MAX_SEALED_CARDS).map_err(|_| other())?;
        let own = self.person().and_then(|person| self.log.shift(person)).map(|shift| shift.number);
        let of = Some((cards.shift, cards.at));
        // The same ones again, where they are gone, would begin their three days anew.
        let is_new = of > self.cards.newest.of || of == self.cards.newest.of && self.cards.kept.is_some();
        if own != Some(cards.shift) || !is_new || cards.cards.len() > MAX_CARDS {
            return Err(other());
        }
        // By whichever clock is behind: a device whose clock is ahead does not lose them at once, nor keep them longer for one that is behind.
        let until = cards.at.min(self.now).saturating_add(KEPT);
        let kept = Kept { until, cards };
        let newest = Newest { of, told: self.now };
        let batch = vec![record(NAME, &kept)?, record(NEWEST, &newest)?];
        // Who is no longer there shall not lie where the cards before lay.
        self.records.forget(&[NAME.to_owned()], batch)?;
        self.cards = Held { kept: Some(kept), newest };
        // Cards that are older than that by this clock go at once.
        self.cards_at(self.now)
    }

    /// Destroys the cards whose time is over at `now`, and those of cases that are erased. A clock that is set back destroys all of them: how long
    /// they were here it does not tell any more.
    pub(super) fn cards_at(&mut self, now: i64) -> Result<(), DeviceError> {
        let Some(kept) = &self.cards.kept else { return Ok(()) };
        if now >= kept.until || now < self.cards.newest.told.saturating_sub(STEP) {
            let newest = Newest { told: 0, ..self.cards.newest.clone() };
            self.records.forget(&[NAME.to_owned()], vec![record(NEWEST, &newest)?])?;
            self.cards = Held { kept: None, newest };
        } else if kept.cards.cards.iter().any(|card| self.log.is_erased(&card.case)) {
            let mut kept = kept.clone();
            kept.cards.cards.retain(|card| !self.log.is_erased(&card.case));
            self.records.forget(&[NAME.to_owned()], vec![record(NAME, &kept)?])?;
            self.cards.kept = Some(kept);
        } else if now >= self.cards.newest.told.saturating_add(STEP) {
            let newest = Newest { told: now, ..self.cards.newest.clone() };
            self.records.put(vec![record(NEWEST, &newest)?])?;
            self.cards.newest = newest;
        }
        Ok(())
    }

    /// The cards for a device whose person is on shift at `now`, in seconds since 1970, sealed to it, and the entry of the log that began the shift: of
    /// everybody who is known to be held at that station and whose case is not theirs. For the clerk, which has been told the time and has found that they may
    /// have them.
    pub fn cards_for(
        &mut self,
        (person, to): (PersonId, DeviceId),
        now: i64,
        rng: &mut impl CryptoRng,
    ) -> Result<(u64, SealedCards), DeviceError> {
        let shift = *self.log.shift(person).ok_or_else(|| DeviceError::NotYet(texts::error_person_without_device()))?;
        let place = self.place_of(&shift)?;
        let own = self.log.circle_of(CircleKind::Person(person)).map(|(circle, _)| circle);
        let at = Instant::from_seconds(now).unwrap_or(Instant::MIN);
        let (mut there, mut more) = (Vec::new(), 0);
        for listed in self.held_by_urgency(&place, at) {
            let ListedCard { case, name, status, minor, limit } = listed;
            let stored = self.stored(case).ok().flatten();
            if stored.as_ref().is_some_and(|stored| self.reads_any(case, stored, |circle| Some(*circle) == own)) {
                continue;
            }
            if there.len() == MAX_CARDS {
                more += 1;
                continue;
            }
            let injured = stored.is_some_and(|stored| self.is_injured(case, &stored));
            there.push(Card { case, name, status, minor, injured, limit });
        }
        let cards = Cards { shift: shift.number, at: now, more, cards: there };
        let bytes = encode(&cards).map_err(|_| DeviceError::Damaged(NAME))?;
        Ok((shift.number, self.state.secrets.seal_cards(&self.log, to, &bytes, rng)?))
    }

    /// Whether an account of an injury stands that is more than a rumour. Of a case that cannot be opened nothing is known.
    fn is_injured(&self, case: CaseId, stored: &StoredCase) -> bool {
        let Ok(open) = stored.open(case, &self.log) else { return false };
        let tells = |fact: &&Fact| !fact.limited && matches!(fact.what, What::Injury { .. });
        open.replica.view().timeline.iter().filter(tells).any(|fact| fact.source.reliability != Reliability::Rumour)
    }

    /// Who is held at a place, the most urgent first.
    fn held_by_urgency(&self, place: &str, at: Instant) -> Vec<ListedCard> {
        let there = self.cases().filter(|(_, summary)| is_held_at(summary, place));
        let all: Vec<Listed<'_>> = there.map(|(case, summary)| Listed::at(*case, summary, at)).collect();
        let card = |listed: Listed<'_>| ListedCard {
            case: listed.case,
            name: listed.summary.title.as_deref().map(cut),
            status: listed.summary.status,
            minor: is_minor(&listed.summary.clock.conditions),
            limit: running(&listed.summary.clock, at),
        };
        by_key(all, rank).into_iter().map(card).collect()
    }
}

/// A card, but for what takes opening the case.
struct ListedCard {
    case: CaseId,
    name: Option<String>,
    status: Status,
    minor: Truth,
    limit: Interval,
}

fn cut(name: &str) -> String {
    name.get(..name.floor_char_boundary(MAX_NAME)).unwrap_or_default().to_owned()
}

fn is_minor(conditions: &[(String, Truth, String)]) -> Truth {
    conditions.iter().filter(|(name, ..)| name == "minor").map(|(_, holds, _)| *holds).max().unwrap_or(Truth::Unknown)
}

/// When the limit on custody passes that is to be looked at first, of those towards or beyond which time passes at `at`.
fn running(record: &Record, at: Instant) -> Interval {
    let mut all = rules::limits(record, at);
    all.retain(|finding| {
        let runs = matches!(
            finding.verdict,
            Verdict::Within | Verdict::PossiblyOver | Verdict::OverIfStillHeld | Verdict::CertainlyOver
        );
        runs && finding.is_of_custody() && finding.end.to.is_none()
    });
    rules::most_urgent(all).map_or(Interval::OPEN, |finding| finding.deadline)
}

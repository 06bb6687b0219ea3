//! The index: a line for each case, from which lists are shown without opening one. It is stored in parts, by the first byte of the
//! cases' ids, so that whoever writes a fact on a desk of ten thousand cases writes some forty lines and not all of them.

use std::collections::BTreeMap;

use habeas_clock::Record;
use habeas_protocol::{CaseId, Log, decode, encode};
use serde::{Deserialize, Serialize};

use super::records::Put;
use super::stored::{MAX_CASE, StoredCase};
use super::{DeviceError, Records, earlier};
use crate::case::{City, Status};

/// Where it was kept in one piece.
pub(super) const WHOLE: &str = "index";
/// The first byte of the index, whole or a part.
const VERSION: u8 = 3;
/// What stands in place of the whole one since it is kept in parts.
const IN_PARTS: u8 = 4;

/// What a list shows of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    /// The first name that was given, or the description.
    pub title: Option<String>,
    /// Where things stand.
    pub status: Status,
    /// In which city.
    pub city: Option<City>,
    /// At which place there.
    pub place: Option<String>,
    /// How many disputes there are.
    pub disputes: u32,
    /// How many changes of this device the hub does not have yet.
    pub unsent: u32,
    /// How many envelopes wait or were refused.
    pub aside: u32,
    /// What the clock counts by, so that a list has its countdowns without opening a case.
    pub clock: Record,
}

pub(super) type Index = BTreeMap<CaseId, CaseSummary>;

/// Lines that are new, or that go, the last word of each case last. Not in a map of their own, of which the app would have the code once more.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<(CaseId, Option<CaseSummary>)>);

impl Lines {
    /// The line of a case as it is now.
    pub fn put(&mut self, case: CaseId, line: CaseSummary) {
        self.0.push((case, Some(line)));
    }

    /// The case is no longer here.
    pub fn remove(&mut self, case: CaseId) {
        self.0.push((case, None));
    }

    /// The parts of the index that differ once these lines are in it.
    pub fn puts(&self, index: &Index) -> Result<Vec<Put>, DeviceError> {
        let differs = |part: &u8| self.0.iter().any(|(case, _)| case.0[0] == *part);
        (0..=u8::MAX).filter(differs).map(|part| self.part(part, index)).collect()
    }

    fn part(&self, part: u8, index: &Index) -> Result<Put, DeviceError> {
        let (first, last) = (CaseId(ends(part, 0)), CaseId(ends(part, u8::MAX)));
        let mut lines = Index::new();
        for (case, line) in index.range(first..=last) {
            lines.insert(*case, line.clone());
        }
        for (case, line) in self.0.iter().filter(|(case, _)| case.0[0] == part) {
            put(&mut lines, *case, line.clone());
        }
        Ok((name(part), encode(&(VERSION, &lines)).map_err(|_| DeviceError::Damaged(WHOLE))?))
    }

    /// Puts them into the index, once they are stored.
    pub fn go_into(self, index: &mut Index) {
        self.0.into_iter().for_each(|(case, line)| put(index, case, line));
    }
}

fn put(index: &mut Index, case: CaseId, line: Option<CaseSummary>) {
    match line {
        Some(line) => index.insert(case, line),
        None => index.remove(&case),
    };
}

/// The id that begins with that byte and goes on with the other.
fn ends(first: u8, rest: u8) -> [u8; 16] {
    let mut id = [rest; 16];
    id[0] = first;
    id
}

fn name(part: u8) -> String {
    format!("index/{part:02x}")
}

/// What its parts are called.
pub(super) fn names() -> impl Iterator<Item = String> {
    (0..=u8::MAX).map(name)
}

/// Reads the index.
pub(super) fn load(records: &mut impl Records) -> Result<Index, DeviceError> {
    if records.get(WHOLE)?.is_some_and(|bytes| bytes != [IN_PARTS]) {
        return Err(DeviceError::Damaged(WHOLE));
    }
    let mut index = Index::new();
    for part in 0..=u8::MAX {
        let Some(bytes) = records.get(&name(part))? else { continue };
        match decode::<(u8, Index)>(&bytes, MAX_CASE) {
            Ok((VERSION, mut lines)) if lines.keys().all(|case| case.0[0] == part) => index.append(&mut lines),
            _ => return Err(DeviceError::Damaged(WHOLE)),
        }
    }
    Ok(index)
}

/// Keeps an index that was kept whole in parts; one of an earlier version is made anew. `log` is the organisation's.
pub(super) fn renew(records: &mut impl Records, log: &Log) -> Result<(), DeviceError> {
    let Some(bytes) = records.get(WHOLE)? else { return Ok(()) };
    let mut lines = Lines::default();
    match bytes.first() {
        Some(&(earlier::FIRST | earlier::SECOND)) => {
            for case in earlier::cases(&bytes, MAX_CASE).ok_or(DeviceError::Damaged(WHOLE))? {
                let stored = StoredCase::load(records, case)?.ok_or(DeviceError::NoCase(case))?;
                lines.put(case, stored.summary(&stored.open(case, log)?.replica));
            }
        }
        Some(&VERSION) => {
            let (_, index): (u8, Index) = decode(&bytes, MAX_CASE).map_err(|_| DeviceError::Damaged(WHOLE))?;
            index.into_iter().for_each(|(case, line)| lines.put(case, line));
        }
        _ => return Ok(()),
    }
    let mut batch = lines.puts(&Index::new())?;
    batch.push((WHOLE.to_owned(), vec![IN_PARTS]));
    records.put(batch).map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use habeas_clock::{Claimant, Event, EventKind, Interval, Length, Term, Zone};
    use habeas_protocol::DeviceId;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng as _;

    use super::*;
    use crate::device::Memory;
    use crate::keys::CaseSecret;

    /// A line as earlier versions wrote it.
    #[derive(Serialize)]
    struct Line<E, S> {
        title: Option<String>,
        status: u32,
        city: Option<u32>,
        place: Option<String>,
        disputes: u32,
        unsent: u32,
        aside: u32,
        clock: EarlierRecord<E, S>,
    }

    #[derive(Serialize)]
    struct EarlierRecord<E, S> {
        zone: Zone,
        events: Vec<E>,
        conditions: Vec<(String, habeas_clock::Truth, String)>,
        articles: Vec<(String, String)>,
        sentences: Vec<S>,
    }

    fn clock<E, S>(events: Vec<E>, sentences: Vec<S>) -> EarlierRecord<E, S> {
        let zone = Zone::named("Asia/Almaty").unwrap();
        EarlierRecord {
            zone,
            events,
            conditions: vec![("minor".to_owned(), habeas_clock::Truth::True, "fact".to_owned())],
            articles: vec![("CAO 488".to_owned(), "fact".to_owned())],
            sentences,
        }
    }

    fn line<E, S>(clock: EarlierRecord<E, S>) -> Line<E, S> {
        let (title, place) = (Some("Айгерім".to_owned()), None);
        Line { title, status: 2, city: Some(2), place, disputes: 1, unsent: 3, aside: 0, clock }
    }

    /// Who comes from an earlier version finds every case again, with all that the clock has learnt since.
    #[test]
    fn an_index_of_an_earlier_version_is_made_anew() {
        let (case, fact) = (CaseId([7; 16]), || "fact".to_owned());
        let stored = StoredCase::new(CaseSecret::generate(&mut ChaCha20Rng::from_seed([1; 32])), DeviceId([2; 16]));
        let (heard, police) = (EventKind::Heard, Claimant::Police);
        let when = Zone::named("Asia/Almaty").unwrap().minute("1969-07-20 20:17").unwrap();
        let first = line(clock(
            vec![(heard, when, police, fact()), (heard, Interval::OPEN, police, fact())],
            vec![(15, Interval::OPEN, fact())],
        ));
        let event = Event { kind: heard, when, denied: false, claim: police, fact: fact() };
        let order = (Term::Remand, Length::Months(2), Interval::OPEN, fact());
        let second = line(clock(vec![event], vec![order]));
        let first = encode(&(earlier::FIRST, BTreeMap::from([(case, first)]))).unwrap();
        let second = encode(&(earlier::SECOND, BTreeMap::from([(case, second)]))).unwrap();
        let line = stored.summary(&stored.open(case, &Log::new()).unwrap().replica);
        let third = encode(&(VERSION, BTreeMap::from([(case, line)]))).unwrap();
        for written in [first, second, third] {
            let mut records = Memory::default();
            records.put(vec![stored.record(case).unwrap(), (WHOLE.to_owned(), written)]).unwrap();
            assert!(matches!(load(&mut records), Err(DeviceError::Damaged("index"))));

            renew(&mut records, &Log::new()).unwrap();
            let index = load(&mut records).unwrap();
            assert_eq!(index.keys().collect::<Vec<_>>(), [&case]);
            assert_eq!(index[&case], stored.summary(&stored.open(case, &Log::new()).unwrap().replica));
            renew(&mut records, &Log::new()).unwrap();
            assert_eq!(load(&mut records).unwrap(), index, "once is enough");
        }
    }

    /// A line goes where its case belongs, and no other part is written.
    #[test]
    fn only_the_parts_that_differ_are_written() {
        let stored = StoredCase::new(CaseSecret::generate(&mut ChaCha20Rng::from_seed([1; 32])), DeviceId([2; 16]));
        let case = |first: u8, last: u8| CaseId(ends(first, last));
        let line = |case| stored.summary(&stored.open(case, &Log::new()).unwrap().replica);
        let (mut records, mut index) = (Memory::default(), Index::new());
        let mut change = |change: &dyn Fn(&mut Lines)| {
            let mut lines = Lines::default();
            change(&mut lines);
            let batch = lines.puts(&index).unwrap();
            let names: Vec<String> = batch.iter().map(|(name, _)| name.clone()).collect();
            records.put(batch).unwrap();
            lines.go_into(&mut index);
            assert_eq!(load(&mut records).unwrap(), index);
            (names, index.len())
        };
        let all = [case(0, 1), case(0, 9), case(7, 1), case(255, 255)];
        let put_all = |lines: &mut Lines| all.into_iter().for_each(|case| lines.put(case, line(case)));
        assert_eq!(change(&put_all), (vec!["index/00".to_owned(), "index/07".to_owned(), "index/ff".to_owned()], 4));
        assert_eq!(change(&|lines| lines.put(case(7, 2), line(all[2]))), (vec!["index/07".to_owned()], 5));
        assert_eq!(change(&|lines| lines.remove(all[0])), (vec!["index/00".to_owned()], 4));
        assert_eq!(change(&|lines| lines.remove(all[3])), (vec!["index/ff".to_owned()], 3));
        assert_eq!(change(&|_| {}), (vec![], 3));

        // A part in the place of another, or damaged, is never taken for an empty one.
        let (name, bytes) = ("index/07".to_owned(), records.get("index/00").unwrap().unwrap());
        records.put(vec![(name.clone(), bytes)]).unwrap();
        assert!(load(&mut records).is_err());
        records.put(vec![(name, b"junk".to_vec())]).unwrap();
        assert!(load(&mut records).is_err());
    }
}

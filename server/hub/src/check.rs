//! Whether a copy of the hub's database is what devices will believe: every entry of the log proves itself, and every feed is the chain
//! that it says. It needs no key.

use habeas_db::{Db, StoreError};
use habeas_protocol::{CaseId, CircleId, Content, Entry, Hash, Log};

use crate::HubError;
use crate::store::{feeds, log};

/// How many items are read from the database at a time.
const BATCH: i64 = 200;

/// How far a hub had come: equal of two copies that hold the same.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heads {
    /// How many entries the log has, and the hash of the newest.
    pub log: (u64, Hash),
    /// Each feed's circle, with the number of its items and the chain's last link.
    pub feeds: Vec<(CircleId, u64, Hash)>,
}

/// Why a copy does not hold.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The database cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An entry of the log.
    #[error("entry {0} of the organisation's log does not hold: {1}")]
    Log(u64, String),
    /// An item of a feed.
    #[error("the feed of the circle {0} does not hold at its item {1}")]
    Feed(CircleId, i64),
}

impl From<HubError> for CheckError {
    fn from(error: HubError) -> Self {
        match error {
            HubError::Store(error) => Self::Store(error),
            other => Self::Store(StoreError::Damaged(other.to_string())),
        }
    }
}

/// How far the hub has come, as its database says; the log's signatures are checked.
pub fn heads(db: &mut Db) -> Result<Heads, CheckError> {
    Ok(read(db)?.1)
}

fn read(db: &mut Db) -> Result<(Log, Heads), CheckError> {
    let mut known = Log::new();
    for (number, bytes) in (0..).zip(log::from(db, 0, usize::MAX)?) {
        let bad = |error: String| CheckError::Log(number, error);
        let entry = Entry::decode(&bytes).map_err(|error| bad(error.to_string()))?;
        if entry.number != number {
            return Err(bad(format!("entry {} stands in its place", entry.number)));
        }
        known.add(entry).map_err(|error| bad(error.to_string()))?;
    }
    let mut heads = Heads { log: known.next(), feeds: Vec::new() };
    for feed in feeds::all(db)? {
        let circle = feed.circle.try_into().ok().map(CircleId).ok_or_else(unreadable)?;
        let chain = feed.chain.try_into().map_err(|_| unreadable())?;
        heads.feeds.push((circle, u64::try_from(feed.counter).unwrap_or_default(), chain));
    }
    Ok((known, heads))
}

/// Goes through the whole of it: the log, and every item of every feed. What a link is over is nowhere any more where it is erased: there
/// the chain goes on from the link as it is.
pub fn check(db: &mut Db) -> Result<Heads, CheckError> {
    let (log, heads) = read(db)?;
    let is_erased = |case: &[u8]| case.try_into().is_ok_and(|case| log.has_erased_of(&CaseId(case)));
    for (circle, counter, chain) in &heads.feeds {
        let (mut at, mut link) = (0_i64, [0; 32]);
        loop {
            let items = feeds::after(db, *circle, at.unsigned_abs(), BATCH)?;
            if items.is_empty() {
                break;
            }
            for item in items {
                link = match &item.bytes {
                    Some(bytes) => Content::chain(&link, bytes),
                    None if is_erased(&item.case) => item.chain.as_slice().try_into().unwrap_or(link),
                    None => return Err(CheckError::Feed(*circle, at + 1)),
                };
                if item.seq != at + 1 || item.chain != link {
                    return Err(CheckError::Feed(*circle, at + 1));
                }
                at = item.seq;
            }
        }
        if at.unsigned_abs() != *counter || link != *chain {
            return Err(CheckError::Feed(*circle, at + 1));
        }
    }
    Ok(heads)
}

fn unreadable() -> CheckError {
    CheckError::Store(StoreError::Damaged("the row of a feed cannot be read".to_owned()))
}

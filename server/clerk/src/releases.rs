//! Counts for everybody: a published count is a fixed snapshot, sealed until a second person releases it.

use habeas_protocol::access::{self, Action, Caller};
use habeas_protocol::api::{from_hex, to_hex};
use habeas_protocol::{Act, PersonId};
use serde::{Deserialize, Serialize};

use crate::clerk::Clerk;
use crate::store::releases::{self, Release};
use crate::tally::{Period, Tally};
use crate::{ClerkError, rng};

pub(crate) const BODY: &str = "releases.body";

/// A count that somebody wants to publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProposedRelease {
    /// Its id, in hexadecimal.
    pub id: String,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// When, in seconds since 1970.
    pub proposed_at: i64,
    /// Who released it.
    pub released_by: Option<PersonId>,
    /// When it was released; none while it waits for a second person.
    pub released_at: Option<i64>,
    /// The count, as it was when it was proposed.
    pub tally: Tally,
}

impl Clerk {
    /// Proposes a count for publication. It is fixed from here on, and no cell of it counts few.
    pub fn propose(&self, caller: Caller, period: Period, now: i64) -> Result<ProposedRelease, ClerkError> {
        self.allows(caller, Action::ProposeCount, now)?;
        let tally = self.count_for_everybody(period, now)?;
        let body = serde_json::to_string(&tally).map_err(|_| ClerkError::Key)?;
        let mut id = [0; 16];
        rand_core::Rng::fill_bytes(&mut rng(), &mut id);
        self.write(|db| {
            let sealed = self.columns.seal(BODY, &id, body.as_bytes(), &mut rng());
            releases::propose(db, &id, caller.person, now, &sealed)?;
            self.note(caller.device, Act::ProposeCount, &format!("count:{}", to_hex(&id)), now)
        })?;
        Ok(ProposedRelease {
            id: to_hex(&id),
            proposed_by: caller.person,
            proposed_at: now,
            released_by: None,
            released_at: None,
            tally,
        })
    }

    /// Releases a proposed count. Whoever proposed it cannot.
    pub fn release(&self, caller: Caller, id: &str, now: i64) -> Result<(), ClerkError> {
        self.allows(caller, Action::Release, now)?;
        let id = from_hex(id, 16).ok_or(ClerkError::BadInput("no_release", "the release's id is 32 hexadecimal digits"))?;
        // Read before the transaction: whoever syncs holds the device while waiting to write.
        let log = self.log();
        let done = self.write(|db| {
            let release = releases::get(db, &id)?.ok_or(ClerkError::NotFound("no_release", "there is no such release"))?;
            if release.released_at.is_some() {
                return Err(ClerkError::BadInput("released_already", "this count is released already"));
            }
            let proposed_by = person(&release.proposed_by)?;
            access::allows(&log, caller, Action::ReleaseCount { proposed_by })?;
            releases::release(db, &id, caller.person, now, &self.body(&release)?)?;
            self.note(caller.device, Act::ReleaseCount, &format!("count:{}", to_hex(&id)), now)
        });
        self.told(caller, &format!("action:ReleaseCount count:{}", to_hex(&id)), done, now)
    }

    /// Every proposed count, for those who may release one.
    pub fn releases(&self, caller: Caller, now: i64) -> Result<Vec<ProposedRelease>, ClerkError> {
        self.allows(caller, Action::ReadProposed, now)?;
        let proposed = self.read_releases(false)?;
        self.note(caller.device, Act::ReadProposed, "", now)?;
        Ok(proposed)
    }

    /// The counts that were released, newest first: for everybody.
    pub fn published(&self) -> Result<Vec<ProposedRelease>, ClerkError> {
        self.read_releases(true)
    }

    fn read_releases(&self, public: bool) -> Result<Vec<ProposedRelease>, ClerkError> {
        let rows = self.store.read::<_, ClerkError>(|db| releases::all(db, public))?;
        let read = |row: Release| {
            Ok(ProposedRelease {
                tally: serde_json::from_str(&self.body(&row)?).map_err(|_| ClerkError::Key)?,
                id: to_hex(&row.id),
                proposed_by: person(&row.proposed_by)?,
                proposed_at: row.proposed_at,
                released_by: row.released_by.and_then(|id| id.try_into().ok()).map(PersonId),
                released_at: row.released_at,
            })
        };
        rows.into_iter().map(read).collect()
    }

    fn body(&self, release: &Release) -> Result<String, ClerkError> {
        match (&release.body, &release.body_sealed) {
            (Some(body), _) => Ok(body.clone()),
            (None, Some(sealed)) => self.text(BODY, &release.id, sealed.clone()),
            (None, None) => Err(ClerkError::Key),
        }
    }
}

fn person(id: &[u8]) -> Result<PersonId, ClerkError> {
    id.try_into().map(PersonId).map_err(|_| ClerkError::Key)
}

//! Another key for what the clerk has sealed, while it goes on counting and writing. The next key is made known to the database first, with
//! the key before sealed under it: from then on the next key alone opens everything, wherever the exchange breaks off. Then every row is
//! sealed anew, a few at a time; in the end counts compare the new hashes, and what the database's files still hold of old rows is overwritten.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use habeas_client_core::device::DeviceError;
use habeas_client_core::vault::SealedRecord;
use habeas_db::{Db, Store};
use habeas_protocol::CaseId;
use zeroize::Zeroizing;

use crate::clerk::{Clerk, key_id, key_name};
use crate::columns::{Columns, ColumnsKey};
use crate::family::address_of;
use crate::project::who;
use crate::records::put;
use crate::releases::BODY;
use crate::store::{counting, records, rotation};
use crate::tally::CLAIM;
use crate::{ClerkError, ClerkKey, rng};

/// The most bytes of records that one transaction seals anew, but for a single larger one.
const MAX_BATCH: usize = 4 << 20;
/// What is sealed anew, in this order.
const PLACES: [&str; 7] = ["records", "cases", "families", "contacts", "outbox", "claims", "releases"];
/// What comes after it: nothing is left under the key before, but in the files.
const OVERWRITE: &str = "overwrite";
const PREVIOUS: &str = "rotation.previous";

/// How far the exchange has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All rows of this table are under the next key.
    Sealed(&'static str),
    /// What the files still hold is being overwritten.
    Overwriting,
}

/// The key before, in the middle of an exchange. `columns` has the next one.
pub(crate) fn previous_key(store: &Store, columns: &Columns) -> Result<Option<ColumnsKey>, ClerkError> {
    let Some(sealed) = store.read(rotation::get)?.and_then(|row| row.previous_sealed) else { return Ok(None) };
    let key = Zeroizing::new(columns.open(PREVIOUS, &[], sealed)?);
    Ok(Some(Zeroizing::new(key.as_slice().try_into().map_err(|_| ClerkError::Key)?)))
}

impl Clerk {
    /// A next key for this clerk.
    pub fn next_key(&self) -> ClerkKey {
        ClerkKey::of_device(&self.secrets, &mut rng())
    }

    /// What operators call the key under which everything is sealed now.
    pub fn key_name(&self) -> String {
        key_name(&key_id(&self.columns))
    }

    /// Whether the key is being exchanged.
    pub fn is_rotating(&self) -> Result<bool, ClerkError> {
        Ok(self.store.read(rotation::get)?.is_some())
    }

    /// Begins to exchange the key for the next one, which must be on a disk by now. From here on nothing but the next key opens the database.
    pub fn begin_rotation(&self, next: &ClerkKey) -> Result<(), ClerkError> {
        if next.device() != &self.secrets {
            return Err(ClerkError::BadInput(
                "key",
                "that key is another clerk's; `habeas-server key next` makes the next one of this clerk",
            ));
        }
        let before = self.columns.key();
        if *next.columns() == *before {
            return Err(ClerkError::BadInput("key", "that is the key that the clerk has"));
        }
        let sealing = Columns::new(next.columns(), None);
        let previous = sealing.seal(PREVIOUS, &[], before.as_slice(), &mut rng());
        let names = self.names();
        // Nobody stores anything between the database's turn and ours.
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        self.store.write(|db| {
            if rotation::get(db)?.is_some() {
                return Err(ClerkError::BadInput("key", "the key is being exchanged already; wait until that has ended"));
            }
            // Known before anything is changed: what has no name could not be moved.
            if records::nameless(db)?.iter().any(|slot| !names.contains_key(slot)) {
                return Err(ClerkError::BadInput(
                    "key",
                    "the clerk has records of which this version does not know what they are",
                ));
            }
            counting::set_key(db, &key_id(&sealing))?;
            rotation::begin(db, &previous, PLACES[0])
        })?;
        self.columns.turn(next.columns());
        Ok(())
    }

    /// Goes on with the exchange to its end, `batch` rows at a time.
    pub fn rotate(&self, batch: i64, mut progress: impl FnMut(Progress)) -> Result<(), ClerkError> {
        let _alone = self.exchange.lock().unwrap_or_else(PoisonError::into_inner);
        let names = self.names();
        while let Some(row) = self.store.read(rotation::get)? {
            let Some(at) = PLACES.iter().position(|place| *place == row.place) else { break };
            let done = match self.seal_anew(PLACES[at], &row.position, batch, &names)? {
                Some(position) => self.write(|db| rotation::moves(db, PLACES[at], &position)).map(|()| false),
                None => match PLACES.get(at + 1) {
                    Some(next) => self.write(|db| rotation::moves(db, next, &[])).map(|()| true),
                    None => self.turn().map(|()| true),
                },
            }?;
            if done {
                progress(Progress::Sealed(PLACES[at]));
            }
        }
        progress(Progress::Overwriting);
        self.store.overwrite()?;
        self.write(rotation::end)
    }

    /// Nothing is under the key before any more: it is forgotten.
    fn turn(&self) -> Result<(), ClerkError> {
        let _alone = self.gate.write().unwrap_or_else(PoisonError::into_inner);
        self.store.write(|db| rotation::turn(db, OVERWRITE))?;
        self.columns.forget_previous();
        Ok(())
    }

    /// Seals some rows of a table anew. Returns the last of them; `None`: there are no more.
    fn seal_anew(
        &self,
        place: &str,
        position: &[u8],
        batch: i64,
        names: &BTreeMap<Vec<u8>, String>,
    ) -> Result<Option<Vec<u8>>, ClerkError> {
        match place {
            "records" => self.records_anew(position, batch, names),
            "cases" => self.cases_anew(position, batch),
            "families" => self.write(|db| {
                let rows = rotation::families_after(db, position, batch)?;
                for (id, sealed) in &rows {
                    let plain = self.columns.open("families.request", id, sealed.clone())?;
                    let address = self.columns.lookup("address", &address_of(&plain)?);
                    let sealed = self.columns.seal("families.request", id, &plain, &mut rng());
                    rotation::put_family(db, id, &sealed, &address)?;
                }
                Ok(rows.last().map(|(id, _)| id.clone()))
            }),
            "contacts" => self.write(|db| {
                let rows = rotation::contacts_after(db, position, batch)?;
                for (person, before) in &rows {
                    rotation::put_contact(db, person, before, &self.again("contacts.address", person, before)?)?;
                }
                Ok(rows.last().map(|(person, _)| person.clone()))
            }),
            "claims" => self.write(|db| {
                let rows = rotation::claims_after(db, position, batch)?;
                for (fact, before) in &rows {
                    rotation::put_claim(db, fact, before, &self.again(CLAIM, fact, before)?)?;
                }
                Ok(rows.last().map(|(fact, _)| fact.clone()))
            }),
            "releases" => self.write(|db| {
                let rows = rotation::releases_after(db, position, batch)?;
                for (id, before) in &rows {
                    rotation::put_release(db, id, before, &self.again(BODY, id, before)?)?;
                }
                Ok(rows.last().map(|(id, _)| id.clone()))
            }),
            _ => self.write(|db| {
                let rows = rotation::mail_after(db, position, batch)?;
                for (id, before) in &rows {
                    rotation::put_mail(db, id, &self.again("outbox.mail", id, before)?)?;
                }
                Ok(rows.last().map(|(id, _)| id.clone()))
            }),
        }
    }

    /// A value under the key of now, whichever it was under.
    fn again(&self, column: &str, row: &[u8], sealed: &[u8]) -> Result<Vec<u8>, ClerkError> {
        let plain = self.columns.open(column, row, sealed.to_vec())?;
        Ok(self.columns.seal(column, row, &plain, &mut rng()))
    }

    fn records_anew(
        &self,
        position: &[u8],
        batch: i64,
        names: &BTreeMap<Vec<u8>, String>,
    ) -> Result<Option<Vec<u8>>, ClerkError> {
        // Whoever has the device is the only one who stores records.
        let _device = self.device();
        self.write(|db| {
            let (mut last, mut size) = (None, 0);
            for slot in records::after(db, position, batch)? {
                if size >= MAX_BATCH {
                    break;
                }
                if let Some((record, name)) = records::at(db, &slot)? {
                    size += record.bytes.len();
                    self.record_anew(db, &record, name, names)?;
                }
                last = Some(slot);
            }
            Ok(last)
        })
    }

    fn record_anew(
        &self,
        db: &mut Db,
        record: &SealedRecord,
        name: Option<Vec<u8>>,
        names: &BTreeMap<Vec<u8>, String>,
    ) -> Result<(), ClerkError> {
        let name = match name {
            Some(sealed) if self.columns.is_current("records.name", &record.slot, &sealed) => return Ok(()),
            Some(sealed) => self.text("records.name", &record.slot, sealed)?,
            None => names.get(record.slot.as_slice()).cloned().ok_or(ClerkError::Key)?,
        };
        if let Some(content) = self.columns.open_record(&name, record)? {
            put(db, &self.columns, (&name, record.version, &content), &mut rng())?;
        }
        records::delete(db, record.slot)
    }

    fn cases_anew(&self, position: &[u8], batch: i64) -> Result<Option<Vec<u8>>, ClerkError> {
        let mut device = self.device();
        self.write(|db| {
            let rows = rotation::cases_after(db, position, batch)?;
            for (id, sealed) in &rows {
                let case = CaseId(id.as_slice().try_into().map_err(|_| ClerkError::Key)?);
                let who = match device.case(case) {
                    Ok(open) => who(case, &open.replica.view()),
                    // What the device no longer has is nobody but itself.
                    Err(DeviceError::NoCase(_)) => case.to_string(),
                    Err(other) => return Err(other.into()),
                };
                let sealed = self.again("cases.title", id, sealed)?;
                rotation::put_case(db, id, &sealed, &self.columns.lookup("person", &who))?;
            }
            Ok(rows.last().map(|(id, _)| id.clone()))
        })
    }

    /// What records may be called that have no name beside them, by the places where they lie under the key before.
    fn names(&self) -> BTreeMap<Vec<u8>, String> {
        let names = self.device().record_names();
        let places = |name: &String| self.columns.slots(name).into_iter().map(Vec::from).collect::<Vec<_>>();
        names.into_iter().flat_map(|name| places(&name).into_iter().map(move |place| (place, name.clone()))).collect()
    }
}

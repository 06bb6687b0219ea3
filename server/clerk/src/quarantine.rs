//! What a device had not brought when it was revoked, or when its person's share of a case ended or became one for reading. Whoever hands it in needs no
//! session: a revoked device has none any more. Kept is only what such a device of this organisation has signed, and of each of them only so much; a
//! coordinator decides.

use habeas_clock::Instant;
use habeas_db::Db;
use habeas_protocol::access::{Action, Caller};
use habeas_protocol::api::{Quarantined, from_hex, to_hex};
use habeas_protocol::{Act, DeviceId, PersonId, hash};
use habeas_texts as texts;

use crate::alert::lang_of;
use crate::clerk::Clerk;
use crate::mail::Mail;
use crate::store::contacts;
use crate::store::quarantine::{self, Row};
use crate::{ClerkError, rng};

/// The most bundles of one device.
const MOST: i64 = 64;
const DAY: i64 = 24 * 3600;
const UNKNOWN: ClerkError = ClerkError::NotFound("quarantine", "nothing in quarantine is called that");

impl Clerk {
    /// Keeps a bundle of a revoked device. The same one twice is kept once.
    pub fn quarantine(&self, file: &[u8], now: i64) -> Result<(), ClerkError> {
        const REFUSED: ClerkError = ClerkError::BadInput(
            "bundle",
            "the file is no bundle of a device that is revoked, or may not write there any more, that the server can open",
        );
        let mut device = self.device();
        device.is_at(now, &mut rng())?;
        let (maker, changes) = device.of_revoked(file).ok_or(REFUSED)?;
        let coordinators = device.log().coordinators();
        drop(device);
        if changes == 0 {
            // All of it is of cases that are erased: nothing is left to decide.
            return Ok(());
        }
        let id = hash("habeas/1/quarantine", &[file])[..16].to_vec();
        self.write(|db| {
            if quarantine::bytes(db, &id)?.is_some() {
                return Ok(());
            }
            if quarantine::of_device(db, maker)? >= MOST {
                return Err(ClerkError::BadInput("quarantine_full", "as much of this device waits as can; tell a coordinator"));
            }
            let changes = i64::try_from(changes).unwrap_or(i64::MAX);
            let subjects = format!("quarantined:{}", to_hex(&id));
            quarantine::add(db, &Row { id, maker: maker.0.to_vec(), changes, received_at: now }, file)?;
            self.tell_that_it_waits(db, &coordinators, now)?;
            self.note(maker, Act::Quarantine, &subjects, now)
        })
    }

    /// Writes to the coordinators, who would not look for it: once a day, however much comes.
    fn tell_that_it_waits(&self, db: &mut Db, coordinators: &[PersonId], now: i64) -> Result<(), ClerkError> {
        let event = format!("quarantine/{}", now.div_euclid(DAY));
        let now = Instant::from_seconds(now).unwrap_or(Instant::MIN);
        for person in coordinators {
            let Some((address, lang)) = contacts::get(db, *person)? else { continue };
            let (to, lang) = (self.text("contacts.address", &person.0, address)?, lang_of(&lang));
            let mail =
                Mail { to, subject: texts::mail_waits_subject(lang), paragraphs: vec![texts::mail_waits(lang)], stop: None };
            self.enqueue(db, &event, &person.0, &mail, now)?;
        }
        Ok(())
    }

    /// What waits for a decision. Coordinators only.
    pub fn quarantined(&self, caller: Caller, now: i64) -> Result<Vec<Quarantined>, ClerkError> {
        self.allows(caller, Action::ReadQuarantine, now)?;
        let rows = self.store.read(quarantine::all)?;
        self.note(caller.device, Act::ReadQuarantine, "", now)?;
        let line = |row: Row| {
            let device = DeviceId(row.maker.try_into().ok()?);
            let changes = u32::try_from(row.changes).unwrap_or(u32::MAX);
            Some(Quarantined { id: to_hex(&row.id), device, changes, received_at: row.received_at })
        };
        Ok(rows.into_iter().filter_map(line).collect())
    }

    /// A bundle that waits, for a coordinator's device to open.
    pub fn quarantined_file(&self, caller: Caller, id: &str, now: i64) -> Result<Vec<u8>, ClerkError> {
        self.allows(caller, Action::ReadQuarantine, now)?;
        let id = from_hex(id, 16).ok_or(UNKNOWN)?;
        let bytes = self.store.read(|db| quarantine::bytes(db, &id))?.ok_or(UNKNOWN)?;
        self.note(caller.device, Act::FetchQuarantined, &format!("quarantined:{}", to_hex(&id)), now)?;
        Ok(bytes)
    }

    /// Deletes a bundle: it was taken in, or refused. Coordinators only.
    pub fn drop_quarantined(&self, caller: Caller, id: &str, now: i64) -> Result<(), ClerkError> {
        self.allows(caller, Action::EmptyQuarantine, now)?;
        let id = from_hex(id, 16).ok_or(UNKNOWN)?;
        self.write(|db| match quarantine::delete(db, &id)? {
            true => self.note(caller.device, Act::DropQuarantined, &format!("quarantined:{}", to_hex(&id)), now),
            false => Err(UNKNOWN),
        })
    }
}

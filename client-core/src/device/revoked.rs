//! A device that the log has revoked keeps nothing: what it had not brought yet it seals to those who may decide over it, and everything
//! else it destroys. It obeys the log alone: the hub's word makes no device forget.

use std::collections::BTreeSet;

use habeas_protocol::access::{self, Lets};
use habeas_protocol::bundle::Carried;
use habeas_protocol::limits::MAX_MEMBERS;
use habeas_protocol::{CaseId, Content, DeviceId, decode, encode};
use rand_core::CryptoRng;

use super::carry::Export;
use super::records::Put;
use super::{Device, DeviceError, Records};
use crate::keys::open_bundle;
use crate::order;

const NAME: &str = "revoked";
const MAX: usize = 4096;

/// What a device that was revoked has left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// The server that it was signed in to.
    pub server: String,
    /// Bundles for a coordinator to decide over. Anybody can hand them in there.
    pub files: Vec<Vec<u8>>,
}

impl<R: Records> Device<R> {
    /// Who made a bundle, if this device can open it and the log has revoked its maker, or lets them write no longer into anything of what is in it: what is
    /// handed in for a coordinator to decide over. Also how many changes it has of cases that are not erased.
    pub fn of_revoked(&self, file: &[u8]) -> Option<(DeviceId, usize)> {
        self.maker(file, |by, items| {
            let writes = |case| access::lets_device(&self.log, by, (case, None), self.now) == Lets::Write;
            let is_over = |item: &Carried| !matches!(item, Carried::Content(of) if writes(of.case()));
            self.log.member(&by).is_none() || items.iter().all(is_over)
        })
    }

    /// How many changes a bundle has of cases that are not erased, whatever its maker may do by now; `None` if it cannot be opened.
    pub fn changes_left(&self, file: &[u8]) -> Option<usize> {
        self.maker(file, |_, _| true).map(|(_, changes)| changes)
    }

    fn maker(&self, file: &[u8], counts: impl Fn(DeviceId, &[Carried]) -> bool) -> Option<(DeviceId, usize)> {
        let (mut maker, mut changes) = (None, 0);
        for page in open_bundle(file, self.secrets()).ok()? {
            let by = self.log.known(&page.signer())?;
            if *maker.get_or_insert(page.signer()) != page.signer() || !page.is_signed_by(&by.keys) {
                return None;
            }
            let is_change = |item: &&Carried| matches!(item, Carried::Content(Content::Envelope(of)) if access::may_stay(&self.log, of.case, of.id).is_ok());
            let items = page.page()?.items;
            if !counts(page.signer(), &items) {
                return None;
            }
            changes += items.iter().filter(is_change).count();
        }
        maker.map(|maker| (maker, changes))
    }

    /// Whether the log has revoked this device.
    pub fn is_revoked(&self) -> bool {
        self.log.known(&self.id()).is_some_and(|member| member.revoked.is_some())
    }

    /// Destroys every case and every key. What the hub does not have yet, or may have lost, is kept, sealed to coordinators and clerk as bundles, which anybody
    /// can hand in: see [`handed_over`].
    pub fn give_up(mut self, rng: &mut impl CryptoRng) -> Result<R, DeviceError> {
        let mut to = self.devices_that_open_everything();
        to.truncate(MAX_MEMBERS - 1);
        // Of a hub that was restored nobody knows any more what it has. Of a case in which something is unsent all is handed over: a hub
        // that is restored later may lack what that was written upon, and nobody would have it any more.
        let everything = self.hub.is_behind();
        let left = self.index.iter().filter(|(_, summary)| everything || summary.unsent > 0).map(|(case, _)| *case);
        let left: BTreeSet<CaseId> = order::set(left);
        // What shares have left that were over before waits, too.
        let mut files = self.all_left_over()?;
        match self.bundles(&Export::Cases(left), &to, rng) {
            Ok(exported) => files.extend(exported.files),
            // There is nothing else to hand over.
            Err(DeviceError::NotYet(_)) => {}
            Err(other) => return Err(other),
        }
        let server = self.session().map(|(server, ..)| server.to_owned()).unwrap_or_default();
        let mut batch = vec![head(&server, files.len())?];
        batch.extend((0..).zip(files).map(|(number, file)| (name(number), file)));
        self.records.forget_all_but(batch)?;
        Ok(self.records)
    }
}

/// What a device that was revoked has left, if these are the records of one.
pub fn handed_over(records: &mut impl Records) -> Result<Option<Left>, DeviceError> {
    let Some(bytes) = records.get(NAME)? else { return Ok(None) };
    let (server, count): (String, usize) = decode(&bytes, MAX).map_err(|_| DeviceError::Damaged(NAME))?;
    let mut left = Left { server, files: Vec::new() };
    for number in 0..count {
        left.files.push(records.get(&name(number))?.ok_or(DeviceError::Damaged(NAME))?);
    }
    Ok(Some(left))
}

/// Forgets the bundles once they have been handed in.
pub fn is_handed_in(records: &mut impl Records) -> Result<(), DeviceError> {
    Ok(records.forget_all_but(vec![head("", 0)?])?)
}

/// Each file is a record of its own: a disk takes only so much at once.
fn name(number: usize) -> String {
    format!("{NAME}/{number}")
}

fn head(server: &str, count: usize) -> Result<Put, DeviceError> {
    Ok((NAME.to_owned(), encode(&(server, count)).map_err(|_| DeviceError::Damaged(NAME))?))
}

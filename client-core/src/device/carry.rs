//! Changes carried by hand: a bundle made, one taken in, one handed in at the server and acknowledged. What a bundle brings is
//! admitted like anything else, so a courier can lose it and cannot change it; taking one in twice changes nothing.

use std::collections::BTreeSet;

use habeas_protocol::bundle::Carried;
use habeas_protocol::limits::MAX_MEMBERS;
use habeas_protocol::{
    CaseId, Content, DeviceId, DeviceKeys, Entry, Envelope, EnvelopeId, PersonId, Role, SyncRequest, SyncResponse, Wrap,
};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::arrive::{Arrivals, Road};
use super::sync::{MAX_PUSH, SyncReport};
use super::{Device, DeviceError, Records};
use crate::keys::{BundleError, ReadBundle, ReadPage, read_bundle, seal_bundle};

/// Which changes go into a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// Those that the server does not have yet.
    Unsent,
    /// Everything of these cases.
    Cases(BTreeSet<CaseId>),
}

/// A bundle, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// The file.
    pub file: Vec<u8>,
    /// How many cases it has something of.
    pub cases: usize,
    /// How many changes it carries.
    pub changes: usize,
    /// How many devices can open it.
    pub devices: usize,
}

/// What a bundle has brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// As of a round trip: what was admitted, what was set aside, what changed.
    pub report: SyncReport,
    /// How many changes of this device the server has, by the clerk's word.
    pub acknowledged: usize,
    /// Whether the bundle was read to its end. If not, what came before the tear has been used.
    pub whole: bool,
}

/// A bundle for the hub, as the clerk has opened it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// Who made it.
    pub by: DeviceKeys,
    /// Whether it was read to its end.
    pub whole: bool,
    wraps: Vec<Wrap>,
    envelopes: Vec<Envelope>,
}

/// Secrets and changes that go in one request.
pub type Part = (Vec<Wrap>, Vec<Envelope>);

impl HandedIn {
    /// What goes in one request after another: every secret before the changes under it.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = vec![(self.wraps.clone(), Vec::new())];
        let mut size = 0;
        for envelope in &self.envelopes {
            size += envelope.sealed.len() + 64;
            if size > MAX_PUSH {
                parts.push(Part::default());
                size = 0;
            }
            if let Some((_, envelopes)) = parts.last_mut() {
                envelopes.push(envelope.clone());
            }
        }
        parts
    }
}

impl From<BundleError> for DeviceError {
    fn from(error: BundleError) -> Self {
        match error {
            BundleError::Kind => Self::NotYet(texts::error_bundle_kind()),
            BundleError::CutOff => Self::NotYet(texts::error_bundle_cut()),
            BundleError::NotForThis => Self::NotForThis,
        }
    }
}

impl<R: Records> Device<R> {
    /// The devices of a person.
    pub fn devices_of(&self, person: PersonId) -> Vec<DeviceKeys> {
        self.log.members().filter(|(_, member)| member.person == person).map(|(_, member)| member.keys).collect()
    }

    /// The devices that may open every case: the coordinators' and the clerk's.
    pub fn devices_that_open_everything(&self) -> Vec<DeviceKeys> {
        let opens = |role| matches!(role, Role::Coordinator | Role::Clerk);
        self.log.members().filter(|(_, member)| opens(member.role)).map(|(_, member)| member.keys).collect()
    }

    /// Makes a bundle for these devices. The clerk is always among them, so that whoever carries it can hand it in.
    pub fn export(&mut self, what: &Export, to: &[DeviceKeys], rng: &mut impl CryptoRng) -> Result<Exported, DeviceError> {
        if self.member().is_none() {
            return Err(DeviceError::NotYet(texts::error_device_waits()));
        }
        let mut recipients: Vec<DeviceKeys> = Vec::new();
        let clerk = self.log.members().filter(|(_, member)| member.role == Role::Clerk).map(|(_, member)| member.keys);
        for keys in to.iter().copied().chain(clerk) {
            if keys.id() != self.id() && recipients.iter().all(|known| known.id() != keys.id()) {
                recipients.push(keys);
            }
        }
        if recipients.is_empty() || recipients.len() > MAX_MEMBERS {
            return Err(DeviceError::NotYet(texts::error_bundle_recipients(MAX_MEMBERS)));
        }
        let cases: Vec<CaseId> = match what {
            Export::Unsent => self.index.iter().filter(|(_, summary)| summary.unsent > 0).map(|(case, _)| *case).collect(),
            Export::Cases(cases) => cases.iter().copied().collect(),
        };
        let mut items: Vec<Carried> = self.state.entries.iter().cloned().map(Carried::Entry).collect();
        let mut changes = 0;
        for &case in &cases {
            let stored = self.stored(case)?.ok_or(DeviceError::NoCase(case))?;
            let wraps = if self.opens(&stored) { self.opening_wraps(case, &stored, rng)? } else { Vec::new() };
            let envelopes = match what {
                Export::Unsent => stored.unsent,
                Export::Cases(_) => {
                    let open = stored.open(case, &self.log)?;
                    stored.everything(&open)?
                }
            };
            changes += envelopes.len();
            items.extend(wraps.into_iter().map(Content::Wrap).map(Carried::Content));
            items.extend(envelopes.into_iter().map(Content::Envelope).map(Carried::Content));
        }
        if changes == 0 {
            return Err(DeviceError::NotYet(texts::error_bundle_empty()));
        }
        let file = seal_bundle(items, &recipients, &self.state.secrets, rng)?;
        Ok(Exported { file, cases: cases.len(), changes, devices: recipients.len() })
    }

    /// Takes a bundle in, page by page: each is durable before the next is looked at.
    pub fn import(&mut self, file: &[u8]) -> Result<Imported, DeviceError> {
        let ReadBundle { pages, whole } = read_bundle(file, &self.state.secrets)?;
        let mut imported = Imported { whole, ..Imported::default() };
        for page in pages {
            let signer = self.hears_of(&page, &mut imported.report)?;
            let mut arrivals = Arrivals::default();
            for item in page.items {
                match item {
                    Carried::Entry(_) => {}
                    Carried::Content(content) => arrivals.add(content),
                    Carried::Acknowledged { case, ids, opened } if signer == Role::Clerk => {
                        imported.acknowledged += self.acknowledged(case, &ids, opened)?;
                    }
                    // Nobody else can say what the server has.
                    Carried::Acknowledged { .. } => {}
                }
            }
            let taken = self.take_in(arrivals, Road::Hand, &mut imported.report)?;
            self.store(taken)?;
        }
        Ok(imported)
    }

    /// Takes the log's entries of a page, which prove themselves, and checks whose page it is.
    fn hears_of(&mut self, page: &ReadPage, report: &mut SyncReport) -> Result<Role, DeviceError> {
        let (next, _) = self.log.next();
        let entry = |item: &Carried| if let Carried::Entry(bytes) = item { Some(bytes.clone()) } else { None };
        let is_new = |bytes: &Vec<u8>| Entry::decode(bytes).is_ok_and(|entry| entry.number >= next);
        let new: Vec<Vec<u8>> = page.items.iter().filter_map(entry).filter(is_new).collect();
        if !new.is_empty() {
            self.learn(&new, report)?;
        }
        match self.log.member(&page.signer) {
            Some(member) if page.is_signed_by(&member.keys) => Ok(member.role),
            _ => Err(DeviceError::NotYet(texts::error_bundle_stranger())),
        }
    }

    fn acknowledged(&mut self, case: CaseId, ids: &[EnvelopeId], opened: bool) -> Result<usize, DeviceError> {
        let Some(mut stored) = self.stored(case)? else { return Ok(0) };
        let before = stored.unsent.len();
        stored.unsent.retain(|envelope| !ids.contains(&envelope.id));
        let done = before - stored.unsent.len();
        stored.at_hub |= opened;
        let open = stored.open(case, &self.log)?;
        self.keep(case, stored, &open.replica)?;
        Ok(done)
    }

    /// Opens a bundle that somebody hands in at the server, on the clerk's device.
    pub fn opens_for_hub(&mut self, file: &[u8]) -> Result<HandedIn, DeviceError> {
        let ReadBundle { pages, whole } = read_bundle(file, &self.state.secrets)?;
        let (mut by, mut wraps, mut envelopes) = (None, Vec::new(), Vec::new());
        for page in pages {
            self.hears_of(&page, &mut SyncReport::default())?;
            by = self.log.member(&page.signer).map(|member| member.keys);
            for item in page.items {
                match item {
                    Carried::Content(Content::Wrap(wrap)) => wraps.push(wrap),
                    Carried::Content(Content::Envelope(envelope)) => envelopes.push(envelope),
                    Carried::Entry(_) | Carried::Acknowledged { .. } => {}
                }
            }
        }
        Ok(HandedIn { by: by.ok_or(BundleError::CutOff)?, whole, wraps, envelopes })
    }

    /// The request that brings the hub one of [`HandedIn::parts`].
    pub fn carrying(&mut self, part: &Part) -> Result<SyncRequest, DeviceError> {
        let mut request = self.asking()?;
        (request.wraps, request.envelopes) = part.clone();
        Ok(request)
    }

    /// The bundle by which the one who made another hears what the hub has of it.
    pub fn acknowledge(
        &self,
        to: &DeviceKeys,
        brought: &[(SyncRequest, SyncResponse)],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, DeviceError> {
        let mut items: Vec<Carried> = self.state.entries.iter().cloned().map(Carried::Entry).collect();
        let changes = || brought.iter().flat_map(|(request, response)| request.envelopes.iter().zip(&response.envelopes));
        let secrets = || brought.iter().flat_map(|(request, response)| request.wraps.iter().zip(&response.wraps));
        let cases: BTreeSet<CaseId> = changes().map(|(envelope, _)| envelope.case).collect();
        for case in cases {
            let of_case = changes().filter(|(envelope, pushed)| envelope.case == case && pushed.is_there());
            let ids = of_case.map(|(envelope, _)| envelope.id).collect();
            let mut wraps = secrets().filter(|(wrap, _)| wrap.case == case).peekable();
            let opened = wraps.peek().is_some() && wraps.all(|(_, pushed)| pushed.is_there());
            items.push(Carried::Acknowledged { case, ids, opened });
        }
        Ok(seal_bundle(items, &[*to], &self.state.secrets, rng)?)
    }

    /// Whether a device of that id belongs to the organisation, with its keys.
    pub fn device_keys(&self, device: &DeviceId) -> Option<DeviceKeys> {
        self.log.member(device).map(|member| member.keys)
    }
}

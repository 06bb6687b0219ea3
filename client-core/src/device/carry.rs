//! Changes carried by hand: a bundle made, one taken in, one handed in at the server and acknowledged. What a bundle brings is
//! admitted like anything else, so a courier can lose it and cannot change it; taking one in twice changes nothing.

use std::collections::BTreeSet;

use habeas_protocol::access::{self, Lets};
use habeas_protocol::bundle::{Carried, Page};
use habeas_protocol::limits::MAX_MEMBERS;
use habeas_protocol::{
    Beginning, CaseId, Content, DeviceId, DeviceKeys, Entry, Envelope, EnvelopeId, PersonId, Pushed, Role, SyncRequest,
    SyncResponse, TakenAs, Wrap,
};
use habeas_texts as texts;
use rand_core::CryptoRng;

use super::arrive::{Arrivals, Road, goes_on};
use super::stored::{Cases, StoredCase, sealed_again};
use super::sync::{MAX_PUSH, SyncReport, WRAP};
use super::{Device, DeviceError, Records};
use crate::keys::{BundleError, ReadPage, open_bundle, seal_bundle};
use crate::sync::Outcome;

/// How many bytes of changes and secrets go into one file: with the log it can be handed in.
const MAX_FILE: usize = 1 << 20;

/// Which changes go into a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// Those that the server does not have yet.
    Unsent,
    /// Everything of these cases.
    Cases(BTreeSet<CaseId>),
    /// What the server does not take because the case has a newer secret: the clerk, who has it, seals it again.
    Stale,
    /// Everything of a case whose share is over.
    Ended(CaseId),
    /// What the server does not take of a case because this person may only read it.
    Refused(CaseId),
}

/// Bundles, and what is in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    /// The files: one, or more where one would be too large to hand in. Each can be used alone.
    pub files: Vec<Vec<u8>>,
    /// How many cases they have something of.
    pub cases: usize,
    /// How many changes they carry.
    pub changes: usize,
    /// How many devices can open them.
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

/// A bundle for the hub, as the clerk has opened it: what may belong into the cases that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// Who made it.
    pub by: DeviceKeys,
    /// Whether it was read to its end.
    pub whole: bool,
    /// How many of its changes can belong nowhere.
    pub refused: usize,
    /// How many are of cases or facts that are erased.
    pub of_erased: usize,
    beginnings: Vec<Beginning>,
    wraps: Vec<Wrap>,
    envelopes: Vec<Envelope>,
    /// Of those that were sealed again under a newer secret, what they were before.
    before: Vec<(Envelope, Envelope)>,
}

/// Whose bundle is taken in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Any member's.
    Anybody,
    /// The server's, as an answer.
    ServerAtOnce,
    /// Also that of a device that was revoked.
    Revoked,
}

/// What the clerk says that the hub has of a case; see [`Carried::Acknowledged`].
type Known = (CaseId, Vec<(EnvelopeId, [u8; 16])>, bool);

/// Secrets and changes that go in one request.
pub type Part = (Vec<Beginning>, Vec<Wrap>, Vec<Envelope>);

impl HandedIn {
    /// What goes in one request after another: every secret before the changes under it.
    pub fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = vec![(self.beginnings.clone(), self.wraps.clone(), Vec::new())];
        let mut size = 0;
        for envelope in &self.envelopes {
            size += envelope.sealed.len() + 64;
            if size > MAX_PUSH {
                parts.push(Part::default());
                size = 0;
            }
            if let Some((.., envelopes)) = parts.last_mut() {
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

    /// Makes a bundle for these devices, each of which the log must know. The clerk is always among them, so that whoever carries it can hand it in.
    pub fn export(&mut self, what: &Export, to: &[DeviceKeys], rng: &mut impl CryptoRng) -> Result<Exported, DeviceError> {
        if self.member().is_none() {
            return Err(DeviceError::NotYet(texts::error_device_waits()));
        }
        // Whoever says whose keys these are: a device that the log does not know, or has revoked, gets nothing.
        let is_nobody = |keys: &&DeviceKeys| self.log.member(&keys.id()).is_none_or(|member| member.keys != **keys);
        if let Some(nobody) = to.iter().find(is_nobody) {
            return Err(DeviceError::NotYet(texts::error_device_unknown(nobody.id().to_string())));
        }
        let exported = self.bundles(what, to, rng)?;
        if *what != Export::Stale {
            let cases = self.cases_of(what)?;
            self.takes_out(TakenAs::Bundle, &cases)?;
        }
        Ok(exported)
    }

    fn cases_of(&mut self, what: &Export) -> Result<Vec<CaseId>, DeviceError> {
        Ok(match what {
            Export::Unsent => self.with_unsent(),
            Export::Stale => self.stale()?,
            Export::Cases(cases) => cases.iter().copied().collect(),
            Export::Ended(case) | Export::Refused(case) => vec![*case],
        })
    }

    /// As [`Device::export`], also for a device that was revoked. Of what such a device has left it is better to lose one case that cannot be
    /// read any more than all of them; and whoever decides over it has the log.
    pub(super) fn bundles(
        &mut self,
        what: &Export,
        to: &[DeviceKeys],
        rng: &mut impl CryptoRng,
    ) -> Result<Exported, DeviceError> {
        let is_revoked = self.is_revoked();
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
        let cases = self.cases_of(what)?;
        // The clerk, and whoever decides, have the log.
        let has_log = is_revoked || !matches!(what, Export::Unsent | Export::Cases(_));
        let entries = self.state.entries.iter().filter(|_| !has_log);
        let entries: Vec<Carried> = entries.cloned().map(Carried::Entry).collect();
        let mut exported = Exported { cases: cases.len(), devices: recipients.len(), ..Exported::default() };
        let (mut items, mut size) = (entries.clone(), 0);
        for &case in &cases {
            let (wraps, envelopes) = match self.of_case(case, what, rng) {
                Ok(of_case) => of_case,
                Err(_) if is_revoked => continue,
                Err(error) => return Err(error),
            };
            let wraps: Vec<Carried> = wraps.into_iter().map(Content::Wrap).map(Carried::Content).collect();
            exported.changes += envelopes.len();
            size += wraps.len() * WRAP;
            items.extend(wraps.iter().cloned());
            for envelope in envelopes {
                size += envelope.sealed.len() + 64;
                if size > MAX_FILE {
                    exported.files.push(seal_bundle(items, &recipients, &self.state.secrets, rng)?);
                    // The next one can be used alone, too.
                    items = [entries.as_slice(), &wraps].concat();
                    size = 0;
                }
                items.push(Carried::Content(Content::Envelope(envelope)));
            }
        }
        if exported.changes == 0 {
            return Err(DeviceError::NotYet(texts::error_bundle_empty()));
        }
        exported.files.push(seal_bundle(items, &recipients, &self.state.secrets, rng)?);
        Ok(exported)
    }

    fn of_case(
        &mut self,
        case: CaseId,
        what: &Export,
        rng: &mut impl CryptoRng,
    ) -> Result<(Vec<Wrap>, Vec<Envelope>), DeviceError> {
        let stored = self.stored(case)?.ok_or_else(|| self.missing(case))?;
        let wraps = if self.opens(&stored) { self.opening_wraps(case, &stored, rng)? } else { Vec::new() };
        let envelopes = match what {
            Export::Unsent | Export::Stale | Export::Refused(_) => stored.unsent,
            Export::Cases(_) | Export::Ended(_) => {
                let open = stored.open(case, &self.log)?;
                stored.everything(&open)?
            }
        };
        Ok((wraps, envelopes))
    }

    /// The cases of which the server takes nothing because they have a newer secret, which this device does not get: it only adds.
    pub fn stale(&mut self) -> Result<Vec<CaseId>, DeviceError> {
        if self.member().is_none_or(|member| member.role.reads_own_cases()) {
            return Ok(Vec::new());
        }
        let mut stale = Vec::new();
        for case in self.with_unsent() {
            let refused = self.stored(case)?.and_then(|stored| stored.hub_refused);
            stale.extend(Some(case).filter(|_| refused.as_deref() == Some(Pushed::StaleEpoch.code())));
        }
        Ok(stale)
    }

    /// Takes a bundle in, page by page: each is durable before the next is looked at.
    pub fn import(&mut self, file: &[u8]) -> Result<Imported, DeviceError> {
        self.take_bundle(file, Of::Anybody)
    }

    /// Takes in the acknowledgement that the server has just given for what this device has handed in there itself.
    pub fn hears_at_once(&mut self, file: &[u8]) -> Result<Imported, DeviceError> {
        self.take_bundle(file, Of::ServerAtOnce)
    }

    /// Takes in what a device that has been revoked since had not brought: a coordinator has decided that it counts.
    pub fn import_quarantined(&mut self, file: &[u8]) -> Result<Imported, DeviceError> {
        if self.member().is_none_or(|member| member.role != Role::Coordinator) {
            return Err(DeviceError::NotYet(texts::error_not_coordinator()));
        }
        self.take_bundle(file, Of::Revoked)
    }

    fn take_bundle(&mut self, file: &[u8], of: Of) -> Result<Imported, DeviceError> {
        let secrets = self.state.secrets.clone();
        let (mut imported, mut maker) = (Imported::default(), None);
        for page in open_bundle(file, &secrets)? {
            let vouched = self.vouched(&page, &mut maker, of == Of::Revoked, &mut imported.report)?;
            let Some((signer, Page { items, last })) = vouched else { break };
            let mut arrivals = Arrivals::default();
            let mut known = Vec::new();
            for item in items {
                match item {
                    Carried::Entry(_) => {}
                    Carried::Content(content) => arrivals.add(content),
                    // Nobody else can say what the server has.
                    Carried::Acknowledged { case, changes, opened } if signer == Role::Clerk => {
                        known.push((case, changes, opened));
                    }
                    Carried::Acknowledged { .. } => {}
                }
            }
            let taken = self.take_in(arrivals, (Road::Hand, self.seen.clone()), &mut imported.report)?;
            self.store(taken)?;
            imported.acknowledged += self.acknowledged(&known, of != Of::ServerAtOnce)?;
            imported.whole = last;
        }
        Ok(imported)
    }

    /// Takes the log's entries of a page, which prove themselves, and checks that the page is by the one device that made the whole
    /// bundle, a member's. `None`: it is not, or is no page, and what came before it can be used; of the first page that is an error.
    fn vouched(
        &mut self,
        page: &ReadPage,
        maker: &mut Option<DeviceId>,
        of_revoked: bool,
        report: &mut SyncReport,
    ) -> Result<Option<(Role, Page)>, DeviceError> {
        let role = match page.page() {
            Some(read) if maker.is_none_or(|maker| maker == page.signer()) => {
                let heard = self.hears(&read, report);
                let known = if of_revoked { self.log.known(&page.signer()) } else { self.log.member(&page.signer()) };
                match (heard, known) {
                    (Ok(()), Some(member)) if page.is_signed_by(&member.keys) => Some((member.role, read)),
                    (Err(error @ DeviceError::Records(_)), _) => return Err(error),
                    _ => None,
                }
            }
            _ => None,
        };
        if role.is_none() && maker.is_none() {
            return Err(DeviceError::NotYet(texts::error_bundle_stranger()));
        }
        maker.get_or_insert(page.signer());
        Ok(role)
    }

    fn hears(&mut self, page: &Page, report: &mut SyncReport) -> Result<(), DeviceError> {
        let (next, _) = self.log.next();
        let entry = |item: &Carried| if let Carried::Entry(bytes) = item { Some(bytes.clone()) } else { None };
        let is_new = |bytes: &Vec<u8>| Entry::decode(bytes).is_ok_and(|entry| entry.number >= next);
        let new: Vec<Vec<u8>> = page.items.iter().filter_map(entry).filter(is_new).collect();
        if new.is_empty() { Ok(()) } else { self.learn(&new, report) }
    }

    /// The clerk's word that the hub has these very bytes. A hub can be restored to before that word while it travels: so the device
    /// asks at its next sync what the hub has.
    fn acknowledged(&mut self, known: &[Known], has_travelled: bool) -> Result<usize, DeviceError> {
        let (mut done, mut cases) = (0, Cases::default());
        for (case, changes, opened) in known {
            let Some(mut stored) = self.stored(*case)? else { continue };
            let before = stored.unsent.len();
            stored.unsent.retain(|envelope| !changes.contains(&(envelope.id, envelope.print())));
            done += before - stored.unsent.len();
            stored.at_hub |= *opened;
            let open = stored.open(*case, &self.log)?;
            stored.update(&open.replica, self.now);
            cases.add(*case, &stored, &open.replica)?;
        }
        if done > 0 && has_travelled {
            self.asks_what_is_lost()?;
        }
        self.store_cases(cases)?;
        Ok(done)
    }

    /// Opens a bundle that somebody hands in at the server, on the clerk's device. What cannot belong into a case that it can open goes no
    /// further: nobody pushes by the clerk's hand what they could not push themselves.
    pub fn opens_for_hub(&mut self, file: &[u8]) -> Result<HandedIn, DeviceError> {
        let secrets = self.state.secrets.clone();
        let (mut maker, mut report, mut arrivals, mut whole) = (None, SyncReport::default(), Arrivals::default(), false);
        for page in open_bundle(file, &secrets)? {
            let Some((_, Page { items, last })) = self.vouched(&page, &mut maker, false, &mut report)? else { break };
            whole = last;
            items.into_iter().for_each(|item| {
                if let Carried::Content(content) = item {
                    arrivals.add(content)
                }
            });
        }
        let by = maker.and_then(|maker| self.device_keys(&maker)).ok_or(BundleError::CutOff)?;
        let mut handed_in = HandedIn {
            by,
            whole,
            refused: 0,
            of_erased: 0,
            beginnings: Vec::new(),
            wraps: Vec::new(),
            envelopes: Vec::new(),
            before: Vec::new(),
        };
        for (case, wraps, envelopes) in arrivals.into_cases() {
            if self.log.is_erased(&case) {
                handed_in.of_erased += envelopes.len();
                continue;
            }
            let mut stored = self.stored(case)?.unwrap_or_else(|| StoredCase::received(false));
            for wrap in wraps {
                if let Some(secret) = self.secret(&wrap) {
                    stored.add_secret(wrap.epoch, secret);
                }
                handed_in.wraps.push(wrap);
            }
            let first = stored.first_secret().and_then(|secret| self.beginning(case, secret));
            let beginner = first.as_ref().map(|beginning| beginning.device);
            let may_write = |device| access::lets_device(&self.log, device, (case, beginner), self.now) == Lets::Write;
            let maker_may = may_write(handed_in.by.id());
            // What somebody wrote who may not write, or not any more, counts only where a coordinator has decided so.
            let counts = |outcome: &Outcome| match outcome {
                Outcome::Admitted(admitted) => may_write(admitted.device),
                Outcome::Duplicate | Outcome::Erased => true,
                // Nobody has signed a key: whoever brings it answers for it.
                Outcome::Key(_) | Outcome::Limited(_) | Outcome::Parked(_) | Outcome::Refused(_) => maker_may,
            };
            handed_in.beginnings.extend(first);
            let mut open = stored.open(case, &self.log)?;
            let outcomes = open.replica.receive(&envelopes, &open.keys, &self.log);
            for (envelope, outcome) in envelopes.into_iter().zip(outcomes) {
                if outcome == Outcome::Erased {
                    handed_in.of_erased += 1;
                } else if goes_on(&envelope, &outcome) && counts(&outcome) {
                    match sealed_again(case, &envelope, &stored.secrets) {
                        Some(again) => {
                            handed_in.before.push((again.clone(), envelope));
                            handed_in.envelopes.push(again);
                        }
                        None => handed_in.envelopes.push(envelope),
                    }
                } else {
                    handed_in.refused += 1;
                }
            }
        }
        Ok(handed_in)
    }

    /// The request that brings the hub one of [`HandedIn::parts`].
    pub fn carrying(&mut self, part: &Part) -> Result<SyncRequest, DeviceError> {
        let mut request = self.asking()?;
        (request.beginnings, request.wraps, request.envelopes) = part.clone();
        Ok(request)
    }

    /// The bundle by which the one who made another hears what the hub has of it.
    pub fn acknowledge(
        &self,
        handed_in: &HandedIn,
        brought: &[(SyncRequest, SyncResponse)],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<u8>, DeviceError> {
        let mut items: Vec<Carried> = self.state.entries.iter().cloned().map(Carried::Entry).collect();
        let changes = || brought.iter().flat_map(|(request, response)| request.envelopes.iter().zip(&response.envelopes));
        let secrets = || brought.iter().flat_map(|(request, response)| request.wraps.iter().zip(&response.wraps));
        let cases: BTreeSet<CaseId> = changes().map(|(envelope, _)| envelope.case).collect();
        for case in cases {
            let of_case = changes().filter(|(envelope, pushed)| envelope.case == case && pushed.is_there());
            let before = |envelope: &Envelope| {
                handed_in.before.iter().find(|(again, _)| again == envelope).map(|(_, before)| before.print())
            };
            let changes =
                of_case.map(|(envelope, _)| (envelope.id, before(envelope).unwrap_or_else(|| envelope.print()))).collect();
            let mut wraps = secrets().filter(|(wrap, _)| wrap.case == case).peekable();
            let opened = wraps.peek().is_some() && wraps.all(|(_, pushed)| pushed.is_there());
            items.push(Carried::Acknowledged { case, changes, opened });
        }
        Ok(seal_bundle(items, &[handed_in.by], &self.state.secrets, rng)?)
    }

    /// Whether a device of that id belongs to the organisation, with its keys.
    pub fn device_keys(&self, device: &DeviceId) -> Option<DeviceKeys> {
        self.log.member(device).map(|member| member.keys)
    }
}

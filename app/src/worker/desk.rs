//! What the worker does for each question of the page: it opens, changes, makes durable, and only then answers.

mod account;
mod attached;
mod exchange;
mod line;
mod local;

use futures::future::LocalBoxFuture;
use futures::lock::{Mutex, MutexGuard};
use habeas_client_core::case::{Draft, Form};
use habeas_client_core::device::{Device, Erased, Invitation, SyncReport, handed_over, log_entries};
use habeas_client_core::keys::DeviceSecrets;
use habeas_client_core::vault::{Header, Params};
use habeas_client_core::words::word;
use habeas_clock::Instant;
use habeas_protocol::api::{Session, from_hex, to_hex};
use habeas_protocol::{CaseId, Role, Secret, decode, encode};
use habeas_texts::{self as texts, Lang, Message};

use super::store::{self, Disk, Shelf};
use super::{http, now, now_ms, rng, show};
use crate::messages::{Ask, Kept, Me, SetUp, SignIn, Standing, SyncView, Told};

/// What the clerk is told, by name.
type Named = std::collections::HashMap<&'static str, String>;

/// The note under which a half-written form is kept, sealed like everything else.
const DRAFT: &str = "draft";
/// The most bytes of half-written forms that are kept.
const MAX_KEPT: usize = 1 << 20;
/// The note of the last time that the server answered.
const CONTACT: &str = "contact";
/// The note of what nobody must miss.
const WARNED: &str = "warned";
/// How long that note may become, in bytes: some twenty heads of audit records.
const MAX_WARNED: usize = 1000;
/// The note that the account should have a second factor and has none: from when on acts wait for it, in seconds since 1970, or 0.
const FACTOR: &str = "factor";
/// The note of since when the server does not count.
const SILENT: &str = "silent";

/// Everything that the worker holds.
#[derive(Default)]
pub struct Desk {
    held: Mutex<Held>,
    /// One exchange at a time.
    syncing: Mutex<()>,
    /// One request at a time.
    line: Mutex<()>,
}

/// What lies on the desk: the disk while it is locked, or the device.
#[derive(Default)]
pub struct Held {
    disk: Option<Disk>,
    device: Option<Device<Shelf>>,
    /// Whether this worker alone may write.
    mine: bool,
    /// Whether the server no longer knows the session.
    signed_out: bool,
    /// Whether it asks for the code of a second factor.
    asks_code: bool,
    report: Option<SyncReport>,
    /// How far the answer is that is being taken in: see [`SyncView::coming`].
    coming: Option<(u32, u32)>,
    /// Why the last exchange brought no index cards to whoever is on shift.
    no_cards: Option<Message>,
    /// Cases that have been erased here, or whose share has ended, since it was unlocked.
    gone: Vec<(CaseId, Erased)>,
}

impl Desk {
    /// What lies on the desk, once nobody else is at it.
    fn held(&self) -> LocalBoxFuture<'_, MutexGuard<'_, Held>> {
        Box::pin(self.held.lock())
    }

    /// Answers one question.
    pub async fn answer(&self, lang: Lang, ask: Ask) -> Result<Told, Message> {
        match ask {
            Ask::Standing => self.standing(lang).await.map(Told::Standing),
            Ask::SetUp(new) => self.set_up(lang, new).await,
            Ask::Unlock { passphrase, died } => self.unlock(lang, &passphrase, died).await,
            Ask::SignIn(new) => self.sign_in(lang, new).await,
            Ask::Sync => self.sync(lang).await.map(Told::Sync),
            Ask::Devices | Ask::Invite(..) | Ask::Approve { .. } | Ask::Revoke(_) | Ask::Assign { .. } => {
                self.coordinate(lang, ask).await
            }
            Ask::Families | Ask::Attach { .. } | Ask::Detach(_) | Ask::Contact(_) => self.ask_clerk(lang, ask).await,
            Ask::Factor | Ask::NewFactor | Ask::Enrol(_) | Ask::ChangePassword(_) => self.account(lang, ask).await,
            Ask::Keep { .. } | Ask::Fetch { .. } => self.attachments(ask).await,
            Ask::Wipe => self.held().await.wipe().await.map(|()| Told::Done),
            ask => {
                let mut held = self.held().await;
                held.looks_at_clock()?;
                let is_last = matches!(ask, Ask::KeepDraft(_));
                let told = held.local(lang, ask)?;
                held.save().await?;
                if is_last {
                    // Keys are wiped when they are dropped; what a browser does with the memory of a worker that it ends nobody knows.
                    held.device = None;
                }
                Ok(told)
            }
        }
    }

    async fn standing(&self, lang: Lang) -> Result<Standing, Message> {
        let mut held = self.held().await;
        if !held.mine {
            held.mine = store::lock().await;
        }
        if held.mine && held.device.is_none() && held.disk.is_none() {
            held.disk = Some(Disk::open().await?);
        }
        Ok(match (&held.device, &held.disk) {
            (Some(_), _) => Standing::Open(held.me(lang)?),
            (None, Some(disk)) if disk.header.is_some() => Standing::Locked,
            (None, Some(_)) => Standing::New,
            (None, None) => Standing::Elsewhere,
        })
    }

    /// Vault and keys come first: should the server's answer be lost, signing in goes on from there.
    async fn set_up(&self, lang: Lang, new: SetUp) -> Result<Told, Message> {
        let invitation = read_invitation(&new.invitation)?;
        let stated = Some(new.organisation.trim()).filter(|text| !text.is_empty());
        let stated = stated
            .map(|text| from_hex(text, 32).and_then(|bytes| bytes.try_into().ok()).ok_or_else(texts::error_organisation_digits))
            .transpose()?;
        let fingerprint = invitation.as_ref().map(|invitation| invitation.fingerprint).or(stated);
        let fingerprint = fingerprint.ok_or_else(texts::error_organisation_missing)?;
        {
            let mut held = self.held().await;
            let mut disk = held.disk.take().ok_or_else(texts::error_vault_empty)?;
            let made = Header::create(&new.passphrase, Params::STANDARD, &mut rng());
            let (header, vault) = match made {
                Ok(made) => made,
                Err(error) => {
                    held.disk = Some(disk);
                    return Err(error.into());
                }
            };
            if let Err(error) = disk.begin(header.encode()).await {
                held.disk = Some(disk);
                return Err(error);
            }
            held.device = Some(Device::create(disk.shelf(vault), DeviceSecrets::generate(&mut rng()), Some(fingerprint))?);
            held.save().await?;
        }
        let SetUp { account, password, invitation: code, .. } = new;
        let signed_in = self.sign_in(lang, SignIn { account, password, invitation: code, code: String::new() }).await;
        // A fingerprint that was mistyped can only be typed again on a device that does not hold it yet. Should somebody have recorded
        // meanwhile, that comes first.
        if invitation.is_none() && signed_in.as_ref().is_err_and(|problem| problem.name() == "error-hub-lies") {
            let mut held = self.held().await;
            if held.device.as_ref().is_some_and(|device| device.cases().next().is_none()) {
                held.wipe().await?;
            }
        }
        signed_in
    }

    async fn unlock(&self, lang: Lang, passphrase: &str, died: bool) -> Result<Told, Message> {
        let mut held = self.held().await;
        let disk = held.disk.take().ok_or_else(texts::error_elsewhere)?;
        let header = disk.header.clone().unwrap_or_default();
        let vault = match Header::decode(&header).and_then(|header| header.open(passphrase)) {
            Ok(vault) => vault,
            Err(error) => {
                held.disk = Some(disk);
                return Err(error.into());
            }
        };
        let mut shelf = disk.shelf(vault);
        if let Ok(Some(left)) = handed_over(&mut shelf) {
            exchange::hand_over(&mut shelf, left).await?;
            held.disk = Some(shelf.close());
            return Err(texts::error_device_revoked());
        }
        let opened = Device::open(shelf).map_err(Message::from).and_then(|device| device.ok_or_else(texts::error_vault_empty));
        match opened {
            Ok(device) if device.is_revoked() => return Err(held.gives_up(device).await?),
            Ok(device) => {
                held.device = Some(device);
                held.looks_at_clock()?;
                held.save().await?;
            }
            Err(error) => {
                held.disk = Some(Disk::open().await?);
                return Err(error);
            }
        }
        if died {
            held.device()?.died()?;
            held.save().await?;
        }
        Ok(Told::Standing(Standing::Open(held.me(lang)?)))
    }

    async fn sign_in(&self, lang: Lang, new: SignIn) -> Result<Told, Message> {
        let account = new.account.trim();
        let invitation = read_invitation(&new.invitation)?;
        let code = Some(new.code.trim()).filter(|code| !code.is_empty()).map(Secret::from);
        let nonce = self.nonce().await?;
        let secrets = self.held().await.device()?.secrets().clone();
        let password = Secret::from(new.password);
        let answer = match &invitation {
            Some(invitation) => http::post("/v1/accounts", &secrets.register(invitation, account, password, &nonce)),
            None => http::post("/v1/sessions", &secrets.sign_in(account, password, code, &nonce)),
        };
        let answer = answer.await;
        if let Err(problem) = &answer {
            self.held().await.asks_code |= problem.name() == "error-server-second-factor-needed";
        }
        let session: Session = http::read(&answer?)?;
        {
            let mut held = self.held().await;
            held.device()?.remember_session(".", account, &session, &nonce, now_ms())?;
            held.hears_of_factor(session.second_factor);
            (held.signed_out, held.asks_code) = (false, false);
            held.save().await?;
        }
        // The log is needed to seal anything, so it is fetched at once; without a network later is soon enough. That this is another
        // organisation than the one that was named must be said now, and not when somebody has recorded for a day.
        match self.sync(lang).await {
            Err(problem) if problem.name() == "error-hub-lies" => Err(problem),
            _ => Ok(Told::Standing(Standing::Open(self.held().await.me(lang)?))),
        }
    }

    /// What coordinators do with the organisation's log.
    async fn coordinate(&self, lang: Lang, ask: Ask) -> Result<Told, Message> {
        match ask {
            Ask::Invite(role, hours) => {
                let role =
                    Role::named(&role).ok_or_else(|| texts::error_one_of(role, "coordinator, lawyer, recorder, advocate"))?;
                let (invitation, invite) = {
                    let mut held = self.held().await;
                    let made = held.device()?.invitation(role, hours, &mut rng())?;
                    held.save().await?;
                    made
                };
                self.tell("POST", "/v1/invitations", &invite).await?;
                Ok(Told::Invitation(invitation.code()))
            }
            Ask::Approve { device: id, compared } => {
                let devices: habeas_protocol::api::Devices = http::read(&self.get("/v1/devices").await?)?;
                let state = devices.devices.iter().find(|state| state.id.to_string() == id);
                let state = state.ok_or_else(|| texts::error_device_id(id))?;
                self.sync(lang).await?;
                let entries = {
                    let mut held = self.held().await;
                    let device = held.device()?;
                    let invited = device.invited(state).or_else(|| compared.as_deref().and_then(Role::named));
                    let role = invited.ok_or_else(texts::error_device_unproved)?;
                    device.let_in(state, role, &mut rng())?
                };
                self.tell("POST", "/v1/log", &entries).await?;
                {
                    let mut held = self.held().await;
                    held.device()?.are_taken(&entries)?;
                    held.device()?.remember_account(&state.account, state.person)?;
                    held.save().await?;
                }
                self.sync(lang).await?;
                Ok(Told::Done)
            }
            Ask::Revoke(id) => {
                let id = id.parse().map_err(|_| texts::error_device_id(id.as_str()))?;
                self.sync(lang).await?;
                let entries = {
                    let mut held = self.held().await;
                    log_entries(&[held.device()?.revoke(&id, &mut rng())?])?
                };
                self.tell("POST", "/v1/log", &entries).await?;
                {
                    let mut held = self.held().await;
                    held.device()?.are_taken(&entries)?;
                    held.save().await?;
                }
                self.sync(lang).await?;
                Ok(Told::Done)
            }
            Ask::Assign { case, account } => self.assign(lang, &case, account.trim()).await,
            _ => {
                let devices: habeas_protocol::api::Devices = http::read(&self.get("/v1/devices").await?)?;
                let mut held = self.held().await;
                let device = held.device()?;
                let unfinished = device.coordinates_alone().then(|| texts::people_alone(lang));
                Ok(Told::Devices(show::devices(lang, device, devices.devices, now()), unfinished))
            }
        }
    }

    async fn assign(&self, lang: Lang, case: &str, account: &str) -> Result<Told, Message> {
        self.sync(lang).await?;
        let case = case_id(case)?;
        let (entries, person) = {
            let mut held = self.held().await;
            let device = held.device()?;
            let by_device = || account.parse().ok().and_then(|id| device.log().member(&id)).map(|member| member.person);
            let person = device.account(account).or_else(by_device).ok_or_else(|| texts::error_account_unknown(account))?;
            let entry = device.grant(case, person, &mut rng())?;
            let entries = log_entries(&[entry])?;
            held.save().await?;
            (entries, person)
        };
        self.tell("POST", "/v1/log", &entries).await?;
        {
            let mut held = self.held().await;
            let device = held.device()?;
            let open = device.case(case)?;
            if open.replica.view().lawyers.iter().all(|lawyer| lawyer.value != person.to_string()) {
                device.add_facts(case, &[Draft::assignment(person, now())], &mut rng())?;
            }
            held.save().await?;
        }
        match self.sync(lang).await?.refused.into_iter().next() {
            Some(why) => Err(texts::error_assignment_refused(why)),
            None => Ok(Told::Said(texts::device_can_open(lang, account.to_owned(), case.to_string()[..8].to_owned()))),
        }
    }

    /// What people ask of the clerk.
    async fn ask_clerk(&self, lang: Lang, ask: Ask) -> Result<Told, Message> {
        match ask {
            Ask::Attach { request, case } => {
                let body = Named::from([("case", case_id(&case)?.to_string())]);
                self.tell("POST", &format!("/v1/families/{}/attach", plain(&request)), &body).await?;
                Ok(Told::Done)
            }
            Ask::Detach(request) => {
                self.tell("POST", &format!("/v1/families/{}/detach", plain(&request)), &Named::new()).await?;
                Ok(Told::Done)
            }
            Ask::Contact(address) => {
                let body = Named::from([("address", address.trim().to_owned()), ("lang", lang.code().to_owned())]);
                self.tell("PUT", "/v1/contact", &body).await?;
                Ok(Told::Said(texts::device_contact(lang, address.trim().to_owned())))
            }
            _ => Ok(Told::Families(http::read(&self.get("/v1/families").await?)?)),
        }
    }
}

impl Held {
    fn device(&mut self) -> Result<&mut Device<Shelf>, Message> {
        self.device.as_mut().ok_or_else(texts::error_locked)
    }

    /// Notes what nobody must miss, for as long as nobody has put it away: the next exchange knows nothing of it.
    fn warns(&mut self, report: &SyncReport) {
        let warned = self.noted(WARNED);
        let mut all = warned.clone();
        let mut add = |word: &str| {
            if !all.contains(word) {
                all += word;
                all.push(' ');
            }
        };
        if report.copied {
            add(show::COPIED);
        }
        if let Some(role) = report.role {
            add(&[show::ROLE, role.name()].concat());
        }
        report.audit_lost.iter().for_each(|head| add(&head.to_string()));
        let mut kept = if warned.len() < MAX_WARNED { all } else { warned };
        // Whatever else there is: whoever holds the paper must not keep it quiet.
        if let Some(device) = &mut self.device {
            device.untold_by_shares().iter().for_each(|id| kept += &[show::BY_SHARES, id, " "].concat());
            let _ = device.has_told_by_shares();
        }
        self.notes(WARNED, &kept);
    }

    fn noted(&self, name: &str) -> String {
        self.device.as_ref().and_then(|device| device.note(name)).unwrap_or_default().to_owned()
    }

    /// Puts a note, if it says something else than before. It is durable with what is saved next, or that fails.
    fn notes(&mut self, name: &str, text: &str) {
        if self.noted(name) != text
            && let Some(device) = &mut self.device
        {
            let _ = device.set_note(name, text);
        }
    }

    fn me(&mut self, lang: Lang) -> Result<Me, Message> {
        let (signed_out, asks_code) = (self.signed_out, self.asks_code);
        let (silent, warned, factor) = (self.noted(SILENT), self.noted(WARNED), self.noted(FACTOR));
        let device = self.device()?;
        let role = device.member().map(|member| member.role);
        Ok(Me {
            device: device.id().to_string(),
            account: device.session().filter(|_| !signed_out).map(|(_, account)| account.to_owned()),
            asks_code,
            role: role.map(|role| word(lang, "role", role.name())),
            coordinator: role == Some(Role::Coordinator),
            organisation: device.log().fingerprint().map(|fingerprint| to_hex(&fingerprint)),
            silent: instant(&silent).map(|since| show::silent(lang, since, now())),
            lacks_factor: show::lacks_factor(lang, &factor, now()),
            warned: show::warned(lang, &warned),
        })
    }

    /// Makes durable what the device has put. Where that fails, what is in memory is thrown away with the keys, so that
    /// nothing is shown that is not on the disk.
    fn save(&mut self) -> LocalBoxFuture<'_, Result<(), Message>> {
        Box::pin(async {
            let saved = match self.device.as_mut() {
                Some(device) => exchange::save(device, &mut self.gone).await,
                None => Ok(()),
            };
            if saved.is_err() {
                self.device = None;
                self.disk = Disk::open().await.ok();
            }
            saved
        })
    }

    async fn wipe(&mut self) -> Result<(), Message> {
        let disk = self.device.take().map(|device| device.into_records().close()).or(self.disk.take());
        let disk = match disk {
            Some(disk) => disk,
            None => Disk::open().await?,
        };
        disk.wipe().await
    }

    /// Gives up the cases whose share is over by this device's clock.
    fn looks_at_clock(&mut self) -> Result<(), Message> {
        Ok(self.device()?.is_at(now().seconds(), &mut rng())?)
    }

    fn sync_view(&mut self, lang: Lang) -> Result<SyncView, Message> {
        let (report, coming, gone) = (self.report.clone(), self.coming, self.gone.clone());
        let device = self.device()?;
        let contact = device.note(CONTACT).and_then(instant);
        let mut shown = SyncView { coming, ..show::sync(lang, device, report.as_ref(), contact, now()) };
        let device = self.device()?;
        let erased: Vec<String> = gone
            .iter()
            .map(|(case, erased)| match device.log().is_erased(case) {
                true => texts::device_erased(lang, case.to_string(), erased.unsent),
                false => texts::error_share_over().say(lang),
            })
            .collect();
        shown.refused.extend(erased);
        Ok(shown)
    }
}

/// What was half written.
fn half_written(device: &Device<Shelf>) -> Vec<Kept> {
    let kept = device.note(DRAFT).and_then(|note| from_hex(note, MAX_KEPT));
    kept.and_then(|bytes| decode(&bytes, MAX_KEPT).ok()).unwrap_or_default()
}

/// Keeps what is half written, and no more than that. `false`: it is too much, and what was kept before stays.
fn keep(device: &mut Device<Shelf>, kept: &[Kept]) -> Result<bool, Message> {
    let case = |kept: &Kept| kept.iter().find(|(name, _)| name == "case").and_then(|(_, id)| id.parse().ok());
    // Nothing for a case that is erased, or whose share is over.
    let is_gone = |case: &CaseId| device.log().is_erased(case) || device.is_over(*case);
    let kept: Vec<&Kept> = kept.iter().filter(|kept| case(kept).is_none_or(|case| !is_gone(&case))).collect();
    let Some(bytes) = encode(&kept).ok().filter(|bytes| bytes.len() <= MAX_KEPT) else {
        return Ok(false);
    };
    let note = if kept.is_empty() { String::new() } else { to_hex(&bytes) };
    if device.note(DRAFT).unwrap_or_default() != note {
        device.set_note(DRAFT, &note)?;
    }
    Ok(true)
}

fn drafts(forms: &[Form], city: Option<habeas_client_core::case::City>, now: Instant) -> Result<Vec<Draft>, Message> {
    forms.iter().map(|form| form.draft(city, now)).collect()
}

/// A note of a time, in seconds since 1970.
fn instant(text: &str) -> Option<Instant> {
    Instant::from_seconds(text.parse().ok()?)
}

fn case_id(text: &str) -> Result<CaseId, Message> {
    text.parse().map_err(|_| texts::error_no_case(text))
}

fn read_invitation(code: &str) -> Result<Option<Invitation>, Message> {
    match code.trim() {
        "" => Ok(None),
        code => Invitation::read(code).map(Some).ok_or_else(texts::error_invitation_form),
    }
}

/// An id as it can stand in an address.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_hexdigit).collect()
}

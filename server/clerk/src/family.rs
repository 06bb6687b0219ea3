//! Families: they ask, confirm by mail, are attached to a case by a coordinator, and can stop it all with one click. Answers
//! are the same whether or not the person is on file.

use std::fmt;

use habeas_client_core::words::Words;
use habeas_clock::{Finding, Instant, Verdict};
use habeas_db::Db;
use habeas_protocol::access::{Action, Caller, FamilyAction, FamilyState, allows_family};
use habeas_protocol::api::{from_hex, to_hex, token_hash};
use habeas_protocol::{Act, CaseId};
use habeas_texts::{self as texts, Lang};
use serde::{Deserialize, Serialize};

use crate::alert::{is_for_families, lang_of, over_sentence, words};
use crate::clerk::Clerk;
use crate::mail::{Mail, is_address};
use crate::pages::Page;
use crate::rules::families_hear;
use crate::store::{cases, contacts, families, outbox};
use crate::{ClerkError, rng};

/// A confirmation holds for a day.
const CONFIRM: i64 = 24 * 3600;
/// The event that confirms a request: its mail brings no news.
const CONFIRMED: &str = "confirmed";
/// How many requests one address may make in a day.
const REQUESTS_A_DAY: i64 = 5;
/// How many requests of the last hour may wait to be confirmed, whoever made them. Each is a mail to an address that somebody has only claimed to
/// be theirs; who confirms makes room.
const UNCONFIRMED_AN_HOUR: i64 = 600;
const HOUR: i64 = 3600;
/// How many letters a sign has at most, and how many of them are digits: fewer than a telephone number has.
pub(crate) const MAX_SIGN: usize = 40;
const MAX_SIGN_DIGITS: usize = 5;
/// How many letters any other field has at most.
pub(crate) const MAX_FIELD: usize = 200;
/// How many requests are deleted in one transaction.
const BATCH: i64 = 200;
/// After so many wrong words the page closes for an hour.
const WRONG_WORDS: i64 = 5;
const CLOSED: i64 = 3600;

/// What a family writes into the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyForm {
    /// Whom they look for.
    pub name: String,
    /// Who they are to the person.
    pub relationship: String,
    /// Where to write.
    pub email: String,
    /// The word that their page asks for.
    pub word: String,
    /// The word that stands in every mail.
    pub sign: String,
    /// The language to write in.
    pub lang: String,
}

/// The request as it lies sealed.
#[derive(Serialize, Deserialize)]
struct Request {
    form: FamilyForm,
    /// What the links hold.
    token: String,
}

/// A request, as a coordinator sees it.
#[derive(Clone, Serialize, Deserialize)]
pub struct FamilyRequest {
    /// Its id, in hexadecimal.
    pub id: String,
    /// Whom they look for.
    pub name: String,
    /// Who they are to the person.
    pub relationship: String,
    /// asked, confirmed or attached.
    pub state: String,
    /// The case that they follow.
    pub case: Option<CaseId>,
}

/// Which case a family is to follow.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attach {
    /// The case's id.
    pub case: CaseId,
}

/// Where a lawyer wants alerts.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The mail address.
    pub address: String,
    /// kk, ru or en.
    pub lang: String,
}

// Whatever prints values for those who debug ends in a log: it prints nothing of anybody.
impl fmt::Debug for FamilyForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FamilyForm").finish_non_exhaustive()
    }
}

impl fmt::Debug for FamilyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, state, case, .. } = self;
        f.debug_struct("FamilyRequest").field("id", id).field("state", state).field("case", case).finish_non_exhaustive()
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}

impl Clerk {
    /// A family asks. The page says the same whatever happens to the request; `None`, and nothing is taken, while too many of the last hour wait
    /// to be confirmed.
    pub fn ask(&self, form: FamilyForm, now: i64) -> Result<Option<Page>, ClerkError> {
        let lang = lang_of(&form.lang);
        let fields = [&form.name, &form.relationship, &form.email, &form.word, &form.sign];
        let filled = |text: &&String| {
            !text.trim().is_empty()
                && text.len() <= 800
                && text.chars().count() <= MAX_FIELD
                && !text.chars().any(char::is_control)
        };
        if !fields.iter().all(filled) || !is_address(&form.email) || !is_sign(&form.sign) {
            return Ok(Some(Page::family_form(lang, Some(&form))));
        }
        let address = form.email.to_lowercase();
        let (id, token) = (random::<16>(), to_hex(&random::<32>()));
        let link = format!("{}/family/confirm?t={token}", self.site);
        let mail = Mail {
            to: form.email.clone(),
            subject: texts::mail_confirm_subject(lang),
            paragraphs: vec![texts::mail_confirm_body(lang, link), texts::mail_family_word(lang, form.sign.clone())],
            stop: None,
        };
        let request = serde_json::to_vec(&Request { form, token: token.clone() }).unwrap_or_default();
        let row = || families::Row {
            id: id.to_vec(),
            request_sealed: self.columns.seal("families.request", &id, &request, &mut rng()),
            address_lookup: self.columns.lookup("address", &address).to_vec(),
            lang: lang.code().to_owned(),
            state: families::ASKED.to_owned(),
            case_id: None,
            token_hash: token_hash(&token).to_vec(),
            confirm_until: now + CONFIRM,
            created_at: now,
        };
        self.write(|db| {
            // More than a few a day would make us a machine for annoying somebody, and many to many for annoying everybody.
            if families::unconfirmed(db, now - HOUR + CONFIRM)? >= UNCONFIRMED_AN_HOUR {
                return Ok(None);
            }
            if families::recent(db, &self.columns.lookups("address", &address), now - CONFIRM)? < REQUESTS_A_DAY {
                families::insert(db, &row())?;
                self.enqueue(db, outbox::CONFIRM, &id, &mail, instant(now))?;
            }
            Ok(Some(Page::sent(lang)))
        })
    }

    /// Deletes requests that nobody has confirmed in time, with their mail.
    pub(crate) fn forget_unconfirmed(&self, now: i64) -> Result<(), ClerkError> {
        self.write(|db| {
            let expired = families::expire(db, now, BATCH)?;
            outbox::erase_to(db, &expired)
        })
    }

    /// The page behind the confirmation link. Looking at it changes nothing.
    pub fn confirm_page(&self, token: &str, now: i64) -> Result<Page, ClerkError> {
        match self.family(token)? {
            Some(row) if may(&row, FamilyAction::Confirm, now) => Ok(Page::confirm(lang_of(&row.lang), token)),
            Some(row) => Ok(Page::expired(lang_of(&row.lang))),
            None => Ok(Page::expired(Lang::Ru)),
        }
    }

    /// The family confirms that the address is theirs.
    pub fn confirm(&self, token: &str, now: i64) -> Result<Page, ClerkError> {
        let Some(row) = self.family(token)?.filter(|row| may(row, FamilyAction::Confirm, now)) else {
            return Ok(Page::expired(Lang::Ru));
        };
        let lang = lang_of(&row.lang);
        self.write(|db| {
            families::set_state(db, &row.id, "confirmed", None)?;
            self.mail_family(db, &row, CONFIRMED, &texts::mail_family_page_again(lang), instant(now))
        })?;
        Ok(Page::confirmed(lang))
    }

    /// The family's page: it asks for the word.
    pub fn status_page(&self, token: &str, now: i64) -> Result<Page, ClerkError> {
        match self.family(token)?.filter(|row| may(row, FamilyAction::Read, now)) {
            Some(row) => Ok(Page::ask_word(lang_of(&row.lang), token, None)),
            None => Ok(Page::expired(Lang::Ru)),
        }
    }

    /// The family's page, once the word is given.
    pub fn status(&self, token: &str, word: &str, now: i64) -> Result<Page, ClerkError> {
        let Some(row) = self.family(token)?.filter(|row| may(row, FamilyAction::Read, now)) else {
            return Ok(Page::expired(Lang::Ru));
        };
        let lang = lang_of(&row.lang);
        let request = self.request(&row)?;
        // Counted before it is compared, and both at once: whoever tries many words in one moment has five of them.
        let is_right = self.write(|db| {
            let Some(tried) = families::try_word(db, &row.id, now)? else { return Ok(None) };
            let is_right = word.trim().to_lowercase() == request.form.word.trim().to_lowercase();
            if is_right || tried >= WRONG_WORDS {
                families::count_words_anew(db, &row.id, if is_right { 0 } else { now + CLOSED })?;
            }
            Ok(Some(is_right))
        })?;
        match is_right {
            None => return Ok(Page::ask_word(lang, token, Some(texts::page_status_locked(lang)))),
            Some(false) => return Ok(Page::ask_word(lang, token, Some(texts::page_status_wrong(lang)))),
            Some(true) => {}
        }
        let lines = match row.case_id.clone().and_then(|id| id.try_into().ok()).map(CaseId) {
            Some(case) => self.state_of(case, lang, instant(now))?,
            None => vec![texts::page_status_waiting(lang)],
        };
        Ok(Page::status(lang, lines))
    }

    /// What a family may read of a case: the same words as in mail.
    fn state_of(&self, case: CaseId, lang: Lang, now: Instant) -> Result<Vec<String>, ClerkError> {
        let open = self.open_case(case)?;
        let view = open.replica.view();
        let record = open.replica.clock_record();
        let findings = habeas_client_core::rules::limits(&record, now);
        let allowed = self.store.read(crate::store::rules::allowed)?;
        let words: Words = words(lang, &view, now);
        let mut lines: Vec<String> = findings
            .iter()
            .filter(|finding| families_hear(finding, &allowed))
            .map(|finding| over_sentence(&words, finding))
            .collect();
        if lines.is_empty() {
            let open = |finding: &Finding| {
                finding.is_of_custody() && (finding.verdict == Verdict::PossiblyOver || is_for_families(finding))
            };
            let doubt = findings.iter().any(open);
            lines.push(if doubt { texts::page_status_doubt(lang) } else { texts::page_status_nothing(lang) });
        }
        Ok(lines)
    }

    /// The page behind the link that stops the mail. Looking at it changes nothing.
    pub fn stop_page(&self, token: &str, now: i64) -> Result<Page, ClerkError> {
        match self.family(token)? {
            Some(row) if may(&row, FamilyAction::Stop, now) => Ok(Page::stop(lang_of(&row.lang), token)),
            Some(row) => Ok(Page::stopped(lang_of(&row.lang))),
            None => Ok(Page::expired(Lang::Ru)),
        }
    }

    /// Stops the mail.
    pub fn stop(&self, token: &str) -> Result<Page, ClerkError> {
        let Some(row) = self.family(token)? else {
            return Ok(Page::expired(Lang::Ru));
        };
        self.write(|db| families::set_state(db, &row.id, "stopped", None))?;
        Ok(Page::stopped(lang_of(&row.lang)))
    }

    /// The requests that coordinators decide about.
    pub fn family_requests(&self, caller: Caller, now: i64) -> Result<Vec<FamilyRequest>, ClerkError> {
        self.allows(caller, Action::ReadFamilies, now)?;
        let rows = self.store.read::<_, ClerkError>(|db| families::in_states(db, &["confirmed", "attached"]))?;
        self.note(caller.device, Act::ReadFamilies, "", now)?;
        rows.into_iter()
            .map(|row| {
                let Request { form, .. } = self.request(&row)?;
                let case = row.case_id.and_then(|id| id.try_into().ok()).map(CaseId);
                Ok(FamilyRequest {
                    id: to_hex(&row.id),
                    name: form.name,
                    relationship: form.relationship,
                    state: row.state,
                    case,
                })
            })
            .collect()
    }

    /// A coordinator lets a family follow a case. They are told at once what the case's other followers were told.
    pub fn attach(&self, caller: Caller, id: &str, attach: &Attach, now: i64) -> Result<(), ClerkError> {
        self.allows(caller, Action::AttachFamily, now)?;
        let id = from_hex(id, 16).ok_or(ClerkError::BadInput("no_request", "the request's id is 32 hexadecimal digits"))?;
        // Opened before the transaction: whoever syncs holds the device while waiting to write.
        let open = self.open_case(attach.case).map_err(|_| ClerkError::NotFound("no_case", "the clerk has no such case"))?;
        self.write(|db| {
            let row = families::by_id(db, &id)?.filter(|row| may(row, FamilyAction::Follow, now));
            let row =
                row.ok_or(ClerkError::NotFound("no_request", "there is no such request, or its address is not confirmed"))?;
            families::set_state(db, &row.id, "attached", Some(attach.case))?;
            self.tell_newcomer(db, attach.case, &open, &row, instant(now))?;
            let subjects = format!("family:{} case:{}", to_hex(&row.id), attach.case);
            self.note(caller.device, Act::Attach, &subjects, now)
        })
    }

    /// A coordinator takes a family off a case: their request waits again, and they hear nothing more of the case.
    pub fn detach(&self, caller: Caller, id: &str, now: i64) -> Result<(), ClerkError> {
        self.allows(caller, Action::DetachFamily, now)?;
        let id = from_hex(id, 16).ok_or(ClerkError::BadInput("no_request", "the request's id is 32 hexadecimal digits"))?;
        self.write(|db| match families::detach(db, &id)? {
            true => self.note(caller.device, Act::Detach, &format!("family:{}", to_hex(&id)), now),
            false => Err(ClerkError::NotFound("no_request", "there is no such request, or it follows no case")),
        })
    }

    /// Somebody of the organisation says where they want their alerts. They hear at once how their cases stand.
    pub fn set_contact(&self, caller: Caller, contact: &Contact, now: i64) -> Result<(), ClerkError> {
        // A phone that was taken must not have its owner's alerts sent elsewhere.
        self.allows(caller, Action::SetContact, now)?;
        let person = caller.person;
        if !is_address(&contact.address) {
            return Err(ClerkError::BadInput("address_form", "address must be a mail address such as dana@example.org"));
        }
        let lang = Lang::from_code(&contact.lang).ok_or(ClerkError::BadInput("bad_input", "lang must be kk, ru or en"))?;
        self.write(|db| {
            let sealed = self.columns.seal("contacts.address", &person.0, contact.address.as_bytes(), &mut rng());
            contacts::put(db, person, &sealed, lang.code())?;
            cases::take_anew(db, person, now)?;
            self.note(caller.device, Act::SetContact, &format!("person:{person}"), now)
        })
    }

    /// Writes to a family, with their sign, the way to their page and the way out.
    pub(crate) fn mail_family(
        &self,
        db: &mut Db,
        row: &families::Row,
        event: &str,
        sentence: &str,
        now: Instant,
    ) -> Result<(), ClerkError> {
        let Request { form, token } = self.request(row)?;
        let lang = lang_of(&row.lang);
        let (page, stop) = (format!("{}/family/status?t={token}", self.site), format!("{}/family/stop?t={token}", self.site));
        let paragraphs = vec![
            sentence.to_owned(),
            texts::mail_family_page(lang, page),
            texts::mail_family_word(lang, form.sign),
            texts::mail_family_stop(lang, stop.clone()),
        ];
        let mail = Mail {
            to: form.email,
            subject: if event == CONFIRMED { texts::mail_confirmed_subject(lang) } else { texts::mail_family_subject(lang) },
            paragraphs,
            stop: Some(stop),
        };
        self.enqueue(db, event, &row.id, &mail, now)
    }

    fn family(&self, token: &str) -> Result<Option<families::Row>, ClerkError> {
        self.store.read(|db| families::by_token(db, &token_hash(token)))
    }

    fn request(&self, row: &families::Row) -> Result<Request, ClerkError> {
        let open = |sealed| self.columns.open("families.request", &row.id, sealed);
        let plain = match open(row.request_sealed.clone()) {
            // Sealed under another key since it was read, perhaps.
            Err(ClerkError::Key) => {
                open(self.store.read(|db| families::by_id(db, &row.id))?.ok_or(ClerkError::Key)?.request_sealed)?
            }
            plain => plain?,
        };
        serde_json::from_slice(&plain).map_err(|_| ClerkError::Key)
    }
}

/// The address of a request as it is looked up, from the request as it lay sealed.
pub(crate) fn address_of(request: &[u8]) -> Result<String, ClerkError> {
    let request: Request = serde_json::from_slice(request).map_err(|_| ClerkError::Key)?;
    Ok(request.form.email.to_lowercase())
}

/// Whether a sign says nothing but itself. It stands in a mail to whatever address somebody gives: nothing in it may become a link, be called, or be
/// a message of its own.
fn is_sign(sign: &str) -> bool {
    const DOTS: [char; 4] = ['.', '．', '。', '｡'];
    let leads_somewhere = |word: &str| word.trim_end_matches(DOTS).contains(DOTS);
    sign.chars().count() <= MAX_SIGN
        && sign.chars().filter(|letter| letter.is_numeric()).count() <= MAX_SIGN_DIGITS
        && !sign.contains([':', '：', '/', '\\', '@', '＠'])
        && !sign.split_whitespace().any(leads_somewhere)
}

/// Whether the link in a family's mail lets them do something now.
fn may(row: &families::Row, action: FamilyAction, now: i64) -> bool {
    let state = match row.state.as_str() {
        families::ASKED => FamilyState::Asked { until: row.confirm_until },
        "confirmed" => FamilyState::Confirmed,
        "attached" => FamilyState::Attached,
        _ => FamilyState::Stopped,
    };
    allows_family(state, action, now)
}

fn instant(now: i64) -> Instant {
    Instant::from_seconds(now).unwrap_or(Instant::MIN)
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand_core::Rng::fill_bytes(&mut rng(), &mut bytes);
    bytes
}

#[cfg(test)]
mod flood;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_prints_who_asks_whom_they_look_for_or_where_mail_goes() {
        let planted = || "Айгерім".to_owned();
        let [name, relationship, email, word, sign, lang] = [(); 6].map(|()| planted());
        let form = FamilyForm { name, relationship, email, word, sign, lang };
        let (id, state, case) = ("0a".to_owned(), "asked".to_owned(), Some(CaseId([7; 16])));
        let request = FamilyRequest { id, name: planted(), relationship: planted(), state, case };
        let contact = Contact { address: planted(), lang: planted() };
        let mail = Mail { to: planted(), subject: planted(), paragraphs: vec![planted()], stop: Some(planted()) };
        let printed = format!("{form:?} {request:?} {contact:?} {mail:?}");
        assert!(!printed.contains(&planted()), "{printed}");
        // What an operator needs to find the request is there.
        assert!(
            printed.contains("0a") && printed.contains("asked") && printed.contains(&CaseId([7; 16]).to_string()),
            "{printed}"
        );
    }
    #[test]
    fn a_sign_leads_nowhere_and_is_no_message() {
        for sign in ["алма", "алма.", "red apple, two pears", "ақ құс — 1986", "🍎"] {
            assert!(is_sign(sign), "{sign}");
        }
        let call = "call 8 701 234 56 78";
        for sign in ["https://evil.example", "evil.example", "see evil.example.", "mailto:x", "a@b", "evil。example", call] {
            assert!(!is_sign(sign), "{sign}");
        }
        assert!(!is_sign(&"а".repeat(MAX_SIGN + 1)));
    }
}

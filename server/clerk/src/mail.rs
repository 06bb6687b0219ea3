//! Mail: written into the outbox by the transaction that caused it, sent afterwards, once.
//!
//! Without SMTP every mail becomes a file, so nothing is sent by accident. A mail keeps its Message-ID through every attempt:
//! should an answer to SMTP get lost after the message was taken, the second copy can be told to be the same.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use habeas_clock::Instant;
use habeas_db::Db;
use habeas_protocol::access;
use habeas_protocol::{Log, PersonId};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message, SmtpTransport, Transport as _};
use serde::{Deserialize, Serialize};

use crate::clerk::Clerk;
use crate::store::contacts;
use crate::store::outbox::{self, Claimed};
use crate::{ClerkError, rng};

/// How long one attempt may take before another may begin, in seconds.
const LEASE: i64 = 120;
/// So many mails are sent in one round, and no more are begun after so long: what has to be counted, and what has to be told of it, comes in
/// between.
const MAILS_A_ROUND: usize = 20;
const SENDING: Duration = Duration::from_secs(5);
/// After so many attempts a mail is a dead letter.
const MAX_ATTEMPTS: i64 = 12;

/// One mail, as it lies sealed in the outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Mail {
    pub to: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
    /// Where one click stops these mails (RFC 8058).
    pub stop: Option<String>,
}

// Nothing that prints values for those who debug tells who gets mail, or of whom.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").finish_non_exhaustive()
    }
}

/// Why mail cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The address of the SMTP server does not fit.
    #[error("the SMTP address cannot be used: {0}. Write it as smtps://USER:PASSWORD@HOST or smtp://HOST:PORT")]
    Smtp(String),
    /// The sender's address does not fit.
    #[error("`{0}` is no mail address; write it as habeas@example.org")]
    From(String),
    /// The folder for mail cannot be made.
    #[error("the folder for mail {path}: {cause}")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

/// Where mail goes.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    road: Road,
}

#[derive(Clone)]
enum Road {
    Files(PathBuf),
    Smtp(Box<SmtpTransport>),
}

enum Sent {
    Yes,
    /// Later, perhaps.
    Later(String),
    /// Never.
    Never(String),
}

impl Mailer {
    /// Mail goes into files in a folder.
    pub fn files(folder: &Path, from: &str) -> Result<Self, MailError> {
        fs::create_dir_all(folder).map_err(|cause| MailError::Folder { path: folder.to_owned(), cause })?;
        Ok(Self { from: mailbox(from)?, road: Road::Files(folder.to_owned()) })
    }

    /// Mail goes to an SMTP server.
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        let failed = |error: lettre::transport::smtp::Error| MailError::Smtp(error.to_string());
        let transport = SmtpTransport::from_url(url).map_err(failed)?.timeout(Some(Duration::from_secs(30))).build();
        Ok(Self { from: mailbox(from)?, road: Road::Smtp(Box::new(transport)) })
    }

    fn send(&self, id: &[u8], mail: &Mail) -> Sent {
        let id = habeas_protocol::api::to_hex(id);
        let message = match self.message(&id, mail) {
            Ok(message) => message,
            Err(error) => return Sent::Never(error),
        };
        match &self.road {
            Road::Files(folder) => write(&folder.join(format!("{id}.eml")), &message.formatted())
                .map_or_else(|error| Sent::Later(error.to_string()), |()| Sent::Yes),
            Road::Smtp(smtp) => match smtp.send(&message) {
                Ok(_) => Sent::Yes,
                Err(error) if error.is_permanent() => Sent::Never(error.to_string()),
                Err(error) => Sent::Later(error.to_string()),
            },
        }
    }

    fn message(&self, id: &str, mail: &Mail) -> Result<Message, String> {
        let to: Address = mail.to.parse().map_err(|_| "the address is none".to_owned())?;
        let host = self.from.email.domain();
        let text = mail.paragraphs.join("\n\n") + "\n";
        let mut html = String::from("<!doctype html><meta charset=\"utf-8\">");
        for paragraph in &mail.paragraphs {
            html.push_str(&format!("<p>{}</p>", linked(paragraph)));
        }
        let parts = MultiPart::alternative()
            .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(text))
            .singlepart(SinglePart::builder().header(ContentType::TEXT_HTML).body(html));
        let builder = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .message_id(Some(format!("<{id}@{host}>")));
        let mut message = builder.multipart(parts).map_err(|error| error.to_string())?;
        let mut set = |name: &'static str, value: String| {
            message.headers_mut().insert_raw(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
        };
        set("Auto-Submitted", "auto-generated".to_owned());
        if let Some(stop) = &mail.stop {
            set("List-Unsubscribe", format!("<{stop}>"));
            set("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
        }
        Ok(message)
    }
}

fn mailbox(address: &str) -> Result<Mailbox, MailError> {
    // No display name: some characters in one make the mail library panic, and the mail is neutral anyway.
    let email: Address = address.parse().map_err(|_| MailError::From(address.chars().take(80).collect()))?;
    Ok(Mailbox::new(None, email))
}

/// Whether mail can be addressed to this: an address and nothing else.
pub(crate) fn is_address(text: &str) -> bool {
    text.len() <= 200 && text.is_ascii() && !text.chars().any(char::is_control) && text.parse::<Address>().is_ok()
}

/// A paragraph as HTML: escaped, lines kept, addresses of pages as links.
fn linked(paragraph: &str) -> String {
    let escaped = paragraph.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let link = |word: &str| {
        if word.starts_with("https://") || word.starts_with("http://") {
            format!("<a href=\"{word}\">{word}</a>")
        } else {
            word.to_owned()
        }
    };
    let line = |line: &str| line.split(' ').map(link).collect::<Vec<_>>().join(" ");
    escaped.lines().map(line).collect::<Vec<_>>().join("<br>")
}

/// Written under another name first, and under the same final name at every attempt: there is never half a mail, or two.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new");
    let mut file = fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

impl Clerk {
    /// Puts a mail into the outbox, within the transaction that caused it.
    pub(crate) fn enqueue(
        &self,
        db: &mut Db,
        event: &str,
        recipient: &[u8],
        mail: &Mail,
        now: Instant,
    ) -> Result<(), ClerkError> {
        let mut id = [0; 16];
        rand_core::Rng::fill_bytes(&mut rng(), &mut id);
        let plain = serde_json::to_vec(mail).unwrap_or_default();
        let sealed = self.columns.seal("outbox.mail", &id, &plain, &mut rng());
        outbox::add(db, &id, event, recipient, &sealed, now.seconds())
    }

    /// Sends what is due, as much of it as belongs into one round: claim, send, mark.
    pub(crate) fn send_due(&self, now: i64) -> Result<(), ClerkError> {
        let claim = |db: &mut Db| {
            let Some(claimed) = outbox::claim(db, now, now + LEASE)? else { return Ok(None) };
            let mail = self.columns.open("outbox.mail", &claimed.id, claimed.mail_sealed.clone())?;
            Ok(Some((claimed, mail)))
        };
        let (began, log) = (std::time::Instant::now(), self.log());
        for _ in 0..MAILS_A_ROUND {
            if began.elapsed() > SENDING {
                break;
            }
            let Some((claimed, mail)) = self.write(claim)? else { break };
            let sent = match serde_json::from_slice::<Mail>(&mail) {
                Ok(mail) if is_for_nobody(&log, &claimed) => {
                    if self.write(|db| self.passes_on(db, &log, (&claimed, &mail), now))? {
                        continue;
                    }
                    Sent::Later("no coordinator has an address".to_owned())
                }
                Ok(mail) => self.mailer.send(&claimed.id, &mail),
                Err(error) => Sent::Never(error.to_string()),
            };
            let (state, next) = match sent {
                Sent::Yes => ("sent", now),
                Sent::Later(_) if claimed.attempts + 1 < MAX_ATTEMPTS => ("waiting", now + back_off(claimed.attempts)),
                Sent::Later(reason) | Sent::Never(reason) => {
                    // The reason may hold an address, so only its length goes to the log.
                    tracing::error!(attempts = claimed.attempts + 1, length = reason.len(), "a mail is a dead letter");
                    ("dead", now)
                }
            };
            self.write(|db| outbox::finish(db, &claimed.id, state, next))?;
        }
        Ok(())
    }

    /// Puts a mail into the coordinators' hands, each once whoever else it was for. `false` while none of them has an address: then it stays here,
    /// for nothing that somebody was to hear is heard by nobody.
    fn passes_on(&self, db: &mut Db, log: &Log, (claimed, mail): (&Claimed, &Mail), now: i64) -> Result<bool, ClerkError> {
        let mut is_heard = false;
        for person in log.coordinators() {
            let Some((address, _)) = contacts::get(db, person)? else { continue };
            // One that does not open keeps nobody else from hearing of it.
            let Ok(to) = self.text("contacts.address", &person.0, address) else { continue };
            let now = Instant::from_seconds(now).unwrap_or(Instant::MIN);
            self.enqueue(db, &claimed.event, &person.0, &Mail { to, ..mail.clone() }, now)?;
            is_heard = true;
        }
        if is_heard {
            outbox::delete(db, &claimed.id)?;
        }
        Ok(is_heard)
    }

    /// Opens a sealed column that holds text.
    pub(crate) fn text(&self, column: &str, row: &[u8], sealed: Vec<u8>) -> Result<String, ClerkError> {
        String::from_utf8(self.columns.open(column, row, sealed)?).map_err(|_| ClerkError::Key)
    }
}

/// Whether its recipient was frozen, or lost their last device, while it lay here.
fn is_for_nobody(log: &Log, claimed: &Claimed) -> bool {
    let person = claimed.recipient.as_slice().try_into().map(PersonId);
    person.is_ok_and(|person| access::gets_no_mail(log, person))
}

/// One minute, two, four, up to an hour.
fn back_off(attempts: i64) -> i64 {
    60 * (1_i64 << attempts.clamp(0, 6)).min(60)
}

//! Anybody may ask, and each who asks is a mail to somebody: a flood of them delays nothing else, is bounded, and leaves nothing.

use std::fs;
use std::sync::Arc;

use habeas_protocol::{Actor, SyncResponse};

use super::*;
use crate::{ClerkKey, Mailer, Settings, Transport, Waits};

const NOW: i64 = 1_000_000;

/// A hub with nothing new.
struct Quiet;

impl Transport for Quiet {
    fn sync(&self, _: &[u8]) -> Result<Vec<u8>, String> {
        SyncResponse::default().encode().map_err(|error| error.to_string())
    }

    fn waits(&self) -> Result<Waits, String> {
        Ok(Waits::Nothing)
    }

    fn audit(&self, _: Actor, _: Act, _: &str, _: i64) -> Result<(), String> {
        Ok(())
    }
}

fn clerk(folder: &tempfile::TempDir) -> Clerk {
    let key = ClerkKey::create(&folder.path().join("clerk.key"), &mut rng()).unwrap();
    let mailer = Mailer::files(&folder.path().join("mail"), "habeas@example.org").unwrap();
    let database = folder.path().join("clerk.sqlite").display().to_string();
    let settings = Settings { database, site: "https://example.org".to_owned(), is_restored: false };
    Clerk::open(settings, key, mailer, Arc::new(Quiet)).unwrap()
}

fn form(number: i64) -> FamilyForm {
    let [name, relationship, word, sign] = ["Aigerim", "mother", "swallow", "apple"].map(str::to_owned);
    FamilyForm { name, relationship, email: format!("stranger{number}@example.org"), word, sign, lang: "en".to_owned() }
}

/// How many mails were sent, and how many of them say that a request is confirmed.
fn sent(folder: &tempfile::TempDir) -> (usize, usize) {
    let mails = fs::read_dir(folder.path().join("mail")).unwrap();
    let texts: Vec<String> = mails.map(|mail| fs::read_to_string(mail.unwrap().path()).unwrap()).collect();
    (texts.len(), texts.iter().filter(|mail| mail.contains("Subject: Your request is confirmed")).count())
}

/// The requests that nobody has confirmed.
fn unconfirmed(clerk: &Clerk) -> Vec<families::Row> {
    clerk.store.read(|db| families::in_states(db, &[families::ASKED])).unwrap()
}

/// Whoever made one of them confirms it.
fn confirms(clerk: &Clerk, now: i64) {
    let token = clerk.request(&unconfirmed(clerk)[0]).unwrap().token;
    clerk.confirm(&token, now).unwrap();
}

#[test]
fn what_strangers_cause_is_sent_last_and_in_parts_and_is_gone_when_nobody_confirms_it() {
    let folder = tempfile::tempdir().unwrap();
    let clerk = clerk(&folder);
    (0..45).for_each(|number| assert!(clerk.ask(form(number), NOW).unwrap().is_some()));
    // The round ends, and the next one follows at once.
    assert_eq!(clerk.round(NOW).unwrap(), Some(NOW));
    assert_eq!(sent(&folder), (20, 0));
    // What is due later, and no stranger has caused, goes before what waits.
    confirms(&clerk, NOW + 1);
    assert_eq!(clerk.round(NOW + 1).unwrap(), Some(NOW));
    assert_eq!(sent(&folder), (40, 1));

    let over = NOW + CONFIRM;
    assert_eq!(clerk.round(over).unwrap(), None);
    // Whoever has confirmed before their mail was sent gets it; of the others nobody is asked any more.
    assert!(sent(&folder).0 <= 41, "what is too late to confirm is not asked any more");
    assert!(unconfirmed(&clerk).is_empty());
    let kept = clerk.store.read::<_, ClerkError>(|db| families::in_states(db, &["confirmed"])).unwrap();
    assert_eq!(kept.len(), 1, "whoever has confirmed stays");
}

#[test]
fn no_more_wait_to_be_confirmed_than_a_mail_server_can_answer_for() {
    let folder = tempfile::tempdir().unwrap();
    let clerk = clerk(&folder);
    let is_taken = |number, now| clerk.ask(form(number), now).unwrap().is_some();
    assert!((0..UNCONFIRMED_AN_HOUR).all(|number| is_taken(number, NOW)));
    assert!(!is_taken(UNCONFIRMED_AN_HOUR, NOW + 1), "and it says so");
    confirms(&clerk, NOW + 1);
    assert!(is_taken(UNCONFIRMED_AN_HOUR, NOW + 1), "who confirms makes room");
    assert!(!is_taken(UNCONFIRMED_AN_HOUR + 1, NOW + 1));
    assert!(is_taken(UNCONFIRMED_AN_HOUR + 1, NOW + HOUR), "and so does an hour");
}

//! Whoever looks for somebody needs no account: anybody may ask, and nobody may make of it a machine for writing to strangers.

use std::time::{Duration, Instant};

use habeas_tests::device::Person;
use habeas_tests::mail::{link, mails};
use habeas_tests::raw::Raw;
use habeas_tests::server::Server;

use super::family::{Browser, MOTHERS};
use crate::on_both;

/// Asks from an address, for mail to another: with status and page.
fn asks(server: &Server, from: &str, email: &str, sign: &str) -> (u16, String) {
    let mut answer = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent()
        .post(format!("{}/family", server.address))
        .header("x-forwarded-for", from)
        .send_form([
            ("name", "Айгерім"),
            ("relationship", "ана"),
            ("email", email),
            ("word", "қарлығаш"),
            ("sign", sign),
            ("lang", "en"),
        ])
        .unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

#[test]
fn who_asks_too_often_is_told_to_wait_and_nobody_writes_a_message_into_our_mail() {
    on_both(|databases| {
        let server = Server::start_in_with(tempfile::tempdir().unwrap(), databases, &["--behind-proxy", "true"]);
        Person::founds("aliya", &server);

        // A sign that is a link would stand in a mail to whomever somebody likes.
        for sign in ["https://evil.example/login", "evil.example", "call 87012345678"] {
            let (status, page) = asks(&server, "192.0.2.1", "victim@example.org", sign);
            assert!(status == 200 && page.contains("no address, link or telephone number"), "{page}");
        }
        // From one address so many are taken; then whoever asks keeps what they wrote, and others are not kept out.
        let answers: Vec<(u16, String)> =
            (0..22).map(|number| asks(&server, "192.0.2.2", &format!("stranger{number}@example.org"), "алма")).collect();
        let (taken, refused) = answers.split_at(20);
        assert!(taken.iter().all(|(status, page)| *status == 200 && page.contains("confirm within 24 hours")));
        let (status, page) = refused.last().unwrap();
        assert!(*status == 429 && page.contains("yours was not taken") && page.contains("қарлығаш"), "{status} {page}");
        assert_eq!(asks(&server, "192.0.2.3", "mother@example.org", "алма").0, 200);
        mails(&server, "Please confirm", 21);

        // A disk that is nearly full takes no more of it.
        std::fs::write(server.folder.path().join("disk"), "96").unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        for number in 10.. {
            let (status, page) = asks(&server, &format!("192.0.2.{number}"), "father@example.org", "алма");
            if status == 507 {
                assert!(page.contains("yours was not taken"), "{page}");
                break;
            }
            assert!(status == 200 && Instant::now() < deadline, "{status} {page}");
        }
        assert_eq!(Raw::to(&server.address).ask("GET", "/family", &[], Vec::new()).status, 200);
    });
}

/// Whoever has the mother's mailbox and not her word tries all at once, so that each guess is looked at before the one beside it is counted.
#[test]
fn of_many_words_at_once_five_are_looked_at() {
    on_both(|databases| {
        let server = Server::start(databases);
        Person::founds("aliya", &server);
        let browser = || Browser(ureq::Agent::new_with_defaults(), server.address.clone());
        browser().send("/family", &MOTHERS);
        let confirm = link(&mails(&server, "Please confirm", 1)[0], "/family/confirm");
        let token = confirm.split_once("t=").unwrap().1;
        browser().send("/family/confirm", &[("t", token)]);
        // A right word in between begins the count anew.
        let tries = |word: &str| browser().send("/family/status", &[("t", token), ("word", word)]);
        assert!((0..4).all(|_| tries("wrong").contains("not the word")) && tries("қарлығаш").contains("with a coordinator"));

        let together = std::sync::Barrier::new(40);
        let pages: Vec<String> = std::thread::scope(|scope| {
            let guess = |number: usize| {
                together.wait();
                tries(&format!("guess{number}"))
            };
            let guesses: Vec<_> = (0..40).map(|number| scope.spawn(move || guess(number))).collect();
            guesses.into_iter().map(|page| page.join().unwrap()).collect()
        });
        let looked_at = pages.iter().filter(|page| page.contains("not the word")).count();
        let closed = pages.iter().filter(|page| page.contains("Too many wrong words")).count();
        assert_eq!((looked_at, closed), (5, 35));
        assert!(tries("қарлығаш").contains("Too many wrong words"), "the right word is not taken either");
    });
}

//! Another password for the account, in the app.

use habeas_tests::authenticator::fills;
use habeas_tests::browser::DESK;
use habeas_tests::device::Person;
use habeas_tests::server::Server;

use crate::user::User;

#[test]
fn a_password_is_changed_in_the_app_and_the_old_one_lets_nobody_in() {
    const OLD: &str = "a long password of theirs";
    const NEW: &str = "another long password of theirs";
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let organisation = aliya.does(&["org", "show"]).trim().to_owned();
    let dana = User::joins("dana", "lawyer", &server.address, &aliya, DESK);
    aliya.approves_all();
    dana.exchanges();
    dana.browser.presses("Settings");
    // A lawyer needs no second factor, and is not told of one.
    assert!(!dana.browser.text().contains("no second factor"));
    dana.browser.presses("Change the password");
    dana.browser.reads("The passphrase that opens this device stays as it is");
    let changes =
        |old: &str, next: &str, again: &str| fills(&dana.browser, &[("#password", old), ("#next", next), ("#again", again)]);
    changes(OLD, NEW, "another long pasword of theirs");
    dana.browser.reads("The two new passwords differ.");
    changes("a password that it is not", NEW, NEW);
    dana.browser.reads("This is not the password that the account has now");
    changes(OLD, "short", "short");
    dana.browser.reads("A password has 10 to 256 bytes");
    assert!(dana.browser.js("return !!document.querySelector('#code')") == false);
    changes(OLD, NEW, NEW);
    dana.browser.reads("The password is changed.");
    let left = "return [...document.querySelectorAll('main input')].map((field) => field.value).join('')";
    assert_eq!(dana.browser.js(left), "", "nothing stays in the form");

    // This device stays signed in, and opens by its passphrase as before.
    dana.exchanges();
    dana.browser.presses("Lock");
    dana.browser.reads("Locked");
    dana.unlocks();
    dana.exchanges();
    let login = ["login", "--server", &server.address, "--account", "dana", "--organisation", &organisation];
    let signs_in = |password: &str| Person::new("dana").command(&login).env("HABEAS_PASSWORD", password).output().unwrap();
    let refused = signs_in(OLD);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("Sign in again"), "{refused:?}");
    let let_in = signs_in(NEW);
    assert!(let_in.status.success(), "{let_in:?}");
}

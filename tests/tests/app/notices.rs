//! What nobody must miss is said on every screen, and is not lost by whatever the app does next.

use habeas_tests::browser::PHONE;
use habeas_tests::device::Person;
use habeas_tests::road::Road;
use habeas_tests::server::Server;

use crate::user::User;
use crate::vault::Disk;

const SILENT: &str = "The server is not counting since";
const COPIED: &str = "There is something newer under this device's name";
const SHORTENED: &str = "audit record was shortened";
const ROLE: &str = "From now on you are: lawyer";

impl User {
    /// Goes from screen to screen and hears these on each.
    fn reads_everywhere(&self, words: &[&str]) {
        for (link, heading) in
            [("New", "Who"), ("Exchange", "Exchange now"), ("Settings", "Wipe this device"), ("Cases", "Айгерім")]
        {
            self.browser.presses(link);
            self.browser.reads(heading);
            words.iter().for_each(|word| self.browser.reads(word));
        }
        self.browser.clicks(".cases a");
        self.browser.reads("What is known");
        words.iter().for_each(|word| self.browser.reads(word));
        self.browser.presses("Cases");
    }

    /// Unlocks, and waits until the exchange that begins by itself has come to an end.
    fn opens_again(&self) {
        self.browser.reloads();
        self.browser.reads("Locked");
        self.unlocks();
    }

    fn says(&self, text: &str) -> bool {
        self.browser.text().contains(text)
    }
}

/// The machine has come back and its operator is not there: everybody counts by themselves until it is unlocked.
#[test]
fn that_the_server_does_not_count_stands_on_every_screen() {
    let app = habeas_tests::app();
    let app = ["--app", app.to_str().unwrap()];
    let server = Server::start_with(&app);
    let mut road = Road::to(&server.address);
    let aliya = Person::founds("aliya", &server);
    let dana = User::joins("dana", "lawyer", &road.address, &aliya, PHONE);
    aliya.approves_all();
    dana.waits_for_the_offline_copy();
    dana.exchanges();
    dana.begins("Айгерім", &crate::ago(60));
    dana.exchanges();
    assert!(!dana.says(SILENT));

    let folder = server.kill();
    let safe = tempfile::tempdir().unwrap();
    let key = safe.path().join("clerk.key");
    std::fs::rename(folder.path().join("clerk.key"), &key).unwrap();
    let server = Server::start_in_with(folder, None, &[&app[..], &["--locked"]].concat());
    road.leads_to(&server.address);
    // She does nothing but open her telephone: the exchange that begins by itself has heard it.
    dana.opens_again();
    dana.browser.reads(SILENT);
    dana.reads_everywhere(&[SILENT]);
    // Without a network it still stands there: nobody has said that it is over.
    road.close();
    dana.opens_again();
    dana.reads_everywhere(&[SILENT]);

    road.reopen();
    Server::does(server.folder.path(), None, &["unlock", key.to_str().unwrap()]);
    server.says(|said| said == "ready\n");
    dana.exchanges();
    dana.browser.until("the server counts again", |_| !dana.says(SILENT));
    dana.breaks_no_policy();
}

/// Somebody has put an older copy of Dana's telephone back, and somebody has cut the server's record off. The exchange that begins by itself hears of
/// both, once; it is said until she has read it.
#[test]
fn what_is_heard_once_is_said_until_somebody_puts_it_away() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let mut dana = User::joins("dana", "lawyer", &server.address, &aliya, PHONE);
    aliya.approves_all();
    dana.exchanges();
    dana.begins("Айгерім", &crate::ago(60));
    dana.exchanges();
    let older = dana.rows();
    dana.browser.presses("Cases");
    dana.begins("Серік", &crate::ago(50));
    dana.exchanges();
    dana.browser.presses("Lock");
    dana.browser.reads("Locked");
    dana.is_put_back(&older);
    server.with_hub(None, |hub| {
        hub.runs(
            "DELETE FROM audit WHERE number > 2; \
             UPDATE audit_head SET number = 2, link = (SELECT link FROM audit WHERE number = 2)",
        );
    });

    dana.opens_again();
    dana.browser.reads(COPIED);
    dana.browser.reads(SHORTENED);
    // The next exchange has nothing to say of it, and neither has a worker that begins anew.
    dana.exchanges();
    dana.exchanges();
    dana.reads_everywhere(&[COPIED, SHORTENED]);
    dana.opens_again();
    dana.reads_everywhere(&[COPIED, SHORTENED]);

    dana.browser.presses("I have read this");
    dana.browser.until("it is put away", |_| !dana.says(COPIED) && !dana.says(SHORTENED));
    dana.opens_again();
    dana.exchanges();
    dana.browser.presses("Cases");
    dana.browser.reads("Серік");
    assert!(!dana.says(COPIED) && !dana.says(SHORTENED));
    dana.breaks_no_policy();
}

/// Zhanar is made a lawyer while she is in the street. What she may read from now on she is told, and not only shown.
#[test]
fn whoever_is_given_another_role_is_told_so_until_she_puts_it_away() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let zhanar = User::joins("zhanar", "recorder", &server.address, &aliya, PHONE);
    aliya.approves_all();
    zhanar.exchanges();
    zhanar.begins("Айгерім", &crate::ago(60));
    zhanar.exchanges();
    assert!(!zhanar.says(ROLE));
    aliya.does(&["sync"]);
    aliya.does(&["role", "zhanar", "lawyer"]);
    zhanar.exchanges();
    zhanar.browser.presses("Cases");
    zhanar.reads_everywhere(&[ROLE]);
    // Another exchange, and a lock, make nobody miss it.
    zhanar.exchanges();
    zhanar.browser.presses("Lock");
    zhanar.opens_again();
    zhanar.browser.reads(ROLE);
    zhanar.browser.presses("I have read this");
    zhanar.browser.until("it is put away", |browser| !browser.text().contains(ROLE));
    zhanar.breaks_no_policy();
}

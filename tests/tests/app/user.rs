//! Somebody with the app in a browser.

use habeas_tests::browser::{Browser, Look};
use habeas_tests::device::Person;

pub struct User {
    pub name: &'static str,
    pub browser: Browser,
    pub passphrase: String,
}

impl User {
    /// Sets up the app in a new browser, with an invitation from the coordinator.
    pub fn joins(name: &'static str, role: &str, address: &str, coordinator: &Person, look: Look) -> Self {
        Self::joins_by(name, &coordinator.does(&["invite", "--role", role]), address, look)
    }

    /// Sets up the app in a new browser, with an invitation or the link of an intake.
    pub fn joins_by(name: &'static str, invitation: &str, address: &str, look: Look) -> Self {
        let user = Self { name, browser: Browser::start(look), passphrase: format!("{name} walks over the hill") };
        user.browser.sets_up(address, invitation, name, &user.passphrase);
        user
    }

    pub fn unlocks(&self) {
        self.browser.types("#passphrase", &self.passphrase);
        self.browser.clicks("button[type=submit]");
        self.browser.until("the device opens", |browser| browser.js("return !!document.querySelector('.bar')") == true);
    }

    /// Goes round with the server until everything is sent.
    pub fn exchanges(&self) {
        self.begins_to_exchange();
        self.has_exchanged();
    }

    pub fn begins_to_exchange(&self) {
        self.browser.presses("Exchange");
        self.browser.presses("Exchange now");
    }

    pub fn has_exchanged(&self) {
        self.browser.until("an exchange", |browser| {
            let text = browser.text();
            text.contains("Everything is sent.") && text.contains("The server last answered") && !text.contains("Exchanging")
        });
    }

    /// Records somebody who was restrained, on the screen for new cases.
    pub fn begins(&self, person: &str, when: &str) {
        self.browser.presses("New");
        self.browser.types("#name", person);
        self.browser.chooses("#city", "almaty");
        self.browser.presses("at");
        self.browser.sets("#first", when);
        self.saves();
    }

    /// Saves what was written about a case, and is back at the case. The words of a fact alone stand on the form, too, as what could be chosen: whoever
    /// waited for them went on before anything was saved, and was called back to the case by the answer.
    pub fn saves(&self) {
        self.browser.presses("Save");
        self.browser.reads("What is known");
    }

    /// The service worker has the whole app and answers for it.
    pub fn waits_for_the_offline_copy(&self) {
        self.browser.until("the offline copy", |browser| {
            browser.js_async(
                "const [done] = arguments; navigator.serviceWorker.getRegistration().then((r) => done(Boolean(r?.active)), () => done(false))",
            ) == true
        });
    }

    /// Neither the page nor the console has anything to say of the Content-Security-Policy or of an error.
    pub fn breaks_no_policy(&self) {
        let said: Vec<String> = self.browser.console().into_iter().filter(|line| !line.contains("net::ERR_")).collect();
        assert_eq!(said, Vec::<String>::new(), "{}", self.name);
    }
}

//! A person with the real command-line device, in a folder of its own.

use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::program;
use crate::server::Server;

/// Somebody with a device.
pub struct Person {
    pub name: &'static str,
    pub folder: TempDir,
}

impl Person {
    /// A person whose device is still empty.
    pub fn new(name: &'static str) -> Self {
        Self { name, folder: tempfile::tempdir().unwrap() }
    }

    /// The first coordinator, who makes the organisation.
    pub fn founds(name: &'static str, server: &Server) -> Self {
        let person = Self::new(name);
        let code = server.code.as_ref().expect("a server without an organisation");
        person.does(&["org", "create", "--server", &server.address, "--code", code, "--account", name]);
        person
    }

    /// Somebody whom the coordinator invites; their device waits to be let in.
    pub fn joins(name: &'static str, role: &str, server: &Server, coordinator: &Self) -> Self {
        Self::joins_at(name, role, &server.address, coordinator)
    }

    /// The same, at an address.
    pub fn joins_at(name: &'static str, role: &str, address: &str, coordinator: &Self) -> Self {
        let person = Self::new(name);
        let invitation = coordinator.does(&["invite", "--role", role]);
        person.does(&["login", "--server", address, "--account", name, "--invite", invitation.trim()]);
        person
    }

    /// Somebody whom the coordinator invites and lets in, and who has heard of it.
    pub fn is_let_in(name: &'static str, role: &str, server: &Server, coordinator: &Self) -> Self {
        let person = Self::joins(name, role, server, coordinator);
        coordinator.approves_all();
        person.does(&["sync"]);
        person
    }

    /// The id of an account's device that has not been revoked, as this coordinator's device lists it.
    pub fn device_of(&self, account: &str) -> String {
        let list = self.does(&["device", "list"]);
        let line = list.lines().find(|line| line.contains(account) && !line.contains("revoked")).unwrap();
        line.split_whitespace().next().unwrap().to_owned()
    }

    /// Lets every waiting device in.
    pub fn approves_all(&self) {
        for line in self.does(&["device", "list"]).lines().filter(|line| line.ends_with(" waits")) {
            let device = line.split_whitespace().next().unwrap();
            self.does(&["device", "approve", device]);
        }
    }

    /// Runs a command, which must succeed, and returns what it printed.
    pub fn does(&self, arguments: &[&str]) -> String {
        let output = self.tries(arguments);
        assert!(output.status.success(), "{}: habeas {arguments:?}: {}", self.name, String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command, which must fail with exit status 2 and one clear line, and returns that line.
    pub fn fails(&self, arguments: &[&str]) -> String {
        let output = self.tries(arguments);
        assert_eq!(output.status.code(), Some(2), "{}: habeas {arguments:?} did not fail", self.name);
        String::from_utf8(output.stderr).unwrap()
    }

    /// Runs a command.
    pub fn tries(&self, arguments: &[&str]) -> Output {
        self.tries_with(&format!("{} walks over the hill", self.name), arguments)
    }

    /// Runs a command with that passphrase.
    pub fn tries_with(&self, passphrase: &str, arguments: &[&str]) -> Output {
        self.command(arguments).env("HABEAS_PASSPHRASE", passphrase).output().unwrap()
    }

    /// A command of theirs, to be run by whoever watches it.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("habeas"));
        command
            .args(arguments)
            .env("HABEAS_HOME", self.folder.path().join("device"))
            .env("HABEAS_PASSPHRASE", format!("{} walks over the hill", self.name))
            .env("HABEAS_PASSWORD", format!("{} has a long password", self.name))
            .env("HABEAS_LANG", "en");
        command
    }

    /// A case as JSON.
    pub fn case(&self, case: &str) -> Value {
        serde_json::from_str(&self.does(&["case", "show", case, "--json"])).unwrap()
    }

    /// Begins a case and returns its id.
    pub fn begins(&self, name: &str) -> String {
        self.does(&["case", "new", "--name", name, "--city", "almaty"]).trim().to_owned()
    }

    /// Adds a fact and returns its id.
    pub fn adds(&self, case: &str, arguments: &[&str]) -> String {
        self.does(&[&["fact", "add", case], arguments].concat()).trim().to_owned()
    }
}

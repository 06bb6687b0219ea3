//! The real server process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::older::Database;
use crate::program;

/// A running server with a folder of its own.
pub struct Server {
    pub folder: TempDir,
    pub address: String,
    /// The set-up code, while there is no organisation.
    pub code: Option<String>,
    /// The clerk's public keys, where it runs apart and says who it is.
    pub clerk: Option<String>,
    child: Child,
}

impl Server {
    /// Starts a server on a free port. `databases`: the hub's and the clerk's, if they are not to be SQLite.
    pub fn start(databases: Option<(&str, &str)>) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), databases)
    }

    /// Starts a server with more options.
    pub fn start_with(options: &[&str]) -> Self {
        Self::run(tempfile::tempdir().unwrap(), options)
    }

    /// Starts a server that serves the app.
    pub fn with_app() -> Self {
        Self::start_with(&["--app", crate::app().to_str().unwrap()])
    }

    /// Starts a server in a folder that another one may have used.
    pub fn start_in(folder: TempDir, databases: Option<(&str, &str)>) -> Self {
        match databases {
            Some((hub, clerk)) => Self::run(folder, &["--hub-database", hub, "--clerk-database", clerk]),
            None => Self::run(folder, &[]),
        }
    }

    /// Starts a server in a folder with more options.
    pub fn start_in_with(folder: TempDir, databases: Option<(&str, &str)>, options: &[&str]) -> Self {
        let mut all = Vec::new();
        if let Some((hub, clerk)) = databases {
            all.extend(["--hub-database", hub, "--clerk-database", clerk]);
        }
        all.extend(options);
        Self::run(folder, &all)
    }

    /// Runs one of the server's other commands, which ends by itself.
    pub fn command(folder: &Path, databases: Option<(&str, &str)>, arguments: &[&str], input: &[u8]) -> Output {
        let mut command = Command::new(program("habeas-server"));
        command.args(arguments).arg("--data").arg(folder);
        if let Some((hub, clerk)) = databases {
            command.args(["--hub-database", hub, "--clerk-database", clerk]);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Whoever reads nothing of it may have ended already.
        let _ = child.stdin.take().unwrap().write_all(input);
        child.wait_with_output().unwrap()
    }

    /// Runs one that must succeed, and returns what it says.
    pub fn does(folder: &Path, databases: Option<(&str, &str)>, arguments: &[&str]) -> String {
        let output = Self::command(folder, databases, arguments, b"");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs one that must refuse, and returns why.
    pub fn refuses(folder: &Path, databases: Option<(&str, &str)>, arguments: &[&str]) -> String {
        let output = Self::command(folder, databases, arguments, b"");
        assert!(!output.status.success(), "{arguments:?} did not refuse: {}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8(output.stderr).unwrap()
    }

    /// What `/readyz` says.
    pub fn readyz(&self) -> String {
        ureq::get(format!("{}/readyz", self.address)).call().unwrap().body_mut().read_to_string().unwrap()
    }

    /// Waits until `/readyz` says something.
    pub fn says(&self, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let said = self.readyz();
            if wanted(&said) {
                return said;
            }
            let problems = || self.log().lines().filter(|line| !line.contains("\"INFO\"")).collect::<Vec<_>>().join("\n");
            assert!(Instant::now() < deadline, "it says {said}; its log: {}", problems());
        }
    }

    /// Starts a server whose clerk's key stands in the environment, in hexadecimal.
    pub fn start_with_key(folder: TempDir, key: &str) -> Self {
        Self::begin(Command::new(program("habeas-server")).env("HABEAS_CLERK_KEY", key), folder, &[])
    }

    /// Starts a server as systemd does that has put the service's credentials into a folder.
    pub fn start_with_credentials(folder: TempDir, credentials: &Path) -> Self {
        Self::begin(Command::new(program("habeas-server")).env("CREDENTIALS_DIRECTORY", credentials), folder, &[])
    }

    fn run(folder: TempDir, options: &[&str]) -> Self {
        Self::begin(&mut Command::new(program("habeas-server")), folder, options)
    }

    fn begin(command: &mut Command, folder: TempDir, options: &[&str]) -> Self {
        command.arg("--data").arg(folder.path()).args(["--port", "0"]).args(options);
        // How full this machine's disk is is no part of any story.
        let disk = folder.path().join("disk");
        std::fs::write(&disk, "10").unwrap();
        command.env("HABEAS_DISK_USED", disk);
        let log = std::fs::File::options().create(true).append(true).open(folder.path().join("server.log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_else(|| panic!("the server did not start: {}", read_log(folder.path())));
        let address = first.strip_prefix("Habeas listens on ").expect("the first line names the address").to_owned();
        // Two more lines follow where there is no organisation yet; the server itself says how many.
        let mut clerk = None;
        let code = match lines.next() {
            Some(line) if line.starts_with("There is no organisation") => {
                lines.next().and_then(|line| Some(line.split_once("--code ")?.1.split(' ').next()?.to_owned()))
            }
            Some(line) if line.starts_with("This is the clerk") => {
                clerk = lines.next().and_then(|line| Some(line.split_once("admit-clerk ")?.1.to_owned()));
                None
            }
            _ => None,
        };
        // Whatever else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { folder, address, code, clerk, child }
    }

    /// Runs another command of the program on this server's folder and databases, as its operator does.
    pub fn operator(&self, databases: Option<(&str, &str)>, arguments: &[&str]) -> Output {
        let mut command = Command::new(program("habeas-server"));
        command.arg("--data").arg(self.folder.path());
        if let Some((hub, clerk)) = databases {
            command.args(["--hub-database", hub, "--clerk-database", clerk]);
        }
        command.args(arguments).output().unwrap()
    }

    /// Does something to the hub's database, as whoever has taken the server could.
    pub fn with_hub<T>(&self, databases: Option<(&str, &str)>, what: impl FnOnce(&Database<'_>) -> T) -> T {
        let file = self.folder.path().join("hub.sqlite");
        let address = databases.map_or_else(|| file.to_str().unwrap(), |(hub, _)| hub);
        what(&Database { name: "hub", address })
    }

    /// Does something to the clerk's.
    pub fn with_clerk<T>(&self, databases: Option<(&str, &str)>, what: impl FnOnce(&Database<'_>) -> T) -> T {
        let file = self.folder.path().join("clerk.sqlite");
        let address = databases.map_or_else(|| file.to_str().unwrap(), |(_, clerk)| clerk);
        what(&Database { name: "clerk", address })
    }

    /// Three days go by for every account that is there: from now on coordinators and advocates need a second factor.
    pub fn second_factors_are_due(&self, databases: Option<(&str, &str)>) {
        self.with_hub(databases, |hub| hub.runs("UPDATE accounts SET second_factor_due_at = 0"));
    }

    /// Kills the server as a power cut would, and leaves its folder.
    pub fn kill(mut self) -> TempDir {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything that the server has written to its log.
    pub fn log(&self) -> String {
        read_log(self.folder.path())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("server.log")).unwrap_or_default()
}

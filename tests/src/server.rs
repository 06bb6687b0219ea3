//! The real server process.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use crate::program;

/// A running server with a folder of its own.
pub struct Server {
    pub folder: TempDir,
    pub address: String,
    /// The set-up code, while there is no organisation.
    pub code: Option<String>,
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

    fn run(folder: TempDir, options: &[&str]) -> Self {
        let mut command = Command::new(program("habeas-server"));
        command.arg("--data").arg(folder.path()).args(["--port", "0"]).args(options);
        let log = std::fs::File::options().create(true).append(true).open(folder.path().join("server.log")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_else(|| panic!("the server did not start: {}", read_log(folder.path())));
        let address = first.strip_prefix("Habeas listens on ").expect("the first line names the address").to_owned();
        // Two more lines follow where there is no organisation yet; the server itself says how many.
        let code = match lines.next() {
            Some(line) if line.starts_with("There is no organisation") => {
                lines.next().and_then(|line| Some(line.split_once("--code ")?.1.split(' ').next()?.to_owned()))
            }
            _ => None,
        };
        // Whatever else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { folder, address, code, child }
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

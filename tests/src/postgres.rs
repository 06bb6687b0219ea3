//! A PostgreSQL server in a folder of its own, on a socket of its own, for as long as the tests run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use tempfile::TempDir;

/// A running server.
pub struct Postgres {
    folder: TempDir,
    child: Child,
}

impl Postgres {
    /// Starts one. PostgreSQL refuses to run as root, so root starts it as the user that the package made.
    pub fn start() -> Self {
        let bin = binaries();
        let folder = tempfile::Builder::new().prefix("habeas-pg").tempdir().unwrap();
        let data = folder.path().join("data");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(folder.path()));
        }
        run(postgres_user(&bin.join("initdb"))
            .args(["--auth=trust", "--username=habeas", "--encoding=UTF8", "--no-sync", "-D"])
            .arg(&data));
        let child = postgres_user(&bin.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(fs::File::create(std::env::temp_dir().join("habeas-postgres.log")).unwrap())
            .spawn()
            .unwrap();
        let server = Self { folder, child };
        let ready = || {
            let mut command = Command::new(bin.join("pg_isready"));
            command.arg("-q").arg("-h").arg(server.folder.path()).status().is_ok_and(|status| status.success())
        };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        while !ready() {
            assert!(std::time::Instant::now() < deadline, "PostgreSQL did not start within a minute");
        }
        server
    }

    /// Where everything lies that it keeps, its write-ahead log, too.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The address of a new, empty database.
    pub fn database(&self) -> String {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("habeas{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        run(Command::new(binaries().join("createdb")).arg("-h").arg(self.folder.path()).args(["-U", "habeas", &name]));
        format!("postgres://habeas@/{name}?host={}", self.folder.path().display())
    }

    /// A new database with all that another one holds, as a backup of it would. Nobody may be using that one.
    pub fn copy(&self, address: &str) -> String {
        let name = |address: &str| address.split(['/', '?']).nth(3).unwrap().to_owned();
        let copy = self.database();
        let remake = |program: &str, arguments: &[&str]| {
            run(Command::new(binaries().join(program)).arg("-h").arg(self.folder.path()).args(["-U", "habeas"]).args(arguments));
        };
        remake("dropdb", &[&name(&copy)]);
        remake("createdb", &["-T", &name(address), &name(&copy)]);
        copy
    }

    /// Runs a statement in a database, as an operator could by hand.
    pub fn runs(database: &str, statement: &str) {
        run(Command::new(binaries().join("psql")).args(["-q", "-v", "ON_ERROR_STOP=1", "-c", statement, database]));
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The child may be `runuser`; the server's own process id stands in its folder.
        let pid = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap_or_default();
        if let Some(pid) = pid.lines().next() {
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
        let _ = self.child.wait();
    }
}

/// The newest PostgreSQL of the distribution's packages.
fn binaries() -> PathBuf {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    let find = || {
        let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
            .collect();
        versions.retain(|bin| bin.join("initdb").is_file());
        versions.sort();
        versions
            .pop()
            .expect("PostgreSQL is not installed; `cargo xtask test` installs it as root, else install the package `postgresql`")
    };
    FOUND.get_or_init(find).clone()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn postgres_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

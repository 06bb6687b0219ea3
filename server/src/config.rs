//! What the operator can set, on the command line or in the environment.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use habeas_protocol::AuditHead;
use tracing_subscriber::EnvFilter;

/// Habeas' server: passes sealed records between devices. It listens on this machine only, unless told otherwise; put a
/// reverse proxy with TLS in front of it.
// No `Debug`: addresses of databases and of the mail server hold passwords.
#[derive(Parser)]
#[command(version, name = "habeas-server")]
pub struct Config {
    /// What to do; without it, the server runs
    #[command(subcommand)]
    pub command: Option<Command>,

    /// A file with these settings, as `deploy/habeas.toml` shows them; the command line and the environment win over it
    #[arg(long, global = true, value_name = "FILE", env = "HABEAS_CONFIG")]
    pub config: Option<PathBuf>,

    /// Where the databases, the clerk's key and unsent mail lie. Made if it is not there
    #[arg(long, global = true, value_name = "DIR", default_value = "data", env = "HABEAS_DATA")]
    pub data: PathBuf,

    /// Which part of the server this is: both, or hub and clerk on two machines, each with its own data folder
    #[arg(long, global = true, value_name = "PART", value_enum, default_value_t = Part::Both, env = "HABEAS_ROLE")]
    pub role: Part,

    /// For the clerk alone: the hub's address, https, or http on this machine
    #[arg(long, value_name = "URL", env = "HABEAS_HUB")]
    pub hub: Option<String>,

    /// The port to listen on; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 8080, env = "HABEAS_PORT")]
    pub port: u16,

    /// The address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1", env = "HABEAS_ADDRESS")]
    pub address: IpAddr,

    /// The hub's database: a file, or postgres://USER:PASSWORD@HOST/NAME. By default hub.sqlite in the data folder
    #[arg(long, global = true, value_name = "WHERE", env = "HABEAS_HUB_DATABASE", hide_env_values = true)]
    pub hub_database: Option<String>,

    /// The clerk's database: a file, or postgres://USER:PASSWORD@HOST/NAME. By default clerk.sqlite in the data folder
    #[arg(long, global = true, value_name = "WHERE", env = "HABEAS_CLERK_DATABASE", hide_env_values = true)]
    pub clerk_database: Option<String>,

    /// The folder of the app for browsers, as `cargo xtask app` makes it. Without it no app is served
    #[arg(long, value_name = "DIR", env = "HABEAS_APP")]
    pub app: Option<PathBuf>,

    /// The address under which people reach this server, for links in mail. By default the one it listens on
    #[arg(long, value_name = "URL", env = "HABEAS_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Whether every request comes through a reverse proxy of yours, which adds who asked to X-Forwarded-For. Then attempts to sign in are
    /// counted by the last address in it; say it only if it is so, for otherwise anybody writes there what they like
    #[arg(long, value_name = "BOOL", default_value_t = false, action = clap::ArgAction::Set, env = "HABEAS_BEHIND_PROXY")]
    pub behind_proxy: bool,

    /// The SMTP server that takes mail: smtps://USER:PASSWORD@HOST, or smtp://HOST:PORT. Without it every mail becomes a
    /// file in the data folder's `mail`, and nothing is sent
    #[arg(long, value_name = "URL", env = "HABEAS_SMTP", hide_env_values = true)]
    pub smtp: Option<String>,

    /// The address that mail comes from
    #[arg(long, value_name = "ADDRESS", default_value = "habeas@localhost", env = "HABEAS_MAIL_FROM")]
    pub mail_from: String,

    /// The clerk's key. By default clerk.key in the data folder, made at the first start; HABEAS_CLERK_KEY, and a credential of the
    /// service called clerk.key, come before it
    #[arg(long, global = true, value_name = "FILE", env = "HABEAS_CLERK_KEY_FILE")]
    pub clerk_key: Option<PathBuf>,

    /// Start without the clerk's key: devices can sync, and nothing is counted until `habeas-server unlock` gives it
    #[arg(long, env = "HABEAS_LOCKED")]
    pub locked: bool,

    /// An address that is called, at most once a minute, while the clerk counts: who watches it raises the alarm when it falls silent
    #[arg(long, value_name = "URL", env = "HABEAS_HEARTBEAT", hide_env_values = true)]
    pub heartbeat: Option<String>,

    /// An address whose answers say what time it is: while this machine's clock is more than 60 seconds off, nothing is counted. By default the
    /// heartbeat's site is asked, at its front page; `nobody` asks nobody. A server with a public address needs one of the three
    #[arg(long, value_name = "URL", env = "HABEAS_CHECK_CLOCK")]
    pub check_clock: Option<String>,

    /// Count although this machine's clock stands before the time at which the clerk last counted
    #[arg(long)]
    pub clock_is_right: bool,

    /// After how many seconds without a whole round the clerk does not count
    #[arg(long, hide = true, default_value_t = 180, env = "HABEAS_STALE_AFTER")]
    pub stale_after: i64,

    /// How many rows are sealed anew at a time when the clerk's key is exchanged
    #[arg(long, hide = true, default_value_t = 50, env = "HABEAS_ROTATION_BATCH")]
    pub rotation_batch: i64,

    /// A file that says how full the disk is, in percent, in place of the disk
    #[arg(long, hide = true, env = "HABEAS_DISK_USED")]
    pub disk_used: Option<PathBuf>,

    /// End when standard input is closed: whoever started the server has ended
    #[arg(long, hide = true)]
    pub end_with_input: bool,

    /// What to log: error, warn, info or debug. Logs hold no names and no content
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "HABEAS_LOG")]
    pub log: String,
}

/// Which part of the server a process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Hub and clerk in one.
    Both,
    /// The hub, which cannot read.
    Hub,
    /// The clerk, which reaches the hub as a device does.
    Clerk,
}

impl Part {
    /// Whether the hub's database is this process' own.
    pub fn has_hub(self) -> bool {
        self != Self::Clerk
    }

    /// Whether the clerk's is.
    pub fn has_clerk(self) -> bool {
        self != Self::Hub
    }
}

/// The audit record.
#[derive(Debug, Clone, Subcommand)]
pub enum AuditCommand {
    /// Compute the chain anew and say whether anything was changed or removed. What was cut off at the end only a head shows that a
    /// device has kept
    Verify {
        /// What `habeas audit` prints on a device: an entry's number and its hash. May be given more than once
        #[arg(long, value_name = "NUMBER:HASH")]
        head: Vec<AuditHead>,
    },
    /// Print the entries, one a line: number, time, who, what, what about, and what came of it
    Show {
        /// The first entry to print
        #[arg(long, value_name = "NUMBER", default_value_t = 1)]
        from: u64,
    },
}

/// What else the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say, at a hub whose clerk runs on another machine, which clerk the organisation will have: the keys that it prints at its start
    AdmitClerk {
        /// Its public keys, 128 hexadecimal digits
        keys: String,
    },
    /// Write a backup of the databases that are here, also while the server runs. It never holds the clerk's key: keep that elsewhere
    Backup(BackupArgs),
    /// Put a backup into an empty data folder (or empty databases). The clerk's key is put there by hand
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Count again after a backup was put back, although not every coordinator's device has synced since: for when none is left. A case that was erased
    /// after the backup is counted, and mail about it may go out, until a device that knows of the erasure syncs
    CountAgain,
    /// Bring the databases up to date, after a backup of them. The server does it at start, too; it must not be running
    Upgrade,
    /// Give the clerk of a server that runs on this machine, and started locked, its key
    Unlock {
        /// The key; without it, it is read from standard input
        key: Option<PathBuf>,
    },
    /// The clerk's key
    #[command(subcommand)]
    Key(KeyCommand),
    /// What was done with the server, as a chain of hashes
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Print every route with who is served, as JSON
    #[command(hide = true)]
    Routes,
}

/// `backup FILE`, `backup --into DIR`, or `backup verify FILE`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct BackupArgs {
    /// Check one in place of making one
    #[command(subcommand)]
    pub verify: Option<BackupCommand>,
    /// The file to write; it must not be there yet
    #[arg(required_unless_present = "into")]
    pub file: Option<PathBuf>,
    /// Write it into this folder, under a name with this moment's date, and verify it; then remove backups of such names that are too old, and those
    /// that an upgrade has put aside more than thirty days ago. For a timer, once a day
    #[arg(long, value_name = "DIR", conflicts_with = "file")]
    pub into: Option<PathBuf>,
    /// For how many days a backup in that folder is kept: what is erased lies in it, sealed, until then
    #[arg(long, value_name = "DAYS", requires = "into", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub keep_days: u32,
}

/// What is done with a backup that is there.
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// Read all of a backup and check it, without any key: hashes, databases, the log's signatures, the feeds' chains
    Verify {
        /// The backup
        file: PathBuf,
    },
}

/// What is done with a key.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make a key, for a server whose clerk is to start locked from its first day on
    New {
        /// The file to write; it must not be there yet
        file: PathBuf,
    },
    /// Make the next key of the same clerk, where the present one lies; nothing is exchanged yet
    Next {
        /// The present key
        old: PathBuf,
        /// The file to write; it must not be there yet
        new: PathBuf,
    },
    /// Name a key: a backup and the server's messages say by that name which one they want
    Show {
        /// The key
        file: PathBuf,
    },
    /// Exchange the key of the clerk that runs on this machine for another one: everything is sealed anew while the clerk goes on, and the key
    /// before is destroyed. Where the key lies in its file the server makes the next one and puts it there
    Rotate {
        /// The next key, where the present one came from elsewhere; `-` reads it from standard input
        file: Option<PathBuf>,
    },
}

impl Config {
    /// The file of the clerk's key.
    pub fn clerk_key(&self) -> PathBuf {
        self.clerk_key.clone().unwrap_or_else(|| self.data.join("clerk.key"))
    }

    /// The databases of this part, the clerk's first, with their addresses.
    pub fn databases(&self) -> Vec<(&'static str, String)> {
        let clerk = self.role.has_clerk().then(|| ("clerk", self.clerk_database()));
        let hub = self.role.has_hub().then(|| ("hub", self.hub_database()));
        clerk.into_iter().chain(hub).collect()
    }

    /// The hub's database.
    pub fn hub_database(&self) -> String {
        self.hub_database.clone().unwrap_or_else(|| self.data.join("hub.sqlite").to_string_lossy().into_owned())
    }

    /// The clerk's database.
    pub fn clerk_database(&self) -> String {
        self.clerk_database.clone().unwrap_or_else(|| self.data.join("clerk.sqlite").to_string_lossy().into_owned())
    }

    /// The level, for our own crates; others only warn.
    pub fn log_filter(&self) -> EnvFilter {
        EnvFilter::try_new(format!("warn,habeas_server={0},habeas_hub={0},habeas_clerk={0}", self.log))
            .unwrap_or_else(|_| EnvFilter::new("info"))
    }
}

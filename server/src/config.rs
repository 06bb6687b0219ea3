//! What the operator can set, on the command line or in the environment.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use habeas_protocol::AuditHead;
use tracing_subscriber::EnvFilter;

/// Habeas' server: passes sealed records between devices. It listens on this machine only, unless told otherwise; put a
/// reverse proxy with TLS in front of it.
// No `Debug`: addresses of databases and of the mail server hold passwords.
#[derive(Parser)]
#[command(version, name = "habeas-server")]
pub struct Config {
    /// A file with these settings, as `deploy/habeas.toml` shows them; the command line and the environment win over it
    #[arg(long, value_name = "FILE", env = "HABEAS_CONFIG")]
    pub config: Option<PathBuf>,

    /// Where the databases, the clerk's key and unsent mail lie. Made if it is not there
    #[arg(long, value_name = "DIR", default_value = "data", env = "HABEAS_DATA")]
    pub data: PathBuf,

    /// The port to listen on; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 8080, env = "HABEAS_PORT")]
    pub port: u16,

    /// The address to listen on
    #[arg(long, value_name = "IP", default_value = "127.0.0.1", env = "HABEAS_ADDRESS")]
    pub address: IpAddr,

    /// The hub's database: a file, or postgres://USER:PASSWORD@HOST/NAME. By default hub.sqlite in the data folder
    #[arg(long, value_name = "WHERE", env = "HABEAS_HUB_DATABASE", hide_env_values = true)]
    pub hub_database: Option<String>,

    /// The clerk's database: a file, or postgres://USER:PASSWORD@HOST/NAME. By default clerk.sqlite in the data folder
    #[arg(long, value_name = "WHERE", env = "HABEAS_CLERK_DATABASE", hide_env_values = true)]
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

    /// End when standard input is closed: whoever started the server has ended
    #[arg(long, hide = true)]
    pub end_with_input: bool,

    /// What to log: error, warn, info or debug. Logs hold no names and no content
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "HABEAS_LOG")]
    pub log: String,

    /// What to do instead of serving
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do instead of serving.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print every route with who is served, as JSON
    #[command(hide = true)]
    Routes,
    /// What was done with the server, as a chain of hashes
    #[command(subcommand)]
    Audit(AuditCommand),
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

impl Config {
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

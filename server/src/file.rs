//! The configuration file: the same settings as on the command line, which win over it, as does the environment. A key that
//! does not exist is refused with its line.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a file can set. Names are those of the options, with underscores.
// No `Debug`: addresses of databases and of the mail server hold passwords.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    data: Option<String>,
    role: Option<String>,
    hub: Option<String>,
    port: Option<u16>,
    address: Option<String>,
    hub_database: Option<String>,
    clerk_database: Option<String>,
    app: Option<String>,
    public_url: Option<String>,
    behind_proxy: Option<bool>,
    smtp: Option<String>,
    mail_from: Option<String>,
    clerk_key: Option<String>,
    locked: Option<bool>,
    heartbeat: Option<String>,
    check_clock: Option<String>,
    log: Option<String>,
}

/// The file named by `--config FILE`, `--config=FILE` or HABEAS_CONFIG; the command line wins.
pub fn named(mut arguments: impl Iterator<Item = String>) -> Option<PathBuf> {
    while let Some(argument) = arguments.next() {
        if argument == "--config" {
            return arguments.next().map(PathBuf::from);
        }
        if let Some(path) = argument.strip_prefix("--config=") {
            return Some(PathBuf::from(path));
        }
    }
    std::env::var_os("HABEAS_CONFIG").map(PathBuf::from)
}

/// What a file sets, by the options' names.
pub fn read(path: &Path) -> Result<Vec<(&'static str, String)>, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read the configuration {shown}: {error}"))?;
    let settings: Settings = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(1, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        format!("{shown}, line {line}: {}", error.message())
    })?;
    let Settings { data, port, address, hub_database, clerk_database, app, public_url, behind_proxy, smtp, mail_from, .. } =
        settings;
    let Settings { role, hub, clerk_key, locked, heartbeat, check_clock, log, .. } = settings;
    let all = [
        ("data", data),
        ("role", role),
        ("hub", hub),
        ("port", port.map(|port| port.to_string())),
        ("address", address),
        ("hub_database", hub_database),
        ("clerk_database", clerk_database),
        ("app", app),
        ("public_url", public_url),
        ("behind_proxy", behind_proxy.map(|is_so| is_so.to_string())),
        ("smtp", smtp),
        ("mail_from", mail_from),
        ("clerk_key", clerk_key),
        ("locked", locked.map(|locked| locked.to_string())),
        ("heartbeat", heartbeat),
        ("check_clock", check_clock),
        ("log", log),
    ];
    Ok(all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

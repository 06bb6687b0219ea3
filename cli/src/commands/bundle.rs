//! `habeas bundle`: changes carried by hand, where there is no network.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use habeas_client_core::device::Export;
use habeas_protocol::bundle::HandedIn;
use habeas_protocol::limits::{MAX_BUNDLE, MAX_REQUEST};
use habeas_protocol::{DeviceId, DeviceKeys};
use habeas_texts::{self as texts, Message};

use super::remote;
use crate::vault::write_whole;
use crate::{Home, LocalDevice, find_case, rng};

/// Bundles.
#[derive(Debug, Subcommand)]
pub enum BundleCommand {
    /// Make a bundle of what the server does not have yet, or of whole cases
    Export(ExportArgs),
    /// Take in a bundle that is sealed to this device, or the server's acknowledgement of one
    Import {
        /// The file
        file: PathBuf,
    },
    /// Hand in somebody's bundle at the server; it need not be sealed to this device
    HandIn {
        /// The file
        file: PathBuf,
        /// Where the acknowledgement for whoever made it goes; by default beside the file, with `.ack` behind its name
        #[arg(long, value_name = "FILE")]
        ack: Option<PathBuf>,
    },
}

/// What goes into a bundle, and for whom.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The file to make
    file: PathBuf,
    /// For whom: `coordinators` (by default), the account of somebody whom this device has let in, or a device's id; may be repeated. The
    /// clerk can always open it, so anybody can hand it in
    #[arg(long, value_name = "WHO", default_value = "coordinators")]
    to: Vec<String>,
    /// Everything of this case, instead of what the server does not have; may be repeated
    #[arg(long, value_name = "CASE")]
    case: Vec<String>,
}

/// Runs one of them.
pub fn bundle(home: &Home, command: BundleCommand) -> Result<(), Message> {
    match command {
        BundleCommand::Export(arguments) => export(home, &arguments),
        BundleCommand::Import { file } => import(home, &file),
        BundleCommand::HandIn { file, ack } => hand_in(home, &file, ack),
    }
}

fn export(home: &Home, ExportArgs { file, to, case }: &ExportArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let mut recipients: Vec<DeviceKeys> = Vec::new();
    for who in to {
        recipients.extend(devices(&device, who)?);
    }
    let what = match case.is_empty() {
        true => Export::Unsent,
        false => Export::Cases(case.iter().map(|id| Ok(find_case(&mut device, id)?.0)).collect::<Result<_, Message>>()?),
    };
    let exported = device.export(&what, &recipients, &mut rng())?;
    for (number, bytes) in (1..).zip(&exported.files) {
        write_whole(&numbered(file, number), bytes)?;
    }
    println!("{}", texts::bundle_made(home.lang, exported.cases, exported.changes, exported.devices, exported.files.len()));
    Ok(())
}

/// The first file has the name that was asked for; should one not be enough, a number follows.
fn numbered(file: &Path, number: usize) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    if number > 1 {
        name.push(format!(".{number}"));
    }
    name.into()
}

fn devices(device: &LocalDevice, who: &str) -> Result<Vec<DeviceKeys>, Message> {
    if who == "coordinators" {
        return Ok(device.devices_that_open_everything());
    }
    let found = match (device.account(who), who.parse::<DeviceId>()) {
        (Some(person), _) => device.devices_of(person),
        (None, Ok(id)) => device.device_keys(&id).into_iter().collect(),
        (None, Err(_)) => Vec::new(),
    };
    if found.is_empty() { Err(texts::error_bundle_nobody(who)) } else { Ok(found) }
}

fn import(home: &Home, file: &Path) -> Result<(), Message> {
    let bytes = read(file, MAX_BUNDLE)?;
    let mut device = home.open()?;
    let imported = device.import(&bytes)?;
    let report = &imported.report;
    println!("{}", texts::bundle_taken(home.lang, report.set_aside, report.closed, report.admitted));
    super::sync::erase(home, &mut device)?;
    super::sync::tells_of_shares(home.lang, &mut device)?;
    if report.of_erased > 0 {
        crate::complain(&texts::device_of_erased(home.lang, report.of_erased));
    }
    if imported.acknowledged > 0 {
        println!("{}", texts::bundle_acknowledged(home.lang, imported.acknowledged));
    }
    if imported.whole { Ok(()) } else { Err(texts::error_bundle_torn()) }
}

fn hand_in(home: &Home, file: &Path, ack: Option<PathBuf>) -> Result<(), Message> {
    let bytes = read(file, MAX_REQUEST)?;
    let device = home.open()?;
    let HandedIn { acknowledgement, there, refused, erased, whole } = remote(&device)?.hand_in(&bytes)?;
    let ack = ack.unwrap_or_else(|| {
        let mut name = file.as_os_str().to_owned();
        name.push(".ack");
        name.into()
    });
    write_whole(&ack, &acknowledgement)?;
    println!("{}", texts::bundle_handed_in(home.lang, ack.display().to_string(), refused, there));
    if erased > 0 {
        crate::complain(&texts::device_of_erased(home.lang, erased));
    }
    if whole { Ok(()) } else { Err(texts::error_bundle_torn()) }
}

/// A file of at most so many bytes.
fn read(file: &Path, most: usize) -> Result<Vec<u8>, Message> {
    let failed = |error: std::io::Error| texts::error_file(error.to_string(), file.display().to_string());
    if fs::metadata(file).map_err(failed)?.len() > most as u64 {
        return Err(texts::error_bundle_kind());
    }
    fs::read(file).map_err(failed)
}

//! What a revoked device had not brought: `quarantine list`, `accept`, `refuse`.

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Subcommand;
use habeas_client_core::words::Words;
use habeas_clock::{Instant, Zone};
use habeas_protocol::api::Quarantined;
use habeas_texts::{self as texts, Message};

use super::remote;
use crate::remote::Remote;
use crate::when::now;
use crate::{Home, LocalDevice};

/// How often the server is asked before what was accepted counts as not there.
const TRIES: usize = 10;

/// What waits for a decision.
#[derive(Debug, Subcommand)]
pub enum QuarantineCommand {
    /// What waits
    List,
    /// Take it into the cases. When it was written nobody can prove: ask whoever had the device
    Accept {
        /// Its id, or the beginning of it
        id: String,
    },
    /// Delete it
    Refuse {
        /// Its id, or the beginning of it
        id: String,
    },
}

/// `habeas quarantine`.
pub fn quarantine(home: &Home, command: QuarantineCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    let waiting: Vec<Quarantined> = remote.get("/v1/quarantine")?;
    match command {
        QuarantineCommand::List => {
            if waiting.is_empty() {
                println!("{}", texts::quarantine_empty(home.lang));
            }
            let (people, zone) = (device.people(), Zone::named("Asia/Almaty").ok_or_else(|| texts::error_answer("zone"))?);
            let words = Words { lang: home.lang, zone, now: now(), people: BTreeMap::new() };
            for Quarantined { id, device: maker, changes, received_at } in waiting {
                let person = device.log().known(&maker).map(|member| member.person.to_string()).unwrap_or_default();
                let account = people.get(&person).cloned().unwrap_or(person);
                let received = Instant::from_seconds(received_at).unwrap_or(Instant::MIN);
                println!(
                    "{}",
                    texts::quarantine_item(home.lang, account, changes, maker.to_string(), id, words.instant(received))
                );
            }
            Ok(())
        }
        QuarantineCommand::Accept { id } => {
            let id = whole(&waiting, &id)?;
            remote.sync(&mut device)?;
            let imported = device.import_quarantined(&remote.file(&format!("/v1/quarantine/{id}"))?)?;
            println!("{}", texts::quarantine_accepted(home.lang, imported.report.set_aside, imported.report.admitted));
            if imported.report.of_erased > 0 {
                crate::complain(&texts::device_of_erased(home.lang, imported.report.of_erased));
            }
            // A case that a revoked device began gets another key first, and then what is in it goes to the server.
            let unsent = |device: &LocalDevice| {
                let of_these = device.cases().filter(|(case, _)| imported.report.changed.contains(case));
                of_these.map(|(_, summary)| summary.unsent).sum::<u32>()
            };
            for _ in 0..TRIES {
                remote.sync(&mut device)?;
                if unsent(&device) == 0 {
                    break;
                }
                std::thread::sleep(Duration::from_millis(500));
            }
            // Only once all of it is at the server is it deleted there.
            if imported.whole && imported.report.closed == 0 && unsent(&device) == 0 {
                return drop_it(&remote, &id);
            }
            Err(texts::error_quarantine_stays(imported.report.closed))
        }
        QuarantineCommand::Refuse { id } => {
            let id = whole(&waiting, &id)?;
            drop_it(&remote, &id)?;
            println!("{}", texts::quarantine_dropped(home.lang, id));
            Ok(())
        }
    }
}

fn drop_it(remote: &Remote, id: &str) -> Result<(), Message> {
    remote.delete(&format!("/v1/quarantine/{id}"))
}

fn whole(waiting: &[Quarantined], id: &str) -> Result<String, Message> {
    let matching: Vec<&Quarantined> = waiting.iter().filter(|waits| waits.id.starts_with(id)).collect();
    match matching.as_slice() {
        [one] => Ok(one.id.clone()),
        _ => Err(texts::error_quarantine_unknown(id)),
    }
}

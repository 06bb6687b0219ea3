//! What a case is turned into for others: the table of breaches for a complaint, the history of who said what, the opened document.

use std::path::PathBuf;

use clap::Args;
use habeas_client_core::case::{City, Place, Stated, View, history};
use habeas_client_core::device::OpenCase;
use habeas_client_core::rules;
use habeas_client_core::words::Words;
use habeas_clock::{Binding, Finding, Instant, Verdict};
use habeas_protocol::api::{from_hex, to_hex};
use habeas_protocol::{CaseId, TakenAs};
use habeas_texts::{self as texts, Message};
use serde_json::{Value, json};

use crate::vault::write_new;
use crate::when::now;
use crate::{Home, complain, find_case};

/// Which cases.
#[derive(Debug, Args)]
pub struct BreachesArgs {
    /// The case's id, or the beginning of it; every case of this device if it is left out
    case: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// What to export, and where to.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The case's id, or the beginning of it
    case: String,
    /// A new file for the Automerge document
    #[arg(long, value_name = "FILE")]
    automerge: PathBuf,
    /// Yes, in the clear: whoever has the file reads the case
    #[arg(long, required = true)]
    unsealed: bool,
}

/// Which history.
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// The case's id, or the beginning of it
    case: String,
    /// Only facts of this kind, such as restrained
    kind: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// `habeas case breaches`.
pub fn breaches(home: &Home, BreachesArgs { case, json }: BreachesArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let cases: Vec<CaseId> = match case {
        Some(case) => vec![find_case(&mut device, &case)?.0],
        None => device.by_urgency(now()).iter().map(|listed| listed.case).collect(),
    };
    let (now, mut rows, mut out, mut taken) = (now(), Vec::new(), String::new(), Vec::new());
    for case in cases {
        let open = device.case(case)?;
        let view = open.replica.view();
        let words = dated(home, &view, now);
        let found = rules::limits(&open.replica.clock_record(), now);
        let broken: Vec<&Finding> = found.iter().filter(|finding| is_breach(finding)).collect();
        if broken.is_empty() {
            continue;
        }
        taken.push(case);
        if json {
            rows.extend(broken.iter().map(|finding| row(&words, case, &view, finding)));
        } else {
            out.push_str(&table(&words, case, &view, &broken));
        }
    }
    device.takes_out(TakenAs::Breaches, &taken)?;
    if json {
        println!("{}", super::pretty(&rows));
    } else if out.is_empty() {
        println!("{}", texts::breaches_none(home.lang));
    } else {
        print!("{out}");
        println!("{}", texts::reviewed_by_nobody(home.lang));
    }
    Ok(())
}

/// Whether a complaint can say it: by every reading a rule was broken, or was if the person is still held.
fn is_breach(finding: &Finding) -> bool {
    finding.binding != Binding::Right && (finding.verdict.is_certain() || finding.verdict == Verdict::OverIfStillHeld)
}

/// Words that name the date with every time: a complaint is read days later.
pub(super) fn dated(home: &Home, view: &View, now: Instant) -> Words {
    let zone = view.place.as_ref().map_or(City::Almaty.zone(), Place::zone);
    Words { lang: home.lang, zone, now: now.plus_seconds(-400 * 24 * 3600), people: std::collections::BTreeMap::new() }
}

fn table(words: &Words, case: CaseId, view: &View, broken: &[&Finding]) -> String {
    let mut out = format!("{}   [{}]\n", words.who(view), &case.to_string()[..8]);
    for (number, finding) in (1..).zip(broken) {
        out.push_str(&format!("{number}. {}\n", words.explain(finding)));
        let began = (finding.start.from.is_some() || finding.start.to.is_some()).then(|| words.interval(finding.start));
        let began = began.map(|when| texts::breaches_since(words.lang, when));
        let proof =
            finding.end.from.filter(|_| finding.is_of_custody()).map(|at| texts::show_last_proof(words.lang, words.instant(at)));
        for more in [began, proof, words.two_clocks(finding), words.text_status(finding), words.action(finding)] {
            more.into_iter().for_each(|more| out.push_str(&format!("   {more}\n")));
        }
    }
    out.push('\n');
    out
}

fn row(words: &Words, case: CaseId, view: &View, finding: &Finding) -> Value {
    let articles: Vec<Value> = finding
        .readings
        .iter()
        .map(|reading| json!({ "law": reading.citation.law, "article": reading.citation.article, "status": reading.status }))
        .collect();
    json!({
        "case": case,
        "who": words.who(view),
        "rule": finding.rule,
        "verdict": finding.verdict,
        "severity": finding.severity,
        "passed": { "earliest": finding.deadline.from, "latest": finding.deadline.to },
        "citation": articles,
        "said": words.explain(finding),
        "action": finding.action,
        "do": words.action(finding),
    })
}

/// `habeas case export`.
pub fn export(home: &Home, ExportArgs { case, automerge: path, unsealed: _ }: ExportArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let (case, open) = find_case(&mut device, &case)?;
    let document = open.replica.document().opened()?;
    device.takes_out(TakenAs::Document, &[case])?;
    write_new(&path, &document)?;
    complain(&texts::export_unsealed(home.lang, path.display().to_string()));
    Ok(())
}

/// `habeas case history`.
pub fn show_history(home: &Home, HistoryArgs { case, kind, json }: HistoryArgs) -> Result<(), Message> {
    let mut device = home.open()?;
    let (case, open) = find_case(&mut device, &case)?;
    device.takes_out(TakenAs::History, &[case])?;
    let mut all = history(open.replica.facts(), |fact| open.received(fact));
    all.retain(|history| kind.as_ref().is_none_or(|kind| history.attribute.split(' ').next() == Some(kind)));
    if json {
        println!("{}", super::pretty(&all));
        return Ok(());
    }
    let words = Words { people: device.called(home.lang), ..dated(home, &open.replica.view(), now()) };
    for history in &all {
        let first = history.accounts.first().map(|said| &said.fact);
        println!("{}", first.map(|fact| words.kind(&fact.what)).unwrap_or_default());
        for said in &history.accounts {
            let when = words.when(&said.fact).map(|when| format!("{when}  ")).unwrap_or_default();
            println!("  {when}{} ({}) [{}]", words.stated(&said.fact), words.source(&said.fact), said.fact.id);
            println!("    {}", texts::history_recorded(home.lang, words.instant(said.fact.recorded_at)));
            if let Some(received) = said.received_at {
                println!("    {}", texts::history_received(home.lang, words.instant(received)));
            }
            if said.implausible {
                println!("    {}", texts::history_implausible(home.lang));
            }
            for id in &said.replaced_by {
                println!("    {}", texts::history_replaced(home.lang, id.to_string()));
            }
        }
    }
    print!("{}", crate::show::aside(home.lang, &device, &open));
    Ok(())
}

/// The facts of a case that were known when these changes were the last ones; of all of them if none are given.
pub fn as_known(open: &OpenCase, heads: Option<&str>) -> Result<Vec<Stated>, Message> {
    let Some(heads) = heads else { return Ok(open.replica.facts()) };
    let head = |text: &str| from_hex(text.trim(), 32).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let heads: Vec<[u8; 32]> = heads.split(',').map(head).collect::<Option<_>>().ok_or_else(|| texts::error_heads(heads))?;
    open.replica.document().facts_at(&heads).ok_or_else(|| texts::error_heads(to_hex(&heads.concat())))
}

//! The peers: other projects that keep cases in step, automerge-repo and PouchDB, from npm and each in processes of Node's.
//!
//! They get the same cases from the same generator, through a file, and go through the same proxy. Neither seals or signs
//! anything, nobody asks who may read what, and neither asks the disk to hurry: what they say to have is in the system's hands.
//! Wherever the bench has a choice, it is in the peer's favour, and `tests/peers` says so there. As with this project, the time
//! and the memory include starting the program, here Node.
//!
//! The proxy counts a trip whenever the client says something after it has heard something on that connection. For a request and
//! its answer that is a round trip. PouchDB has requests on their way on several connections at once, and automerge-repo sends a
//! stream of messages about many documents over one WebSocket: what alternates there need not have waited. So for the peers the
//! number is the most that there can have been; what was really waited for shows in the time.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use habeas_client_core::case::{Draft, Fields};
use serde_json::json;
use tempfile::TempDir;

use super::measure::{self, Cost};
use super::proxy::{Proxy, Traffic};
use super::report::Row;
use super::{AT_ONCE, Extent, FEW, cases};

/// What npm has to fetch.
const PACKAGE: &str = include_str!("../../peers/package.json");
/// The scripts.
const SCRIPTS: [(&str, &str); 7] = [
    ("common.mjs", include_str!("../../peers/common.mjs")),
    ("automerge-cases.mjs", include_str!("../../peers/automerge-cases.mjs")),
    ("automerge-client.mjs", include_str!("../../peers/automerge-client.mjs")),
    ("automerge-server.mjs", include_str!("../../peers/automerge-server.mjs")),
    ("pouch-cases.mjs", include_str!("../../peers/pouch-cases.mjs")),
    ("pouch-client.mjs", include_str!("../../peers/pouch-client.mjs")),
    ("pouch-server.mjs", include_str!("../../peers/pouch-server.mjs")),
];

/// How long a peer may take for one run of a scenario; after that it is reported as one that did not get there.
const LIMIT: Duration = Duration::from_secs(180);
/// How long a peer's store may take to be filled, which nobody measures.
const FILLING: Duration = Duration::from_secs(900);
/// How often a running process is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How long the network has to be silent before the next run: more than the way there and back through the proxy.
const SILENCE: Duration = Duration::from_millis(500);
/// For how many such times the network may go on.
const MOST_SILENCES: usize = 20;

/// A peer, and how it is set up.
struct Contender {
    name: &'static str,
    /// What its scripts' names begin with.
    scripts: &'static str,
    /// How many documents go at a time, where that can be chosen.
    batch: Option<&'static str>,
}

static CONTENDERS: [Contender; 3] = [
    Contender { name: "automerge-repo", scripts: "automerge", batch: None },
    Contender { name: "PouchDB by 100", scripts: "pouch", batch: Some("100") },
    Contender { name: "PouchDB by 1000", scripts: "pouch", batch: Some("1000") },
];

/// The scenarios after the first exchange, as everybody calls them.
const LATER: [&str; 7] = [
    "nothing new",
    "50 changed down",
    "50 changed up",
    "50 changed both ways",
    "what is left after a cut at half",
    "ten first exchanges at once",
    "the hub was restored",
];

/// Why there is nothing to report.
type Outcome<T> = Result<T, String>;

/// Runs every scenario for the peers. One that a peer does not get through is in a row that says so.
pub fn measure(extent: Extent, tell: &mut dyn FnMut(Row)) {
    let scripts = installed();
    for (count, changes, all) in [(extent.cases, 6, true), (extent.long_cases, 100, false)] {
        if count == 0 {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("cases.jsonl");
        write(&file, (0..count).map(|number| (number, whole(number, changes))));
        for contender in &CONTENDERS {
            let peer = scripts.clone().and_then(|scripts| Peer::with(contender, scripts, &file, count, changes));
            scenarios(contender.name, peer, extent.runs, &format!("{count} cases of {changes} changes"), all, tell);
        }
    }
}

/// The scenarios with one peer; `all` of them, or the first exchange only.
#[allow(clippy::print_stdout, reason = "a long measurement says how far it is")]
fn scenarios(contender: &str, peer: Outcome<Peer>, runs: usize, of: &str, all: bool, tell: &mut dyn FnMut(Row)) {
    let mut measured = |what: &str, outcome: Outcome<Vec<Cost>>| {
        let scenario = format!("{what}, {of}");
        let row = match outcome {
            Ok(costs) => Row::of(contender, &scenario, &costs),
            Err(why) => Row::failed(contender, &scenario, &why),
        };
        println!("{contender:8} {scenario}: {row}");
        tell(row);
    };
    let mut peer = match peer {
        Ok(peer) => peer,
        Err(why) => {
            measured("first exchange", Err(why));
            return;
        }
    };
    let first = times(runs, || peer.first());
    let half = first.as_ref().ok().and_then(|costs| costs.iter().map(|cost| cost.down / 2).min());
    measured("first exchange", first);
    if !all {
        return;
    }
    let Some(half) = half else {
        for what in LATER {
            measured(what, Err("without a first exchange there is nothing to go on from".to_owned()));
        }
        return;
    };
    let [again, down, up, both, resumed, at_once, restored] = LATER;
    measured(again, times(runs, || peer.again()));
    measured(down, times(runs, || peer.down()));
    measured(up, times(runs, || peer.up()));
    measured(both, times(runs, || peer.both()));
    measured(resumed, times(runs, || peer.resumed(half)));
    measured(at_once, times(runs, || peer.at_once()));
    measured(restored, times(runs, || peer.restored()));
}

/// Runs something so often, or until it fails: what does not get there once is not waited for again.
fn times(runs: usize, mut run: impl FnMut() -> Outcome<Cost>) -> Outcome<Vec<Cost>> {
    (0..runs).map(|_| run()).collect()
}

/// The scripts below `target`, with what they need from npm. Only this bench needs it, and only the first time fetches it.
fn installed() -> Outcome<PathBuf> {
    let own = std::env::current_exe().unwrap();
    let folder = own.parent().and_then(Path::parent).unwrap().join("peers");
    fs::create_dir_all(&folder).unwrap();
    for (name, text) in SCRIPTS {
        fs::write(folder.join(name), text).unwrap();
    }
    let stamp = folder.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|text| text == PACKAGE) {
        return Ok(folder);
    }
    fs::write(folder.join("package.json"), PACKAGE).unwrap();
    let mut npm = Command::new("npm");
    // Nobody's scripts are run: what is not plain JavaScript there comes built.
    npm.args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(&folder);
    let status = npm.stdout(Stdio::null()).status().map_err(|error| format!("npm does not start: {error}"))?;
    if !status.success() {
        return Err(format!("npm could not fetch the peers: {status}"));
    }
    fs::write(stamp, PACKAGE).unwrap();
    Ok(folder)
}

/// Every change of a person's case.
fn whole(number: usize, changes: usize) -> Vec<Vec<Draft>> {
    let later = (1..changes).map(|change| vec![cases::next(number, change)]);
    std::iter::once(cases::first(number)).chain(later).collect()
}

/// Writes changes of cases for the scripts: a line for each case, with its changes, of which each is a list of facts.
fn write(file: &Path, cases: impl Iterator<Item = (usize, Vec<Vec<Draft>>)>) {
    let mut file = BufWriter::new(File::create(file).unwrap());
    for (number, changes) in cases {
        let fields = |facts: &Vec<Draft>| facts.iter().map(|fact| fact.fields().unwrap()).collect::<Vec<Fields>>();
        let changes: Vec<Vec<Fields>> = changes.iter().map(fields).collect();
        writeln!(file, "{}", json!({ "case": number, "changes": changes })).unwrap();
    }
    file.flush().unwrap();
}

/// A peer's server with cases, a proxy before it, and a device far away.
struct Peer {
    contender: &'static Contender,
    scripts: PathBuf,
    folder: TempDir,
    server: Child,
    /// The server ends when this does.
    input: ChildStdin,
    lines: Receiver<String>,
    address: String,
    proxy: Proxy,
    /// How many cases there are.
    cases: usize,
    /// How many changes there are by now.
    changes: usize,
    /// The store of the device that has everything.
    desk: PathBuf,
    /// How many stores there have been.
    stores: usize,
    /// How many stations the device has written about.
    stations: usize,
}

impl Peer {
    /// Fills a server's store with the cases of a file, and starts the server.
    fn with(contender: &'static Contender, scripts: PathBuf, file: &Path, count: usize, changes: usize) -> Outcome<Self> {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("server");
        fs::create_dir(&data).unwrap();
        let mut fill = started(
            server(contender, &scripts, &folder, "fill").arg(&data).arg(file).stdin(Stdio::null()).stdout(Stdio::null()),
        )?;
        watch(&mut fill, FILLING).map_err(|why| format!("filling its store: {why}"))?;
        let (server, input, lines) = served(contender, &scripts, &folder, &data)?;
        let proxy = Proxy::to("127.0.0.1:0");
        let mut peer = Self {
            contender,
            desk: folder.path().join("device-0"),
            scripts,
            folder,
            server,
            input,
            lines,
            address: String::new(),
            proxy,
            cases: count,
            changes: count * changes,
            stores: 0,
            stations: 0,
        };
        // From here on the server ends with the value that stands for it.
        peer.is_ready()?;
        Ok(peer)
    }

    fn is_ready(&mut self) -> Outcome<()> {
        self.address = format!("127.0.0.1:{}", self.hears("ready ")?);
        self.proxy.leads_to(&self.address);
        Ok(())
    }

    /// Ends the server, and starts it again after something was done with what it keeps.
    fn starts_again(&mut self, meanwhile: impl FnOnce(&Path)) -> Outcome<()> {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let data = self.folder.path().join("server");
        meanwhile(&data);
        (self.server, self.input, self.lines) = served(self.contender, &self.scripts, &self.folder, &data)?;
        self.is_ready()
    }

    /// What the server says after a word. What its libraries print besides is nothing to us.
    fn hears(&self, word: &str) -> Outcome<String> {
        let until = Instant::now() + LIMIT;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left).map_err(|_| format!("its server does not say {}", word.trim()))?;
            if let Some(rest) = line.strip_prefix(word) {
                return Ok(rest.to_owned());
            }
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("client.log")
    }

    /// A device's command. A peer's client ends well only if it has exactly what it was told that there is.
    fn client(&self, store: &Path, verb: &str) -> Command {
        let mut client = Command::new("node");
        client.arg(self.scripts.join(format!("{}-client.mjs", self.contender.scripts))).arg(&self.proxy.address).arg(store);
        match self.contender.batch {
            Some(batch) => client.arg(batch),
            None => client.arg(self.folder.path().join("server/documents.json")),
        };
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        client.arg(verb).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        client
    }

    fn store(&mut self) -> PathBuf {
        self.stores += 1;
        self.folder.path().join(format!("device-{}", self.stores))
    }

    /// Waits until nothing of the run before is on its way any more: a server may still be answering a client that has gone.
    fn falls_silent(&self) {
        for _ in 0..MOST_SILENCES {
            std::thread::sleep(SILENCE);
            let Traffic { up, down, .. } = self.proxy.takes();
            if up + down == 0 {
                return;
            }
        }
    }

    /// Why a client failed: the first line that it wrote about it.
    fn reason(&self, how: String) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        log.lines().find(|line| !line.trim().is_empty()).map_or(how.clone(), |line| format!("{how}: {}", line.trim()))
    }

    /// Runs devices at once, and says what they and the server have cost together.
    fn run(&self, verb: &str, stores: &[PathBuf]) -> Outcome<Cost> {
        let _ = fs::remove_file(self.log());
        let server = self.server.id();
        let before = measure::cpu_ms(server);
        measure::forget_peak(server);
        self.proxy.takes();
        let (cases, changes) = (self.cases.to_string(), self.changes.to_string());
        let begun = Instant::now();
        let start = |store: &PathBuf| started(self.client(store, verb).arg(&cases).arg(&changes));
        let running = stores.iter().map(start).collect::<Outcome<Vec<Child>>>()?;
        let looked: Vec<Outcome<(u64, u64)>> = std::thread::scope(|scope| {
            let watched = |mut child: Child| scope.spawn(move || watch(&mut child, LIMIT));
            let threads: Vec<_> = running.into_iter().map(watched).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let wall_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let Traffic { up, down, trips, connections } = self.proxy.takes();
        let looked = looked.into_iter().collect::<Outcome<Vec<(u64, u64)>>>().map_err(|how| self.reason(how))?;
        Ok(Cost {
            up,
            down,
            trips,
            connections,
            wall_ms,
            cpu_ms: looked.iter().map(|(cpu, _)| cpu).sum::<u64>() + measure::cpu_ms(server).saturating_sub(before),
            client_kb: looked.iter().map(|(_, peak)| *peak).max().unwrap_or_default(),
            server_kb: measure::peak_kb(server),
        })
    }

    /// The same with the device that has everything.
    fn desk_does(&self, verb: &str) -> Outcome<Cost> {
        self.falls_silent();
        self.run(verb, std::slice::from_ref(&self.desk))
    }

    /// A device with nothing on it gets everything.
    fn first(&mut self) -> Outcome<Cost> {
        self.desk = self.store();
        self.desk_does("pull")
    }

    /// Nothing new.
    fn again(&self) -> Outcome<Cost> {
        self.desk_does("pull")
    }

    /// The file of changes to some cases, and how many there are from then on.
    fn some_changes(&mut self, cases: Range<usize>) -> PathBuf {
        let file = self.folder.path().join("changes.jsonl");
        self.changes += cases.len();
        let further = self.changes;
        write(&file, cases.map(|number| (number, vec![vec![cases::next(number, further)]])));
        file
    }

    /// Others write at the server, without the proxy.
    fn others_write(&mut self) -> Outcome<()> {
        let file = self.some_changes(0..FEW);
        writeln!(self.input, "change {}", file.display()).map_err(|error| format!("its server has gone: {error}"))?;
        self.hears("changed").map(drop)
    }

    /// The device writes, about a station that others do not write about meanwhile.
    fn desk_writes(&mut self) -> Outcome<()> {
        let station = 1 + self.stations % (self.cases / FEW - 1);
        self.stations += 1;
        let file = self.some_changes(station * FEW..(station + 1) * FEW);
        let mut writes = started(self.client(&self.desk, "change").arg(file))?;
        watch(&mut writes, LIMIT).map(drop).map_err(|how| self.reason(how))
    }

    fn down(&mut self) -> Outcome<Cost> {
        self.others_write()?;
        self.desk_does("pull")
    }

    /// PouchDB has to look through everything once before it knows that nothing of what it has pulled must be pushed. That is
    /// done before, without being measured: it is in its favour, and happens once only.
    fn settles(&self) -> Outcome<()> {
        self.desk_does("both").map(drop)
    }

    fn up(&mut self) -> Outcome<Cost> {
        self.settles()?;
        self.desk_writes()?;
        self.desk_does("push")
    }

    fn both(&mut self) -> Outcome<Cost> {
        self.settles()?;
        self.others_write()?;
        self.desk_writes()?;
        self.desk_does("both")
    }

    /// What a first exchange still takes after the network has broken off in the middle of it. A client ends there, and keeps
    /// what it has got by then.
    fn resumed(&mut self, half: u64) -> Outcome<Cost> {
        let store = [self.store()];
        self.falls_silent();
        self.proxy.cuts_after(half);
        let cut = self.run("pull", &store);
        // A cut that did not come must not come to the next one.
        self.proxy = Proxy::to(&self.address);
        if cut.is_ok() {
            return Err("it had everything before the cut came".to_owned());
        }
        self.run("pull", &store)
    }

    /// The server comes back with a backup from before the changes that the device has sent.
    fn restored(&mut self) -> Outcome<Cost> {
        self.settles()?;
        let backup = self.folder.path().join("backup");
        self.starts_again(|data| copies(data, &backup))?;
        self.desk_writes()?;
        self.desk_does("both")?;
        self.starts_again(|data| copies(&backup, data))?;
        self.desk_does("both")
    }

    fn at_once(&mut self) -> Outcome<Cost> {
        let stores: Vec<PathBuf> = (0..AT_ONCE).map(|_| self.store()).collect();
        self.falls_silent();
        self.run("pull", &stores)
    }
}

/// A command of a peer's server. What it writes there is for whoever looks into it by hand.
fn server(contender: &Contender, scripts: &Path, folder: &TempDir, verb: &str) -> Command {
    let log = File::options().create(true).append(true).open(folder.path().join("server.log")).unwrap();
    let mut command = Command::new("node");
    command.arg(scripts.join(format!("{}-server.mjs", contender.scripts))).arg(verb).stderr(log);
    command
}

/// A server that has been started: its input, and the lines that it says.
fn served(
    contender: &Contender,
    scripts: &Path,
    folder: &TempDir,
    data: &Path,
) -> Outcome<(Child, ChildStdin, Receiver<String>)> {
    let mut command = server(contender, scripts, folder, "serve");
    let mut server = started(command.arg("0").arg(data).stdin(Stdio::piped()).stdout(Stdio::piped()))?;
    let input = server.stdin.take().unwrap();
    let output = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let (send, lines) = mpsc::channel();
    std::thread::spawn(move || output.for_each(|line| drop(send.send(line))));
    Ok((server, input, lines))
}

/// Puts a folder in place of another.
fn copies(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let done = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(done.success(), "{} is not copied", from.display());
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn started(command: &mut Command) -> Outcome<Child> {
    command.spawn().map_err(|error| format!("node does not start: {error}"))
}

/// Waits for a process, at most so long, and says how much processor and memory it has had.
fn watch(child: &mut Child, most: Duration) -> Outcome<(u64, u64)> {
    let until = Instant::now() + most;
    let (mut cpu, mut peak) = (0, 0);
    loop {
        cpu = cpu.max(measure::cpu_ms(child.id()));
        peak = peak.max(measure::peak_kb(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return if status.success() { Ok((cpu, peak)) } else { Err(format!("it ended with {status}")) };
        }
        if Instant::now() >= until {
            let _ = (child.kill(), child.wait());
            return Err(format!("not done within {} s", most.as_secs()));
        }
        std::thread::sleep(LOOK);
    }
}

//! What a process costs, by the system's own account.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::proxy::{Proxy, Traffic};

/// How often a running process is looked at.
const LOOK: Duration = Duration::from_millis(5);
/// How long one exchange may take.
const MOST: Duration = Duration::from_secs(600);
/// How often somebody tries again whom the network fails.
const MOST_TRIES: usize = 100;

/// One run of a scenario.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    pub up: u64,
    pub down: u64,
    pub trips: u64,
    pub connections: u64,
    pub wall_ms: u64,
    /// Of client and server together.
    pub cpu_ms: u64,
    pub client_kb: u64,
    pub server_kb: u64,
}

/// Milliseconds of processor time that a process has had.
pub fn cpu_ms(process: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name may hold anything; what follows its bracket does not.
    let fields: Vec<&str> = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace().collect()).unwrap_or_default();
    let ticks = |place: usize| fields.get(place).and_then(|text| text.parse::<u64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) * 10
}

/// The most memory that a process has had, in kB.
pub fn peak_kb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

/// Begins a process's account of its peak anew.
pub fn forget_peak(process: u32) {
    let _ = fs::write(format!("/proc/{process}/clear_refs"), "5");
}

fn look(child: &mut Child, until: Instant) -> (u64, u64, bool) {
    let (mut cpu, mut peak) = (0, 0);
    loop {
        cpu = cpu.max(cpu_ms(child.id()));
        peak = peak.max(peak_kb(child.id()));
        if let Some(status) = child.try_wait().unwrap() {
            return (cpu, peak, status.success());
        }
        assert!(Instant::now() < until, "an exchange does not end");
        std::thread::sleep(LOOK);
    }
}

impl Cost {
    /// What came before, and this.
    fn and(self, later: Self) -> Self {
        Self {
            up: self.up + later.up,
            down: self.down + later.down,
            trips: self.trips + later.trips,
            connections: self.connections + later.connections,
            wall_ms: self.wall_ms + later.wall_ms,
            cpu_ms: self.cpu_ms + later.cpu_ms,
            client_kb: self.client_kb.max(later.client_kb),
            server_kb: self.server_kb.max(later.server_kb),
        }
    }
}

/// Runs clients at once, which must succeed, and says what they and the server have cost together.
pub fn run(proxy: &Proxy, server: u32, clients: Vec<Command>) -> Cost {
    let (cost, done) = tries(proxy, server, clients);
    assert!(done, "a client did not end as it should");
    cost
}

/// Runs a client again and again, as people do who have no luck with the network, until it succeeds, and says what all of it has cost.
pub fn run_until_done(proxy: &Proxy, server: u32, client: impl Fn() -> Command) -> Cost {
    let mut all = Cost::default();
    for _ in 0..MOST_TRIES {
        let (cost, done) = tries(proxy, server, vec![client()]);
        all = all.and(cost);
        if done {
            return all;
        }
    }
    panic!("a client has not got there in {MOST_TRIES} times");
}

/// The same, and whether all of them succeeded.
fn tries(proxy: &Proxy, server: u32, clients: Vec<Command>) -> (Cost, bool) {
    let before = cpu_ms(server);
    forget_peak(server);
    proxy.takes();
    let begun = Instant::now();
    let start = |mut client: Command| client.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let running: Vec<Child> = clients.into_iter().map(start).collect();
    let looked: Vec<(u64, u64, bool)> = std::thread::scope(|scope| {
        let watch = |mut child: Child| scope.spawn(move || look(&mut child, begun + MOST));
        let threads: Vec<_> = running.into_iter().map(watch).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let wall_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let Traffic { up, down, trips, connections } = proxy.takes();
    let cost = Cost {
        up,
        down,
        trips,
        connections,
        wall_ms,
        cpu_ms: looked.iter().map(|(cpu, ..)| cpu).sum::<u64>() + cpu_ms(server).saturating_sub(before),
        client_kb: looked.iter().map(|(_, peak, _)| *peak).max().unwrap_or_default(),
        server_kb: peak_kb(server),
    };
    (cost, looked.iter().all(|(.., success)| *success))
}

//! A network that is far away: every byte takes its time, and is counted.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// How long a byte takes, each way.
const WAY: Duration = Duration::from_millis(150);
/// A bad line: 256 kbit/s, in bytes a second.
const NARROW: u64 = 256_000 / 8;

#[derive(Default)]
struct Counts {
    up: AtomicU64,
    down: AtomicU64,
    trips: AtomicU64,
    connections: AtomicU64,
    /// After how many bytes down the network breaks off; 0: never.
    cut: AtomicU64,
    /// About how many bytes later it breaks off the next time; 0: it does not.
    often: AtomicU64,
    /// How often it has broken off.
    cuts: AtomicU64,
    /// How many bytes a second go through, each way; 0: as many as come.
    rate: AtomicU64,
}

impl Counts {
    /// After how many more bytes it breaks off the next time; 0: never.
    fn next_cut(&self) -> u64 {
        let about = self.often.load(Ordering::SeqCst);
        let number = self.cuts.load(Ordering::SeqCst);
        let chance = ChaCha20Rng::seed_from_u64(number).next_u64();
        chance.checked_rem(about).map_or(0, |more| about / 2 + more)
    }

    /// How long so many bytes keep the line from carrying others.
    fn takes(&self, length: usize) -> Duration {
        let micros = (length as u64 * 1_000_000).checked_div(self.rate.load(Ordering::SeqCst));
        Duration::from_micros(micros.unwrap_or_default())
    }
}

/// What has gone through.
#[derive(Debug, Clone, Copy)]
pub struct Traffic {
    pub up: u64,
    pub down: u64,
    /// How often the client had to hear an answer before it could go on asking.
    pub trips: u64,
    pub connections: u64,
}

/// The proxy.
pub struct Proxy {
    pub address: String,
    counts: Arc<Counts>,
    server: Arc<Mutex<String>>,
}

impl Proxy {
    pub fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let counts = Arc::new(Counts::default());
        let server = Arc::new(Mutex::new(server.trim_start_matches("http://").to_owned()));
        let (here, there) = (Arc::clone(&counts), Arc::clone(&server));
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let server = there.lock().unwrap().clone();
                let Ok(server) = TcpStream::connect(server) else { continue };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                here.connections.fetch_add(1, Ordering::SeqCst);
                carry(&here, client, server);
            }
        });
        Self { address, counts, server }
    }

    pub fn leads_to(&self, server: &str) {
        server.trim_start_matches("http://").clone_into(&mut self.server.lock().unwrap());
    }

    /// Breaks off after so many more bytes down, once.
    pub fn cuts_after(&self, bytes: u64) {
        self.counts.cut.store(self.counts.down.load(Ordering::SeqCst) + bytes, Ordering::SeqCst);
    }

    /// From now on breaks off again and again, each time after half to one and a half of so many more bytes down, the same in every run; or, for 0,
    /// not any more.
    pub fn cuts_at_random(&self, about: u64) {
        self.counts.often.store(about, Ordering::SeqCst);
        self.counts.cuts.store(0, Ordering::SeqCst);
        if about > 0 {
            self.cuts_after(self.counts.next_cut());
        } else {
            self.counts.cut.store(0, Ordering::SeqCst);
        }
    }

    /// How often it has broken off since then.
    pub fn cuts(&self) -> u64 {
        self.counts.cuts.load(Ordering::SeqCst)
    }

    /// From now on the line is narrow, or wide again.
    pub fn narrows(&self, narrow: bool) {
        self.counts.rate.store(if narrow { NARROW } else { 0 }, Ordering::SeqCst);
    }

    /// What has gone through since the last time.
    pub fn takes(&self) -> Traffic {
        let take = |count: &AtomicU64| count.swap(0, Ordering::SeqCst);
        Traffic {
            up: take(&self.counts.up),
            down: take(&self.counts.down),
            trips: take(&self.counts.trips),
            connections: take(&self.counts.connections),
        }
    }
}

fn carry(counts: &Arc<Counts>, client: TcpStream, server: TcpStream) {
    // The server has spoken last, or nobody yet: what the client says next is a new trip.
    let turn = Arc::new(AtomicBool::new(true));
    let (up, down) = (Arc::clone(counts), Arc::clone(counts));
    let mine = Arc::clone(&turn);
    let asks = move |length: u64| {
        up.up.fetch_add(length, Ordering::SeqCst);
        if mine.swap(false, Ordering::SeqCst) {
            up.trips.fetch_add(1, Ordering::SeqCst);
        }
        true
    };
    let answers = move |length: u64| {
        turn.store(true, Ordering::SeqCst);
        let cut = down.cut.load(Ordering::SeqCst);
        if down.down.fetch_add(length, Ordering::SeqCst) + length > cut && cut > 0 {
            down.cuts.fetch_add(1, Ordering::SeqCst);
            let more = down.next_cut();
            down.cut.store(if more > 0 { down.down.load(Ordering::SeqCst) + more } else { 0 }, Ordering::SeqCst);
            return false;
        }
        true
    };
    one_way(counts, client.try_clone().unwrap(), server.try_clone().unwrap(), asks);
    one_way(counts, server, client, answers);
}

fn one_way(counts: &Arc<Counts>, mut from: TcpStream, mut to: TcpStream, mut passes: impl FnMut(u64) -> bool + Send + 'static) {
    let counts = Arc::clone(counts);
    let (send, receive) = mpsc::channel::<(Instant, Vec<u8>)>();
    let from_end = from.try_clone().unwrap();
    std::thread::spawn(move || {
        let mut bytes = vec![0; 64 << 10];
        let mut free = Instant::now();
        while let Ok(length) = from.read(&mut bytes) {
            if length == 0 {
                break;
            }
            if !passes(length as u64) {
                // What is on its way arrives; then it breaks off.
                let _ = from_end.shutdown(Shutdown::Both);
                return;
            }
            free = free.max(Instant::now()) + counts.takes(length);
            if send.send((free + WAY, bytes[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    std::thread::spawn(move || {
        let mut waiting = VecDeque::new();
        while let Ok(next) = receive.recv() {
            waiting.push_back(next);
            while let Some((due, bytes)) = waiting.pop_front() {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                if to.write_all(&bytes).is_err() {
                    return;
                }
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

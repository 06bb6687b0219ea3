//! The road between a device and the server, which a test can close: a TCP proxy that drops every connection and its listener.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};

/// A proxy on a port of its own.
pub struct Road {
    /// The address of the server, by this road.
    pub address: String,
    port: u16,
    server: String,
    open: Arc<AtomicBool>,
    connections: Arc<Mutex<Vec<TcpStream>>>,
    traffic: Arc<Traffic>,
}

#[derive(Default)]
struct Traffic {
    /// How many bytes have gone either way.
    carried: AtomicU64,
    /// At how many of them whoever is on the road falls off, once; 0: never.
    breaks: AtomicU64,
    hold: Mutex<Hold>,
    goes_on: Condvar,
}

/// Where the road is blocked.
#[derive(Default)]
struct Hold {
    /// Behind how many bytes.
    behind: Option<u64>,
    /// How many stand there.
    standing: usize,
}

impl Traffic {
    /// Stands still for as long as the road is blocked here.
    fn stands(&self, carried: u64) {
        let is_here = |hold: &mut Hold| hold.behind.is_some_and(|behind| carried > behind);
        let mut hold = self.hold.lock().unwrap();
        hold.standing += 1;
        hold = self.goes_on.wait_while(hold, is_here).unwrap();
        hold.standing -= 1;
    }
}

impl Road {
    /// Opens a road to a server.
    pub fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let road = Self {
            address: format!("http://127.0.0.1:{port}"),
            port,
            server: server.trim_start_matches("http://").to_owned(),
            open: Arc::new(AtomicBool::new(false)),
            connections: Arc::default(),
            traffic: Arc::default(),
        };
        road.listen(listener);
        road
    }

    /// After so many more bytes, either way, whoever is on it falls off, once.
    pub fn breaks_after(&self, bytes: u64) {
        self.traffic.breaks.store(self.traffic.carried.load(Ordering::SeqCst) + bytes, Ordering::SeqCst);
    }

    /// After so many more bytes, either way, everything stands still, and nobody falls off, until it goes on.
    pub fn is_blocked_after(&self, bytes: u64) {
        self.traffic.hold.lock().unwrap().behind = Some(self.traffic.carried.load(Ordering::SeqCst) + bytes);
    }

    /// Whether something stands still on it.
    pub fn stands_still(&self) -> bool {
        let hold = self.traffic.hold.lock().unwrap();
        hold.behind.is_some() && hold.standing > 0
    }

    /// Whether whoever is on it has fetched all that has come to them, by what the machine says of its connections: nothing waits to leave this end
    /// of one, or to be read at the other. What they send may stand before a road that is blocked.
    pub fn is_fetched(&self) -> bool {
        let port = format!(":{:04X}", self.port);
        let waits = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            // Where the server has hung up, that is what a browser has not read yet, and it reads it when it next wants the connection.
            let [_, here, there, "01", queues, ..] = words[..] else { return false };
            let Some((leaves, unread)) = queues.split_once(':') else { return false };
            let some = |queue: &str| queue.bytes().any(|digit| digit != b'0');
            here.ends_with(&port) && some(leaves) || there.ends_with(&port) && some(unread)
        };
        !std::fs::read_to_string("/proc/net/tcp").unwrap().lines().any(waits)
    }

    /// Whoever is on it falls off, and it is open to the next.
    pub fn breaks_off(&self) {
        for connection in self.connections.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        self.goes_on();
    }

    /// Everything goes on.
    pub fn goes_on(&self) {
        self.traffic.hold.lock().unwrap().behind = None;
        self.traffic.goes_on.notify_all();
    }

    /// How many bytes it has carried since the last time.
    pub fn carried(&self) -> u64 {
        self.traffic.carried.swap(0, Ordering::SeqCst)
    }

    /// Leads it to another server from here on.
    pub fn leads_to(&mut self, server: &str) {
        self.close();
        server.trim_start_matches("http://").clone_into(&mut self.server);
        self.reopen();
    }

    /// Closes it: nobody gets through, and whoever is on it falls off.
    pub fn close(&self) {
        // Whoever the listener is just letting through is let through before, and falls off below with the others.
        let mut connections = self.connections.lock().unwrap();
        self.open.store(false, Ordering::SeqCst);
        for connection in connections.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        drop(connections);
        // The listener looks whether it is still open when somebody comes; this is somebody.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
        // Closed means that a connection is refused.
        while TcpStream::connect(("127.0.0.1", self.port)).is_ok() {}
    }

    /// Opens it again, at the same address.
    pub fn reopen(&self) {
        let listener = loop {
            // The port is this road's; connections that were just dropped hold it for a moment.
            if let Ok(listener) = TcpListener::bind(("127.0.0.1", self.port)) {
                break listener;
            }
        };
        self.listen(listener);
    }

    fn listen(&self, listener: TcpListener) {
        self.open.store(true, Ordering::SeqCst);
        let (open, server, connections) = (Arc::clone(&self.open), self.server.clone(), Arc::clone(&self.connections));
        let traffic = Arc::clone(&self.traffic);
        std::thread::spawn(move || {
            for here in listener.incoming().map_while(Result::ok) {
                let mut connections = connections.lock().unwrap();
                if !open.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(there) = TcpStream::connect(&server) else { continue };
                connections.extend([here.try_clone().unwrap(), there.try_clone().unwrap()]);
                drop(connections);
                pass(here.try_clone().unwrap(), there.try_clone().unwrap(), &traffic);
                pass(there, here, &traffic);
            }
        });
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, traffic: &Arc<Traffic>) {
    let traffic = Arc::clone(traffic);
    std::thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while let Ok(length) = from.read(&mut bytes) {
            let carried = traffic.carried.fetch_add(length as u64, Ordering::SeqCst) + length as u64;
            let breaks = traffic.breaks.load(Ordering::SeqCst);
            if breaks > 0 && carried > breaks {
                traffic.breaks.store(0, Ordering::SeqCst);
                let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
                break;
            }
            traffic.stands(carried);
            if length == 0 || to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
}

impl Drop for Road {
    fn drop(&mut self) {
        self.goes_on();
        self.close();
    }
}

//! A hub in strange hands, as the clerk on another machine meets it: it answers as the real one, and is told the pass of whoever comes to the
//! clerk. With that it goes to the clerk itself, and says of it that it is good.

use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::liar::{Asked, Said, brings, reads, says};
use crate::raw::Raw;

/// What stands before the real hub.
pub struct Held {
    pub address: String,
    mind: Arc<Mutex<Mind>>,
}

#[derive(Default)]
struct Mind {
    hub: String,
    /// What it does not hear of.
    deaf_to: Option<&'static str>,
    /// Where to show the next pass at once.
    clerk: Option<String>,
    /// What the clerk has asked about it.
    caught: Value,
    /// What the clerk said to whoever showed it while it asked.
    meanwhile: Option<(u16, String)>,
    /// What the real hub said of a good pass.
    good: Option<Said>,
}

impl Held {
    /// Stands before a hub.
    pub fn before(hub: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mind = Arc::new(Mutex::new(Mind { hub: hub.to_owned(), ..Mind::default() }));
        let of_listener = Arc::clone(&mind);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let mind = Arc::clone(&of_listener);
                std::thread::spawn(move || serves(connection, &mind));
            }
        });
        Self { address, mind }
    }

    /// From here on it answers nothing at an address; at none, if that is given.
    pub fn is_deaf_to(&self, path: Option<&'static str>) {
        self.mind.lock().unwrap().deaf_to = path;
    }

    /// The next pass that the clerk asks about it shows to the clerk itself, before it answers.
    pub fn catches(&self, clerk: &str) {
        self.mind.lock().unwrap().clerk = Some(clerk.to_owned());
    }

    /// What the clerk said to that.
    pub fn meanwhile(&self) -> (u16, String) {
        self.mind.lock().unwrap().meanwhile.clone().expect("the clerk has asked")
    }

    /// Shows it once more.
    pub fn shows(&self, clerk: &str) -> (u16, String) {
        let caught = self.mind.lock().unwrap().caught.clone();
        shows(clerk, &caught)
    }
}

fn shows(clerk: &str, caught: &Value) -> (u16, String) {
    let text = |name: &str| caught[name].as_str().unwrap();
    let said = Raw::to(clerk).with(text("method"), text("path"), &format!("Bearer {}", text("pass")));
    (said.status, said.code)
}

fn serves(connection: TcpStream, mind: &Mutex<Mind>) -> std::io::Result<()> {
    let mut answers = connection.try_clone()?;
    let Some(asked) = reads(&mut BufReader::new(connection))? else { return Ok(()) };
    let hub = mind.lock().unwrap().hub.clone();
    let deaf_to = mind.lock().unwrap().deaf_to;
    if deaf_to == Some(&*asked.path) {
        return Ok(());
    }
    let said = if asked.path == "/v1/clerk/pass" { of_pass(&hub, &asked, mind) } else { brings(&hub, &asked) };
    says(&mut answers, said)
}

fn of_pass(hub: &str, asked: &Asked, mind: &Mutex<Mind>) -> Said {
    let clerk = mind.lock().unwrap().clerk.take();
    if let Some(clerk) = clerk {
        let caught: Value = serde_json::from_slice(&asked.body).unwrap();
        mind.lock().unwrap().caught = caught.clone();
        let said = shows(&clerk, &caught);
        mind.lock().unwrap().meanwhile = Some(said);
    }
    let said = brings(hub, asked);
    let mut mind = mind.lock().unwrap();
    if said.0 == 200 {
        mind.good = Some(said.clone());
        return said;
    }
    // The real one knows that the pass is spent. This one says what suits it.
    mind.good.clone().unwrap_or(said)
}

//! What stands in front of hub and clerk where they run apart: one address, and the paths that `deploy/Caddyfile-apart` gives to the clerk.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// A running reverse proxy.
pub struct Front {
    pub address: String,
    /// Where hub and clerk are now, without `http://`.
    places: Arc<Mutex<(String, String)>>,
}

/// The patterns of the clerk's paths, as the deployed proxy has them.
pub fn clerks_paths() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/Caddyfile-apart");
    let text = std::fs::read_to_string(file).unwrap();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("@clerk path ")).expect("the clerk's paths");
    line.split_whitespace().map(str::to_owned).collect()
}

/// Whether a path is one of the clerk's.
pub fn is_clerks(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    clerks_paths().iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => path.starts_with(beginning),
        None => path == pattern,
    })
}

impl Front {
    /// Starts one in front of a hub and a clerk, by their addresses.
    pub fn start(hub: &str, clerk: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let front = Self { address: format!("http://{}", listener.local_addr().unwrap()), places: Arc::default() };
        front.leads_to(hub, clerk);
        let places = Arc::clone(&front.places);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let places = Arc::clone(&places);
                std::thread::spawn(move || {
                    // The clerk calls the hub through here while somebody waits for the clerk.
                    let places = places.lock().unwrap().clone();
                    // Whoever hangs up has had enough.
                    let _ = serve(stream, &places);
                });
            }
        });
        front
    }

    /// From here on it leads there.
    pub fn leads_to(&self, hub: &str, clerk: &str) {
        let place = |address: &str| address.trim_start_matches("http://").to_owned();
        *self.places.lock().unwrap() = (place(hub), place(clerk));
    }
}

/// One request with its answer.
fn serve(mut stream: TcpStream, (hub, clerk): &(String, String)) -> std::io::Result<()> {
    let mut head = Vec::new();
    let end = loop {
        let mut some = [0; 4096];
        let count = stream.read(&mut some)?;
        if count == 0 {
            return Ok(());
        }
        head.extend_from_slice(&some[..count]);
        if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let text = String::from_utf8_lossy(&head[..end]).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default();
    let Ok(mut upstream) = TcpStream::connect(if is_clerks(path) { clerk } else { hub }) else {
        return stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    };
    upstream.write_all(format!("{text}\r\nconnection: close").as_bytes())?;
    upstream.write_all(&head[end..])?;
    let (mut from, mut to) = (stream.try_clone()?, upstream.try_clone()?);
    let up = std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    std::io::copy(&mut upstream, &mut stream)?;
    stream.shutdown(Shutdown::Both)?;
    let _ = up.join();
    Ok(())
}

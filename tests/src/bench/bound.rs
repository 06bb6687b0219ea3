//! The least that could be sent: the same changes in one deflated request and answer, unsealed, of which nobody keeps anything.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};

use flate2::Compression;
use flate2::read::{DeflateDecoder, DeflateEncoder};

use super::measure::{self, Cost};
use super::proxy::Proxy;

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    DeflateEncoder::new(bytes, Compression::default()).read_to_end(&mut out).unwrap();
    out
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    DeflateDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

fn message(first: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("{first}\r\ncontent-type: application/octet-stream\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Reads a head and the body that it announces.
fn body(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        if let Some(text) = line.strip_prefix("content-length: ") {
            length = text.trim().parse::<usize>().ok();
        }
    }
    let mut body = vec![0; length?];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

/// The server: answers every request with what is in a file. It says on which port.
#[allow(clippy::print_stdout, reason = "whoever starts it reads the port")]
pub fn serve(file: &Path) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("{}", listener.local_addr().unwrap());
    let answer = fs::read(file).unwrap();
    for stream in listener.incoming().map_while(Result::ok) {
        let mut stream = BufReader::new(stream);
        while let Some(request) = body(&mut stream) {
            drop(unpacked(&request));
            let _ = stream.get_mut().write_all(&message("HTTP/1.1 200 OK", &packed(&answer)));
        }
    }
}

/// The client: sends what is in a file, and reads the answer.
pub fn ask(address: &str, file: &Path) {
    let mut stream = BufReader::new(TcpStream::connect(address.trim_start_matches("http://")).unwrap());
    let request = packed(&fs::read(file).unwrap());
    stream.get_mut().write_all(&message("POST /sync HTTP/1.1\r\nhost: 127.0.0.1", &request)).unwrap();
    drop(unpacked(&body(&mut stream).unwrap()));
}

/// Runs both, in processes of their own; with so many clients at once.
pub fn runs(runs: usize, clients: usize, up: &[u8], down: &[u8]) -> Vec<Cost> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let (up, down) = (file("up", up), file("down", down));
    let own = std::env::current_exe().unwrap();
    let mut server = Command::new(&own).arg("bound-server").arg(down).stdout(Stdio::piped()).spawn().unwrap();
    let mut address = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let proxy = Proxy::to(address.trim());
    let client = || {
        let mut client = Command::new(&own);
        client.arg("bound-client").arg(&proxy.address).arg(&up);
        client
    };
    let costs = (0..runs).map(|_| measure::run(&proxy, server.id(), (0..clients).map(|_| client()).collect())).collect();
    server.kill().unwrap();
    server.wait().unwrap();
    costs
}

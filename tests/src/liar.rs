//! A server that lies: an HTTP proxy before the real one that changes what the exchange says, while a test wants it to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use habeas_protocol::{SyncRequest, SyncResponse};

/// Makes an answer to a request; the honest one is got by calling what it is given.
type Lie = Box<dyn FnMut(&SyncRequest, &mut dyn FnMut() -> SyncResponse) -> SyncResponse + Send>;

/// The proxy, on a port of its own.
pub struct Liar {
    /// The address by which devices know the server.
    pub address: String,
    mind: Arc<Mutex<Mind>>,
}

struct Mind {
    server: String,
    lie: Option<Lie>,
}

pub(crate) struct Asked {
    pub method: String,
    pub path: String,
    pub authorization: String,
    pub kind: String,
    pub body: Vec<u8>,
}

/// A status, the server's date, and what it says.
pub(crate) type Said = (u16, String, Vec<u8>);

impl Liar {
    /// Stands before a server; honest at first.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let mind = Arc::new(Mutex::new(Mind { server: server.to_owned(), lie: None }));
        let of_listener = Arc::clone(&mind);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                // One after another: a command has one connection, and the next one begins when it is done.
                let _ = passes(connection, &of_listener);
            }
        });
        Self { address, mind }
    }

    /// Lies from here on.
    pub fn lies(&self, lie: impl FnMut(&SyncRequest, &mut dyn FnMut() -> SyncResponse) -> SyncResponse + Send + 'static) {
        self.mind.lock().unwrap().lie = Some(Box::new(lie));
    }

    /// Is honest again.
    pub fn is_honest(&self) {
        self.mind.lock().unwrap().lie = None;
    }

    /// Stands before another server from here on.
    pub fn leads_to(&self, server: &str) {
        server.clone_into(&mut self.mind.lock().unwrap().server);
    }
}

/// One request and its answer.
fn passes(connection: TcpStream, mind: &Mutex<Mind>) -> std::io::Result<()> {
    let mut answers = connection.try_clone()?;
    let Some(asked) = reads(&mut BufReader::new(connection))? else { return Ok(()) };
    let mut mind = mind.lock().unwrap();
    let Mind { server, lie } = &mut *mind;
    let (status, date, body) = match lie {
        Some(lie) if asked.path == "/v1/sync" => {
            let request = SyncRequest::decode(&asked.body).unwrap();
            let mut other = None;
            let response = lie(&request, &mut || match brings(server, &asked) {
                (200, _, body) => SyncResponse::decode(&body).unwrap(),
                // That somebody's clock is off, say, is no answer that could be changed.
                problem => {
                    other = Some(problem);
                    SyncResponse::default()
                }
            });
            other.unwrap_or_else(|| (200, String::new(), response.encode().unwrap()))
        }
        _ => brings(server, &asked),
    };
    says(&mut answers, (status, date, body))
}

pub(crate) fn says(answers: &mut TcpStream, (status, date, body): Said) -> std::io::Result<()> {
    let date = if date.is_empty() { date } else { format!("date: {date}\r\n") };
    let head = format!("HTTP/1.1 {status} Said\r\n{date}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    answers.write_all(head.as_bytes())?;
    answers.write_all(&body)
}

pub(crate) fn reads(from: &mut BufReader<TcpStream>) -> std::io::Result<Option<Asked>> {
    let mut line = String::new();
    from.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (Some(method), Some(path)) = (words.next(), words.next()) else { return Ok(None) };
    let mut asked = Asked { method, path, authorization: String::new(), kind: String::new(), body: Vec::new() };
    let mut length = 0;
    loop {
        line.clear();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => value.clone_into(&mut asked.authorization),
            "content-type" => value.clone_into(&mut asked.kind),
            "content-length" => length = value.parse().unwrap(),
            _ => {}
        }
    }
    asked.body.resize(length, 0);
    from.read_exact(&mut asked.body)?;
    Ok(Some(asked))
}

pub(crate) fn brings(server: &str, asked: &Asked) -> Said {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = ureq::http::Request::builder().method(asked.method.as_str()).uri(format!("{server}{}", asked.path));
    for (name, value) in [("authorization", &asked.authorization), ("content-type", &asked.kind)] {
        if !value.is_empty() {
            request = request.header(name, value);
        }
    }
    let mut answer = if asked.method == "GET" || asked.method == "DELETE" {
        agent.run(request.body(()).unwrap())
    } else {
        agent.run(request.body(asked.body.clone()).unwrap())
    }
    .unwrap();
    let date = answer.headers().get("date").map_or("", |date| date.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), date, answer.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap())
}

//! A real SMTP server of the distribution's packages (aiosmtpd), which keeps what it gets in a Maildir.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::server::Server;

/// A running mail server.
pub struct MailServer {
    folder: TempDir,
    port: u16,
    child: Child,
}

impl MailServer {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let child = Command::new("/usr/bin/python3")
            .args(["-m", "aiosmtpd", "--nosetuid", "--class", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("box"))
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .expect("the distribution's python3");
        let mut server = Self { folder, port, child };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let log = fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
            assert!(
                server.child.try_wait().unwrap().is_none(),
                "aiosmtpd ended; `cargo xtask test` installs python3-aiosmtpd as root. {log}"
            );
            assert!(Instant::now() < deadline, "aiosmtpd does not listen: {log}");
        }
        server
    }

    /// What `habeas-server --smtp` takes.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The next mail, as it came, waiting until there is one.
    pub fn next_mail(&self) -> Vec<u8> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let found = fs::read_dir(self.folder.path().join("box/new")).ok().and_then(|mut folder| folder.next());
            if let Some(entry) = found {
                let path = entry.unwrap().path();
                let mail = fs::read(&path).unwrap();
                fs::remove_file(path).unwrap();
                return mail;
            }
            assert!(Instant::now() < deadline, "no mail came within half a minute");
            std::thread::yield_now();
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The mails in the folder whose text (decoded) holds a word, waiting until there are so many.
pub fn mails(server: &Server, holding: &str, count: usize) -> Vec<String> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let folder = fs::read_dir(server.folder.path().join("mail")).unwrap();
        let all: Vec<String> = folder
            .filter_map(|entry| Some(entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "eml")))
            .map(|path| decoded(&fs::read(path).unwrap()))
            .collect();
        let found: Vec<String> = all.iter().filter(|mail| mail.contains(holding)).cloned().collect();
        assert!(found.len() <= count, "{} mails hold {holding:?}, {count} expected", found.len());
        if found.len() == count {
            return found;
        }
        assert!(Instant::now() < deadline, "only {} of {count} mails hold {holding:?}: {all:#?}; {}", found.len(), server.log());
        std::thread::yield_now();
    }
}

/// A mail's headers and text, as a mail program shows them.
pub fn decoded(bytes: &[u8]) -> String {
    let mail = mail_parser::MessageParser::default().parse(bytes).unwrap();
    let headers: Vec<String> = mail.headers().iter().map(|header| format!("{}: {:?}", header.name(), header.value())).collect();
    format!("{}\n\n{}", headers.join("\n"), mail.body_text(0).unwrap())
}

/// The link to a page in a mail.
pub fn link(mail: &str, path: &str) -> String {
    mail.split_whitespace()
        .find(|word| word.starts_with("http") && word.contains(path))
        .unwrap_or_else(|| panic!("no link to {path} in {mail}"))
        .to_owned()
}

//! A real SMTP server of the distribution's packages (aiosmtpd), which keeps what it gets in a Maildir.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

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

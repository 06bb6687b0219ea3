//! Giving a locked clerk its key: over a socket in the data folder, which only the server's own user can open. From elsewhere it is
//! reached through ssh; the key is never on a network that is not ssh's, and the server never writes it down.

#[cfg(unix)]
mod unix {
    use std::io::{Read as _, Write as _};
    use std::net::Shutdown;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::Path;
    use std::time::Duration;

    use habeas_clerk::{ClerkKey, MAX_KEY_FILE};
    use zeroize::Zeroizing;

    const NAME: &str = "unlock.sock";
    /// How long either side waits for the other.
    const PATIENCE: Duration = Duration::from_secs(30);
    /// What an answer that is good news begins with.
    const DONE: &str = "The clerk has its key and counts";

    /// Waits for the key, and calls `unlock` with it until that succeeds. The folder is closed to other users.
    pub fn wait(folder: &Path, unlock: impl Fn(ClerkKey) -> Result<(), String> + Send + 'static) -> Result<(), String> {
        let path = folder.join(NAME);
        // Of a server that has ended: this process alone has the folder.
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path)
            .map_err(|error| format!("cannot make {}, by which the clerk is unlocked: {error}", path.display()))?;
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { continue };
                let answer = read(&mut stream).and_then(&unlock);
                let said = answer.as_ref().err().map_or(DONE, String::as_str);
                let _ = stream.write_all(said.as_bytes());
                if answer.is_ok() {
                    let _ = std::fs::remove_file(&path);
                    return;
                }
            }
        });
        Ok(())
    }

    fn read(stream: &mut UnixStream) -> Result<ClerkKey, String> {
        let timeouts = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        let mut bytes = Zeroizing::new(Vec::new());
        let read = timeouts.and_then(|()| stream.take(MAX_KEY_FILE as u64 + 1).read_to_end(&mut bytes));
        read.map_err(|error| format!("the key did not arrive: {error}"))?;
        ClerkKey::read(&bytes).ok_or_else(|| "that is no clerk's key; give the file as it is".to_owned())
    }

    /// Gives a server its key; returns what it says.
    pub fn give(folder: &Path, key: &[u8]) -> Result<String, String> {
        let path = folder.join(NAME);
        let failed = |error: std::io::Error| {
            format!(
                "no server waits for its key at {}: {error}. Is it running, and was it started with --locked?",
                path.display()
            )
        };
        let mut stream = UnixStream::connect(&path).map_err(failed)?;
        let sent = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.write_all(key));
        sent.and_then(|()| stream.shutdown(Shutdown::Write)).map_err(failed)?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer).map_err(failed)?;
        if answer == DONE { Ok(answer) } else { Err(answer) }
    }
}

#[cfg(unix)]
pub use unix::{give, wait};

#[cfg(not(unix))]
mod elsewhere {
    use std::path::Path;

    use habeas_clerk::ClerkKey;

    const NOT_HERE: &str = "a locked clerk takes a system with sockets in folders, such as Linux";

    /// Fails: there is no such socket here.
    pub fn wait(_: &Path, _: impl Fn(ClerkKey) -> Result<(), String> + Send + 'static) -> Result<(), String> {
        Err(NOT_HERE.to_owned())
    }

    /// Fails: there is no such socket here.
    pub fn give(_: &Path, _: &[u8]) -> Result<String, String> {
        Err(NOT_HERE.to_owned())
    }
}

#[cfg(not(unix))]
pub use elsewhere::{give, wait};

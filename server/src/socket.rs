//! What an operator asks of a server that runs: to take the clerk's key, or to exchange it for another one. It goes over a socket in the data
//! folder, which only the server's own user can open. From elsewhere it is reached through ssh; no key is ever on a network that is not ssh's.

#[cfg(unix)]
mod unix {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::Shutdown;
    use std::os::unix::net::{UnixListener, UnixStream};
    use std::path::Path;
    use std::sync::Arc;
    use std::time::Duration;

    use habeas_clerk::{ClerkKey, MAX_KEY_FILE};
    use zeroize::Zeroizing;

    use super::Asked;

    const NAME: &str = "operator.sock";
    /// How long the server waits for what it is asked.
    const PATIENCE: Duration = Duration::from_secs(30);
    /// What a line begins with that is the last one, for well or ill.
    const DONE: char = '=';
    const REFUSED: char = '!';
    const GOES_ON: char = '+';

    /// Waits for operators, and hands what they ask to `does`, which may say how far it has come. The folder is closed to other users.
    pub fn wait(
        folder: &Path,
        does: impl Fn(Asked, &mut dyn FnMut(&str)) -> Result<String, String> + Send + Sync + 'static,
    ) -> Result<(), String> {
        let path = folder.join(NAME);
        // Of a server that has ended: this process alone has the folder.
        let _ = std::fs::remove_file(&path);
        let listener = UnixListener::bind(&path)
            .map_err(|error| format!("cannot make {}, by which operators reach the server: {error}", path.display()))?;
        let does = Arc::new(does);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let does = Arc::clone(&does);
                std::thread::spawn(move || {
                    let asked = read(&mut stream);
                    // Whether or not anybody listens any more, it is done.
                    let mut say = |kind: char, line: &str| drop(writeln!(stream, "{kind}{line}"));
                    match asked.and_then(|asked| does(asked, &mut |line| say(GOES_ON, line))) {
                        Ok(done) => say(DONE, &done),
                        Err(problem) => say(REFUSED, &problem),
                    }
                });
            }
        });
        Ok(())
    }

    fn read(stream: &mut UnixStream) -> Result<Asked, String> {
        let mut bytes = Zeroizing::new(Vec::new());
        let timeouts = stream.set_read_timeout(Some(PATIENCE)).and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        let read = timeouts.and_then(|()| stream.take(MAX_KEY_FILE as u64 + 2).read_to_end(&mut bytes));
        read.map_err(|error| format!("the key did not arrive: {error}"))?;
        let (what, key) = bytes.split_first().ok_or("nothing was asked")?;
        let read = || ClerkKey::read(key).ok_or_else(|| "that is no clerk's key; give the file as it is".to_owned());
        match what {
            b'u' => read().map(Asked::Unlock),
            b'r' if key.is_empty() => Ok(Asked::Rotate(None)),
            b'r' => read().map(|key| Asked::Rotate(Some(key))),
            _ => Err("another version of this program asks; use the server's own".to_owned()),
        }
    }

    /// Asks a server to take its key; returns what it says.
    pub fn unlock(folder: &Path, key: &[u8], say: impl FnMut(&str)) -> Result<String, String> {
        ask(folder, b'u', key, say)
    }

    /// Asks a server to exchange its key for another one, which it makes itself where `key` is empty.
    pub fn rotate(folder: &Path, key: &[u8], say: impl FnMut(&str)) -> Result<String, String> {
        ask(folder, b'r', key, say)
    }

    fn ask(folder: &Path, what: u8, key: &[u8], mut say: impl FnMut(&str)) -> Result<String, String> {
        let path = folder.join(NAME);
        let failed = |error: std::io::Error| format!("no server answers at {}: {error}. Is it running?", path.display());
        let mut stream = UnixStream::connect(&path).map_err(failed)?;
        let sent = stream.write_all(&[what]).and_then(|()| stream.write_all(key));
        sent.and_then(|()| stream.shutdown(Shutdown::Write)).map_err(failed)?;
        for line in BufReader::new(stream).lines() {
            let line = line.map_err(failed)?;
            match (line.chars().next(), line.get(1..)) {
                (Some(DONE), Some(rest)) => return Ok(rest.to_owned()),
                (Some(REFUSED), Some(rest)) => return Err(rest.to_owned()),
                (_, rest) => say(rest.unwrap_or_default()),
            }
        }
        Err("the server ended before it had answered".to_owned())
    }
}

use habeas_clerk::ClerkKey;

/// What an operator asks.
pub enum Asked {
    /// To take the clerk's key.
    Unlock(ClerkKey),
    /// To exchange it for this one, or for one that the server makes.
    Rotate(Option<ClerkKey>),
}

#[cfg(unix)]
pub use unix::{rotate, unlock, wait};

#[cfg(not(unix))]
mod elsewhere {
    use std::path::Path;

    use super::Asked;

    const NOT_HERE: &str = "this takes a system with sockets in folders, such as Linux";

    /// Nobody can ask here.
    pub fn wait(
        _: &Path,
        _: impl Fn(Asked, &mut dyn FnMut(&str)) -> Result<String, String> + Send + Sync + 'static,
    ) -> Result<(), String> {
        Ok(())
    }

    /// Fails: there is no such socket here.
    pub fn unlock(_: &Path, _: &[u8], _: impl FnMut(&str)) -> Result<String, String> {
        Err(NOT_HERE.to_owned())
    }

    /// Fails: there is no such socket here.
    pub fn rotate(_: &Path, _: &[u8], _: impl FnMut(&str)) -> Result<String, String> {
        Err(NOT_HERE.to_owned())
    }
}

#[cfg(not(unix))]
pub use elsewhere::{rotate, unlock, wait};

//! Backups: one file with what hub and clerk have, or one of them where they run apart, made while they run, checked without a key, and put back into an empty place.

pub mod expire;
mod file;

use std::path::{Path, PathBuf};

use habeas_db::{Filling, Frozen, Migrations, StoreError, Table, Value};
use habeas_hub::{CheckError, Heads};
use habeas_protocol::{Hash, api::to_hex};

pub use self::file::Manifest;
use self::file::{FileError, MAX_ROWS, Part, Piece, Reader, Writer};
use crate::config::Config;
use crate::mark;
use crate::run::now;

/// About how many bytes of rows go into one piece.
const PIECE: usize = 256 * 1024;

/// Why there is no backup, or why it cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file.
    #[error(transparent)]
    File(#[from] FileError),
    /// A database.
    #[error("the {0}'s database: {1}")]
    Store(&'static str, StoreError),
    /// What is in it does not hold.
    #[error("the hub's database: {0}")]
    Check(#[from] CheckError),
    /// It does not amount to what it says.
    #[error("{0}")]
    Differs(String),
    /// There is something where it would go.
    #[error(
        "there is something in {0} already; a backup is restored into an empty place only. Move it away, or give another place"
    )]
    NotEmpty(String),
}

/// The clerk's is copied first: whatever it has seen of the hub is in the hub's copy, too.
const NAMES: [&str; 2] = ["clerk", "hub"];

/// The schema of the hub or the clerk.
pub fn schema(name: &str) -> Migrations {
    if name == "hub" { habeas_hub::schema() } else { habeas_clerk::schema() }
}

/// Writes a backup of the databases that are here, whatever is done to them meanwhile. Returns what it holds, and its size in bytes.
pub fn write(config: &Config, path: &Path) -> Result<(Manifest, u64), BackupError> {
    let mut writer = Writer::create(path)?;
    let mut heads = Heads::default();
    let mut databases = Vec::new();
    for (name, address) in config.databases() {
        let failed = |error| BackupError::Store(name, error);
        let missing = || failed(StoreError::Open(format!("there is nothing at {}", shown(&address))));
        let mut frozen = Frozen::open(&address).map_err(failed)?.ok_or_else(missing)?;
        let versions = frozen.versions().map_err(failed)?;
        if versions.is_empty() {
            return Err(missing());
        }
        // A damaged database must not push the last good backup out of its place.
        frozen.examine().map_err(failed)?;
        if name == "hub" {
            heads = habeas_hub::heads(frozen.db())?;
        }
        writer.add(&Piece::Database(name.to_owned(), versions.clone()))?;
        let mut tables = Vec::new();
        for table in frozen.tables().map_err(failed)? {
            tables.push((table.name.clone(), copy(&mut frozen, &table, &mut writer).map_err(|error| error.of(name))?));
        }
        databases.push(Part { name: name.to_owned(), versions, tables, sha256: writer.sum() });
    }
    let Heads { log, feeds } = heads;
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let manifest = Manifest { program, made_at: now(), databases, log, feeds };
    let size = writer.finish(manifest.clone())?;
    Ok((manifest, size))
}

/// Writes a backup into a folder, under a name of this moment's, which it gets when it was verified.
pub fn write_into(config: &Config, folder: &Path) -> Result<(PathBuf, Manifest, u64), BackupError> {
    let failed = |error| FileError::Io(folder.to_owned(), error);
    let path = folder.join(expire::name(expire::of(config.role), now(), ""));
    let new = expire::unverified(&path);
    let (manifest, size) = write(config, &new)?;
    let verified = verify(&new);
    if verified.is_err() {
        // Whoever looks for the newest must not find one that cannot be put back.
        let _ = std::fs::remove_file(&new);
    }
    verified?;
    std::fs::rename(&new, &path).and_then(|()| std::fs::File::open(folder)?.sync_all()).map_err(failed)?;
    Ok((path, manifest, size))
}

/// What can go wrong between a database and a file.
enum Copying {
    Store(StoreError),
    File(FileError),
}

impl From<StoreError> for Copying {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<FileError> for Copying {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl Copying {
    fn of(self, name: &'static str) -> BackupError {
        match self {
            Self::Store(error) => BackupError::Store(name, error),
            Self::File(error) => error.into(),
        }
    }
}

fn copy(frozen: &mut Frozen, table: &Table, writer: &mut Writer) -> Result<u64, Copying> {
    writer.add(&Piece::Table(table.clone()))?;
    let (mut rows, mut size, mut count) = (Vec::new(), 0, 0);
    frozen.rows::<Copying>(table, |row| {
        size += row.iter().map(Value::size).sum::<usize>();
        rows.push(row);
        count += 1;
        if size >= PIECE || rows.len() >= MAX_ROWS {
            size = 0;
            writer.add(&Piece::Rows(std::mem::take(&mut rows)))?;
        }
        Ok(())
    })?;
    if !rows.is_empty() {
        writer.add(&Piece::Rows(rows))?;
    }
    Ok(count)
}

/// Where a backup's rows go.
trait Sink {
    /// A database begins.
    fn begin(&mut self, name: &'static str, versions: &[String]) -> Result<(), BackupError>;
    /// Rows for a table of the database begun last.
    fn put(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), BackupError>;
}

/// Nowhere: only the hashes are looked at.
struct Nowhere;

impl Sink for Nowhere {
    fn begin(&mut self, _: &'static str, _: &[String]) -> Result<(), BackupError> {
        Ok(())
    }

    fn put(&mut self, _: &Table, _: Vec<Vec<Value>>) -> Result<(), BackupError> {
        Ok(())
    }
}

/// Into empty databases.
struct Places {
    /// Where each goes, by its name.
    addresses: Vec<(&'static str, String)>,
    filling: Vec<(&'static str, Filling)>,
    /// What comes now is the other part's, and is left out.
    is_foreign: bool,
}

impl Sink for Places {
    fn begin(&mut self, name: &'static str, versions: &[String]) -> Result<(), BackupError> {
        let of = self.addresses.iter().find(|(known, _)| *known == name);
        // A backup of both is how one machine becomes two.
        self.is_foreign = of.is_none();
        let Some((_, address)) = of else { return Ok(()) };
        let begun = Filling::begin(address, &schema(name), versions).map_err(|error| BackupError::Store(name, error))?;
        self.filling.push((name, begun.ok_or_else(|| BackupError::NotEmpty(shown(address)))?));
        Ok(())
    }

    fn put(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), BackupError> {
        let Some((name, filling)) = self.filling.last_mut().filter(|_| !self.is_foreign) else { return Ok(()) };
        filling.put(table, rows).map_err(|error| BackupError::Store(name, error))
    }
}

/// What a backup holds.
pub struct Held {
    /// What it amounts to.
    pub manifest: Manifest,
    /// The names of the keys under which the clerk's half is sealed: one, or none where nothing is.
    pub keys: Vec<String>,
}

impl Held {
    /// Whether a database is in it, `clerk` or `hub`.
    pub fn holds(&self, name: &str) -> bool {
        self.manifest.databases.iter().any(|part| part.name == name)
    }
}

/// Goes through a whole backup and holds every hash against it.
fn read(path: &Path, sink: &mut impl Sink) -> Result<Held, BackupError> {
    let mut keys = Vec::new();
    let mut reader = Reader::open(path)?;
    let mut parts: Vec<Part> = Vec::new();
    let (mut table, mut manifest) = (None, None);
    while let Some(piece) = reader.next()? {
        match piece {
            Piece::Database(name, versions) => {
                // Each once, and in their order.
                let before = parts.last().and_then(|part| NAMES.iter().position(|known| *known == part.name));
                let place =
                    NAMES.iter().position(|known| *known == name).filter(|place| before.is_none_or(|before| before < *place));
                sink.begin(NAMES[place.ok_or_else(|| reader.damaged())?], &versions)?;
                table = None;
                parts.push(Part { name, versions, tables: Vec::new(), sha256: reader.sum() });
            }
            Piece::Table(next) => {
                let part = parts.last_mut().ok_or_else(|| reader.damaged())?;
                part.tables.push((next.name.clone(), 0));
                part.sha256 = reader.sum();
                table = Some(next);
            }
            Piece::Rows(rows) => {
                let part = parts.last_mut().ok_or_else(|| reader.damaged())?;
                part.sha256 = reader.sum();
                let (Some(table), Some((_, count))) = (&table, part.tables.last_mut()) else {
                    return Err(reader.damaged().into());
                };
                *count += rows.len() as u64;
                if part.name == "clerk" && table.name == "sealing_keys" {
                    keys.extend(rows.iter().flatten().filter_map(|value| match value {
                        Value::Bytes(id) => Some(habeas_clerk::key_name(id)),
                        _ => None,
                    }));
                }
                sink.put(table, rows)?;
            }
            Piece::End(end) => manifest = Some(end),
        }
    }
    let manifest = manifest.ok_or_else(|| reader.damaged())?;
    if parts != manifest.databases || parts.is_empty() {
        return Err(BackupError::Differs(format!(
            "{} does not hold what it says at its end; use another backup",
            path.display()
        )));
    }
    Ok(Held { manifest, keys })
}

/// Puts a backup's databases into these places, which must be empty, and checks what has come of it before it counts. `ends` is what is done to each
/// database last.
fn fill(
    path: &Path,
    addresses: Vec<(&'static str, String)>,
    ends: impl Fn(&'static str, &mut Filling) -> Result<(), BackupError>,
) -> Result<Held, BackupError> {
    // Twice through the file: nothing is made of one that is not whole.
    read(path, &mut Nowhere)?;
    let mut places = Places { addresses, filling: Vec::new(), is_foreign: false };
    let held = read(path, &mut places)?;
    if places.filling.is_empty() {
        return Err(BackupError::Differs("the backup holds nothing of this part; see --role".to_owned()));
    }
    if let Some((_, hub)) = places.filling.iter_mut().find(|(name, _)| *name == "hub") {
        let Heads { log, feeds } = habeas_hub::check(hub.db())?;
        if (log, &feeds) != (held.manifest.log, &held.manifest.feeds) {
            return Err(BackupError::Differs(
                "the log or the feeds do not end where the backup says; use another backup".to_owned(),
            ));
        }
    }
    for (name, filling) in &mut places.filling {
        ends(name, filling)?;
    }
    for (name, filling) in places.filling {
        filling.finish().map_err(|error| BackupError::Store(name, error))?;
    }
    Ok(held)
}

/// Restores a backup: the databases that it holds, and nothing else. Each is marked as put back: what was erased since is in it.
pub fn restore(config: &Config, path: &Path) -> Result<Held, BackupError> {
    let done = fill(path, config.databases(), |name, filling| match name {
        "hub" => habeas_hub::mark_restored(filling.db(), now()).map_err(|error| BackupError::Store(name, error)),
        _ => mark::set(&config.data).map_err(|error| FileError::Io(config.data.clone(), error).into()),
    });
    if done.is_err() && !matches!(done, Err(BackupError::NotEmpty(_))) {
        // Files that this attempt has made hold nothing yet: the next one finds the place as empty as it was.
        for (_, file) in config.databases() {
            remove_if_empty(&file);
        }
    }
    done
}

fn remove_if_empty(address: &str) {
    let empty = Frozen::open(address).ok().flatten().is_some_and(|mut frozen| frozen.versions().is_ok_and(|it| it.is_empty()));
    if empty && Path::new(address).is_file() {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{address}{suffix}"));
        }
    }
}

/// Checks a backup without any key: every hash, the databases that come of it, the log's signatures and the feeds' chains.
pub fn verify(path: &Path) -> Result<Held, BackupError> {
    // Beside the backup, where there is room for such things; it goes away in the end.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error| FileError::Io(folder.to_owned(), error);
    let scratch = tempfile::Builder::new().prefix(expire::SCRATCH).tempdir_in(folder).map_err(failed)?;
    let place = |name: &str| scratch.path().join(format!("{name}.sqlite")).to_string_lossy().into_owned();
    let places: Vec<_> = NAMES.into_iter().map(|name| (name, place(name))).collect();
    let held = fill(path, places.clone(), |_, _| Ok(()))?;
    for (name, place) in places {
        let failed = |error| BackupError::Store(name, error);
        if let Some(mut frozen) = Frozen::open(&place).map_err(failed)? {
            frozen.examine().map_err(failed)?;
        }
    }
    Ok(held)
}

/// A database's address without what must not be shown: a password may stand in it.
fn shown(address: &str) -> String {
    match (address.split_once("://"), address.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, rest))) => format!("{scheme}://…@{rest}"),
        _ => address.to_owned(),
    }
}

/// Which key a clerk's database wants, in a line for the operator.
pub fn wants(keys: &[String]) -> String {
    match keys {
        [] => "the clerk's half holds nothing that a key opens".to_owned(),
        keys => format!("the clerk's half is opened by the key {} alone", keys.join(" ")),
    }
}

/// What a backup holds, in lines for the operator.
pub fn describe(manifest: &Manifest) -> String {
    let short = |hash: &Hash| to_hex(&hash[..8]);
    let mut lines = Vec::new();
    for Part { name, versions, tables, sha256 } in &manifest.databases {
        let rows: u64 = tables.iter().map(|(_, rows)| rows).sum();
        let schema = versions.last().map_or("none", String::as_str);
        lines.push(format!("{name}: {} tables, {rows} rows, schema {schema}, sha256 {}", tables.len(), to_hex(sha256)));
        lines.extend(tables.iter().filter(|(_, rows)| *rows > 0).map(|(table, rows)| format!("  {table} {rows}")));
    }
    if manifest.databases.iter().any(|part| part.name == "hub") {
        lines.push(format!("log: {} entries, head {}", manifest.log.0, short(&manifest.log.1)));
    }
    lines
        .extend(manifest.feeds.iter().map(|(circle, items, link)| format!("feed {circle}: {items} items, head {}", short(link))));
    lines.join("\n")
}

impl From<BackupError> for String {
    fn from(error: BackupError) -> Self {
        error.to_string()
    }
}

//! A backup's file: pieces one after another, each with its length before it and a link of a chain behind it, so that whatever is cut off
//! or altered is found with its place. It is written and read as a stream.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

use habeas_db::{Table, Value};
use habeas_protocol::{CircleId, Hash, at_most, decode, encode, hash};
use serde::{Deserialize, Deserializer, Serialize};

/// What a backup begins with.
const MAGIC: &[u8; 17] = b"HABEAS BACKUP 1\r\n";
/// The largest piece, in bytes: one row of the largest that a database holds, with room.
const MAX_PIECE: usize = 128 << 20;
/// The most rows of a piece.
pub const MAX_ROWS: usize = 500;
/// The most columns of a table.
const MAX_COLUMNS: usize = 256;
/// The most tables of a database, and the most steps of its schema.
const MAX_TABLES: usize = 1000;
/// How many bytes of a link stand behind each piece.
const LINK: usize = 8;

/// A piece of a backup. New kinds are added at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// A database begins: its name, and the steps that its schema had taken.
    Database(String, #[serde(deserialize_with = "at_most::<_, _, MAX_TABLES>")] Vec<String>),
    /// A table of it begins.
    Table(#[serde(deserialize_with = "table")] Table),
    /// Rows of that table.
    Rows(#[serde(deserialize_with = "rows")] Vec<Vec<Value>>),
    /// The end: what all of it must amount to.
    End(Manifest),
}

/// What a backup amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the program that made it.
    pub program: String,
    /// When it was made, in seconds since 1970.
    pub made_at: i64,
    /// The databases, in their order.
    #[serde(deserialize_with = "at_most::<_, _, MAX_TABLES>")]
    pub databases: Vec<Part>,
    /// How many entries the organisation's log had, and the newest one's hash.
    pub log: (u64, Hash),
    /// Each feed's circle, the number of its items, and the chain's last link.
    pub feeds: Vec<(CircleId, u64, Hash)>,
}

/// What a database amounts to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `clerk` or `hub`.
    pub name: String,
    /// The steps that its schema had taken.
    #[serde(deserialize_with = "at_most::<_, _, MAX_TABLES>")]
    pub versions: Vec<String>,
    /// Each table with the number of its rows.
    #[serde(deserialize_with = "at_most::<_, _, MAX_TABLES>")]
    pub tables: Vec<(String, u64)>,
    /// SHA-256 over the database's pieces.
    pub sha256: Hash,
}

/// Rows, within bounds: a value may take a byte each in a file, and thirty in memory.
fn rows<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<Value>>, D::Error> {
    #[derive(Deserialize)]
    struct Row(#[serde(deserialize_with = "at_most::<_, _, MAX_COLUMNS>")] Vec<Value>);

    let rows: Vec<Row> = at_most::<_, _, MAX_ROWS>(from)?;
    Ok(rows.into_iter().map(|Row(values)| values).collect())
}

/// A table, within bounds.
fn table<'de, D: Deserializer<'de>>(from: D) -> Result<Table, D::Error> {
    #[derive(Deserialize)]
    struct Bounded {
        name: String,
        #[serde(deserialize_with = "at_most::<_, _, MAX_COLUMNS>")]
        columns: Vec<String>,
    }

    let Bounded { name, columns } = Bounded::deserialize(from)?;
    Ok(Table { name, columns })
}

/// Why a backup cannot be written or used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read or written.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// It is something else.
    #[error("{0} is no backup of a version that this program knows")]
    Kind(PathBuf),
    /// It ends too early.
    #[error("{0} is cut off at byte {1}; use another backup")]
    Torn(PathBuf, u64),
    /// A piece claims to be longer than what there is: it ends too early, or the length was altered.
    #[error("{0} is cut off at byte {1}, or damaged at byte {2}; use another backup")]
    Longer(PathBuf, u64, u64),
    /// It was altered, or the disk has lost part of it.
    #[error("{0} is damaged at byte {1}; use another backup")]
    Damaged(PathBuf, u64),
}

/// Writes a backup under another name first: a file of the name that was asked for is whole.
pub struct Writer {
    path: PathBuf,
    new: PathBuf,
    file: BufWriter<File>,
    link: Hash,
    sum: Hash,
}

impl Writer {
    /// Begins a file that is not there yet.
    pub fn create(path: &Path) -> Result<Self, FileError> {
        if path.exists() {
            return Err(FileError::Io(path.to_owned(), io::Error::other("there is such a file already; give another name")));
        }
        if path.parent().is_some_and(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
            return Err(FileError::Io(
                path.to_owned(),
                io::Error::other("there is no such folder; make it first, or give another"),
            ));
        }
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".part");
        let new = path.with_file_name(name);
        let failed = |error| FileError::Io(new.clone(), error);
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = BufWriter::new(options.open(&new).map_err(failed)?);
        file.write_all(MAGIC).map_err(failed)?;
        Ok(Self { path: path.to_owned(), new, file, link: hash("habeas/1/backup", &[MAGIC]), sum: [0; 32] })
    }

    /// Adds a piece.
    pub fn add(&mut self, piece: &Piece) -> Result<(), FileError> {
        let bytes = encode(piece).map_err(|error| self.failed(io::Error::other(error)))?;
        if bytes.len() > MAX_PIECE {
            return Err(self.failed(io::Error::other(format!("a row is larger than {MAX_PIECE} bytes"))));
        }
        let length = (bytes.len() as u32).to_be_bytes();
        self.link = next(&self.link, &bytes);
        self.sum = sum(&self.sum, &bytes, piece);
        let written = self.file.write_all(&length).and_then(|()| self.file.write_all(&bytes));
        written.and_then(|()| self.file.write_all(&self.link[..LINK])).map_err(|error| self.failed(error))
    }

    /// The hash over the database that was begun last.
    pub fn sum(&self) -> Hash {
        self.sum
    }

    /// Makes the file durable and gives it its name. Returns its size in bytes.
    pub fn finish(mut self, manifest: Manifest) -> Result<u64, FileError> {
        self.add(&Piece::End(manifest))?;
        let done = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        let done = done.and_then(|()| std::fs::rename(&self.new, &self.path));
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        done.and_then(|()| File::open(folder)?.sync_all()).map_err(|error| self.failed(error))?;
        std::fs::metadata(&self.path).map(|file| file.len()).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> FileError {
        FileError::Io(self.new.clone(), error)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What was not finished is of no use; once it has its name, there is nothing here to remove.
        let _ = std::fs::remove_file(&self.new);
    }
}

/// Reads a backup from its beginning to its end.
pub struct Reader {
    path: PathBuf,
    file: BufReader<File>,
    size: u64,
    at: u64,
    link: Hash,
    sum: Hash,
    ended: bool,
}

impl Reader {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        let failed = |error| FileError::Io(path.to_owned(), error);
        let mut file = BufReader::new(File::open(path).map_err(failed)?);
        let size = file.get_ref().metadata().map_err(failed)?.len();
        let mut begins = [0; MAGIC.len()];
        if file.read_exact(&mut begins).is_err() || begins != *MAGIC {
            return Err(FileError::Kind(path.to_owned()));
        }
        let link = hash("habeas/1/backup", &[MAGIC]);
        Ok(Self { path: path.to_owned(), file, size, at: MAGIC.len() as u64, link, sum: [0; 32], ended: false })
    }

    /// The next piece; `None` behind the end.
    pub fn next(&mut self) -> Result<Option<Piece>, FileError> {
        if self.ended {
            return if self.at == self.size { Ok(None) } else { Err(self.damaged()) };
        }
        let mut length = [0; 4];
        self.read(&mut length)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > MAX_PIECE {
            return Err(self.damaged());
        }
        // Before memory is taken for it.
        if self.at + 4 + (length + LINK) as u64 > self.size {
            return Err(FileError::Longer(self.path.clone(), self.size, self.at));
        }
        let (mut bytes, mut link) = (vec![0; length], [0; LINK]);
        self.read(&mut bytes)?;
        self.read(&mut link)?;
        self.link = next(&self.link, &bytes);
        let piece: Option<Piece> = decode(&bytes, MAX_PIECE).ok();
        let Some(piece) = piece.filter(|_| link == self.link[..LINK]) else {
            return Err(self.damaged());
        };
        self.sum = sum(&self.sum, &bytes, &piece);
        self.at += (4 + length + LINK) as u64;
        self.ended = matches!(piece, Piece::End(_));
        Ok(Some(piece))
    }

    /// The hash over the database that was begun last.
    pub fn sum(&self) -> Hash {
        self.sum
    }

    /// What was read last is not what it should be.
    pub fn damaged(&self) -> FileError {
        FileError::Damaged(self.path.clone(), self.at)
    }

    fn read(&mut self, into: &mut [u8]) -> Result<(), FileError> {
        self.file.read_exact(into).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => FileError::Torn(self.path.clone(), self.size),
            _ => FileError::Io(self.path.clone(), error),
        })
    }
}

fn next(link: &Hash, bytes: &[u8]) -> Hash {
    hash("habeas/1/backup", &[link, bytes])
}

/// The running hash over a database's pieces; it begins with the database.
fn sum(before: &Hash, bytes: &[u8], piece: &Piece) -> Hash {
    match piece {
        Piece::Database(..) => hash("habeas/1/backup-database", &[bytes]),
        Piece::End(_) => *before,
        Piece::Table(_) | Piece::Rows(_) => hash("habeas/1/backup-database", &[before, bytes]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_makes_memory_of_a_few_bytes() {
        let read = |piece: &Piece| decode::<Piece>(&encode(piece).unwrap(), MAX_PIECE);
        let rows = |rows: usize, values: usize| Piece::Rows(vec![vec![Value::Null; values]; rows]);
        let table = |columns: usize| Piece::Table(Table { name: "cases".to_owned(), columns: vec![String::new(); columns] });
        let database = |versions: usize| Piece::Database("hub".to_owned(), vec![String::new(); versions]);
        for good in [rows(MAX_ROWS, 1), rows(1, MAX_COLUMNS), table(MAX_COLUMNS), database(MAX_TABLES)] {
            assert_eq!(read(&good).as_ref(), Ok(&good));
        }
        for bad in [rows(MAX_ROWS + 1, 1), rows(1, MAX_COLUMNS + 1), table(MAX_COLUMNS + 1), database(MAX_TABLES + 1)] {
            assert!(read(&bad).is_err());
        }
    }
}

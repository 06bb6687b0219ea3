//! The connection and how one is opened.

use diesel::connection::SimpleConnection;
use diesel::{Connection as _, PgConnection, SqliteConnection};

/// A connection to either database. Selects, single inserts, updates, deletes and `returning` of all columns work through
/// it; what the two spell differently is a `match`.
#[derive(diesel::MultiConnection)]
#[allow(missing_docs, reason = "the variants are named for the databases")]
pub enum Db {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A file beside the server is SQLite; an address that begins with `postgres` is PostgreSQL.
pub(crate) fn is_postgres(address: &str) -> bool {
    address.starts_with("postgres://") || address.starts_with("postgresql://")
}

/// Opens a connection by the scheme of the address. (The derived `establish` tries one after the other and hides the true
/// error.)
pub(crate) fn open(address: &str) -> Result<Db, diesel::ConnectionError> {
    if is_postgres(address) {
        return PgConnection::establish(address).map(Db::Postgres);
    }
    let mut connection = SqliteConnection::establish(address)?;
    // FULL: what was acknowledged survives a power cut. NORMAL could lose it.
    // secure_delete: what is deleted is overwritten where it lay, and not only when somebody needs the room.
    let settings = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                    PRAGMA secure_delete = ON;";
    connection.batch_execute(settings).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(Db::Sqlite(connection))
}

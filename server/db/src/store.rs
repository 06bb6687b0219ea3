//! The pool and its transactions.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{SimpleConnection as _, TransactionManager as _};
use diesel::result::Error;
use diesel::sql_types::Integer;
use diesel::{QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use diesel_migrations::EmbeddedMigrations;
use r2d2::{ManageConnection, Pool};

use crate::connection::{Db, is_postgres, open};
use crate::copy::{quoted, tables};
use crate::turns::Turns;
use crate::upgrade::Upgrading;

/// The migrations of a schema for each database, under the same names.
pub struct Migrations {
    /// For SQLite.
    pub sqlite: EmbeddedMigrations,
    /// For PostgreSQL.
    pub postgres: EmbeddedMigrations,
}

/// Why the database did not answer. Causes name files and addresses, so they are for the log and never for an answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened.
    #[error("the database cannot be opened: {0}")]
    Open(String),
    /// Its schema cannot be brought up to date. It is as it was.
    #[error("the database's schema cannot be brought up to date, and was left as it is: {0}")]
    Migrate(String),
    /// A newer program has written it.
    #[error("a newer version of this program has written it; nothing was changed. Use that version")]
    Newer,
    /// Its rows cannot be read for a copy, or not be put.
    #[error("it cannot be copied: {0}")]
    Copy(String),
    /// It is damaged.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Every connection is in use.
    #[error("the database is too busy: {0}")]
    Busy(#[from] r2d2::Error),
    /// What was written could not be brought to the disk, and is not there.
    #[error("what was written could not be committed: {0}")]
    Commit(String),
    /// A query failed.
    #[error("a query failed: {0}")]
    Query(#[from] Error),
}

/// How often it is tried to write a database anew.
const SCOURS: u32 = 10;

/// What a checkpoint says of itself.
#[derive(QueryableByName)]
struct Emptied {
    /// Not 0 if somebody was still reading.
    #[diesel(sql_type = Integer)]
    busy: i32,
}

/// A database with its pool. Clones share it.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Manager>,
    /// Whoever writes, where it is SQLite.
    turns: Option<Arc<Turns>>,
}

struct Manager {
    address: String,
}

impl ManageConnection for Manager {
    type Connection = Db;
    type Error = diesel::ConnectionError;

    fn connect(&self) -> Result<Db, diesel::ConnectionError> {
        open(&self.address)
    }

    fn is_valid(&self, connection: &mut Db) -> Result<(), diesel::ConnectionError> {
        match connection {
            // A file does not go away as a server's connection does.
            Db::Sqlite(_) => Ok(()),
            Db::Postgres(postgres) => {
                postgres.batch_execute("SELECT 1").map_err(diesel::ConnectionError::CouldntSetupConfiguration)
            }
        }
    }

    fn has_broken(&self, connection: &mut Db) -> bool {
        std::thread::panicking() || Transactions::is_broken_transaction_manager(connection)
    }
}

pub(crate) type Transactions = <Db as diesel::Connection>::TransactionManager;

impl Store {
    /// Opens the database at an address (a file's path, or `postgres://…`) and brings its schema up to date.
    pub fn open(address: &str, migrations: Migrations) -> Result<Self, StoreError> {
        Upgrading::begin(address, &migrations)?.finish()?;
        let is_postgres = is_postgres(address);
        let size = if is_postgres { 8 } else { 4 };
        // What is old is opened anew where a server is at the other end. Of a file nothing gets old; and whoever looks after that would outlive
        // the pool by half a minute, with its threads.
        let oldest = is_postgres.then_some(Duration::from_secs(30 * 60));
        let pool = Pool::builder()
            .max_size(size)
            // The others are opened when they are needed.
            .min_idle(Some(1))
            .max_lifetime(oldest)
            .idle_timeout(oldest)
            .connection_timeout(Duration::from_secs(15))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(Manager { address: address.to_owned() })?;
        Ok(Self { pool, turns: (!is_postgres).then(|| Arc::new(Turns::at(address))) })
    }

    /// Overwrites what was deleted or replaced and still lies in the database's files, as far as the database does so: PostgreSQL keeps its own
    /// log of what was written for a while. Others wait for as long as it takes.
    pub fn overwrite(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.get()?;
        match &mut *connection {
            Db::Sqlite(db) => Ok(write_anew(db)?),
            Db::Postgres(_) => {
                for table in tables(&mut connection)? {
                    connection.batch_execute(&format!("VACUUM FULL {}", quoted(&table)))?;
                }
                Ok(())
            }
        }
    }

    /// Runs queries that change nothing, within one transaction.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        self.transaction(work)
    }

    /// Runs queries that change something: all of it happens and is on the disk, or on an error none. Work must not write to this database a second
    /// time within itself: on SQLite it would wait for itself for ever.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        match &self.turns {
            Some(turns) => turns.write(work),
            None => self.transaction(work),
        }
    }

    /// Writes an SQLite database anew and empties its write-ahead log, so that its files hold no bytes of what was deleted. It takes the room of one
    /// more copy for a moment, and whoever writes waits. PostgreSQL keeps what was deleted until its operator has it rewritten.
    pub fn scour(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.get().map_err(StoreError::from)?;
        match &mut *connection {
            Db::Sqlite(db) => Ok(write_anew(db)?),
            Db::Postgres(_) => Ok(()),
        }
    }

    fn transaction<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.pool.get().map_err(StoreError::from)?;
        let connection = &mut *connection;
        Transactions::begin_transaction(connection).map_err(StoreError::from)?;
        match work(connection) {
            Ok(value) => {
                Transactions::commit_transaction(connection).map_err(StoreError::from)?;
                Ok(value)
            }
            Err(error) => {
                // The first error is the one to report; a connection that cannot roll back is thrown away by the pool.
                let _ = Transactions::rollback_transaction(connection);
                Err(error)
            }
        }
    }
}

/// Writes a database anew and cuts off its log, which whoever reads an older state can keep from being cut off.
fn write_anew(db: &mut SqliteConnection) -> Result<(), Error> {
    let mut once = || {
        db.batch_execute("VACUUM")?;
        let emptied: Emptied = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(db)?;
        let busy = || Error::QueryBuilderError("somebody has been reading it all the time".into());
        if emptied.busy == 0 { Ok(()) } else { Err(busy()) }
    };
    // The connection waits by itself for whoever reads or writes, but not for ever.
    let tried = (1..SCOURS).find(|_| once().is_ok());
    tried.map_or_else(once, |_| Ok(()))
}

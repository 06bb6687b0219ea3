//! The pool and its transactions.

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::{RunQueryDsl as _, sql_query};
use diesel_migrations::EmbeddedMigrations;
use r2d2::{ManageConnection, Pool};

use crate::connection::{Db, is_postgres, open};
use crate::copy::{quoted, tables};
use crate::upgrade::Upgrading;

/// How often it is tried to cut off SQLite's log; each time waits for those who read.
const CHECKPOINTS: usize = 6;

#[derive(diesel::QueryableByName)]
struct Busy {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}

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
    /// A query failed.
    #[error("a query failed: {0}")]
    Query(#[from] diesel::result::Error),
}

/// A database with its pool. Clones share it.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Manager>,
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
        connection.batch_execute("SELECT 1").map_err(diesel::ConnectionError::CouldntSetupConfiguration)
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
        let size = if is_postgres(address) { 8 } else { 4 };
        let pool = Pool::builder()
            .max_size(size)
            // The others are opened when they are needed.
            .min_idle(Some(1))
            .connection_timeout(std::time::Duration::from_secs(15))
            .error_handler(Box::new(r2d2::NopErrorHandler))
            .build(Manager { address: address.to_owned() })?;
        Ok(Self { pool })
    }

    /// Overwrites what was deleted or replaced and still lies in the database's files, as far as the database does so: PostgreSQL keeps its own
    /// log of what was written for a while. Others wait for as long as it takes.
    pub fn overwrite(&self) -> Result<(), StoreError> {
        let mut connection = self.pool.get()?;
        match &mut *connection {
            Db::Sqlite(db) => {
                db.batch_execute("VACUUM")?;
                // Whoever reads an older state keeps the log from being cut off.
                for _ in 0..CHECKPOINTS {
                    let row: Busy = sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result(db)?;
                    if row.busy == 0 {
                        return Ok(());
                    }
                }
                Err(StoreError::Copy("its log is read all the time and cannot be cut off".to_owned()))
            }
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
        self.transaction("BEGIN", work)
    }

    /// Runs queries that change something: all of it happens, or on an error none.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        // A transaction that begins by reading and writes later can fail in the middle on SQLite; this one waits at the start.
        self.transaction("BEGIN IMMEDIATE", work)
    }

    fn transaction<T, E: From<StoreError>>(&self, begin: &str, work: impl FnOnce(&mut Db) -> Result<T, E>) -> Result<T, E> {
        let mut connection = self.pool.get().map_err(StoreError::from)?;
        let connection = &mut *connection;
        match connection {
            Db::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, begin),
            Db::Postgres(_) => Transactions::begin_transaction(connection),
        }
        .map_err(StoreError::from)?;
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

//! Bringing a schema up to date: all of it or nothing, and never a database that a newer program has written.

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager};
use diesel::migration::{Migration, MigrationSource};
use diesel_migrations::MigrationHarness;

use crate::connection::{Db, open};
use crate::copy::Frozen;
use crate::store::Transactions;
use crate::{Migrations, StoreError};

/// Of several processes that begin at once, one brings a PostgreSQL database up to date and the others wait.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_xact_lock(4846455)";

/// How a database stands to this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing in it yet.
    Fresh,
    /// It is as this program wants it.
    Current,
    /// An older program wrote it: that many steps are missing.
    Older(usize),
    /// A newer program wrote it.
    Newer,
}

/// How the database at an address stands. Nothing is changed, and no file is made.
pub fn standing(address: &str, migrations: &Migrations) -> Result<Standing, StoreError> {
    let Some(mut frozen) = Frozen::open(address)? else { return Ok(Standing::Fresh) };
    let there = frozen.versions()?;
    let known = migrations.versions(frozen.db())?;
    Ok(if there.is_empty() {
        Standing::Fresh
    } else if there.iter().any(|version| !known.contains(version)) {
        Standing::Newer
    } else {
        match known.len() - there.len() {
            0 => Standing::Current,
            missing => Standing::Older(missing),
        }
    })
}

/// A database that has been brought up to date in a transaction that is not finished yet. Dropped, it is as it was.
pub struct Upgrading(pub(crate) Db);

impl Upgrading {
    /// Takes every step that is missing.
    pub fn begin(address: &str, migrations: &Migrations) -> Result<Self, StoreError> {
        Self::steps(address, migrations, None)
    }

    /// Takes the steps that are missing; of `only`, if given, none but these.
    pub(crate) fn steps(address: &str, migrations: &Migrations, only: Option<&[String]>) -> Result<Self, StoreError> {
        let mut db = open(address).map_err(|error| StoreError::Open(error.to_string()))?;
        begin(&mut db)?;
        let mut upgrading = Self(db);
        let known = migrations.versions(&mut upgrading.0)?;
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| StoreError::Migrate(error.to_string());
        let there = match &mut upgrading.0 {
            Db::Sqlite(db) => db.applied_migrations(),
            Db::Postgres(db) => db.applied_migrations(),
        };
        let there: Vec<String> = there.map_err(failed)?.iter().map(ToString::to_string).collect();
        let wanted = only.unwrap_or(&known);
        if there.iter().chain(wanted).any(|version| !known.contains(version)) {
            return Err(StoreError::Newer);
        }
        let missing = |version: &str| wanted.iter().any(|want| want == version) && !there.iter().any(|have| have == version);
        match &mut upgrading.0 {
            Db::Sqlite(db) => {
                let steps: Vec<Box<dyn Migration<diesel::sqlite::Sqlite>>> = migrations.sqlite.migrations().map_err(failed)?;
                take(db, steps, missing)
            }
            Db::Postgres(db) => {
                let steps: Vec<Box<dyn Migration<diesel::pg::Pg>>> = migrations.postgres.migrations().map_err(failed)?;
                take(db, steps, missing)
            }
        }
        .map_err(failed)?;
        Ok(upgrading)
    }

    /// From here on it counts.
    pub fn finish(mut self) -> Result<(), StoreError> {
        Ok(Transactions::commit_transaction(&mut self.0)?)
    }
}

fn begin(db: &mut Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite(db) => AnsiTransactionManager::begin_transaction_sql(db, "BEGIN IMMEDIATE")?,
        Db::Postgres(db) => {
            AnsiTransactionManager::begin_transaction_sql(db, "BEGIN")?;
            db.batch_execute(ONE_AT_A_TIME)?;
        }
    }
    Ok(())
}

fn take<DB: diesel::backend::Backend, C: MigrationHarness<DB>>(
    db: &mut C,
    mut steps: Vec<Box<dyn Migration<DB>>>,
    missing: impl Fn(&str) -> bool,
) -> diesel::migration::Result<()> {
    steps.sort_unstable_by(|a, b| a.name().version().cmp(&b.name().version()));
    for step in steps.iter().filter(|step| missing(&step.name().version().to_string())) {
        db.run_migration(step.as_ref()).map_err(|error| format!("{}: {error}", step.name()))?;
    }
    Ok(())
}

impl Migrations {
    /// Every step that this program knows, oldest first.
    pub(crate) fn versions(&self, db: &mut Db) -> Result<Vec<String>, StoreError> {
        let names = match db {
            Db::Sqlite(_) => names::<diesel::sqlite::Sqlite>(&self.sqlite),
            Db::Postgres(_) => names::<diesel::pg::Pg>(&self.postgres),
        };
        names.map_err(|error| StoreError::Migrate(error.to_string()))
    }
}

fn names<DB: diesel::backend::Backend>(source: &impl MigrationSource<DB>) -> diesel::migration::Result<Vec<String>> {
    let mut names: Vec<String> = source.migrations()?.iter().map(|step| step.name().version().to_string()).collect();
    names.sort_unstable();
    Ok(names)
}

//! Databases as an older program left them: the newest steps of the schema taken back, with what was written before.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

/// A database of the hub or the clerk, by its address.
pub struct Database<'a> {
    /// `hub` or `clerk`.
    pub name: &'a str,
    /// A file's path, or `postgres://…`.
    pub address: &'a str,
}

impl Database<'_> {
    /// Takes back that many steps.
    pub fn steps_back(&self, steps: usize) {
        for _ in 0..steps {
            match self.postgres() {
                Some(mut db) => db.revert_last_migration(self.migrations("postgres")).map(drop),
                None => self.sqlite().revert_last_migration(self.migrations("sqlite")).map(drop),
            }
            .unwrap();
        }
    }

    /// The steps that its schema has taken, newest first.
    pub fn steps(&self) -> Vec<String> {
        let steps = match self.postgres() {
            Some(mut db) => db.applied_migrations(),
            None => self.sqlite().applied_migrations(),
        };
        steps.unwrap().iter().map(ToString::to_string).collect()
    }

    /// Runs a statement, as somebody could by hand.
    pub fn runs(&self, statement: &str) {
        match self.postgres() {
            Some(mut db) => db.batch_execute(statement),
            None => self.sqlite().batch_execute(statement),
        }
        .unwrap();
    }

    fn postgres(&self) -> Option<PgConnection> {
        self.address.starts_with("postgres://").then(|| PgConnection::establish(self.address).unwrap())
    }

    fn sqlite(&self) -> SqliteConnection {
        SqliteConnection::establish(self.address).unwrap()
    }

    fn migrations(&self, kind: &str) -> FileBasedMigrations {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(self.name).join(kind);
        FileBasedMigrations::from_path(folder).unwrap()
    }
}

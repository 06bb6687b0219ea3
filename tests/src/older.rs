//! Databases in other hands than the program's: as an older one left them, or as whoever has the server alters them.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

/// A database of the hub or the clerk, by its address.
pub struct Database<'a> {
    /// `hub` or `clerk`.
    pub name: &'a str,
    /// A file's path, or `postgres://…`.
    pub address: &'a str,
}

/// A row's only column.
#[derive(diesel::QueryableByName)]
struct Said {
    #[diesel(sql_type = diesel::sql_types::Text)]
    said: String,
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

    /// What a query finds that has one column, a text named `said`.
    pub fn finds(&self, query: &str) -> Vec<String> {
        let rows: Vec<Said> = match self.postgres() {
            Some(mut db) => diesel::sql_query(query).load(&mut db),
            None => diesel::sql_query(query).load(&mut self.sqlite()),
        }
        .unwrap();
        rows.into_iter().map(|row| row.said).collect()
    }

    fn postgres(&self) -> Option<PgConnection> {
        self.address.starts_with("postgres://").then(|| PgConnection::establish(self.address).unwrap())
    }

    fn sqlite(&self) -> SqliteConnection {
        let mut db = SqliteConnection::establish(self.address).unwrap();
        // Its server may be writing.
        db.batch_execute("PRAGMA busy_timeout = 20000").unwrap();
        db
    }

    fn migrations(&self, kind: &str) -> FileBasedMigrations {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(self.name).join(kind);
        FileBasedMigrations::from_path(folder).unwrap()
    }
}

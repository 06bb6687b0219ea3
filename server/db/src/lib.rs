//! One connection over SQLite and PostgreSQL, a pool of them, transactions, migrations. Knows no table.
//!
//! Everything that queries lives in a `store` module of the hub or the clerk and runs inside [`Store::read`] or
//! [`Store::write`]. Both block: call them on a thread that may.

mod connection;
mod store;

pub use connection::Db;
pub use diesel_migrations::EmbeddedMigrations;
pub use store::{Migrations, Store, StoreError};

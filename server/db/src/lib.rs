//! One connection over SQLite and PostgreSQL, a pool of them, transactions, migrations, copies. Knows no table.
//!
//! Everything that queries lives in a `store` module of the hub or the clerk and runs inside [`Store::read`] or
//! [`Store::write`]. Both block: call them on a thread that may.

mod connection;
mod copy;
mod store;
mod turns;
mod upgrade;

pub use connection::Db;
pub use copy::{Filling, Frozen, Table, Value};
pub use diesel_migrations::EmbeddedMigrations;
pub use store::{Migrations, Store, StoreError};
pub use upgrade::{Standing, Upgrading, standing};

//! What lies in a server's databases, as whoever carries the machine away would read it.

use std::collections::BTreeMap;

use habeas_db::{Frozen, StoreError, Table, Value};

/// A row's values by their columns' names.
pub type Row = BTreeMap<String, Value>;

/// The tables of the database at an address, with their columns.
pub fn tables(address: &str) -> Vec<Table> {
    Frozen::open(address).unwrap().unwrap().tables().unwrap()
}

/// Every row of a table of the database at an address.
pub fn rows(address: &str, table: &str) -> Vec<Row> {
    let mut frozen = Frozen::open(address).unwrap().unwrap();
    let table = frozen.tables().unwrap().into_iter().find(|known| known.name == table).unwrap();
    let mut rows = Vec::new();
    let row = |values: Vec<Value>| {
        rows.push(table.columns.iter().cloned().zip(values).collect());
        Ok::<_, StoreError>(())
    };
    frozen.rows(&table, row).unwrap();
    rows
}

/// The bytes in a column; empty where there are none.
pub fn bytes(row: &Row, column: &str) -> Vec<u8> {
    match &row[column] {
        Value::Bytes(bytes) => bytes.clone(),
        _ => Vec::new(),
    }
}

//! A database's rows as values, whatever its tables are: read as they are at one moment, and put into an empty database of either kind.

use std::collections::BTreeSet;
use std::path::Path;

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _};
use diesel::deserialize::{FromSql, QueryableByName};
use diesel::pg::Pg;
use diesel::row::{Field as _, NamedRow, Row};
use diesel::sql_types::{BigInt, Binary, Bool, Integer, SmallInt, Text};
use diesel::sqlite::{Sqlite, SqliteType};
use diesel::{RunQueryDsl as _, sql_query};
use serde::{Deserialize, Serialize};

use crate::connection::{Db, is_postgres, open};
use crate::upgrade::Upgrading;
use crate::{Migrations, StoreError};

/// The table in which diesel notes which steps a schema has taken.
const STEPS: &str = "__diesel_schema_migrations";
/// How many rows PostgreSQL hands over at a time: some hold megabytes.
const FETCH: usize = 20;

/// A value of a column. `true` is 1, as SQLite has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the variants are named for what they hold")]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Value {
    /// About how many bytes it takes.
    pub fn size(&self) -> usize {
        match self {
            Self::Null | Self::Int(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// A table's name and its columns' names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "said above")]
pub struct Table {
    pub name: String,
    pub columns: Vec<String>,
}

/// A database as it is at one moment, whatever is written to it meanwhile.
pub struct Frozen(Db);

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    other: String,
}

impl Frozen {
    /// Looks at the database at an address; `None` if there is no such file.
    pub fn open(address: &str) -> Result<Option<Self>, StoreError> {
        if !is_postgres(address) && !Path::new(address).exists() {
            return Ok(None);
        }
        let mut db = open(address).map_err(|error| StoreError::Open(error.to_string()))?;
        match &mut db {
            Db::Sqlite(db) => AnsiTransactionManager::begin_transaction_sql(db, "BEGIN")?,
            Db::Postgres(db) => {
                AnsiTransactionManager::begin_transaction_sql(db, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            }
        }
        Ok(Some(Self(db)))
    }

    /// For a store's own queries.
    pub fn db(&mut self) -> &mut Db {
        &mut self.0
    }

    /// Which steps its schema has taken, oldest first. None: there is nothing in it.
    pub fn versions(&mut self) -> Result<Vec<String>, StoreError> {
        if !tables(&mut self.0)?.iter().any(|table| table == STEPS) {
            return Ok(Vec::new());
        }
        let all = sql_query(format!("SELECT version AS name FROM {STEPS} ORDER BY version"));
        let rows: Vec<Name> = all.load(&mut self.0)?;
        Ok(rows.into_iter().map(|row| row.name).collect())
    }

    /// Every table with its columns, each after those to which it refers.
    pub fn tables(&mut self) -> Result<Vec<Table>, StoreError> {
        let names: Vec<String> = tables(&mut self.0)?.into_iter().filter(|table| table != STEPS).collect();
        let refers = references(&mut self.0)?;
        let (mut tables, mut done) = (Vec::new(), BTreeSet::new());
        while done.len() < names.len() {
            let waits = |name: &String| {
                refers.iter().any(|(from, to)| from == name && to != name && names.contains(to) && !done.contains(to))
            };
            let next = names.iter().find(|name| !done.contains(*name) && !waits(name));
            let Some(name) = next.cloned() else {
                return Err(StoreError::Copy("tables refer to each other in a circle".to_owned()));
            };
            let columns = columns(&mut self.0, &name)?.into_iter().map(|(column, _)| column).collect();
            tables.push(Table { name: name.clone(), columns });
            done.insert(name);
        }
        Ok(tables)
    }

    /// Hands over every row of a table, one after another.
    pub fn rows<E: From<StoreError>>(
        &mut self,
        table: &Table,
        mut each: impl FnMut(Vec<Value>) -> Result<(), E>,
    ) -> Result<(), E> {
        let wanted: Vec<String> = table.columns.iter().map(|column| quoted(column)).collect();
        let select = format!("SELECT {} FROM {}", wanted.join(", "), quoted(&table.name));
        let failed = |error: diesel::result::Error| StoreError::Copy(format!("the table {}: {error}", table.name));
        match &mut self.0 {
            Db::Sqlite(db) => {
                let rows = sql_query(select);
                let rows = diesel::query_dsl::methods::LoadQuery::internal_load(rows, db).map_err(failed)?;
                for row in rows {
                    let Line(row) = row.map_err(failed)?;
                    each(row)?;
                }
            }
            Db::Postgres(db) => {
                db.batch_execute(&format!("DECLARE copying NO SCROLL CURSOR FOR {select}")).map_err(failed)?;
                loop {
                    let rows: Vec<Line> = sql_query(format!("FETCH {FETCH} FROM copying")).load(db).map_err(failed)?;
                    let last = rows.len() < FETCH;
                    rows.into_iter().try_for_each(|Line(row)| each(row))?;
                    if last {
                        break;
                    }
                }
                db.batch_execute("CLOSE copying").map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Looks through the whole of a SQLite file for damage, and for rows that refer to none. PostgreSQL looks after its own.
    pub fn examine(&mut self) -> Result<(), StoreError> {
        let Db::Sqlite(db) = &mut self.0 else { return Ok(()) };
        let found: Vec<Name> = sql_query("SELECT integrity_check AS name FROM pragma_integrity_check").load(db)?;
        if let Some(Name { name }) = found.into_iter().find(|row| row.name != "ok") {
            return Err(StoreError::Damaged(name));
        }
        let lost = sql_query("SELECT \"table\" AS one, parent AS other FROM pragma_foreign_key_check LIMIT 1");
        let lost: Vec<Pair> = lost.load(db)?;
        match lost.first() {
            Some(Pair { one, other }) => {
                Err(StoreError::Damaged(format!("a row of {one} refers to one of {other} that is not there")))
            }
            None => Ok(()),
        }
    }
}

/// An empty database that is being filled. Dropped before it is finished, it stays empty.
pub struct Filling {
    upgrading: Upgrading,
}

impl Filling {
    /// Makes the tables as they were after these steps. `None`: there is something in the database already.
    pub fn begin(address: &str, migrations: &Migrations, versions: &[String]) -> Result<Option<Self>, StoreError> {
        if let Some(mut there) = Frozen::open(address)?
            && !tables(there.db())?.is_empty()
        {
            return Ok(None);
        }
        let mut upgrading = Upgrading::steps(address, migrations, Some(versions))?;
        // What the steps themselves put into new tables comes with the rows.
        for table in tables(&mut upgrading.0)?.into_iter().filter(|table| table != STEPS) {
            sql_query(format!("DELETE FROM {}", quoted(&table))).execute(&mut upgrading.0)?;
        }
        Ok(Some(Self { upgrading }))
    }

    /// For a store's own queries.
    pub fn db(&mut self) -> &mut Db {
        &mut self.upgrading.0
    }

    /// Puts rows into a table.
    pub fn put(&mut self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let db = &mut self.upgrading.0;
        let known = columns(db, &table.name)?;
        let mut flags = Vec::new();
        for column in &table.columns {
            let found = known.iter().find(|(name, _)| name == column);
            let (_, kind) = found.ok_or_else(|| StoreError::Copy(format!("there is no column {}.{column}", table.name)))?;
            flags.push(kind == "boolean");
        }
        let names: Vec<String> = table.columns.iter().map(|column| quoted(column)).collect();
        let insert = format!("INSERT INTO {} ({}) VALUES ", quoted(&table.name), names.join(", "));
        if rows.iter().any(|row| row.len() != table.columns.len()) {
            return Err(StoreError::Copy(format!("a row of {} has not as many values as there are columns", table.name)));
        }
        let failed = |error: diesel::result::Error| StoreError::Copy(format!("the table {}: {error}", table.name));
        macro_rules! put {
            ($db:expr, $kind:ty, $rows:expr) => {{
                let (mut query, mut number) = (sql_query(insert.as_str()).into_boxed::<$kind>(), 0);
                for (at, row) in $rows.iter().enumerate() {
                    query = query.sql(if at == 0 { "(" } else { ", (" });
                    for (place, value) in row.iter().enumerate() {
                        query = query.sql(if place == 0 { "" } else { ", " });
                        number += 1;
                        query = match value {
                            Value::Null => query.sql("NULL"),
                            Value::Int(value) if flags[place] => query.sql(format!("(${number} <> 0)")).bind::<BigInt, _>(*value),
                            Value::Int(value) => query.sql(format!("${number}")).bind::<BigInt, _>(*value),
                            Value::Text(value) => query.sql(format!("${number}")).bind::<Text, _>(value.as_str()),
                            Value::Bytes(value) => query.sql(format!("${number}")).bind::<Binary, _>(value.as_slice()),
                        };
                        number -= i32::from(*value == Value::Null);
                    }
                    query = query.sql(")");
                }
                query.execute($db).map(drop).map_err(failed)
            }};
        }
        // A statement takes only so many values.
        for some in rows.chunks(50) {
            match db {
                Db::Sqlite(db) => put!(db, Sqlite, some),
                Db::Postgres(db) => put!(db, Pg, some),
            }?;
        }
        Ok(())
    }

    /// From here on it is there.
    pub fn finish(self) -> Result<(), StoreError> {
        self.upgrading.finish()
    }
}

/// A row's values.
struct Line(Vec<Value>);

impl QueryableByName<Sqlite> for Line {
    fn build<'a>(row: &impl NamedRow<'a, Sqlite>) -> diesel::deserialize::Result<Self> {
        let value = |at: usize| {
            let field = Row::get(row, at).ok_or("a value is missing")?;
            let Some(mut value) = field.value() else { return Ok(Value::Null) };
            Ok(match value.value_type() {
                None => Value::Null,
                Some(SqliteType::SmallInt | SqliteType::Integer | SqliteType::Long) => Value::Int(value.read_long()),
                Some(SqliteType::Text) => Value::Text(value.read_text().to_owned()),
                Some(SqliteType::Binary) => Value::Bytes(value.read_blob().to_vec()),
                Some(other) => return Err(format!("a backup has no values like {other:?}").into()),
            })
        };
        (0..row.field_count()).map(value).collect::<diesel::deserialize::Result<_>>().map(Self)
    }
}

impl QueryableByName<Pg> for Line {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> diesel::deserialize::Result<Self> {
        let value = |at: usize| {
            let field = Row::get(row, at).ok_or("a value is missing")?;
            let Some(value) = field.value() else { return Ok(Value::Null) };
            // The numbers of PostgreSQL's own types never change.
            Ok(match value.get_oid().get() {
                16 => Value::Int(i64::from(<bool as FromSql<Bool, Pg>>::from_sql(value)?)),
                20 => Value::Int(<i64 as FromSql<BigInt, Pg>>::from_sql(value)?),
                21 => Value::Int(i64::from(<i16 as FromSql<SmallInt, Pg>>::from_sql(value)?)),
                23 => Value::Int(i64::from(<i32 as FromSql<Integer, Pg>>::from_sql(value)?)),
                25 | 1043 => Value::Text(<String as FromSql<Text, Pg>>::from_sql(value)?),
                17 => Value::Bytes(value.as_bytes().to_vec()),
                other => return Err(format!("a backup has no values of PostgreSQL's type {other}").into()),
            })
        };
        (0..row.field_count()).map(value).collect::<diesel::deserialize::Result<_>>().map(Self)
    }
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) fn tables(db: &mut Db) -> Result<Vec<String>, StoreError> {
    let all = match db {
        Db::Sqlite(_) => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        }
        Db::Postgres(_) => {
            "SELECT table_name::text AS name FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        }
    };
    let rows: Vec<Name> = sql_query(all).load(db)?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// The columns of a table, each with the name of its type.
fn columns(db: &mut Db, table: &str) -> Result<Vec<(String, String)>, StoreError> {
    let rows: Vec<Pair> = match db {
        Db::Sqlite(db) => sql_query("SELECT name AS one, lower(type) AS other FROM pragma_table_info(?) ORDER BY cid")
            .bind::<Text, _>(table)
            .load(db)?,
        Db::Postgres(db) => sql_query(
            "SELECT column_name::text AS one, data_type::text AS other FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
        )
        .bind::<Text, _>(table)
        .load(db)?,
    };
    Ok(rows.into_iter().map(|row| (row.one, row.other)).collect())
}

/// Which table refers to which.
fn references(db: &mut Db) -> Result<Vec<(String, String)>, StoreError> {
    let all = match db {
        Db::Sqlite(_) => {
            "SELECT m.name AS one, f.\"table\" AS other FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
        }
        Db::Postgres(_) => {
            "SELECT a.relname::text AS one, b.relname::text AS other FROM pg_constraint c \
             JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid WHERE c.contype = 'f'"
        }
    };
    let rows: Vec<Pair> = sql_query(all).load(db)?;
    Ok(rows.into_iter().map(|row| (row.one, row.other)).collect())
}

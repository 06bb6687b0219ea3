//! The columns of a change: runs are counted before they are expanded, and a column holds just as many rows as there are
//! operations.

use super::change::BadChange;
use super::leb::{Reader, put_signed, put_unsigned};

/// Reads one value of a run-length encoded column.
type ReadValue<T> = fn(&mut Reader<'_>) -> Result<T, BadChange>;

/// A run-length encoded column of exactly `rows` values, none of them null.
pub(super) fn runs<T: Clone>(bytes: &[u8], rows: usize, value: ReadValue<T>) -> Result<Vec<T>, BadChange> {
    let mut reader = Reader(bytes);
    let mut values = Vec::with_capacity(rows);
    while !reader.is_empty() {
        let room = rows - values.len();
        let run = reader.signed()?;
        let count =
            usize::try_from(run.unsigned_abs()).ok().filter(|&count| count > 0 && count <= room).ok_or(BadChange::Rows)?;
        if run > 0 {
            let repeated = value(&mut reader)?;
            values.extend(std::iter::repeat_n(repeated, count));
        } else {
            for _ in 0..count {
                values.push(value(&mut reader)?);
            }
        }
    }
    if values.len() == rows { Ok(values) } else { Err(BadChange::Rows) }
}

/// How many rows the column of actions has, without expanding anything; at most `most`.
pub(super) fn count_rows(bytes: &[u8], most: usize) -> Result<usize, BadChange> {
    let mut reader = Reader(bytes);
    let mut rows = 0_usize;
    while !reader.is_empty() {
        let run = reader.signed()?;
        let count = usize::try_from(run.unsigned_abs())
            .ok()
            .filter(|&count| count > 0 && count <= most - rows)
            .ok_or(BadChange::TooMany)?;
        rows += count;
        let values = if run > 0 { 1 } else { count };
        for _ in 0..values {
            reader.unsigned()?;
        }
    }
    Ok(rows)
}

pub(super) fn integer(reader: &mut Reader<'_>) -> Result<u64, BadChange> {
    reader.unsigned()
}

pub(super) fn text(reader: &mut Reader<'_>) -> Result<String, BadChange> {
    let length = reader.count(super::change::MAX_KEY)?;
    String::from_utf8(reader.take(length)?.to_vec()).map_err(|_| BadChange::Text)
}

/// Writes a run-length encoded column as Automerge does: equal neighbours as one run, the others as literals.
pub(super) fn put_runs<T: PartialEq>(values: &[T], put: impl Fn(&mut Vec<u8>, &T)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut literal: Vec<&T> = Vec::new();
    for group in values.chunk_by(T::eq) {
        match group {
            [single] => literal.push(single),
            [first, ..] => {
                put_literal(&mut out, &mut literal, &put);
                put_signed(&mut out, i64::try_from(group.len()).unwrap_or(i64::MAX));
                put(&mut out, first);
            }
            [] => {}
        }
    }
    put_literal(&mut out, &mut literal, &put);
    out
}

fn put_literal<T>(out: &mut Vec<u8>, literal: &mut Vec<&T>, put: &impl Fn(&mut Vec<u8>, &T)) {
    if !literal.is_empty() {
        put_signed(out, -i64::try_from(literal.len()).unwrap_or(i64::MAX));
        literal.drain(..).for_each(|value| put(out, value));
    }
}

pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_unsigned(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

pub(super) fn put_integer(out: &mut Vec<u8>, value: &u64) {
    put_unsigned(out, *value);
}

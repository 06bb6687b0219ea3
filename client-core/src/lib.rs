//! What every device shares, the clerk included: cases, keys, admission, the vault's sealing.
//!
//! Nothing here knows a clock, randomness, a network or a disk: the time comes in as an [`habeas_clock::Instant`],
//! randomness as a `CryptoRng`, and what is to be stored or sent goes out as bytes.

pub mod case;
pub mod device;
pub mod keys;
pub mod order;
pub mod photo;
pub mod rules;
mod small;
pub mod sync;
mod together;
pub mod vault;
pub mod words;

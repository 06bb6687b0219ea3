//! The field app. One WebAssembly module with two entrances: the page shows and asks, the worker holds the vault and answers.

#[cfg(feature = "bench")]
mod bench;
mod messages;
mod page;
mod worker;

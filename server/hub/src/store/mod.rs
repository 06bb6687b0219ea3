//! The hub's queries. Nothing outside this folder knows a table.

pub(crate) mod accounts;
pub(crate) mod cases;
pub(crate) mod devices;
pub(crate) mod feeds;
pub(crate) mod log;
pub(crate) mod settings;

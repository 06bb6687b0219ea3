//! The clerk is a device like any lawyer's phone, only that it never sleeps. It reaches the hub as devices do, with the same
//! bytes.

mod key;

pub use key::{ClerkKey, KeyFileError};

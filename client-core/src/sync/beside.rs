//! What stands beside a case's document. Automerge takes one change of an actor and number; of a device that was copied or restored
//! there can be two. The second to come, and whatever was written upon it, is kept here as it was signed. Which of them came first is
//! seen nowhere: the view is folded out of both places alike.

use habeas_protocol::Hash;

use super::change::{BadChange, ParsedChange};

/// Changes beside the document, each after those that it was written upon.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    changes: Vec<(ParsedChange, Vec<u8>)>,
}

impl Beside {
    /// Reads what [`Beside::chunks`] gave.
    pub fn of(chunks: &[Vec<u8>]) -> Result<Self, BadChange> {
        let mut beside = Self::default();
        for chunk in chunks {
            beside.add(ParsedChange::parse(chunk)?, chunk.clone());
        }
        Ok(beside)
    }

    /// Adds a change that admission has passed.
    pub(super) fn add(&mut self, change: ParsedChange, chunk: Vec<u8>) {
        self.changes.push((change, chunk));
    }

    /// Whether there is nothing: of nearly every case.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The changes, read.
    pub fn changes(&self) -> impl Iterator<Item = &ParsedChange> {
        self.changes.iter().map(|(change, _)| change)
    }

    /// The changes as their authors wrote them, to store them.
    pub fn chunks(&self) -> impl Iterator<Item = &Vec<u8>> {
        self.changes.iter().map(|(_, chunk)| chunk)
    }

    /// One of them.
    pub(super) fn get(&self, change: &Hash) -> Option<&ParsedChange> {
        self.changes().find(|known| known.hash == *change)
    }

    /// Its chunk.
    pub(super) fn chunk(&self, change: &Hash) -> Option<Vec<u8>> {
        self.changes.iter().find(|(known, _)| known.hash == *change).map(|(_, chunk)| chunk.clone())
    }
}

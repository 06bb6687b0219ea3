//! The vault over IndexedDB: every record lies sealed in memory and on disk. What the device puts is in memory at once and
//! durable when [`Shelf::flush`] has come back: nobody is told that something is saved before.

use std::collections::HashMap;

use habeas_client_core::device::{Records, RecordsError};
use habeas_client_core::vault::{SealedRecord, Vault};
use habeas_protocol::AttachmentId;
use habeas_texts::{self as texts, Message};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use super::rng;

#[wasm_bindgen(module = "/src/glue.js")]
extern "C" {
    #[wasm_bindgen(js_name = openStore, catch)]
    async fn open_store() -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = readStore, catch)]
    async fn read_store(db: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = writeStore, catch)]
    async fn write_store(db: &JsValue, header: Option<Uint8Array>, rows: Array, forget: bool) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = putPieces, catch)]
    async fn put_pieces(db: &JsValue, id: &str, first: u32, pieces: Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = readPieces, catch)]
    async fn read_pieces(db: &JsValue, id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = forgetPieces, catch)]
    async fn forget_pieces(db: &JsValue, id: &str) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = tidyPieces, catch)]
    async fn tidy_pieces(db: &JsValue, held: Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = wipeStore, catch)]
    async fn wipe_store(db: &JsValue) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(js_name = holdLock)]
    async fn hold_lock() -> JsValue;
}

/// Whether this worker alone may write.
pub async fn lock() -> bool {
    hold_lock().await.is_truthy()
}

/// What lies on the disk of the browser.
pub struct Disk {
    db: JsValue,
    /// The vault's header; none where there is no vault.
    pub header: Option<Vec<u8>>,
    records: HashMap<[u8; 16], SealedRecord>,
}

impl Disk {
    /// Reads everything, sealed as it is.
    pub async fn open() -> Result<Self, Message> {
        let db = open_store().await.map_err(failed)?;
        let found: Array = read_store(&db).await.map_err(failed)?.into();
        let header = found.get(0);
        let header = (!header.is_undefined()).then(|| Uint8Array::new(&header).to_vec());
        let mut records = HashMap::new();
        for row in Array::from(&found.get(1)).iter().map(|row| Array::from(&row)) {
            let slot = Uint8Array::new(&row.get(0)).to_vec();
            let version = row.get(1).as_f64().unwrap_or_default();
            let bytes = Uint8Array::new(&row.get(2)).to_vec();
            let slot: [u8; 16] = slot.try_into().map_err(|_| texts::error_vault_record())?;
            records.insert(slot, SealedRecord { slot, version: version as u64, bytes });
        }
        // A header without a record is a vault whose making was cut off: there was nothing in it yet.
        let header = header.filter(|_| !records.is_empty());
        Ok(Self { db, header, records })
    }

    /// Puts the header of a new vault there, alone: a vault without records is one that was just made.
    pub async fn begin(&mut self, header: Vec<u8>) -> Result<(), Message> {
        write_store(&self.db, Some(Uint8Array::from(header.as_slice())), Array::new(), false).await.map_err(not_saved)?;
        self.header = Some(header);
        Ok(())
    }

    /// Destroys everything.
    pub async fn wipe(self) -> Result<(), Message> {
        wipe_store(&self.db).await.map(drop).map_err(failed)
    }

    /// The records, under an open vault.
    pub fn shelf(self, vault: Vault) -> Shelf {
        Shelf { disk: self, vault, pending: Vec::new(), forget: false }
    }
}

/// An open vault over the disk.
pub struct Shelf {
    disk: Disk,
    vault: Vault,
    pending: Vec<SealedRecord>,
    /// Whether what is on the disk goes before these are written.
    forget: bool,
}

/// Records on their way to the disk.
pub struct Flush {
    db: JsValue,
    rows: Array,
    forget: bool,
}

impl Shelf {
    /// Takes out what has to be written. What comes later goes with the next flush.
    pub fn flush(&mut self) -> Flush {
        let rows = Array::new();
        for record in self.pending.drain(..) {
            let slot = Uint8Array::from(record.slot.as_slice());
            // One without bytes goes.
            let bytes = Some(&record.bytes).filter(|bytes| !bytes.is_empty());
            let bytes = bytes.map_or(JsValue::UNDEFINED, |bytes| Uint8Array::from(bytes.as_slice()).into());
            rows.push(&Array::of3(&slot, &JsValue::from_f64(record.version as f64), &bytes));
        }
        Flush { db: self.disk.db.clone(), rows, forget: std::mem::take(&mut self.forget) }
    }

    /// Where the pieces of attachments lie.
    pub fn pieces(&self) -> Pieces {
        Pieces(self.disk.db.clone())
    }

    /// Gives the disk back, and forgets the vault's keys.
    pub fn close(self) -> Disk {
        self.disk
    }
}

/// The sealed pieces of attachments, beside the records and never read with them: their keys are in the facts about them.
pub struct Pieces(JsValue);

impl Pieces {
    /// Stores pieces of an attachment from that number on, durably.
    pub async fn store(&self, id: AttachmentId, first: u32, pieces: &[Vec<u8>]) -> Result<(), Message> {
        self.put(&id.to_string(), first, pieces).await
    }

    /// Every piece of it that is here, in order.
    pub async fn read(&self, id: AttachmentId) -> Result<Vec<Vec<u8>>, Message> {
        self.all(&id.to_string()).await
    }

    /// Stores a piece of one that is coming.
    pub async fn comes(&self, id: AttachmentId, number: u32, piece: &Vec<u8>) -> Result<(), Message> {
        self.put(&part(id), number, std::slice::from_ref(piece)).await
    }

    /// The pieces of one that have come so far.
    pub async fn coming(&self, id: AttachmentId) -> Result<Vec<Vec<u8>>, Message> {
        self.all(&part(id)).await
    }

    /// Deletes those of one that was coming.
    pub async fn has_come(&self, id: AttachmentId) -> Result<(), Message> {
        forget_pieces(&self.0, &part(id)).await.map(drop).map_err(failed)
    }

    /// Deletes everything of one.
    pub async fn forget(&self, id: AttachmentId) -> Result<(), Message> {
        forget_pieces(&self.0, &id.to_string()).await.map_err(failed)?;
        self.has_come(id).await
    }

    /// Deletes what no record of the device speaks of: the worker died before the fact was written. What is still coming stays.
    pub async fn tidy(&self, held: impl Iterator<Item = &AttachmentId>) -> Result<(), Message> {
        let held = held.map(|id| JsValue::from(id.to_string())).collect();
        tidy_pieces(&self.0, held).await.map(drop).map_err(failed)
    }

    async fn put(&self, name: &str, first: u32, pieces: &[Vec<u8>]) -> Result<(), Message> {
        let pieces: Array = pieces.iter().map(|piece| Uint8Array::from(piece.as_slice())).collect();
        put_pieces(&self.0, name, first, pieces).await.map(drop).map_err(not_saved)
    }

    async fn all(&self, name: &str) -> Result<Vec<Vec<u8>>, Message> {
        let found: Array = read_pieces(&self.0, name).await.map_err(failed)?.into();
        Ok(found.iter().map(|piece| Uint8Array::new(&piece).to_vec()).collect())
    }
}

/// What pieces are called that have come while others are still to come.
fn part(id: AttachmentId) -> String {
    format!("{id}.part")
}

impl Flush {
    /// Writes it; when this comes back it is durable.
    pub async fn write(self) -> Result<(), Message> {
        if self.rows.length() == 0 {
            return Ok(());
        }
        write_store(&self.db, None, self.rows, self.forget).await.map(drop).map_err(not_saved)
    }
}

impl Records for Shelf {
    fn get(&mut self, name: &str) -> Result<Option<Vec<u8>>, RecordsError> {
        let Some(record) = self.disk.records.get(&self.vault.slot(name)) else {
            return Ok(None);
        };
        let content = self.vault.open(name, record).map_err(|error| RecordsError(error.into()))?;
        Ok(content.map(|content| content.to_vec()))
    }

    fn put(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        for (name, content) in batch {
            let version = self.disk.records.get(&self.vault.slot(&name)).map_or(1, |record| record.version + 1);
            let record = self.vault.seal(&name, version, Some(&content), &mut rng());
            self.disk.records.insert(record.slot, record.clone());
            self.pending.push(record);
        }
        Ok(())
    }

    fn forget(&mut self, names: &[String], batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        for name in names {
            let slot = self.vault.slot(name);
            self.disk.records.remove(&slot);
            self.pending.push(SealedRecord { slot, version: 0, bytes: Vec::new() });
        }
        self.put(batch)
    }

    fn forget_all_but(&mut self, batch: Vec<(String, Vec<u8>)>) -> Result<(), RecordsError> {
        self.disk.records.clear();
        self.pending.clear();
        self.forget = true;
        self.put(batch)
    }
}

fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}

fn failed(error: JsValue) -> Message {
    texts::error_file(words(&error), "IndexedDB")
}

fn not_saved(error: JsValue) -> Message {
    texts::error_vault_write(words(&error))
}

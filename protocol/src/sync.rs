//! One round trip of the sync protocol: what a device brings, what it gets. The hub sees ids, sizes and circles; never a key
//! or a word.

use serde::{Deserialize, Serialize};

use crate::audit::AuditHead;
use crate::codec::{self, BadBytes, at_most};
use crate::envelope::{Envelope, Wrap};
use crate::ids::{CaseId, CircleId, DeviceId, EnvelopeId, Hash, hash};
use crate::limits::{
    MAX_CURSOR, MAX_DIGESTS, MAX_FOLLOWED, MAX_FRAME, MAX_FRAMES, MAX_ITEMS, MAX_LOG_ENTRIES, MAX_REQUEST, MAX_RESPONSE,
    MAX_SEALED, MAX_SNAPSHOT, MAX_TAKEN_OUT, RECEIPT,
};
use crate::snapshot::Snapshot;
use crate::taken_out::TakenOut;

/// What a device sends to `POST /v1/sync`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRequest {
    /// The number of the first log entry that the device lacks.
    pub log_from: u64,
    /// The cursor of the last frame that the device has stored; empty at first.
    pub cursor: Vec<u8>,
    /// Secrets of cases, sealed to circles: those that open a new case, and grants.
    pub wraps: Vec<Wrap>,
    /// Changes, each case's in the order in which they were written.
    pub envelopes: Vec<Envelope>,
    /// Who began the cases that these wraps open.
    #[serde(deserialize_with = "at_most::<_, _, MAX_DIGESTS>")]
    pub beginnings: Vec<Beginning>,
    /// How many bytes of frames the device can take now.
    pub budget: u32,
    /// What the device shows for what the hub has acknowledged: see [`receipt`]; empty at first.
    pub receipt: Vec<u8>,
    /// Entries of the log that the hub said it lacks, encoded.
    #[serde(deserialize_with = "at_most::<_, _, MAX_LOG_ENTRIES>")]
    pub log: Vec<Vec<u8>>,
    /// What the device has of some of its cases, to find out what the hub has lost.
    #[serde(deserialize_with = "at_most::<_, _, MAX_DIGESTS>")]
    pub digests: Vec<(CaseId, Digest)>,
    /// Whether the device takes a snapshot in place of what a feed begins with.
    pub takes_snapshots: bool,
    /// Parts of a snapshot that the clerk has made.
    pub snapshot: Vec<Snapshot>,
    /// The number of the entry of the audit record that the device keeps as its head, 0 for none.
    pub audit: u64,
    /// How far the device has followed its feeds itself, whatever the cursor says.
    #[serde(deserialize_with = "at_most::<_, _, MAX_FOLLOWED>")]
    pub followed: Vec<Followed>,
    /// What a device that may read every case has of all of them, by ranges, the digests one after the other: see [`crate::ranges`]. Empty unless it has
    /// to find out what the hub has lost.
    pub ranges: Vec<u8>,
    /// What was taken out of the device and the audit record does not have yet, the oldest first.
    #[serde(deserialize_with = "at_most::<_, _, MAX_TAKEN_OUT>")]
    pub taken_out: Vec<TakenOut>,
}

/// How far a device has followed a feed: the number of the last item, and a mark that a hub with the same history makes alike.
pub type Followed = (u64, [u8; 8]);

/// How far a feed is followed whose chain has this link after its item of that number.
pub fn followed(circle: CircleId, seq: u64, link: &Hash) -> Followed {
    let mut mark = [0; 8];
    mark.copy_from_slice(&hash("habeas/1/followed", &[&circle.0, &seq.to_be_bytes(), link])[..8]);
    (seq, mark)
}

/// What an answer says of what was brought and asked: the results of wraps and of envelopes, and what differs, case by case, by ranges, and in its cases.
pub type Said<'a> = (&'a [Pushed], &'a [Pushed], &'a [Differing], &'a [u8], &'a [u8]);

impl SyncResponse {
    /// What it says of what was brought and asked.
    pub fn said(&self) -> Said<'_> {
        (&self.wraps, &self.envelopes, &self.differ, &self.differ_ranges, &self.differ_has)
    }
}

/// What a device shows after an answer that says the hub has something, or what it lacks: made of the hub's new receipt and of all that was
/// asked and said. A hub that has not said so does not know it.
pub fn receipt(given: &[u8], request: &SyncRequest, said: Said<'_>) -> Result<[u8; RECEIPT], BadBytes> {
    let mut receipt = [0; RECEIPT];
    let said = codec::encode(&said)?;
    receipt.copy_from_slice(
        &hash("habeas/1/receipt", &[given, &hash("habeas/1/request-print", &[&codec::encode(request)?]), &said])[..RECEIPT],
    );
    Ok(receipt)
}

/// Proof of who began a case: its id says so, to whoever knows the tag of its first secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// The case.
    pub case: CaseId,
    /// The device that began it.
    pub device: DeviceId,
    /// The tag of the case's first secret: it tells nothing of the secret.
    pub tag: [u8; 16],
}

impl Beginning {
    /// Who begins a case with a secret of this tag, and what the case is called then.
    pub fn new(device: DeviceId, tag: [u8; 16]) -> Self {
        let mut id = [0; 16];
        id.copy_from_slice(&hash("habeas/1/case", &[&device.0, &tag])[..16]);
        Self { case: CaseId(id), device, tag }
    }

    /// Whether it is so.
    pub fn holds(&self) -> bool {
        Self::new(self.device, self.tag) == *self
    }
}

/// What somebody has of a case: [`digest`].
pub type Digest = [u8; 16];

/// A hash over the names of a case's changes, whatever their order: equal where nobody lacks any.
pub fn digest(ids: impl IntoIterator<Item = EnvelopeId>) -> Digest {
    let mut ids: Vec<[u8; 16]> = ids.into_iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut cut = [0; 16];
    cut.copy_from_slice(&hash("habeas/1/digest", &[ids.as_flattened()])[..16]);
    cut
}

/// What the hub answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncResponse {
    /// For each wrap that was sent.
    pub wraps: Vec<Pushed>,
    /// For each envelope that was sent.
    pub envelopes: Vec<Pushed>,
    /// Log entries from `log_from` on, encoded.
    #[serde(deserialize_with = "at_most::<_, _, MAX_LOG_ENTRIES>")]
    pub log: Vec<Vec<u8>>,
    /// What is new in the device's feeds.
    pub frames: Vec<Frame>,
    /// Whether there is more than the budget allowed.
    pub more: bool,
    /// The number of the first log entry that the hub lacks.
    pub log_next: u64,
    /// A new receipt, if the answer says that the hub has something, or what it lacks; else empty.
    pub receipt: Vec<u8>,
    /// Whether the hub no longer has something that it said it had: it was restored from a backup, or moved.
    pub lost: bool,
    /// The cases, of those asked about, of which the hub has something else than the device.
    #[serde(deserialize_with = "at_most::<_, _, MAX_DIGESTS>")]
    pub differ: Vec<Differing>,
    /// For the clerk: cases for which nothing is taken until they have another secret, because a revoked device knows the one they have.
    #[serde(deserialize_with = "at_most::<_, _, MAX_DIGESTS>")]
    pub closed: Vec<CaseId>,
    /// The entry of the audit record that the device keeps, if it is still there, and the newest one if that is much newer.
    #[serde(deserialize_with = "at_most::<_, _, 2>")]
    pub audit: Vec<AuditHead>,
    /// Since when the clerk counts no limits and writes no mail, in seconds since 1970. A byte while all is well.
    pub not_counting_since: Option<u64>,
    /// What this device has shown of the log before, if that is more than it shows now: its records are older than what it once had, or there
    /// is a copy of it. A byte while all is well. The device believes it once it has those entries, and does nothing but say so.
    pub shown: Option<Shown>,
    /// Marks of the ranges, of those told of, in which the hub has something else than the device: see [`crate::is_marked`].
    pub differ_ranges: Vec<u8>,
    /// What the hub has of the cases in `differ` that it has, one after the other: see [`crate::has`].
    pub differ_has: Vec<u8>,
    /// How many of what was taken out the audit record has now, from the first on.
    pub recorded: u8,
}

/// The most of the log that a device has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// The number of the first entry that it lacked.
    pub next: u64,
    /// When it first showed that, in seconds since 1970, by the hub's clock.
    pub at: u64,
}

/// A case of which the hub has something else than the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differing {
    /// The case.
    pub case: CaseId,
    /// Whether the hub has the case at all.
    pub known: bool,
}

/// What became of one thing that was sent. Only [`Pushed::Accepted`] and [`Pushed::Duplicate`] mean that the hub has it
/// durably.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pushed {
    /// The hub has it now.
    Accepted,
    /// The hub had these very bytes.
    Duplicate,
    /// The case has a newer secret: seal again under it.
    StaleEpoch,
    /// The hub does not take it.
    Refused(Refused),
}

/// Why the hub does not take something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// The device is not admitted to the organisation.
    NotAdmitted,
    /// The device may not write to that case.
    NoAccess,
    /// There is no such case, and no wrap that opens it came along.
    NoCase,
    /// A new case must be sealed to the coordinators, and besides only to its author's own circle.
    WrongCircles,
    /// Only what the log grants may be sealed to another circle.
    NotGranted,
    /// Larger than allowed.
    TooLarge,
    /// Only whoever began a case, a coordinator or the clerk can open it, and with proof of who began it.
    NotItsBeginner,
    /// The case holds as much as one can.
    Full,
    /// The server's disk holds as much as it can; later it may be taken.
    DiskFull,
    /// The case is erased, or the fact whose key this is. The log says so; a device destroys what it has when it has read that there.
    Erased,
}

impl Pushed {
    /// Whether the hub has it durably.
    pub fn is_there(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate)
    }

    /// The code by which people are told of it, such as `no_access`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::StaleEpoch => "stale_epoch",
            Self::Refused(Refused::NotAdmitted) => "not_admitted",
            Self::Refused(Refused::NoAccess) => "no_access",
            Self::Refused(Refused::NoCase) => "no_case",
            Self::Refused(Refused::WrongCircles) => "wrong_circles",
            Self::Refused(Refused::NotGranted) => "not_granted",
            Self::Refused(Refused::TooLarge) => "too_large",
            Self::Refused(Refused::NotItsBeginner) => "not_its_beginner",
            Self::Refused(Refused::Full) => "full",
            Self::Refused(Refused::DiskFull) => "disk_full",
            Self::Refused(Refused::Erased) => "erased",
        }
    }
}

/// Part of the feeds, complete in itself. A device stores its items and its cursor together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    /// What is new.
    #[serde(with = "crate::stretch")]
    pub items: Vec<FeedItem>,
    /// Part of a snapshot, in place of items.
    pub snapshot: Option<Snapshot>,
    /// Where the next request goes on. Only the hub can make or read it.
    pub cursor: Vec<u8>,
}

/// One thing in a circle's feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedItem {
    /// Whose feed.
    pub circle: CircleId,
    /// Its number in the feed, from 1, without gaps.
    pub seq: u64,
    /// What it is.
    pub content: Told,
}

/// What a feed carries, as an answer tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// A case's secret for this circle.
    Wrap(Wrap),
    /// A change.
    Envelope(Envelope),
    /// The change at that place in the request that this answers: whoever has just brought it does not get it back.
    Sent(u32),
    /// Something of a case that is erased, or the key of a fact of it that is: it is nowhere any more.
    Erased {
        /// The case. Whoever's log erases nothing of it does not believe this.
        case: CaseId,
        /// The feed's link behind it, from which the next item goes on.
        link: Hash,
    },

    /// Something of a case that was shared with this circle, and is no longer.
    Ended {
        /// The case. Whoever's log does not say that it was only shared does not believe this.
        case: CaseId,
        /// The feed's link behind it, from which the next item goes on.
        link: Hash,
    },
}

impl Told {
    /// What it is, with the help of the request; `None` where that has nothing there, and of what is erased or given no longer.
    pub fn content(self, request: &SyncRequest) -> Option<Content> {
        match self {
            Self::Wrap(wrap) => Some(Content::Wrap(wrap)),
            Self::Envelope(envelope) => Some(Content::Envelope(envelope)),
            Self::Sent(place) => request.envelopes.get(place as usize).cloned().map(Content::Envelope),
            Self::Erased { .. } | Self::Ended { .. } => None,
        }
    }
}

impl From<Content> for Told {
    fn from(content: Content) -> Self {
        match content {
            Content::Wrap(wrap) => Self::Wrap(wrap),
            Content::Envelope(envelope) => Self::Envelope(envelope),
        }
    }
}

/// What a feed carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// A case's secret for this circle.
    Wrap(Wrap),
    /// A change.
    Envelope(Envelope),
}

impl Content {
    /// The case that it belongs to.
    pub fn case(&self) -> CaseId {
        match self {
            Self::Wrap(wrap) => wrap.case,
            Self::Envelope(envelope) => envelope.case,
        }
    }

    /// The link that the feed's chain has after this item: a hash over the link before and the item's bytes. Who has seen
    /// a link can tell whether the history behind it was changed.
    pub fn chain(before: &Hash, bytes: &[u8]) -> Hash {
        hash("habeas/1/feed", &[before, bytes])
    }
}

impl SyncRequest {
    /// Reads a request.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBytes> {
        codec::decode(bytes, MAX_REQUEST)
    }
}

impl SyncResponse {
    /// The answer as it travels: all of it but the frames, then each frame, each with its length before it (4 bytes, big endian); an
    /// empty one is the end. Whoever gets only the beginning can use every frame that came whole.
    pub fn encode(&self) -> Result<Vec<u8>, BadBytes> {
        let mut out = Vec::new();
        let head = Self { frames: Vec::new(), ..self.clone() };
        put(&mut out, &codec::encode(&head)?)?;
        self.frames.iter().try_for_each(|frame| put(&mut out, &codec::encode(frame)?))?;
        put(&mut out, &[])?;
        Ok(out)
    }

    /// Reads a whole answer.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadBytes> {
        match Self::decode_beginning(bytes)? {
            (answer, true) => Ok(answer),
            (_, false) => Err(BadBytes::Malformed),
        }
    }

    /// Reads an answer that may have broken off: what came whole of it, and whether that is all.
    pub fn decode_beginning(bytes: &[u8]) -> Result<(Self, bool), BadBytes> {
        if bytes.len() > MAX_RESPONSE {
            return Err(BadBytes::TooLong);
        }
        let (head, mut rest) = next(bytes).ok_or(BadBytes::Malformed)?;
        let mut items = 0;
        let mut answer: Self = codec::decode(head, MAX_RESPONSE)?;
        if !answer.frames.is_empty() {
            return Err(BadBytes::Malformed);
        }
        loop {
            match next(rest) {
                None => return Ok((answer, false)),
                Some(([], [])) => return Ok((answer, true)),
                Some((part, after)) => {
                    let frame: Frame = codec::decode(part, LARGEST_FRAME)?;
                    items += frame.items.len();
                    if items > MAX_ITEMS {
                        return Err(BadBytes::TooLong);
                    }
                    // Each is stored by itself; a thousand that bring nothing would only wear a device out.
                    if answer.frames.len() >= MAX_FRAMES || frame.items.is_empty() && frame.snapshot.is_none() {
                        return Err(BadBytes::Malformed);
                    }
                    answer.frames.push(frame);
                    rest = after;
                }
            }
        }
    }
}

/// The largest frame as it travels, in bytes: a part of a snapshot, or items, with a cursor.
const LARGEST_FRAME: usize = MAX_SNAPSHOT + MAX_CURSOR + 1024;
const _: () = assert!(MAX_FRAME + MAX_SEALED < MAX_SNAPSHOT);

/// The next part, and what follows it; `None` if it has not come whole.
fn next(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

fn put(out: &mut Vec<u8>, part: &[u8]) -> Result<(), BadBytes> {
    out.extend_from_slice(&u32::try_from(part.len()).map_err(|_| BadBytes::TooLong)?.to_be_bytes());
    out.extend_from_slice(part);
    Ok(())
}

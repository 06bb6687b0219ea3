//! Bounds on everything that enters, checked before memory is taken.

/// The largest sealed change, in bytes: an inflated change of [`MAX_CHANGE`] with room for the seal.
pub const MAX_SEALED: usize = MAX_CHANGE + 1024;
/// The largest change after inflation, in bytes.
pub const MAX_CHANGE: usize = 256 * 1024;
/// The largest entry of the organisation's log, in bytes.
pub const MAX_ENTRY: usize = 16 * 1024;
/// The most devices that one circle's key is sealed to.
pub const MAX_MEMBERS: usize = 128;
/// The most envelopes of one name that one device brings under one secret. Whose is the true one only readers can tell.
pub const MAX_VARIANTS: u8 = 8;
/// The most circles that one case may be opened by.
pub const MAX_WRAPS: usize = 64;
/// The most people of one team, and the most teams of one case: together, with the coordinators and whoever began it, they leave some of
/// [`MAX_WRAPS`] for whoever gets it besides.
pub const MAX_TEAM: usize = 24;
/// See [`MAX_TEAM`].
pub const MAX_TEAMS_OF_CASE: usize = 2;
/// The most teams of an organisation.
pub const MAX_TEAMS: usize = 256;
/// The largest request to sync, in bytes.
pub const MAX_REQUEST: usize = 4 << 20;
/// The largest answer to it, in bytes.
pub const MAX_RESPONSE: usize = 16 << 20;
/// The largest frame, in bytes, unless a single item is larger.
pub const MAX_FRAME: usize = 256 * 1024;
/// The most frames of one answer.
pub const MAX_FRAMES: usize = 512;
/// The most items of feeds in one answer: each takes two bytes on the way, and some hundreds in memory.
pub const MAX_ITEMS: usize = 65_536;
/// The largest part of a snapshot, in bytes.
pub const MAX_SNAPSHOT: usize = 3 << 20;
/// The most parts of a snapshot.
pub const MAX_SNAPSHOT_PARTS: u32 = 4096;
/// From how many bytes on a case takes no more changes at the hub: some ten thousand of them, and less than a device can store.
pub const MAX_CASE_AT_HUB: i64 = 16 << 20;
/// The largest cursor, in bytes: some hundred circles.
pub const MAX_CURSOR: usize = 16 * 1024;
/// The most places of feeds of which a device says that it has followed them so far.
pub const MAX_FOLLOWED: usize = 64;
/// The most cases of which a device tells at once that something was taken out.
pub const MAX_TAKEN_CASES: usize = 32;
/// How often in one request it tells of that.
pub const MAX_TAKEN_OUT: usize = 32;
/// The most ranges into which the ids of cases are cut.
pub const MAX_RANGES: usize = 4096;
/// The size of a receipt, in bytes.
pub const RECEIPT: usize = 16;
/// The largest file of a bundle that a device reads, in bytes. What is handed in at the server is bounded by [`MAX_REQUEST`].
pub const MAX_BUNDLE: usize = 64 << 20;
/// The size of a piece of an attachment before it is sealed, in bytes: two seconds of a network that carries 256 kbit/s.
pub const PIECE: usize = 64 << 10;
/// The size of a sealed piece, in bytes.
pub const SEALED_PIECE: usize = PIECE + 16;
/// The largest attachment, in bytes.
pub const MAX_ATTACHMENT: usize = 32 << 20;
/// The most pieces of an attachment.
pub const MAX_PIECES: u32 = (MAX_ATTACHMENT / PIECE) as u32;
/// From how many bytes of attachments on a case takes no more of them at the hub.
pub const MAX_ATTACHED: i64 = 512 << 20;
/// The most log entries in one answer, and in one request.
pub const MAX_LOG_ENTRIES: usize = 1000;
/// The most people who join by one intake's link.
pub const MAX_INTAKE: u32 = 200;
/// For how many hours such a link holds at most.
pub const MAX_INTAKE_HOURS: u32 = 2;
/// The most cases that one request asks about.
pub const MAX_DIGESTS: usize = 2000;
/// How many names of changes an answer has at most of the cases that differ.
pub const MAX_NAMES: usize = 16_384;
/// The longest shift, in seconds: whoever is there longer is put on shift again.
pub const MAX_SHIFT: i64 = 24 * 3600;
/// To how many bytes a name in the log is filled up before it is sealed, with its length before it: a team's, or that of a shift's place.
pub const NAME: usize = 256;
/// The size of it sealed, in bytes.
pub const SEALED_NAME: usize = NAME + 16;
/// The most index cards in one answer.
pub const MAX_CARDS: usize = 500;
/// The largest answer with index cards, in bytes.
pub const MAX_SEALED_CARDS: usize = 512 << 10;

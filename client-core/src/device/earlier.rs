//! Records as earlier versions wrote them. The index is read once: what the clock counts by looked different then, and facts have been
//! understood since that it did not hold, so every line is made anew from its case. A case is read so until it is next written.

use habeas_protocol::CaseId;

/// The first byte of the index of the first version and of the second.
pub(super) const FIRST: u8 = 1;
pub(super) const SECOND: u8 = 2;

/// How each value of a line is spelt: `v` an integer, `s` a text, `?` one that may be missing, `*(…)` a list of the group.
///
/// Title, status, city, place, disputes, unsent, aside; then what the clock counted by: zone, events, conditions, articles, sentences.
const FIRST_LINE: &[u8] = b"?sv?v?svvvs*(v?s?svs)*(svs)*(ss)*(v?s?ss)";
/// Events may be denied since, and orders have a title and a unit.
const SECOND_LINE: &[u8] = b"?sv?v?svvvs*(v?s?svvs)*(svs)*(ss)*(vvv?s?ss)";

/// Which cases an index lists; `None` if it is none of these.
pub(super) fn cases(bytes: &[u8], most: usize) -> Option<Vec<CaseId>> {
    let line = match *bytes.first()? {
        FIRST => FIRST_LINE,
        SECOND => SECOND_LINE,
        _ => return None,
    };
    let mut rest = Rest(bytes.get(1..).filter(|_| bytes.len() <= most)?);
    let mut cases = Vec::new();
    for _ in 0..rest.integer()? {
        cases.push(CaseId(*rest.take(16)?.first_chunk()?));
        rest.skip(line)?;
    }
    rest.0.is_empty().then_some(cases)
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn integer(&mut self) -> Option<usize> {
        let mut value = 0_u64;
        for place in 0..10 {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f) << (7 * place).min(63);
            if byte < 0x80 {
                return usize::try_from(value).ok();
            }
        }
        None
    }

    /// Skips values as they are spelt.
    fn skip(&mut self, mut spelling: &[u8]) -> Option<()> {
        while let Some((&kind, after)) = spelling.split_first() {
            spelling = after;
            match kind {
                b'v' => while *self.take(1)?.first()? >= 0x80 {},
                b's' => {
                    let length = self.integer()?;
                    self.take(length)?;
                }
                b'?' => {
                    let (value, after) = spelling.split_at_checked(1)?;
                    spelling = after;
                    if self.take(1)? == [1] {
                        self.skip(value)?;
                    }
                }
                _ => {
                    let end = spelling.iter().position(|&byte| byte == b')')?;
                    let (group, after) = (spelling.get(1..end)?, spelling.get(end + 1..)?);
                    spelling = after;
                    for _ in 0..self.integer()? {
                        self.skip(group)?;
                    }
                }
            }
        }
        Some(())
    }
}

/// A case of the versions that stored a document as Automerge saves it. The app, which leaves out what reads these, cannot read them.
#[cfg(not(target_family = "wasm"))]
pub(super) use cases_of_documents::case;
#[cfg(test)]
pub(super) use cases_of_documents::{BESIDE, Common, Signed, Unsigned, WITHOUT_BESIDE, WITHOUT_SIGNATURES};

#[cfg(target_family = "wasm")]
pub(super) fn case(_: &[u8], _: usize) -> Option<super::stored::StoredCase> {
    None
}

#[cfg(not(target_family = "wasm"))]
mod cases_of_documents {
    use habeas_protocol::{DeviceId, Envelope, Hash, Signature};
    use serde::Deserialize;
    use serde::de::DeserializeOwned;

    use crate::case::Document;
    use crate::device::stored::StoredCase;
    use crate::keys::{CaseSecret, Content, Opened, open};
    use crate::sync::ParsedChange;

    /// The first byte of a case of the version before signatures were kept.
    pub const WITHOUT_SIGNATURES: u8 = 2;
    /// That of the version that set the second of two changes of one number aside.
    pub const WITHOUT_BESIDE: u8 = 3;
    /// That of the version that kept it beside the document.
    pub const BESIDE: u8 = 4;

    #[derive(Deserialize)]
    #[cfg_attr(test, derive(serde::Serialize))]
    pub struct Common {
        #[cfg_attr(not(test), expect(dead_code, reason = "the first byte, which has been looked at"))]
        pub version: u8,
        pub secrets: Vec<(u32, CaseSecret)>,
        pub opened_here: Option<DeviceId>,
        pub at_hub: bool,
        pub document: Vec<u8>,
    }

    #[derive(Deserialize)]
    #[cfg_attr(test, derive(serde::Serialize))]
    pub struct Unsigned {
        pub common: Common,
        pub aside: Vec<Envelope>,
        pub unsent: Vec<Envelope>,
        pub sent: Vec<Envelope>,
        pub hub_refused: Option<String>,
        pub poison: Vec<Envelope>,
    }

    #[derive(Deserialize)]
    #[cfg_attr(test, derive(serde::Serialize))]
    pub struct Signed {
        pub common: Common,
        pub signatures: Vec<(Hash, Signature)>,
        pub aside: Vec<Envelope>,
        pub unsent: Vec<Envelope>,
        pub hub_refused: Option<String>,
        pub poison: Vec<Envelope>,
    }

    /// Reads one; `None` if it is damaged.
    pub fn case(bytes: &[u8], most: usize) -> Option<StoredCase> {
        match *bytes.first()? {
            WITHOUT_SIGNATURES => {
                let Unsigned { common, aside, unsent, sent, hub_refused, poison } = decode(bytes, most)?;
                // What others have signed was not kept then; one's own changes are still there as they were sealed.
                let opened = |envelope: &Envelope| {
                    let (_, secret) = common.secrets.iter().find(|(epoch, _)| *epoch == envelope.epoch)?;
                    let Opened { signature: Some(signature), content: Content::Whole(chunk), .. } =
                        open(envelope, secret).ok()?
                    else {
                        return None;
                    };
                    Some((ParsedChange::parse(&chunk).ok()?.hash, signature))
                };
                let signatures = sent.iter().chain(&unsent).filter_map(opened).collect();
                stored(Signed { common, signatures, aside, unsent, hub_refused, poison }, &[])
            }
            WITHOUT_BESIDE => stored(decode(bytes, most)?, &[]),
            BESIDE => {
                let (signed, beside): (Signed, Vec<Vec<u8>>) = decode(bytes, most)?;
                stored(signed, &beside)
            }
            _ => None,
        }
    }

    fn stored(signed: Signed, beside: &[Vec<u8>]) -> Option<StoredCase> {
        let Signed { common, signatures, aside, unsent, hub_refused, poison } = signed;
        let Common { secrets, opened_here, at_hub, document, .. } = common;
        let mut document = Document::saved_earlier(&document, beside)?;
        signatures.iter().for_each(|(change, signature)| document.sign(change, *signature));
        let document = document.save();
        Some(StoredCase { secrets, opened_here, document, aside, unsent, hub_refused, poison, ..StoredCase::received(at_hub) })
    }

    /// Reads what this device has written itself. Nobody writes it any more, so nothing here has to know how.
    fn decode<T: DeserializeOwned>(bytes: &[u8], most: usize) -> Option<T> {
        postcard::from_bytes(Some(bytes).filter(|bytes| bytes.len() <= most)?).ok()
    }
}

//! Sealing a bundle to its recipients' devices, and reading one as far as it is whole.

use habeas_protocol::bundle::{Carried, Head, MAGIC, MAX_HEAD, MAX_ITEMS, MAX_PAGE, Page, SignedPage};
use habeas_protocol::limits::{MAX_BUNDLE, MAX_FRAME, MAX_MEMBERS};
use habeas_protocol::{DeviceId, DeviceKeys, decode, encode};
use rand_core::CryptoRng;

use super::primitives::{Secret, decrypt, derive, encrypt, open_sealed, random, seal_to};
use super::{DeviceSecrets, DoesNotOpen};

/// Why a file can't be read as a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is something else, or larger than a bundle may be.
    #[error("this is no bundle")]
    Kind,
    /// It ends before anything could be read.
    #[error("the file is cut off at its beginning")]
    CutOff,
    /// It is sealed to other devices.
    #[error("the bundle is not sealed to this device")]
    NotForThis,
}

/// A page of a bundle that its seal vouches for. Whose it is has not been checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadPage {
    signed: SignedPage,
    message: Vec<u8>,
}

impl ReadPage {
    /// Who says that they made it; see [`ReadPage::is_signed_by`].
    pub fn signer(&self) -> DeviceId {
        self.signed.signer
    }

    /// Whether the device with these keys made the page.
    pub fn is_signed_by(&self, keys: &DeviceKeys) -> bool {
        keys.id() == self.signed.signer && keys.verifies(&self.message, &self.signed.signature)
    }

    /// What it says; `None` if it is no page.
    pub fn page(&self) -> Option<Page> {
        decode(&self.signed.page, MAX_PAGE).ok()
    }
}

/// A bundle that is sealed to this device, read page by page up to the first place where it is cut off or damaged.
pub struct OpenBundle<'a> {
    rest: &'a [u8],
    head: &'a [u8],
    id: [u8; 16],
    key: Secret,
    number: u64,
}

impl Iterator for OpenBundle<'_> {
    type Item = ReadPage;

    fn next(&mut self) -> Option<ReadPage> {
        let sealed = take(&mut self.rest, MAX_PAGE)?;
        let number = self.number;
        self.number += 1;
        let plain = decrypt(&self.key, &nonce(number), &SignedPage::associated(&self.id, number), sealed).ok()?;
        let signed: SignedPage = decode(&plain, MAX_PAGE).ok()?;
        let message = SignedPage::message(self.head, number, &signed.page);
        Some(ReadPage { signed, message })
    }
}

/// Seals a bundle. Recipients must be 1 to [`MAX_MEMBERS`] devices; the file does not say which.
pub fn seal_bundle(
    items: Vec<Carried>,
    recipients: &[DeviceKeys],
    device: &DeviceSecrets,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, DoesNotOpen> {
    if recipients.is_empty() || recipients.len() > MAX_MEMBERS {
        return Err(DoesNotOpen);
    }
    let (mut id, secret) = ([0; 16], random(rng));
    rng.fill_bytes(&mut id);
    let info = Head::info(&id);
    let wraps = recipients.iter().map(|to| seal_to(&to.sealing, &info, &secret, rng)).collect::<Result<_, _>>()?;
    let head = encode(&Head { id, wraps }).map_err(|_| DoesNotOpen)?;
    let mut file = MAGIC.to_vec();
    put(&mut file, &head)?;
    let key = derive(&secret, "habeas/1/bundle");
    let pages = paged(items)?;
    let last = pages.len() - 1;
    for (index, items) in pages.into_iter().enumerate() {
        let number = index as u64;
        let page = encode(&Page { items, last: index == last }).map_err(|_| DoesNotOpen)?;
        let signature = device.sign(&SignedPage::message(&head, number, &page));
        let plain = encode(&SignedPage { signer: device.id(), signature, page }).map_err(|_| DoesNotOpen)?;
        put(&mut file, &encrypt(&key, &nonce(number), &SignedPage::associated(&id, number), &plain))?;
    }
    Ok(file)
}

/// Items in pages that can each be read alone. There is always a page, so that a bundle has an end.
fn paged(items: Vec<Carried>) -> Result<Vec<Vec<Carried>>, DoesNotOpen> {
    let (mut pages, mut size) = (vec![Vec::new()], 0);
    for item in items {
        let length = encode(&item).map_err(|_| DoesNotOpen)?.len();
        let is_full = pages.last().is_some_and(|page| page.len() == MAX_ITEMS);
        if size > 0 && (is_full || size + length > MAX_FRAME) {
            pages.push(Vec::new());
            size = 0;
        }
        size += length;
        if let Some(page) = pages.last_mut() {
            page.push(item);
        }
    }
    Ok(pages)
}

/// Opens a bundle.
pub fn open_bundle<'a>(file: &'a [u8], device: &DeviceSecrets) -> Result<OpenBundle<'a>, BundleError> {
    let begins = MAGIC.len().min(file.len());
    if file.len() > MAX_BUNDLE || file[..begins] != MAGIC[..begins] {
        return Err(BundleError::Kind);
    }
    let mut rest = file.get(MAGIC.len()..).ok_or(BundleError::CutOff)?;
    let bytes = take(&mut rest, MAX_HEAD).ok_or(BundleError::CutOff)?;
    let head = Head::decode(bytes).map_err(|_| BundleError::Kind)?;
    let info = Head::info(&head.id);
    let secret = head.wraps.iter().find_map(|wrap| open_sealed(device.sealing_seed(), &info, wrap).ok());
    let secret: Secret = secret.ok_or(BundleError::NotForThis)?;
    Ok(OpenBundle { rest, head: bytes, id: head.id, key: derive(&secret, "habeas/1/bundle"), number: 0 })
}

/// A bundle's key is used for nothing else, so pages are told apart by their number.
fn nonce(number: u64) -> [u8; 24] {
    let mut nonce = [0; 24];
    nonce[16..].copy_from_slice(&number.to_be_bytes());
    nonce
}

fn put(file: &mut Vec<u8>, bytes: &[u8]) -> Result<(), DoesNotOpen> {
    file.extend_from_slice(&u32::try_from(bytes.len()).map_err(|_| DoesNotOpen)?.to_be_bytes());
    file.extend_from_slice(bytes);
    Ok(())
}

/// The next part, with its length before it; `None` if there is none, it is cut off, or says that it is larger than it can be.
fn take<'a>(rest: &mut &'a [u8], most: usize) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let part = after.get(..length).filter(|_| length <= most)?;
    *rest = &after[length..];
    Some(part)
}

//! An exchange: trips to the server and back until there is nothing more to send or to get. No I/O: whoever calls sends what it is given,
//! brings what came of the answer, whole or broken off, and lets the device take it in.

use habeas_protocol::{BadBytes, SyncRequest, SyncResponse, encode};
use rand_core::CryptoRng;

use super::{Device, DeviceError, Records, SyncReport};

/// The most trips of one exchange: a server that always has something more does not keep a device for ever.
const MAX_TRIPS: usize = 1000;

/// Where an exchange is.
#[derive(Debug, Default)]
pub struct Trips {
    made: usize,
    asked: SyncRequest,
    /// Whether the last answer came whole.
    whole: bool,
    over: bool,
    total: SyncReport,
}

impl Trips {
    /// What to send next, encoded; `None` when the exchange is over. It also is as soon as the log has revoked this device, which then has to
    /// give up what it has: [`SyncReport::revoked`] says so, and nothing else counts any more.
    pub fn request<R: Records>(
        &mut self,
        device: &mut Device<R>,
        rng: &mut impl CryptoRng,
    ) -> Result<Option<Vec<u8>>, DeviceError> {
        self.total.revoked |= device.is_revoked();
        if self.over || self.total.revoked || self.made == MAX_TRIPS {
            return Ok(None);
        }
        self.made += 1;
        self.asked = device.request(rng)?;
        encode(&self.asked).map(Some).map_err(|_| DeviceError::Damaged("request"))
    }

    /// The request that was sent last.
    pub fn asked(&self) -> &SyncRequest {
        &self.asked
    }

    /// Reads what came of an answer. Of one that broke off all is used that came whole, entries of the log and frames, and the next trip goes
    /// on behind it; one that brought neither is none, or a line that always breaks at once would be tried a thousand times.
    pub fn answer(&mut self, bytes: &[u8]) -> Result<SyncResponse, BadBytes> {
        let (response, whole) = SyncResponse::decode_beginning(bytes)?;
        self.whole = whole;
        let brings = whole || !response.frames.is_empty() || !response.log.is_empty();
        if brings { Ok(response) } else { Err(BadBytes::Malformed) }
    }

    /// Hears what the device has made of that answer.
    pub fn taken(&mut self, report: &SyncReport) {
        self.total.add(report);
        self.total.more |= !self.whole;
        self.over = !self.total.more;
    }

    /// What all trips together have brought.
    pub fn total(self) -> SyncReport {
        self.total
    }
}

//! How often somebody may try to get in, and ask for somebody. Strangers are counted by address and by account; a device that has signed in to
//! the account before has a lane of its own, so nobody locks it out. Counters are drawn by lot from a fixed number: a flood fills no memory,
//! whatever it is called, and who meets its counter by chance is a stranger, too.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::HttpRequest;
use governor::clock::{Clock as _, DefaultClock};
use governor::{Quota, RateLimiter};
use habeas_protocol::DeviceId;

use super::Problem;

/// One of 65,536 counters.
type Counter = u16;
type Counters = RateLimiter<Counter, governor::state::keyed::HashMapStateStore<Counter>, DefaultClock>;

/// Every counter.
pub struct Limits {
    /// Whether a proxy says who asks.
    behind_proxy: bool,
    lots: RandomState,
    /// Nonces, by address.
    nonces: Counters,
    /// Nonces, by device that is known.
    known_nonces: Counters,
    /// Attempts of strangers, by address.
    addresses: Counters,
    /// Attempts of strangers, by account.
    accounts: Counters,
    /// Attempts of a known device.
    devices: Counters,
    /// Families who ask for somebody, by address.
    families: Counters,
}

impl Limits {
    /// Nobody has tried anything yet.
    pub fn new(behind_proxy: bool) -> Self {
        Self {
            behind_proxy,
            lots: RandomState::new(),
            nonces: counters(120, Duration::from_millis(500)),
            known_nonces: counters(30, Duration::from_secs(10)),
            // A whole office may be behind one address.
            addresses: counters(30, Duration::from_secs(2)),
            // Whoever knows the password guesses a code at most 288 times a day here, of a million.
            accounts: counters(20, Duration::from_secs(300)),
            devices: counters(20, Duration::from_secs(30)),
            // Many phones may be behind one address of a mobile network.
            families: counters(20, Duration::from_secs(30)),
        }
    }

    /// Somebody at this address asks for a nonce.
    pub fn nonce(&self, address: IpAddr) -> Result<(), Problem> {
        self.count(&self.nonces, &block(address))
    }

    /// A device that is known asks for a nonce.
    pub fn known_nonce(&self, device: DeviceId) -> Result<(), Problem> {
        self.count(&self.known_nonces, &device)
    }

    /// Somebody at this address tries to get in, with nothing that makes them known.
    pub fn stranger(&self, address: IpAddr) -> Result<(), Problem> {
        self.count(&self.addresses, &block(address))
    }

    /// Somebody tries to get in to this account, on a device that it does not know. Whether there is such an account makes no difference.
    pub fn account(&self, account: &str) -> Result<(), Problem> {
        self.count(&self.accounts, &account)
    }

    /// A device that the account knows tries to get in.
    pub fn known(&self, device: DeviceId) -> Result<(), Problem> {
        self.count(&self.devices, &device)
    }

    /// A family at this address asks for somebody.
    pub fn family(&self, address: IpAddr) -> Result<(), Problem> {
        self.count(&self.families, &block(address))
    }

    fn count(&self, counters: &Counters, name: &impl Hash) -> Result<(), Problem> {
        let [counter, ..] = self.lots.hash_one(name).to_le_bytes().as_chunks::<2>().0.try_into().unwrap_or([[0; 2]; 4]);
        counters
            .check_key(&Counter::from_le_bytes(counter))
            .map_err(|until| Problem::too_many(until.wait_time_from(DefaultClock::default().now())))
    }

    /// Who asks: whoever is connected, or whom the operator's proxy has put last in `X-Forwarded-For`. What stands before that anybody can write.
    pub fn address(&self, request: &HttpRequest) -> IpAddr {
        let forwarded = || {
            let last = request.headers().get_all("x-forwarded-for").last()?.to_str().ok()?;
            last.rsplit(',').next()?.trim().parse().ok()
        };
        let peer = || request.peer_addr().map(|peer| peer.ip());
        let forwarded = if self.behind_proxy { forwarded() } else { None };
        forwarded.or_else(peer).unwrap_or(IpAddr::from([0, 0, 0, 0]))
    }
}

fn counters(burst: u32, refill: Duration) -> Counters {
    let quota = Quota::with_period(refill).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
    RateLimiter::hashmap(quota.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN)))
}

/// An IPv6 line has a whole block of addresses.
fn block(address: IpAddr) -> [u8; 8] {
    let mut block = [0; 8];
    match address.to_canonical() {
        IpAddr::V4(v4) => block[..4].copy_from_slice(&v4.octets()),
        IpAddr::V6(v6) => block.copy_from_slice(&v6.octets()[..8]),
    }
    block
}

//! Index cards of a station for whoever is on shift there, sealed to their device: neither the hub nor whatever stands before the clerk reads one.

use habeas_protocol::access::{Action, Caller};
use habeas_protocol::{Act, SealedCards};

use crate::clerk::Clerk;
use crate::{ClerkError, rng};

impl Clerk {
    /// The cards of those who are held at the station where the caller is on shift now, but for whoever's case is theirs anyway. Fails while the hub
    /// is away: what is given has to be recorded, and may be stale.
    pub fn cards(&self, caller: Caller, now: i64) -> Result<SealedCards, ClerkError> {
        self.sync(now)?;
        self.allows(caller, Action::ReadCardsOfShift { now }, now)?;
        let (shift, cards) = self.device().cards_for((caller.person, caller.device), now, &mut rng())?;
        self.note(caller.device, Act::ReadCards, &format!("log:{shift}"), now)?;
        Ok(cards)
    }
}

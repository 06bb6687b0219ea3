//! Another password for one's own account: for whoever fears that somebody has learned the one that there is.

use habeas_protocol::access::Action;
use habeas_protocol::api::ChangePassword;
use habeas_protocol::{Act, Actor};
use rand_core::CryptoRng;

use crate::audit::{note, note_guessed};
use crate::error::PASSWORD_WRONG;
use crate::store::{accounts, sessions};
use crate::{Caller, Hub, HubError, password, second_factor};

impl Hub {
    /// Gives the caller's account another password: to whoever knows the one until now and, where there is a second factor, has a code of it.
    /// The account's other devices sign in again. What was refused is recorded: somebody may try passwords on a device that lies open.
    pub fn change_password(
        &self,
        caller: Caller,
        change: &ChangePassword,
        now: i64,
        rng: &mut impl CryptoRng,
    ) -> Result<(), HubError> {
        self.allows(caller, Action::ChangePassword)?;
        let done = self.try_change_password(caller, change, now, rng);
        note_guessed(&self.store, caller, Act::ChangePassword, &done, now)?;
        done
    }

    fn try_change_password(
        &self,
        caller: Caller,
        change: &ChangePassword,
        now: i64,
        rng: &mut impl CryptoRng,
    ) -> Result<(), HubError> {
        let person = caller.person;
        let (_, stored, _) = self.store.read(|db| accounts::of_person(db, person))?.ok_or(HubError::Unauthorized)?;
        let opened = password::verify(change.password.reveal(), &stored).ok_or(PASSWORD_WRONG)?;
        let (newer, next) = password::new(change.next.reveal(), rng)?;
        self.store.write(|db| {
            accounts::set_password(db, person, &stored, &newer)?;
            self.check(db, person, &opened, change.code.as_ref(), now)?;
            second_factor::seal_anew(db, person, &opened, &next, rng)?;
            sessions::end_others(db, caller)?;
            note(db, Actor::Device(caller.device), Act::ChangePassword, &format!("person:{person}"), now)
        })
    }
}

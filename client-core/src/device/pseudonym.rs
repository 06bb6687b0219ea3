//! What people are called whose names this device does not know. Coordinators hold the names; on a field phone that is taken there is a role and
//! a few letters of a random number, the same on every device, so that people can speak of one another and a coordinator knows who is meant.

use std::collections::BTreeMap;

use habeas_protocol::{Member, PersonId};
use habeas_texts::Lang;

use super::{Device, Records};
use crate::words::word;

/// Digits and letters that nobody takes for others when they are read out: Crockford's base 32.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// The fewest letters: a million names.
const LEAST: usize = 4;

impl<R: Records> Device<R> {
    /// Who writes under this actor, or wrote: `lawyer 7F3K`, behind the account if this device has let them in. The log gives everybody as many
    /// letters as tell them from everybody else, so two who begin alike get longer names on every device that knows of both. `None` if the
    /// log does not know the actor, such as this device's own until it is let in.
    pub fn author(&self, lang: Lang, actor: &[u8; 16]) -> Option<String> {
        let (_, member) = self.log.author(actor)?;
        let pseudonym = self.pseudonym(lang, member);
        Some(match self.people().remove(&member.person.to_string()) {
            Some(account) => format!("{account}, {pseudonym}"),
            None => pseudonym,
        })
    }

    /// What everybody is called whom the log knows, by the person's id: by the account if this device has let them in, or else `lawyer 7F3K`.
    pub fn called(&self, lang: Lang) -> BTreeMap<String, String> {
        let mut called = BTreeMap::new();
        for (_, of) in self.log.all_known() {
            called.insert(of.person.to_string(), self.pseudonym(lang, of));
        }
        for (person, account) in self.people() {
            called.insert(person, account);
        }
        called
    }

    fn pseudonym(&self, lang: Lang, of: &Member) -> String {
        let others = self.log.all_known().map(|(_, other)| other.person).filter(|other| *other != of.person);
        // What they are by now, also of what they wrote on a phone that was revoked before.
        let role = self.log.role_of(of.person).unwrap_or(of.role);
        format!("{} {}", word(lang, "role", role.name()), told_apart(of.person, others))
    }
}

/// As many letters of a person's number as nobody else's begins with.
fn told_apart(person: PersonId, others: impl Iterator<Item = PersonId>) -> String {
    let own = letters(person);
    let alike = |other: PersonId| own.iter().zip(letters(other)).take_while(|(a, b)| **a == *b).count();
    let shared = others.map(alike).max().unwrap_or_default();
    own.iter().take((shared + 1).max(LEAST)).map(|letter| char::from(*letter)).collect()
}

/// A number's 128 bits, the highest five first.
fn letters(PersonId(bytes): PersonId) -> [u8; 26] {
    let number = u128::from_be_bytes(bytes);
    std::array::from_fn(|at| LETTERS[(number >> 123_usize.saturating_sub(at * 5)) as usize % LETTERS.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(first: &[u8]) -> PersonId {
        let mut bytes = [0; 16];
        bytes[..first.len()].copy_from_slice(first);
        PersonId(bytes)
    }

    #[test]
    fn everybody_has_four_letters_unless_two_begin_alike() {
        let [dana, marat, twin] = [&[0xf8, 0x40, 7][..], &[0x08, 0x40], &[0xf8, 0x40, 6]].map(person);
        assert_eq!(told_apart(dana, [marat].into_iter()), "Z100");
        assert_eq!(told_apart(marat, [dana, twin].into_iter()), "1100");
        let (one, other) = (told_apart(dana, [marat, twin].into_iter()), told_apart(twin, [dana].into_iter()));
        assert!(one != other && one.len() == other.len() && one.len() > LEAST, "{one} {other}");
        // Who has the whole number in common is one person.
        assert_eq!(letters(person(&[0xff; 16])).len(), 26);
    }
}

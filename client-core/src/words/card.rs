//! Index cards in words.

use habeas_clock::Truth;
use habeas_texts as texts;

use super::{Words, word};
use crate::case::Word as _;
use crate::device::Card;

impl Words {
    /// What a card says besides the name and the time.
    pub fn card(&self, card: &Card) -> String {
        let minor = match card.minor {
            Truth::True => Some(word(self.lang, "condition", "minor")),
            Truth::Unknown => Some(texts::card_age_unknown(self.lang)),
            Truth::False => None,
        };
        let injured = card.injured.then(|| texts::card_injured(self.lang));
        let said = [Some(word(self.lang, "status", card.status.word())), minor, injured];
        said.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// How much time is left, or for how long it is over if the person is still held: since the card was made nobody may have heard. With how
    /// grave that is: `within`, `possibly` or `ifheld`. `None` where no limit runs.
    pub fn card_left(&self, card: &Card) -> Option<(&'static str, String)> {
        let (now, from) = (self.now.seconds(), card.limit.from?.seconds());
        let lasts = |seconds: i64| self.duration(seconds);
        Some(match card.limit.to {
            _ if now < from => ("within", texts::countdown_left(self.lang, lasts(from - now))),
            Some(to) if to.seconds() <= now => ("ifheld", texts::countdown_over_if_held(self.lang, lasts(now - to.seconds()))),
            _ => ("possibly", texts::countdown_possibly(self.lang)),
        })
    }
}

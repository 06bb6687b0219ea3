//! A rule over the readings of a story in which people were offered to leave.

use super::{Found, Seen};
use crate::exit::{self, Offer};
use crate::pack::Rule;
use crate::{Instant, Interval, Verdict};

/// The other reading of a story in which people were offered to leave.
pub(super) struct Left {
    /// The deadline of what came after the offer; `None` if by some reading nothing runs any more.
    pub deadline: Option<Interval>,
    /// Whether only the police speak of an offer.
    pub by_police: bool,
}

impl<'a> Seen<'a> {
    /// What a rule comes to, over every reading where somebody says that people were offered to leave; `None` if it does not concern the
    /// case or there is nothing to count.
    pub(super) fn judge(&self, rule: &'a Rule) -> Option<Found<'a>> {
        let mut found = self.judge_told(rule)?;
        if !rule.kind.ends_with_custody() {
            return Some(found);
        }
        let Some(offers) = exit::offers(&self.events) else { return Some(found) };
        let (told, by_police) = (found.deadline, offers.iter().all(|offer| offer.by_police));
        let mut left = Left { deadline: None, by_police };
        // By the mildest reading each of them was made, and no custody lasted beyond the next: what is sure by that one is sure. Where
        // nobody says when, perhaps from the beginning on.
        let mildest = if offers.is_empty() { Verdict::NotApplicable } else { self.between(rule, &offers, &mut found.bounds) };
        found.verdict = exit::joined(found.verdict, mildest);
        for (index, offer) in offers.iter().take(exit::MOST).enumerate() {
            let (first, second) = (self.stretch(rule, None, Some(offer)), self.stretch(rule, Some(offer), None));
            let verdict = |outcome: Option<(Verdict, Interval)>| outcome.map_or(Verdict::NotApplicable, |(verdict, _)| verdict);
            found.verdict = exit::joined(found.verdict, verdict(first).max(verdict(second)));
            let deadlines = [first, second].map(|outcome| outcome.map(|(_, deadline)| deadline));
            found.bounds.extend(deadlines.iter().flatten().flat_map(|deadline| [deadline.from, deadline.to]).flatten());
            left.deadline = match (left.deadline, deadlines[1]) {
                (_, other) if index == 0 => other,
                (Some(sofar), Some(other)) => Some(sofar.hull(other)),
                _ => None,
            };
        }
        found.left = (left.deadline != Some(told)).then_some(left);
        Some(found)
    }

    /// The worst that a rule comes to in any stretch between offers that were all made.
    fn between(&self, rule: &Rule, offers: &[Offer], bounds: &mut Vec<Instant>) -> Verdict {
        let before = |index: usize| index.checked_sub(1).and_then(|index| offers.get(index));
        let stretches = (0..=offers.len()).filter_map(|index| self.stretch(rule, before(index), offers.get(index)));
        stretches.fold(Verdict::NotApplicable, |worst, (verdict, deadline)| {
            bounds.extend([deadline.from, deadline.to].into_iter().flatten());
            worst.max(verdict)
        })
    }

    /// What a rule would come to if people had been let go by the one offer and taken after the other.
    fn stretch(&self, rule: &Rule, since: Option<&Offer>, until: Option<&Offer>) -> Option<(Verdict, Interval)> {
        let (began, ended) = (since.map(Offer::since), until.map(Offer::until));
        let after = since.map_or_else(|| self.events.clone(), |offer| offer.after(&self.events));
        let mut events = until.map_or_else(|| after.clone(), |offer| offer.before(&after));
        events.extend(began.iter().chain(&ended));
        let seen = Seen { pack: self.pack, record: self.record, now: self.now, events };
        seen.judge_told(rule).map(|found| (found.verdict, found.deadline))
    }
}

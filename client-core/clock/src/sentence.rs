//! Sentences of arrest against the maximum that the law allows.

use crate::evaluate::Limits;
use crate::pack::Limit;
use crate::record::Sentence;
use crate::{Truth, Verdict};

/// Compares the imposed days with the least and the most that may be allowed. Two accounts that name different numbers
/// are both kept: the verdict is certain only if it is so for each.
pub(crate) fn verdict(sentences: &[&Sentence], limits: &Limits, applies: Truth) -> Verdict {
    let days = |limit: Limit| match limit {
        Limit::Days(days) => days,
        Limit::Hours(hours) => hours / 24,
    };
    let (Some(least), Some(most)) = (limits.least().map(days), limits.most().map(days)) else {
        return Verdict::NotApplicable;
    };
    let each = |beyond: &dyn Fn(u32) -> bool| sentences.iter().all(|sentence| beyond(sentence.days));
    if sentences.is_empty() || applies == Truth::False {
        Verdict::NotApplicable
    } else if each(&|days| days <= least) {
        Verdict::Within
    } else if applies == Truth::True && each(&|days| days > most) {
        Verdict::CertainlyOver
    } else {
        Verdict::PossiblyOver
    }
}

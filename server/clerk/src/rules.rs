//! Under which rules families hear. A rule whose text nobody has verified speaks to them only once a coordinator has allowed it:
//! a wrong alarm takes a night's sleep from people who have little of it left.

use habeas_client_core::rules::{is_of_custody, kazakhstan};
use habeas_clock::{Finding, Rule, Status};
use habeas_protocol::Act;
use habeas_protocol::access::{Action, Caller};
use serde::{Deserialize, Serialize};

use crate::ClerkError;
use crate::alert::is_for_families;
use crate::clerk::Clerk;
use crate::store::rules;

/// A rule of which families may hear.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FamilyRule {
    /// Its id.
    pub rule: String,
    /// How well the least known of its texts is known.
    pub status: Status,
    /// Whether families hear of it.
    pub allowed: bool,
}

/// What a coordinator decides about a rule.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// Whether families hear under it.
    pub allowed: bool,
}

impl Clerk {
    /// The rules about how long somebody may be held. For coordinators.
    pub fn family_rules(&self, caller: Caller, now: i64) -> Result<Vec<FamilyRule>, ClerkError> {
        self.allows(caller, Action::ReadRules, now)?;
        let allowed = self.store.read(rules::allowed)?;
        let of = |rule: &Rule| {
            let status = rule.values.iter().map(|value| value.status).max().unwrap_or(Status::Unverified);
            let allowed = status != Status::Unverified || allowed.iter().any(|known| **known == *rule.id);
            FamilyRule { rule: rule.id.to_string(), status, allowed }
        };
        Ok(kazakhstan().rules.iter().filter(|rule| is_of_custody(&rule.id)).map(of).collect())
    }

    /// Lets families hear under a rule, or not any more. For coordinators.
    pub fn allow_rule(&self, caller: Caller, rule: &str, allow: Allow, now: i64) -> Result<(), ClerkError> {
        self.allows(caller, Action::AllowRule, now)?;
        if !is_of_custody(rule) {
            return Err(ClerkError::NotFound("no_rule", "families hear of no such rule"));
        }
        self.write(|db| {
            if allow.allowed {
                rules::allow(db, rule, caller.person, now)?;
            } else {
                rules::withhold(db, rule)?;
            }
            let act = if allow.allowed { Act::AllowRule } else { Act::WithholdRule };
            self.note(caller.device, act, &format!("rule:{rule}"), now)
        })
    }
}

/// Whether families hear of a finding: a limit on custody that has passed by every reading, under texts that were verified or
/// that a coordinator has allowed.
pub(crate) fn families_hear(finding: &Finding, allowed: &[String]) -> bool {
    let verified = || finding.readings.iter().all(|reading| reading.status != Status::Unverified);
    is_for_families(finding) && (allowed.iter().any(|rule| **rule == *finding.rule) || verified())
}

//! What was taken out of a device, as the device tells it: the server's audit record has it beside what was done at the server itself.

use serde::{Deserialize, Serialize};

use crate::codec::at_most;
use crate::ids::CaseId;
use crate::limits::MAX_TAKEN_CASES;

/// How something was taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TakenAs {
    /// As a bundle, sealed to devices of the organisation.
    Bundle,
    /// As the case's whole document, in the clear.
    Document,
    /// As what was broken and by which article, for a complaint.
    Breaches,
    /// As who said what, with everything that was corrected.
    History,
    /// As a station's people on a numbered sheet.
    Sheet,
    /// As a photograph or paper of a case.
    Attachment,
}

impl TakenAs {
    /// Its name in the record.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bundle => "bundle",
            Self::Document => "document",
            Self::Breaches => "breaches",
            Self::History => "history",
            Self::Sheet => "sheet",
            Self::Attachment => "attachment",
        }
    }
}

/// One time that something was taken out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenOut {
    /// As what.
    pub taken: TakenAs,
    /// When, in seconds since 1970, by the device's clock.
    pub at: i64,
    /// Of which cases.
    #[serde(deserialize_with = "at_most::<_, _, MAX_TAKEN_CASES>")]
    pub cases: Vec<CaseId>,
}

impl TakenOut {
    /// What the record says that it was about.
    pub fn subjects(&self) -> String {
        let cases: String = self.cases.iter().map(|case| format!(" case:{case}")).collect();
        format!("as:{} at:{}{cases}", self.taken.name(), self.at)
    }
}

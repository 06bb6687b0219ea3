//! The account's second factor and its password.

use base32ct::{Base32Unpadded, Encoding as _};
use habeas_protocol::api::{RecoveryCodes, SecondFactor, SecondFactorState, to_hex};
use habeas_texts::{self as texts, Lang, Message};
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::super::{http, now, qr, rng, show};
use super::{Desk, FACTOR, Held};
use crate::messages::{Ask, FactorView, NewFactor, Told};

/// How many bytes the secret of an authenticator app has.
const SECRET: usize = 20;

impl Desk {
    /// What people ask about their account.
    pub(super) async fn account(&self, lang: Lang, ask: Ask) -> Result<Told, Message> {
        match ask {
            Ask::NewFactor => {
                let mut held = self.held().await;
                let (_, account) = held.device()?.session().ok_or_else(texts::error_not_signed_in)?;
                new_factor(account).map(Told::NewFactor)
            }
            Ask::Enrol(enrol) => {
                let RecoveryCodes { codes } = http::read(&self.tell("POST", "/v1/second-factor", &enrol).await?)?;
                let mut held = self.held().await;
                held.hears_of_factor(SecondFactor::Enrolled);
                // The codes come once: that nothing is missing any more can be noted another time.
                let _ = held.save().await;
                Ok(Told::RecoveryCodes(codes))
            }
            Ask::ChangePassword(change) => self.tell("PUT", "/v1/password", &change).await.map(|_| Told::Done),
            _ => {
                let state: SecondFactorState = http::read(&self.get("/v1/second-factor").await?)?;
                let mut held = self.held().await;
                held.hears_of_factor(state.second_factor);
                let missing = state.second_factor == SecondFactor::Missing;
                if missing {
                    held.notes(FACTOR, &state.due_at.unwrap_or_default().to_string());
                }
                held.save().await?;
                let said = match state.second_factor {
                    SecondFactor::Enrolled => texts::factor_on(lang, state.codes_left),
                    SecondFactor::Missing => show::lacks_factor(lang, &held.noted(FACTOR), now()).unwrap_or_default(),
                    SecondFactor::NotNeeded => texts::factor_not_needed(lang),
                };
                Ok(Told::Factor(FactorView { said, enrolled: state.second_factor == SecondFactor::Enrolled, missing }))
            }
        }
    }
}

impl Held {
    /// Notes whether a second factor is missing. From when on acts wait for it only the state says.
    pub(super) fn hears_of_factor(&mut self, stands: SecondFactor) {
        if stands != SecondFactor::Missing {
            self.notes(FACTOR, "");
        } else if self.noted(FACTOR).is_empty() {
            self.notes(FACTOR, "0");
        }
    }
}

fn new_factor(account: &str) -> Result<NewFactor, Message> {
    let mut bytes = Zeroizing::new([0; SECRET]);
    rng().fill_bytes(bytes.as_mut());
    let mut shown = Zeroizing::new(Base32Unpadded::encode_string(bytes.as_ref()));
    shown.make_ascii_uppercase();
    let fours: Vec<&str> = (0..shown.len()).step_by(4).filter_map(|at| shown.get(at..at + 4)).collect();
    // Neither server nor organisation is named: whoever sees the list of an authenticator app sees only this.
    let address = format!("otpauth://totp/{account}?secret={}", *shown);
    let outline = outline(&address).ok_or_else(|| texts::error_answer("QR"))?;
    Ok(NewFactor {
        secret: to_hex(bytes.as_ref()).into(),
        typed: fours.join(" ").into(),
        outline: outline.into(),
        address: address.into(),
    })
}

/// The dark squares of a text's QR code as the outline of a shape.
fn outline(text: &str) -> Option<String> {
    let mut path = String::new();
    for (y, row) in qr::squares(text)?.iter().enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
            path += &format!("M{x} {y}h1v1h-1z");
        }
    }
    Some(path)
}

//! `habeas password`: another password for this account.

use habeas_protocol::api::{ChangePassword, SecondFactor, SecondFactorState};
use habeas_texts::{self as texts, Message};

use super::remote;
use crate::{Home, new_secret, secret};

/// `habeas password`.
pub fn password(home: &Home) -> Result<(), Message> {
    let device = home.open()?;
    let remote = remote(&device)?;
    let state: SecondFactorState = remote.get("/v1/second-factor")?;
    let password = secret("HABEAS_PASSWORD", &texts::ask_password(home.lang))?.into();
    let next = new_secret(home.lang, "HABEAS_NEW_PASSWORD", &texts::ask_next_password(home.lang))?.into();
    let code = match state.second_factor {
        SecondFactor::Enrolled => Some(secret("HABEAS_CODE", &texts::ask_code(home.lang))?.into()),
        _ => None,
    };
    remote.put("/v1/password", &ChangePassword { password, next, code })?;
    println!("{}", texts::password_changed(home.lang));
    Ok(())
}

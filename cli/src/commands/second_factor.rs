//! `habeas second-factor`: an authenticator app for this account, and taking somebody else's away.

use base32ct::{Base32Unpadded, Encoding as _};
use clap::Subcommand;
use habeas_client_core::case::City;
use habeas_client_core::words::Words;
use habeas_clock::Instant;
use habeas_protocol::Secret;
use habeas_protocol::api::{Enrol, RecoveryCodes, ResetSecondFactor, SecondFactor, SecondFactorState, to_hex};
use habeas_texts::{self as texts, Lang, Message};
use rand_core::Rng as _;
use zeroize::Zeroizing;

use super::remote;
use crate::when::now;
use crate::{Home, LocalDevice, qr, rng, secret};

/// How many bytes the secret of an app has.
const SECRET: usize = 20;
/// The note of a secret that no code has confirmed yet, sealed like everything else.
const NEW: &str = "new-second-factor";

/// Second factors.
#[derive(Debug, Subcommand)]
pub enum SecondFactorCommand {
    /// Add an authenticator app to your account: signing in then takes its code, too (coordinators and advocates must)
    Enrol,
    /// Finish that, with the code that the app shows. Prints the recovery codes, once
    Confirm {
        /// The six digits
        code: String,
    },
    /// Whether your account has one, and how many recovery codes are left
    Show,
    /// Take somebody's second factor away, whose app and recovery codes are lost (coordinators). See or hear the person first: a mail
    /// can be anybody's
    Reset {
        /// The name of the person's account
        account: String,
    },
}

/// `habeas second-factor`.
pub fn second_factor(home: &Home, command: SecondFactorCommand) -> Result<(), Message> {
    let mut device = home.open()?;
    let remote = remote(&device)?;
    match command {
        SecondFactorCommand::Enrol => {
            let (_, account) = device.session().ok_or_else(texts::error_not_signed_in)?;
            let mut bytes = Zeroizing::new([0; SECRET]);
            rng().fill_bytes(bytes.as_mut());
            // Neither server nor organisation is named: whoever sees the list of an authenticator app sees only this.
            let shown = Base32Unpadded::encode_string(bytes.as_ref()).to_uppercase();
            let address = format!("otpauth://totp/{account}?secret={shown}");
            device.set_note(NEW, &to_hex(bytes.as_ref()))?;
            println!("{}\n{address}", texts::factor_scan(home.lang));
            if let Some(code) = qr::terminal(&address) {
                println!("{code}");
            }
            println!("{}", texts::factor_confirm(home.lang));
        }
        SecondFactorCommand::Confirm { code } => {
            let new = device.note(NEW).filter(|new| !new.is_empty()).ok_or_else(texts::error_factor_not_begun)?.to_owned();
            let state: SecondFactorState = remote.get("/v1/second-factor")?;
            let password = secret("HABEAS_PASSWORD", &texts::ask_password(home.lang))?.into();
            let current = match state.second_factor {
                SecondFactor::Enrolled => Some(secret("HABEAS_CODE", &texts::ask_code(home.lang))?.into()),
                _ => None,
            };
            let enrol = Enrol { password, secret: Secret::from(new), code: Secret::from(code), current };
            let RecoveryCodes { codes } = remote.post("/v1/second-factor", &enrol)?;
            println!("{}", texts::factor_enrolled(home.lang));
            codes.iter().for_each(|code| println!("{}", code.reveal()));
            // The app has it now, and nothing else should.
            device.set_note(NEW, "")?;
        }
        SecondFactorCommand::Show => {
            let state: SecondFactorState = remote.get("/v1/second-factor")?;
            match state.second_factor {
                SecondFactor::Enrolled => println!("{}", texts::factor_on(home.lang, state.codes_left)),
                SecondFactor::Missing => println!("{}", missing(home.lang, &device, state.due_at)),
                SecondFactor::NotNeeded => println!("{}", texts::factor_not_needed(home.lang)),
            }
        }
        SecondFactorCommand::Reset { account } => {
            remote.tell("/v1/second-factor/reset", &ResetSecondFactor { account: account.clone() })?;
            println!("{}", texts::factor_reset(home.lang, account));
        }
    }
    Ok(())
}

/// Says after signing in that an account needs a second factor and has none, and until when it does without.
pub fn warn(lang: Lang, device: &LocalDevice, second_factor: SecondFactor) {
    if second_factor == SecondFactor::Missing {
        // Signing in was what counted: where this answer does not come, what is missing is said without its end.
        let state = remote(device).and_then(|remote| remote.get::<SecondFactorState>("/v1/second-factor"));
        crate::complain(&missing(lang, device, state.ok().and_then(|state| state.due_at)));
    }
}

/// Says what a new role needs that this account does not have.
pub fn ask(lang: Lang, device: &LocalDevice) {
    let state = remote(device).and_then(|remote| remote.get::<SecondFactorState>("/v1/second-factor"));
    // Where this answer does not come it is said at the next sign-in.
    if let Some(state) = state.ok().filter(|state| state.second_factor == SecondFactor::Missing) {
        crate::complain(&missing(lang, device, state.due_at));
    }
}

fn missing(lang: Lang, device: &LocalDevice, due_at: Option<i64>) -> String {
    let words = Words { lang, zone: City::Almaty.zone(), now: now(), people: device.people() };
    let until = match due_at.and_then(Instant::from_seconds) {
        Some(due_at) if due_at > now() => texts::factor_due(lang, words.instant(due_at)),
        Some(_) => texts::factor_overdue(lang),
        None => return texts::factor_missing(lang),
    };
    format!("{}\n{until}", texts::factor_missing(lang))
}

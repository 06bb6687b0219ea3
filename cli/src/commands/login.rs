//! `habeas login`.

use clap::Args;
use habeas_client_core::device::{Device, Invitation};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::Secret;
use habeas_protocol::api::{Nonce, Session, from_hex};

use habeas_texts::{self as texts, Lang, Message};

use crate::remote::Remote;
use crate::when::now_ms;
use crate::{Home, new_secret, rng, secret, vault};

/// Makes this device yours.
// No `Debug`: an invitation lets somebody in.
#[derive(Args)]
pub struct LoginArgs {
    /// The server's address
    #[arg(long, value_name = "URL")]
    pub server: String,
    /// The name of your account: an existing one, or with --invite the one to make
    #[arg(long, value_name = "NAME")]
    pub account: String,
    /// The invitation that a coordinator has given you
    #[arg(long, value_name = "CODE")]
    pub invite: Option<String>,
    /// The organisation's fingerprint, for another device of an account that you have: `habeas org show` prints it
    #[arg(long, value_name = "DIGITS", conflicts_with = "invite")]
    pub organisation: Option<String>,
}

/// Signs in; in a folder without a device it makes one first.
pub fn login(home: &Home, arguments: LoginArgs) -> Result<(), Message> {
    let invitation = match &arguments.invite {
        Some(code) => Some(Invitation::read(code).ok_or_else(texts::error_invitation_form)?),
        None => None,
    };
    let remote = Remote::new(&arguments.server, None)?;
    let mut device = if vault::exists(&home.folder) { home.open()? } else { new_device(home, &arguments, invitation.as_ref())? };
    let (session, nonce) = session(home.lang, &remote, &arguments, invitation.as_ref(), device.secrets())?;
    finish(home.lang, &mut device, &arguments, &session, &nonce)
}

/// Vault and keys come first: should the server's answer be lost, the same command goes on from there.
fn new_device(home: &Home, arguments: &LoginArgs, invitation: Option<&Invitation>) -> Result<crate::LocalDevice, Message> {
    let stated = match &arguments.organisation {
        Some(text) => {
            Some(from_hex(text, 32).and_then(|bytes| bytes.try_into().ok()).ok_or_else(texts::error_organisation_digits)?)
        }
        None => None,
    };
    let fingerprint: Option<[u8; 32]> = invitation.map(|invitation| invitation.fingerprint).or(stated);
    if fingerprint.is_none() {
        return Err(texts::error_organisation_missing());
    }
    let passphrase = new_secret(home.lang, "HABEAS_PASSPHRASE", &texts::ask_new_passphrase(home.lang))?;
    let vault = vault::create(&home.folder, &passphrase)?;
    Ok(Device::create(vault, DeviceSecrets::generate(&mut rng()), fingerprint)?)
}

fn session(
    lang: Lang,
    remote: &Remote,
    arguments: &LoginArgs,
    invitation: Option<&Invitation>,
    secrets: &DeviceSecrets,
) -> Result<(Session, Nonce), Message> {
    // With an invitation the account is made, and its password with it.
    let password = match invitation {
        Some(_) => new_secret(lang, "HABEAS_PASSWORD", &texts::ask_new_password(lang))?,
        None => secret("HABEAS_PASSWORD", &texts::ask_password(lang))?,
    };
    let password = Secret::from(password);
    let nonce = remote.nonce(secrets)?;
    let account = &arguments.account;
    if let Some(invitation) = invitation {
        let session = remote.post("/v1/accounts", &secrets.register(invitation, account, password, &nonce))?;
        return Ok((session, nonce));
    }
    // Nobody is asked for a code who has none; each attempt signs a number of its own.
    let code = std::env::var("HABEAS_CODE").ok().map(Secret::from);
    match remote.post("/v1/sessions", &secrets.sign_in(account, password.clone(), code, &nonce)) {
        Err(problem) if problem.name() == texts::error_server_second_factor_needed().name() => {
            let code = secret("HABEAS_CODE", &texts::ask_code(lang))?.into();
            let nonce = remote.nonce(secrets)?;
            let session = remote.post("/v1/sessions", &secrets.sign_in(account, password, Some(code), &nonce))?;
            Ok((session, nonce))
        }
        answer => Ok((answer?, nonce)),
    }
}

fn finish(
    lang: Lang,
    device: &mut crate::LocalDevice,
    arguments: &LoginArgs,
    session: &Session,
    nonce: &Nonce,
) -> Result<(), Message> {
    device.remember_session(&arguments.server, &arguments.account, session, nonce, now_ms())?;
    println!("{}", texts::device_this(lang, device.id().to_string()));
    if session.admitted {
        println!("{}", texts::device_signed_in(lang));
    } else {
        println!("{}", texts::device_signed_in_waiting(lang, device.id().to_string()));
        println!("{}", texts::device_record_meanwhile(lang));
    }
    super::second_factor::warn(lang, device, session.second_factor);
    // The log is needed to seal anything, so it is fetched at once; without a network later is soon enough.
    match super::remote(device)?.sync(device) {
        Ok(report) => super::sync::tell(lang, device, &report),
        Err(problem) => crate::complain(&problem.say(lang)),
    }
    Ok(())
}

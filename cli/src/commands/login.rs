//! `habeas login`.

use clap::Args;
use habeas_client_core::device::{Device, Invitation};
use habeas_client_core::keys::DeviceSecrets;
use habeas_protocol::api::{Register, Session, SignIn, to_hex};

use super::remember;
use crate::remote::Remote;
use crate::{Home, rng, secret, vault};

/// Makes this device yours.
#[derive(Debug, Args)]
pub struct LoginArgs {
    /// The server's address
    #[arg(long, value_name = "URL")]
    server: String,
    /// The name of your account: an existing one, or with --invite the one to make
    #[arg(long, value_name = "NAME")]
    account: String,
    /// The invitation that a coordinator has given you
    #[arg(long, value_name = "CODE")]
    invite: Option<String>,
}

/// Signs in; on a folder without a device it makes one first.
pub fn login(home: &Home, arguments: LoginArgs) -> Result<(), String> {
    let invitation = match &arguments.invite {
        Some(code) => {
            Some(Invitation::read(code).ok_or("this is no invitation; it has two parts of 64 digits, joined by a dash")?)
        }
        None => None,
    };
    let remote = Remote::new(&arguments.server, None)?;
    if vault::exists(&home.folder) {
        let mut device = home.open()?;
        let session = session(&remote, &arguments, invitation.as_ref(), device.secrets())?;
        return finish(&mut device, &arguments.server, &session);
    }
    let passphrase = secret("HABEAS_PASSPHRASE", "A passphrase for this device (several words; nobody can reset it): ")?;
    let secrets = DeviceSecrets::generate(&mut rng());
    // The server first: a device that nobody knows is of no use, and the same command can be given again.
    let session = session(&remote, &arguments, invitation.as_ref(), &secrets)?;
    let vault = vault::create(&home.folder, &passphrase)?;
    let mut device =
        Device::create(vault, secrets, invitation.map(|invitation| invitation.fingerprint)).map_err(|error| error.to_string())?;
    finish(&mut device, &arguments.server, &session)
}

fn session(
    remote: &Remote,
    arguments: &LoginArgs,
    invitation: Option<&Invitation>,
    secrets: &DeviceSecrets,
) -> Result<Session, String> {
    let password = secret("HABEAS_PASSWORD", "Password of your account: ")?;
    let (account, device) = (arguments.account.clone(), secrets.keys().to_hex());
    match invitation {
        Some(invitation) => {
            let proof = to_hex(&invitation.proof(&secrets.keys()));
            remote.post("/v1/accounts", &Register { token: invitation.token(), account, password, device, proof })
        }
        None => remote.post("/v1/sessions", &SignIn { account, password, device }),
    }
}

fn finish(device: &mut crate::LocalDevice, server: &str, session: &Session) -> Result<(), String> {
    remember(device, server, &session.token)?;
    println!("This device: {}", device.id());
    if session.admitted {
        println!("Signed in. `habeas sync` brings your cases.");
    } else {
        println!("Signed in. A coordinator lets the device in with: habeas device approve {}", device.id());
        println!("You can record at once; it travels afterwards.");
    }
    // The log is needed to seal anything, so it is fetched at once; without a network later is soon enough.
    if let Err(problem) = super::remote(device)?.sync(device) {
        crate::complain(&problem);
    }
    Ok(())
}

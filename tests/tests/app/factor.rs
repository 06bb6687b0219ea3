//! A coordinator with an authenticator app takes a second phone: the app asks for the code when the server does, and not before.

use base32ct::{Base32Unpadded, Encoding as _};
use habeas_hub::totp;
use habeas_tests::browser::{Browser, PHONE};
use habeas_tests::device::Person;
use habeas_tests::server::Server;

#[test]
fn signing_in_asks_for_the_code_of_an_authenticator_app() {
    let server = Server::with_app();
    let aliya = Person::founds("aliya", &server);
    let organisation = aliya.does(&["org", "show"]);
    let shown = aliya.does(&["second-factor", "enrol"]);
    let secret = shown.split_once("?secret=").unwrap().1.lines().next().unwrap().to_lowercase();
    let secret: [u8; 20] = Base32Unpadded::decode_vec(&secret).unwrap().try_into().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let step = i64::try_from(now).unwrap() / totp::STEP;
    let said = aliya.does(&["second-factor", "confirm", &totp::code(&secret, step)]);
    let recovery = said.lines().find(|line| line.len() == 24).unwrap().to_owned();

    let phone = Browser::start(PHONE);
    phone.opens(&format!("{}/app/", server.address));
    phone.presses("English");
    phone.reads("Set up this device");
    phone.presses("I have an account already");
    phone.types("#organisation", organisation.trim());
    phone.types("#account", "aliya");
    phone.types("#password", "aliya has a long password");
    for field in ["#passphrase", "#again"] {
        phone.types(field, "aliya walks over another hill");
    }
    phone.clicks("button[type=submit]");
    // The vault is there; signing in goes on where there is a field for the code.
    phone.reads("This account has a second factor");
    phone.reads("Sign in");
    let signs_in = |code: &str| {
        for (field, text) in [("#account", "aliya"), ("#password", "aliya has a long password"), ("#code", code)] {
            phone.js(&format!(
                "const field = document.querySelector('{field}'); field.value = ''; field.dispatchEvent(new Event('input'))"
            ));
            phone.types(field, text);
        }
        phone.clicks("main form button[type=submit]");
    };
    // The code that enrolled the app was used.
    signs_in(&totp::code(&secret, step));
    phone.reads("This code is wrong or was used already");
    signs_in(&recovery);
    phone.reads("Account: aliya");
    phone.reads("A coordinator has not let this device in yet");
    assert!(aliya.does(&["second-factor", "show"]).contains("left: 9"));
    let said: Vec<String> =
        phone.console().into_iter().filter(|line| !line.contains("net::ERR_") && !line.contains("401")).collect();
    assert_eq!(said, Vec::<String>::new());
}

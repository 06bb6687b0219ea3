//! An authenticator app, and the screens of the app on which one is enrolled.

use base32ct::{Base32Unpadded, Encoding as _};
use habeas_hub::totp;

use crate::browser::Browser;

/// Fills a form anew and sends it.
pub fn fills(browser: &Browser, fields: &[(&str, &str)]) {
    for (field, text) in fields {
        browser.until(field, |browser| browser.js(&format!("return !!document.querySelector('{field}')")) == true);
        browser.js(&format!(
            "const field = document.querySelector('{field}'); field.value = ''; field.dispatchEvent(new Event('input'))"
        ));
        browser.types(field, text);
    }
    browser.clicks("main form button[type=submit]");
}

/// The secret for the authenticator app, as it is shown to be typed.
pub fn shown(browser: &Browser) -> String {
    browser.until("a secret", |browser| browser.js("return !!document.querySelector('#secret')") == true);
    browser.js("return document.querySelector('#secret').innerText").as_str().unwrap().to_owned()
}

/// The same as bytes, as an authenticator app reads it.
pub fn read(typed: &str) -> [u8; totp::SECRET] {
    Base32Unpadded::decode_vec(&typed.replace(' ', "").to_lowercase()).unwrap().try_into().unwrap()
}

/// The code that an authenticator app with that secret shows so many half minutes from now.
pub fn code(secret: &[u8; totp::SECRET], later: i64) -> String {
    totp::code(secret, jiff::Timestamp::now().as_second() / totp::STEP + later)
}

/// The recovery codes, once they are shown.
pub fn recovery_codes(browser: &Browser) -> Vec<String> {
    browser.until("recovery codes", |browser| browser.js("return document.querySelectorAll('.codes li').length") == 10);
    let codes = browser.js("return [...document.querySelectorAll('.codes li')].map((code) => code.innerText)");
    let codes: Vec<String> = serde_json::from_value(codes).unwrap();
    assert!(codes.iter().all(|code| code.len() == 24), "{codes:?}");
    codes
}

/// Enrols an authenticator app on the screen that shows its secret; with a recovery code of the one before, if there is one.
pub fn enrols(browser: &Browser, code: &str, current: Option<&String>) {
    let current = current.map(|current| ("#current", current.as_str()));
    let fields = [("#password", "a long password of theirs"), ("#code", code)];
    fills(browser, &fields.into_iter().chain(current).collect::<Vec<_>>());
}

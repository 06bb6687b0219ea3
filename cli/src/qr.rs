//! Texts as QR codes of half blocks.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// For a terminal: light on dark, as most of them write.
pub fn terminal(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    Some(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

/// For paper, which may be torn or stained: dark on light, and still read with a quarter of it gone.
pub fn paper(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).ok()?;
    Some(code.render::<Dense1x2>().build())
}

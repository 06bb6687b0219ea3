//! The app's own QR code against a library's, square by square.

use qrcode::bits::Bits;
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, Version, ec};

#[path = "../../../app/src/worker/qr.rs"]
mod own;

#[test]
fn texts_of_every_length_become_the_code_that_a_library_makes() {
    let long: String = ('!'..='~').chain('0'..='9').chain('a'..='c').collect();
    for length in 0..=106 {
        let text = &long[..length];
        let made = own::squares(text).unwrap();
        assert_eq!(made.concat(), library(text), "{text}");
    }
    assert_eq!(own::squares(&long[..107]), None);
}

/// The dark squares of the code of a text, row by row.
pub fn library(text: &str) -> Vec<bool> {
    let (version, level) = (Version::Normal(5), EcLevel::L);
    let mut bits = Bits::new(version);
    bits.push_byte_data(text.as_bytes()).unwrap();
    bits.push_terminator(level).unwrap();
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, level).unwrap();
    let mut canvas = Canvas::new(version, level);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MaskPattern::Checkerboard);
    canvas.into_colors().into_iter().map(|color| color == Color::Dark).collect()
}

//! A text as a QR code (ISO/IEC 18004), of one size, one strength and one mask: that is what the address of a secret takes, and a library brings the tables
//! of all the others over the wire.

/// How many squares wide it is: version 5.
pub const WIDTH: usize = 37;
/// How many bytes say something, and how many correct them: level L, in one block.
const DATA: usize = 108;
const CORRECTION: usize = 26;
/// Level L and mask 0, with the bits that correct them.
const FORMAT: u16 = 0x77c4;

/// Which squares are dark, row by row. None for a text that is longer than 106 bytes.
pub fn squares(text: &str) -> Option<[[bool; WIDTH]; WIDTH]> {
    let bytes = with_correction(text.as_bytes())?;
    let mut code = Code { dark: [[false; WIDTH]; WIDTH], fixed: [[false; WIDTH]; WIDTH] };
    code.draw_frame();
    let mut bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
    // Two columns at a time from the right, upwards and downwards by turns, leaving out the one that measures.
    for (turn, right) in [36, 34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 5, 3, 1].into_iter().enumerate() {
        for step in 0..WIDTH {
            let y = if turn % 2 == 0 { WIDTH - 1 - step } else { step };
            for x in [right, right - 1] {
                if !code.fixed[y][x] {
                    code.dark[y][x] = bits.next().unwrap_or_default() != ((x + y) % 2 == 0);
                }
            }
        }
    }
    Some(code.dark)
}

struct Code {
    dark: [[bool; WIDTH]; WIDTH],
    /// Which squares say nothing of the text.
    fixed: [[bool; WIDTH]; WIDTH],
}

impl Code {
    fn fix(&mut self, x: usize, y: usize, dark: bool) {
        if x < WIDTH && y < WIDTH {
            (self.dark[y][x], self.fixed[y][x]) = (dark, true);
        }
    }

    /// Rings around a place, by how far each is from it.
    fn rings(&mut self, x: usize, y: usize, dark: &[bool]) {
        for far in (0..dark.len()).rev() {
            for side in 0..=2 * far {
                for (dx, dy) in [(side, 0), (side, 2 * far), (0, side), (2 * far, side)] {
                    // Over the left or upper edge there is nothing.
                    if x + dx >= far && y + dy >= far {
                        self.fix(x + dx - far, y + dy - far, dark[far]);
                    }
                }
            }
        }
    }

    fn draw_frame(&mut self) {
        for at in 0..WIDTH {
            self.fix(6, at, at % 2 == 0);
            self.fix(at, 6, at % 2 == 0);
        }
        for (x, y) in [(3, 3), (WIDTH - 4, 3), (3, WIDTH - 4)] {
            self.rings(x, y, &[true, true, false, true, false]);
        }
        self.rings(30, 30, &[true, false, true]);
        for bit in 0..15 {
            let dark = FORMAT >> bit & 1 == 1;
            // Twice: around the upper left corner, and shared between the two others.
            let (x, y) = match bit {
                0..6 => (8, bit),
                6 | 7 => (8, bit + 1),
                8 => (7, 8),
                _ => (14 - bit, 8),
            };
            self.fix(x, y, dark);
            let (x, y) = if bit < 8 { (WIDTH - 1 - bit, 8) } else { (8, WIDTH - 15 + bit) };
            self.fix(x, y, dark);
        }
        self.fix(8, WIDTH - 8, true);
    }
}

/// What the code says: that bytes come, how many, the bytes, padding; and behind it what corrects it.
fn with_correction(text: &[u8]) -> Option<Vec<u8>> {
    let length = u8::try_from(text.len()).ok().filter(|length| usize::from(*length) <= DATA - 2)?;
    let mut bytes = Vec::new();
    // Everything stands half a byte further on.
    let mut last = 4;
    for byte in [length].iter().chain(text).chain(&[0]) {
        bytes.push((last << 4) | (byte >> 4));
        last = byte & 15;
    }
    bytes.extend([0xec, 0x11].iter().cycle().take(DATA - bytes.len()));
    let divisor = divisor();
    let mut rest = [0; CORRECTION];
    for byte in &bytes {
        let factor = byte ^ rest[0];
        rest.rotate_left(1);
        rest[CORRECTION - 1] = 0;
        rest.iter_mut().zip(divisor).for_each(|(rest, divisor)| *rest ^= times(divisor, factor));
    }
    bytes.extend(rest);
    Some(bytes)
}

/// The polynomial whose roots are the first powers of two, without its leading one.
fn divisor() -> [u8; CORRECTION] {
    let mut divisor = [0; CORRECTION];
    divisor[CORRECTION - 1] = 1;
    let mut root = 1;
    for _ in 0..CORRECTION {
        for at in 0..CORRECTION {
            divisor[at] = times(divisor[at], root) ^ divisor.get(at + 1).unwrap_or(&0);
        }
        root = times(root, 2);
    }
    divisor
}

/// The product in the field of 256 elements that QR codes have.
fn times(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product: u8, bit| (product << 1) ^ ((product >> 7) * 0x1d) ^ ((b >> bit & 1) * a))
}

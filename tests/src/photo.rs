//! Photographs for tests.

/// A photograph of about so many bytes, as a telephone makes it: it says where it was taken, and does not pack.
pub fn photograph(seed: u32, size: usize) -> Vec<u8> {
    let mut state = seed;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Nothing in the picture looks like a marker.
        (state >> 24) as u8 & 0x7f
    });
    let segment = |marker: u8, contents: &[u8]| {
        let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker], length.as_slice(), contents].concat()
    };
    let place = segment(0xe1, b"Exif\0\0MM\0*\0\0\0\x08\0\0GPS 43.2389 76.8897");
    let head = [vec![0xff, 0xd8], place, segment(0xc0, b"frame"), segment(0xda, b"scan")].concat();
    [head, noise.take(size).collect(), vec![0xff, 0xd9]].concat()
}

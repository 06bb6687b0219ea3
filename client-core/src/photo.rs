//! A photograph without what nobody sees in it: where and with which telephone it was taken, small copies of what was cut away, film behind
//! the picture. The original is never changed; this makes the copy that is shown or handed on.

use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::Png;
use img_parts::{Bytes, ImageEXIF as _};

/// The parts of a PNG without which it looks different.
const PNG_PARTS: [&[u8; 4]; 13] =
    [b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs", b"cICP"];

/// The photograph with its picture, colours and orientation, and nothing else. `None` if it is no whole JPEG or PNG: what this cannot read it
/// cannot clean.
pub fn without_hidden_data(file: &[u8]) -> Option<Vec<u8>> {
    let file = Bytes::copy_from_slice(file);
    if let Ok(mut png) = Png::from_bytes(file.clone()) {
        png.chunks_mut().retain(|chunk| PNG_PARTS.contains(&&chunk.kind()));
        return Some(png.encoder().bytes().to_vec());
    }
    let mut jpeg = Jpeg::from_bytes(file).ok()?;
    let orientation = jpeg.exif().and_then(|exif| orientation(&exif));
    let last = jpeg.segments_mut().pop().filter(JpegSegment::has_entropy)?;
    jpeg.segments_mut().retain(shows);
    jpeg.set_exif(orientation.map(|orientation| exif(orientation).into()));
    let data = last.clone().encoder().bytes();
    let scans = scans(data.get(last.len()..)?)?;
    jpeg.segments_mut().push(JpegSegment::new_with_entropy(last.marker(), last.contents().clone(), scans.into()));
    Some(jpeg.encoder().bytes().to_vec())
}

/// Whether a part of a JPEG belongs to the picture: tables, frames, density, colour profile, Adobe's word on colours.
fn shows(segment: &JpegSegment) -> bool {
    shows_as(segment.marker(), segment.contents())
}

fn shows_as(marker: u8, contents: &[u8]) -> bool {
    match marker {
        markers::APP2 => contents.starts_with(b"ICC_PROFILE\0"),
        markers::APP0 => contents.starts_with(b"JFIF\0"),
        markers::APP14 => contents.starts_with(b"Adobe"),
        _ => (markers::SOF0..=markers::EXP).contains(&marker),
    }
}

/// The picture's data up to its end, without remarks between scans, and without anything behind the end.
fn scans(data: &[u8]) -> Option<Vec<u8>> {
    let (mut out, mut at) = (Vec::with_capacity(data.len()), 0);
    loop {
        let next = at + data.get(at..)?.iter().position(|byte| *byte == markers::P)?;
        out.extend_from_slice(&data[at..next]);
        match *data.get(next + 1)? {
            markers::EOI => {
                out.extend_from_slice(&[markers::P, markers::EOI]);
                return Some(out);
            }
            // A fill byte.
            markers::P => at = next + 1,
            // A byte of the picture that looks like a marker, and the marks to which a reader that is lost returns.
            0 | markers::RST0..=markers::RST7 => {
                out.extend_from_slice(&data[next..next + 2]);
                at = next + 2;
            }
            marker => {
                let length = data.get(next + 2..next + 4)?;
                let end = next + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
                let segment = data.get(next..end).filter(|segment| segment.len() >= 4)?;
                if shows_as(marker, &segment[4..]) {
                    out.extend_from_slice(segment);
                }
                at = end;
            }
        }
    }
}

/// How the picture is to be turned, 1 to 8, as its EXIF says.
fn orientation(exif: &[u8]) -> Option<u16> {
    let little = exif.starts_with(b"II");
    let two = |at: usize| {
        let bytes: [u8; 2] = exif.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let four = |at: usize| {
        let (first, second) = (two(at)?, two(at + 2)?);
        Some(if little { u32::from(second) << 16 | u32::from(first) } else { u32::from(first) << 16 | u32::from(second) })
    };
    let start = usize::try_from(four(4)?).ok()?.checked_add(2)?;
    let entries = (0..usize::from(two(start - 2)?)).map(|number| start.saturating_add(number * 12));
    let found = entries.filter_map(|at| (two(at)? == 0x0112).then(|| two(at.checked_add(8)?))?).next();
    found.filter(|orientation| (2..=8).contains(orientation))
}

/// An EXIF block that says how to turn the picture, and nothing else.
fn exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend_from_slice(&orientation.to_be_bytes());
    exif.extend_from_slice(&[0; 6]);
    exif
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A JPEG as a telephone writes it, as far as its parts go.
    fn photograph(little: bool) -> Vec<u8> {
        let mut tiff = if little { b"II*\0\x08\0\0\0\x02\0".to_vec() } else { b"MM\0*\0\0\0\x08\0\x02".to_vec() };
        let number = |value: u16| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        let long = |value: u32| if little { value.to_le_bytes() } else { value.to_be_bytes() };
        for (tag, kind, value) in [(0x010f_u16, 2, number(0x4141)), (0x0112, 3, number(6))] {
            tiff.extend([number(tag), number(kind)].concat());
            tiff.extend(long(1));
            tiff.extend([value, [0; 2]].concat());
        }
        tiff.extend(b"\0\0\0\0GPS 43.2389 76.8897");
        let segment = |marker: u8, contents: &[u8]| {
            let length = u16::try_from(contents.len() + 2).unwrap().to_be_bytes();
            [&[0xff, marker], length.as_slice(), contents].concat()
        };
        [
            vec![0xff, 0xd8],
            segment(0xe0, b"JFIF\0rest"),
            segment(0xe1, &[b"Exif\0\0", tiff.as_slice()].concat()),
            segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0GPS 43.2389"),
            segment(0xe2, b"ICC_PROFILE\0colours"),
            segment(0xe2, b"MPF\0more pictures"),
            segment(0xed, b"Photoshop 3.0\0GPS"),
            segment(0xee, b"Adobe\0rest"),
            segment(0xfe, b"GPS remark"),
            segment(0xc0, b"frame"),
            segment(0xda, b"scan"),
            b"pic\xff\x00ture\xff\xd0more".to_vec(),
            segment(0xfe, b"GPS between scans"),
            segment(0xc4, b"table"),
            segment(0xda, b"scan"),
            b"last".to_vec(),
            vec![0xff, 0xd9],
            b"GPS in a film behind the picture".to_vec(),
        ]
        .concat()
    }

    fn has(file: &[u8], what: &[u8]) -> bool {
        file.windows(what.len()).any(|window| window == what)
    }

    #[test]
    fn the_picture_stays_and_where_it_was_taken_goes() {
        for little in [true, false] {
            let clean = without_hidden_data(&photograph(little)).unwrap();
            for gone in [b"GPS".as_slice(), b"MPF", b"Photoshop", b"xap", b"film", b"\x01\x0f"] {
                assert!(!has(&clean, gone), "{gone:?}");
            }
            for kept in [
                b"JFIF".as_slice(),
                b"ICC_PROFILE\0colours",
                b"Adobe",
                b"frame",
                b"pic\xff\x00ture\xff\xd0more",
                b"table",
                b"last",
            ] {
                assert!(has(&clean, kept), "{kept:?}");
            }
            assert!(clean.ends_with(&[0xff, 0xd9]));
            // It is still turned the right way, and cleaning it again changes nothing.
            let exif = Jpeg::from_bytes(clean.clone().into()).unwrap().exif().unwrap();
            assert_eq!((orientation(&exif), exif.len()), (Some(6), 26));
            assert_eq!(without_hidden_data(&clean).unwrap(), clean);
        }
    }

    #[test]
    fn what_is_cut_off_or_no_photograph_is_not_called_clean() {
        let whole = photograph(true);
        let end = whole.len() - b"GPS in a film behind the picture".len();
        for cut in 0..end {
            assert_eq!(without_hidden_data(&whole[..cut]), None, "{cut}");
        }
        assert_eq!(without_hidden_data(b"%PDF-1.7"), None);
    }

    #[test]
    fn of_a_png_the_remarks_go() {
        let chunk = |kind: &[u8; 4], contents: &[u8]| {
            img_parts::png::PngChunk::new(*kind, Bytes::copy_from_slice(contents)).encoder().bytes().to_vec()
        };
        let parts = [
            chunk(b"IHDR", &[0; 13]),
            chunk(b"tEXt", b"GPS"),
            chunk(b"eXIf", b"GPS"),
            chunk(b"IDAT", b"picture"),
            chunk(b"IEND", b""),
        ];
        let file = [b"\x89PNG\r\n\x1a\n".as_slice(), &parts.concat(), b"GPS behind it"].concat();
        let clean = without_hidden_data(&file).unwrap();
        assert!(!has(&clean, b"GPS") && has(&clean, b"picture") && has(&clean, b"IEND"));
    }
}

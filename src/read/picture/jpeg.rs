//! JPEG → samples. The frame is looked at before anything is decoded.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::canvas::{Canvas, Planes, checked_size};
use super::error::{PictureError, PictureLimits, damaged, unsupported};
use super::samples::{Colour, Samples, inverted, of_differences};
use super::{density, exif};

/// What the head of a JPEG file says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Head {
    pub(crate) width: u64,
    pub(crate) height: u64,
    pub(crate) components: u8,
    /// How Adobe's mark says the colours are coded.
    pub(crate) adobe: Option<u8>,
    /// EXIF orientation, 0 if there is none.
    pub(crate) orientation: u64,
    pub(crate) dpi: Option<(f32, f32)>,
}

/// Reads the segments before the first scan.
pub(crate) fn head(bytes: &[u8]) -> Result<Head, PictureError> {
    let mut head = Head::default();
    let mut rest = bytes.strip_prefix(&[0xff, 0xd8]).ok_or_else(|| damaged("JPEG: it does not start as one"))?;
    loop {
        let start = rest.iter().position(|byte| *byte == 0xff).ok_or_else(|| damaged("JPEG: it has no frame"))?;
        rest = &rest[start..];
        let code = rest.iter().position(|byte| *byte != 0xff).ok_or_else(|| damaged("JPEG: it has no frame"))?;
        let marker = rest[code];
        rest = &rest[code + 1..];
        if matches!(marker, 0 | 0x01 | 0xd0..=0xd8) {
            continue;
        }
        if matches!(marker, 0xd9 | 0xda) {
            break;
        }
        let [high, low, ..] = rest else { break };
        let length = usize::from(u16::from_be_bytes([*high, *low])).max(2);
        let segment = rest.get(2..length.min(rest.len())).unwrap_or_default();
        match (marker, segment) {
            (0xc0..=0xc2, [_, h1, h0, w1, w0, components, ..]) => {
                head.height = u16::from_be_bytes([*h1, *h0]).into();
                head.width = u16::from_be_bytes([*w1, *w0]).into();
                head.components = *components;
            }
            (0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf, _) => {
                return Err(unsupported(format!("JPEG process {}", marker - 0xc0)));
            }
            (0xe0, [b'J', b'F', b'I', b'F', 0, _, _, unit, x1, x0, y1, y0, ..]) => {
                let (x, y) = (u16::from_be_bytes([*x1, *x0]).into(), u16::from_be_bytes([*y1, *y0]).into());
                head.dpi = match unit {
                    1 => density::dpi(x, y),
                    2 => density::dpi(x * 2.54, y * 2.54),
                    _ => None,
                };
            }
            (0xe1, [b'E', b'x', b'i', b'f', 0, 0, exif @ ..]) => {
                let found = exif::read(exif);
                head.orientation = found.orientation;
                head.dpi = head.dpi.or(found.dpi);
            }
            (0xee, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => head.adobe = Some(*transform),
            _ => {}
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    if head.components == 0 {
        return Err(damaged("JPEG: it has no frame"));
    }
    Ok(head)
}

/// The samples of a JPEG picture, eight bits each, pixel by pixel: grey, red green blue, or four inks.
pub(crate) struct Decoded {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) components: usize,
    pub(crate) bytes: Vec<u8>,
}

/// Decodes `bytes`. Three samples are taken for differences of colours unless `differences` or the file says otherwise.
///
/// # Errors
/// If it is larger than `limits` allow, damaged, or coded in a way that is not read.
pub(crate) fn decode(
    bytes: &[u8],
    head: &Head,
    differences: Option<bool>,
    limits: &PictureLimits,
) -> Result<Decoded, PictureError> {
    let (width, height) = checked_size(head.width, head.height, limits)?;
    let components = usize::from(head.components);
    if !matches!(components, 1 | 3 | 4) {
        return Err(unsupported(format!("JPEG with {components} components")));
    }
    let size = width * height * components;
    if size > limits.bytes {
        return Err(PictureError::LimitBytes { limit: limits.bytes });
    }
    let wrong = |error: zune_jpeg::errors::DecodeErrors| damaged(format!("JPEG: {error}"));
    let most = usize::from(u16::MAX);
    let options = DecoderOptions::default().set_max_width(most).set_max_height(most).set_strict_mode(false);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(wrong)?;
    let coded = decoder.input_colorspace().unwrap_or(ColorSpace::YCbCr);
    let as_rgb = match (coded, head.adobe) {
        (ColorSpace::YCbCr, None) => differences.unwrap_or(true),
        (ColorSpace::YCbCr, Some(_)) => true,
        _ => false,
    };
    let wanted = match coded {
        ColorSpace::YCbCr if as_rgb => ColorSpace::RGB,
        coded => coded,
    };
    decoder.set_options(options.jpeg_set_out_colorspace(wanted));
    if decoder.output_buffer_size() != Some(size) {
        return Err(damaged("JPEG: its frames do not agree"));
    }
    let mut samples = vec![0; size];
    decoder.decode_into(&mut samples).map_err(wrong)?;
    if coded == ColorSpace::YCCK {
        for pixel in samples.as_chunks_mut::<4>().0 {
            let [cyan, magenta, yellow] = of_differences([pixel[0], pixel[1], pixel[2]]).map(|light| 255 - light);
            *pixel = [cyan, magenta, yellow, pixel[3]];
        }
    }
    let row = width * components;
    let missing = missing_rows(bytes, &samples, row);
    if missing * 50 > height {
        return Err(damaged(format!("JPEG: it breaks off behind row {} of {height}", height - missing)));
    }
    Ok(Decoded { width, height, components, bytes: samples })
}

/// Rows at the foot that are flat grey because the data broke off before its end mark.
fn missing_rows(bytes: &[u8], samples: &[u8], row: usize) -> usize {
    const TAIL: usize = 1 << 16;
    let tail = &bytes[bytes.len().saturating_sub(TAIL)..];
    if memchr::memmem::rfind(tail, &[0xff, 0xd9]).is_some() {
        return 0;
    }
    let is_flat = |row: &[u8]| row.iter().all(|value| *value == row[0]) && (120..=136).contains(&row[0]);
    samples.rchunks_exact(row).take_while(|row| is_flat(row)).count()
}

/// The picture of a JPEG file, upright.
pub(crate) fn read(bytes: &[u8], limits: &PictureLimits) -> Result<(Planes, Head), PictureError> {
    let head = head(bytes)?;
    let decoded = decode(bytes, &head, None, limits)?;
    let colour = match decoded.components {
        1 => Colour::Grey,
        3 => Colour::Rgb,
        _ => Colour::Cmyk,
    };
    // Programs of Adobe write inks the wrong way round, and mark the file.
    let turned = colour == Colour::Cmyk && head.adobe.is_some();
    let decode = if turned { vec![inverted(); 4] } else { Vec::new() };
    let (width, per_pixel) = (decoded.width, decoded.components);
    let samples = Samples { width, per_pixel, bits: 8, colour, decode, alpha: None };
    let mut canvas = Canvas::new(head.width, head.height, limits)?;
    samples.paint(&decoded.bytes, &mut canvas);
    Ok((canvas.finish()?, head))
}

//! JPEG 2000 → planes.

use hayro_jpeg2000::{ColorSpace, DecodeSettings, DecoderContext, Image};

use super::canvas::{Canvas, Planes, checked_size};
use super::density;
use super::error::{PictureError, PictureLimits, damaged, unsupported};
use super::samples::{Colour, Samples};

/// The decoder holds so many bytes for each sample.
const BYTES_A_SAMPLE: usize = 8;

/// What a JPEG 2000 picture stands for in the file that holds it, where that says so.
#[derive(Default)]
pub(crate) struct Meaning {
    pub(crate) colour: Option<Colour>,
    pub(crate) decode: Vec<[u8; 256]>,
}

/// The picture of a JPEG 2000 file or code stream.
pub(crate) fn read(bytes: &[u8], meaning: Meaning, limits: &PictureLimits) -> Result<Planes, PictureError> {
    let wrong = |error: hayro_jpeg2000::DecodeError| damaged(format!("JPEG 2000: {error}"));
    let is_palette = matches!(meaning.colour, Some(Colour::Palette(_)));
    let settings = DecodeSettings { resolve_palette_indices: !is_palette, ..DecodeSettings::default() };
    let image = Image::new(bytes, &settings).map_err(wrong)?;
    let (width, height) = checked_size(image.width().into(), image.height().into(), limits)?;
    let count = usize::from(image.color_space().num_channels()) + usize::from(image.has_alpha());
    if width * height * count * BYTES_A_SAMPLE > limits.bytes.saturating_mul(2) {
        return Err(PictureError::LimitBytes { limit: limits.bytes });
    }
    let found = match image.color_space() {
        ColorSpace::Gray => Colour::Grey,
        ColorSpace::RGB => Colour::Rgb,
        ColorSpace::CMYK => Colour::Cmyk,
        ColorSpace::Unknown { num_channels } | ColorSpace::Icc { num_channels, .. } => match num_channels {
            1 | 2 => Colour::Grey,
            3 => Colour::Rgb,
            4 => Colour::Cmyk,
            count => return Err(unsupported(format!("JPEG 2000 with {count} channels"))),
        },
    };
    let has_alpha = image.has_alpha();
    let mut context = DecoderContext::default();
    let decoded = image.decode(&mut context).map_err(wrong)?;
    let channels = decoded.components();
    let pixels = width * height;
    if channels.is_empty() || channels.iter().any(|channel| channel.samples().len() < pixels) {
        return Err(damaged("JPEG 2000: its channels are not of one size"));
    }
    let colour = meaning.colour.filter(|colour| colour.samples() <= channels.len()).unwrap_or(found);
    let per_pixel = channels.len();
    let alpha = (has_alpha && per_pixel > colour.samples()).then(|| per_pixel - 1);
    let is_index = matches!(colour, Colour::Palette(_));
    let samples = Samples { width, per_pixel, bits: 8, colour, decode: meaning.decode, alpha };
    samples.check()?;
    let mut canvas = Canvas::new(width as u64, height as u64, limits)?;
    let mut row = vec![0; samples.row_bytes()];
    for y in 0..height {
        for (place, channel) in channels.iter().enumerate() {
            let most = ((1u64 << channel.bit_depth().min(38)) - 1).max(1) as f32;
            let scale = if is_index { 1.0 } else { 255.0 / most };
            let values = &channel.samples()[y * width..(y + 1) * width];
            for (pixel, value) in row.chunks_exact_mut(per_pixel).zip(values) {
                pixel[place] = (value * scale + 0.5) as u8;
            }
        }
        samples.paint(&row, &mut canvas);
    }
    canvas.finish()
}

/// # Errors
/// If a JPEG 2000 picture is larger than `limits` allow. Damage is none here.
pub(crate) fn checked(bytes: &[u8], limits: &PictureLimits) -> Result<(), PictureError> {
    match Image::new(bytes, &DecodeSettings::default()) {
        Ok(image) => checked_size(image.width().max(1).into(), image.height().max(1).into(), limits).map(|_| ()),
        Err(_) => Ok(()),
    }
}

/// Pixels an inch as the resolution box of a JP2 file says.
pub(crate) fn dpi(bytes: &[u8]) -> Option<(f32, f32)> {
    // The box of the resolution of capture, or else of display, lies near the head of the file.
    let near = &bytes[..bytes.len().min(1 << 16)];
    let found = [b"resc", b"resd"].into_iter().find_map(|name| {
        let at = memchr::memmem::find(near, name)?;
        near.get(at + 4..at + 14)?.first_chunk::<10>()
    })?;
    let [y1, y0, yd1, yd0, x1, x0, xd1, xd0, y_exponent, x_exponent] = *found;
    let metre = |above: [u8; 2], below: [u8; 2], exponent: u8| {
        let (above, below) = (f32::from(u16::from_be_bytes(above)), f32::from(u16::from_be_bytes(below)));
        above / below * 10f32.powi(i32::from(exponent as i8))
    };
    density::of_metres(metre([x1, x0], [xd1, xd0], x_exponent), metre([y1, y0], [yd1, yd0], y_exponent))
}

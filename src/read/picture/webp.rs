//! WebP → planes.

use std::io::Cursor;

use image_webp::WebPDecoder;

use super::canvas::{Canvas, Planes, checked_size};
use super::error::{PictureError, PictureLimits, damaged};
use super::exif::{self, Exif};
use super::samples::{Colour, Samples};

/// The picture of a WebP file, the first one if it moves.
pub(crate) fn read(bytes: &[u8], limits: &PictureLimits) -> Result<(Planes, Exif), PictureError> {
    let wrong = |error: image_webp::DecodingError| damaged(format!("WebP: {error}"));
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(wrong)?;
    decoder.set_memory_limit(limits.bytes);
    let (width, height) = decoder.dimensions();
    checked_size(width.into(), height.into(), limits)?;
    let size = decoder.output_buffer_size().filter(|size| *size <= limits.bytes);
    let mut pixels = vec![0; size.ok_or(PictureError::LimitBytes { limit: limits.bytes })?];
    let found = decoder.exif_metadata().ok().flatten().map(|block| exif::read(&block)).unwrap_or_default();
    decoder.read_image(&mut pixels).map_err(wrong)?;
    let (per_pixel, alpha) = if decoder.has_alpha() { (4, Some(3)) } else { (3, None) };
    let samples = Samples { width: width as usize, per_pixel, bits: 8, colour: Colour::Rgb, decode: Vec::new(), alpha };
    let mut canvas = Canvas::new(width.into(), height.into(), limits)?;
    samples.paint(&pixels, &mut canvas);
    Ok((canvas.finish()?, found))
}

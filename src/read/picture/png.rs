//! PNG → planes, row by row.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations, Unit};

use super::canvas::{Canvas, Planes, checked_size};
use super::density;
use super::error::{PictureError, PictureLimits, damaged};
use super::samples::{Colour, Samples};

/// What a decoder may hold besides the picture: tables of colours, profiles.
const BESIDES: usize = 64 << 20;

/// The picture of a PNG file, over white where it is transparent.
pub(crate) fn read(bytes: &[u8], limits: &PictureLimits) -> Result<(Planes, Option<(f32, f32)>), PictureError> {
    let wrong = |error: png::DecodingError| damaged(format!("PNG: {error}"));
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: limits.bytes.max(BESIDES) });
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.ignore_checksums(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let info = decoder.read_header_info().map_err(wrong)?;
    let (width, height, interlaced) = (info.width, info.height, info.interlaced);
    checked_size(width.into(), height.into(), limits)?;
    let mut reader = decoder.read_info().map_err(wrong)?;
    let dpi = match reader.info().pixel_dims {
        Some(dims) if dims.unit == Unit::Meter => density::of_metres(dims.xppu as f32, dims.yppu as f32),
        _ => None,
    };
    let (colour, per_pixel, alpha) = match reader.output_color_type().0 {
        ColorType::Grayscale | ColorType::Indexed => (Colour::Grey, 1, None),
        ColorType::GrayscaleAlpha => (Colour::Grey, 2, Some(1)),
        ColorType::Rgb => (Colour::Rgb, 3, None),
        ColorType::Rgba => (Colour::Rgb, 4, Some(3)),
    };
    let samples = Samples { width: width as usize, per_pixel, bits: 8, colour, decode: Vec::new(), alpha };
    let mut canvas = Canvas::new(width.into(), height.into(), limits)?;
    if interlaced {
        let size = reader.output_buffer_size().filter(|size| *size <= limits.bytes);
        let mut pixels = vec![0; size.ok_or(PictureError::LimitBytes { limit: limits.bytes })?];
        reader.next_frame(&mut pixels).map_err(wrong)?;
        samples.paint(&pixels, &mut canvas);
    } else {
        // What comes before damage is kept; whether it is enough, the canvas knows.
        while let Ok(Some(row)) = reader.next_row() {
            samples.paint(row.data(), &mut canvas);
        }
    }
    Ok((canvas.finish()?, dpi))
}

//! BMP → planes. Pictures with run-length coding are not read.

use super::canvas::{Canvas, Planes};
use super::density;
use super::error::{PictureError, PictureLimits, damaged, unsupported};
use super::samples::{Colour, Samples};

/// The picture of a BMP file.
pub(crate) fn read(bytes: &[u8], limits: &PictureLimits) -> Result<(Planes, Option<(f32, f32)>), PictureError> {
    let short = || damaged("BMP: its head is not whole");
    let number = |place: usize, size: usize| {
        let bytes = bytes.get(place..place + size).ok_or_else(short)?;
        Ok::<u64, PictureError>(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let (data, head) = (number(10, 4)? as usize, number(14, 4)? as usize);
    let (width, height, bits, coding, colours, dpi) = if head < 40 {
        (number(18, 2)? as i64, i64::from(number(20, 2)? as i16), number(24, 2)?, 0, 0, None)
    } else {
        let dpi = density::of_metres(number(38, 4)? as f32, number(42, 4)? as f32);
        let (width, height) = (i64::from(number(18, 4)? as i32), i64::from(number(22, 4)? as i32));
        (width, height, number(28, 2)?, number(30, 4)?, number(46, 4)?, dpi)
    };
    let is_plain = coding == 0 || (matches!(coding, 3 | 6) && bits == 32);
    if !is_plain || !matches!(bits, 1 | 4 | 8 | 24 | 32) {
        return Err(unsupported(format!("BMP with coding {coding} and {bits} bits a pixel")));
    }
    let width = u64::try_from(width).map_err(|_| damaged("BMP: its width is negative"))?;
    let mut canvas = Canvas::new(width, height.unsigned_abs(), limits)?;
    let bits = bits as u8;
    let colour = if bits <= 8 {
        let entry = if head < 40 { 3 } else { 4 };
        let count = if colours == 0 { 1 << bits } else { (colours as usize).min(1 << bits) };
        let masks = if head == 40 && coding == 3 { 12 } else { 0 };
        let table = bytes.get(14 + head + masks..).unwrap_or_default();
        let colours: Vec<[u8; 3]> =
            table.chunks_exact(entry).take(count).map(|entry| [entry[2], entry[1], entry[0]]).collect();
        Colour::Palette(colours)
    } else {
        Colour::Rgb
    };
    // Blue comes first in a file, and red on a canvas.
    let per_pixel = if bits <= 8 { 1 } else { usize::from(bits / 8) };
    let samples =
        Samples { width: width as usize, per_pixel, bits: bits.min(8), colour, decode: Vec::new(), alpha: None };
    let row_bytes = samples.row_bytes();
    let rows = bytes.get(data..).unwrap_or_default().chunks(row_bytes.div_ceil(4) * 4);
    let mut paint = |row: &[u8]| {
        if per_pixel == 1 {
            return samples.paint(row, &mut canvas);
        }
        let mut row = row.to_vec();
        row.chunks_exact_mut(per_pixel).for_each(|pixel| pixel.swap(0, 2));
        samples.paint(&row, &mut canvas);
    };
    let whole = |row: &&[u8]| row.len() >= row_bytes;
    let rows: Vec<&[u8]> =
        rows.take(height.unsigned_abs() as usize).filter(whole).map(|row| &row[..row_bytes]).collect();
    if height < 0 {
        rows.iter().for_each(|row| paint(row));
    } else if rows.len() as u64 == height.unsigned_abs() {
        rows.iter().rev().for_each(|row| paint(row));
    }
    Ok((canvas.finish()?, dpi))
}

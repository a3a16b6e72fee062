//! JPEG inside TIFF: parts that share their tables, and the older way of one stream for the whole page.

use super::tags::Directory;
use super::{Page, tag};
use crate::read::picture::canvas::Canvas;
use crate::read::picture::error::{PictureError, PictureLimits, damaged, unsupported};
use crate::read::picture::jpeg;
use crate::read::picture::samples::{Colour, Samples};

const START: [u8; 2] = [0xff, 0xd8];
const END: [u8; 2] = [0xff, 0xd9];

/// One part, decoded: `width` by `rows` pixels of `samples` bytes.
pub(super) fn part(
    data: &[u8],
    tables: Option<&[u8]>,
    (width, rows, samples): (usize, usize, usize),
    page: &Page,
) -> Result<Vec<u8>, PictureError> {
    if page.bits != 8 {
        return Err(unsupported(format!("JPEG with {} bits in TIFF", page.bits)));
    }
    let whole: Vec<u8>;
    let stream = match (tables.and_then(|tables| tables.strip_prefix(&START)), data.strip_prefix(&START)) {
        (Some(tables), Some(scan)) => {
            let tables = tables.strip_suffix(&END).unwrap_or(tables);
            whole = [&START, tables, scan].concat();
            whole.as_slice()
        }
        (_, Some(_)) => data,
        (_, None) => return Err(unsupported("old JPEG without tables in TIFF")),
    };
    let head = jpeg::head(stream)?;
    // No part is larger than the page it was measured with.
    let limits = PictureLimits { pixels: width * (rows + 16), bytes: usize::MAX, pages: 1 };
    let decoded = jpeg::decode(stream, &head, Some(page.photometric == 6), &limits)?;
    if decoded.components != samples || decoded.width != width {
        return Err(damaged(format!(
            "TIFF: a JPEG part of {} x {} pixels where {width} x {rows} are expected",
            decoded.width, decoded.height
        )));
    }
    let mut bytes = decoded.bytes;
    bytes.truncate(width * rows * samples);
    Ok(bytes)
}

/// The older way: a whole JPEG file inside, painted onto `canvas`. Whether there is one.
pub(super) fn whole(
    page: &Page,
    directory: &Directory,
    canvas: &mut Canvas,
    limits: &PictureLimits,
) -> Result<bool, PictureError> {
    let Some(place) = directory.number(tag::OLD_JPEG) else { return Ok(false) };
    let left = (page.tags.bytes.len() as u64).saturating_sub(place);
    let size = directory.number(tag::OLD_JPEG_SIZE).filter(|size| *size > 0).unwrap_or(left);
    let Some(mut stream) = page.tags.slice(place, size.min(left)).filter(|stream| stream.starts_with(&START)) else {
        return Ok(false);
    };
    let joined: Vec<u8>;
    if !has_scan(stream) {
        // Only the tables: the scan is the strip.
        let (strip, size) = (directory.number(tag::STRIP_PLACES), directory.number(tag::STRIP_SIZES));
        let scan = strip.zip(size).and_then(|(place, size)| page.tags.slice(place, size));
        let scan = scan.ok_or_else(|| damaged("TIFF: the data of its JPEG is not in the file"))?;
        joined = [stream.strip_suffix(&END).unwrap_or(stream), scan.strip_prefix(&START).unwrap_or(scan)].concat();
        stream = &joined;
    }
    let head = jpeg::head(stream)?;
    if (head.width, head.height) != (page.width as u64, page.height as u64) {
        return Err(damaged("TIFF: its JPEG has another size than it says"));
    }
    let decoded = jpeg::decode(stream, &head, Some(page.photometric == 6), limits)?;
    let colour = match decoded.components {
        1 => Colour::Grey,
        3 => Colour::Rgb,
        _ => Colour::Cmyk,
    };
    let per_pixel = decoded.components;
    let samples = Samples { width: decoded.width, per_pixel, bits: 8, colour, decode: Vec::new(), alpha: None };
    samples.paint(&decoded.bytes, canvas);
    Ok(true)
}

fn has_scan(stream: &[u8]) -> bool {
    memchr::memmem::find(stream, &[0xff, 0xda]).is_some()
}

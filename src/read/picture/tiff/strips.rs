//! The strips and tiles of a TIFF page → rows of packed samples, one row of strips or tiles at a time.

use hayro_ccitt::EncodingMode;

use super::jpeg_strips;
use super::tags::Directory;
use super::{JPEG, OLD_JPEG, Page, tag};
use crate::read::picture::codecs::{Fax, Lzw, fax, inflate, lzw, runs, undo_differences};
use crate::read::picture::error::{PictureError, PictureLimits, damaged, unsupported};

/// The parts of a page.
pub(super) struct Strips<'a> {
    page: &'a Page<'a>,
    places: Vec<u64>,
    sizes: Vec<u64>,
    /// Size of a part in pixels.
    width: usize,
    height: usize,
    across: usize,
    /// Rows of parts.
    pub(super) down: usize,
    is_tiled: bool,
    fill_reversed: bool,
    t4_options: u64,
    predictor: u64,
    jpeg_tables: Option<&'a [u8]>,
}

impl<'a> Strips<'a> {
    pub(super) fn of(
        page: &'a Page<'a>,
        directory: &Directory<'a>,
        limits: &PictureLimits,
    ) -> Result<Self, PictureError> {
        let number = |tag: u16, default: u64| directory.number(tag).unwrap_or(default);
        let is_tiled = directory.raw(tag::TILE_WIDTH).is_some();
        let (width, height, places, sizes) = if is_tiled {
            (number(tag::TILE_WIDTH, 0), number(tag::TILE_HEIGHT, 0), tag::TILE_PLACES, tag::TILE_SIZES)
        } else {
            let rows = number(tag::ROWS_PER_STRIP, page.height as u64).min(page.height as u64);
            (page.width as u64, rows, tag::STRIP_PLACES, tag::STRIP_SIZES)
        };
        const LARGEST_TILE: u64 = 1 << 16;
        if width == 0 || height == 0 || width.max(height) > LARGEST_TILE.max(page.width.max(page.height) as u64) {
            return Err(damaged(format!("TIFF: its parts have {width} x {height} pixels")));
        }
        let (width, height) = (width as usize, height as usize);
        let (across, down) = (page.width.div_ceil(width), page.height.div_ceil(height));
        let row_of_parts = across.saturating_mul(width).saturating_mul(height);
        let bytes = row_of_parts.saturating_mul(page.per_pixel * usize::from(page.bits)) / 8;
        if bytes > limits.bytes {
            return Err(PictureError::LimitBytes { limit: limits.bytes });
        }
        let places: Vec<u64> = directory.numbers(places).collect();
        let mut sizes: Vec<u64> = directory.numbers(sizes).collect();
        if sizes.len() < places.len() {
            // Up to the next part, or the end of the file.
            let end = page.tags.bytes.len() as u64;
            let ends = places.iter().skip(1).copied().chain([end]);
            sizes = places
                .iter()
                .zip(ends)
                .map(|(from, to)| if to > *from { to - from } else { end - from.min(&end) })
                .collect();
        }
        Ok(Self {
            page,
            places,
            sizes,
            width,
            height,
            across,
            down,
            is_tiled,
            fill_reversed: number(tag::FILL_ORDER, 1) == 2,
            t4_options: number(tag::T4_OPTIONS, 0),
            predictor: number(tag::PREDICTOR, 1),
            jpeg_tables: directory.raw(tag::JPEG_TABLES),
        })
    }

    /// Whether differences of colours come out as red, green and blue.
    pub(super) fn is_rgb(&self) -> bool {
        matches!(self.page.compression, JPEG | OLD_JPEG)
    }

    /// The packed samples of row `row` of parts: whole rows of the page, pixel by pixel.
    pub(super) fn row(&self, row: usize) -> Result<Vec<u8>, PictureError> {
        let page = self.page;
        let rows = self.height.min(page.height - row * self.height);
        let planes = if page.is_planar { page.per_pixel } else { 1 };
        let row_bytes = page.row_bytes(page.width);
        let part_bytes = page.row_bytes(self.width);
        let mut found = Vec::with_capacity(planes);
        for plane in 0..planes {
            let first = (plane * self.down + row) * self.across;
            if self.across == 1 && part_bytes == row_bytes {
                found.push(self.part(first, rows)?);
                continue;
            }
            let mut joined = vec![0; rows * row_bytes];
            for place in 0..self.across {
                let part = self.part(first + place, rows)?;
                let left = place * part_bytes;
                for (to, from) in joined.chunks_exact_mut(row_bytes).zip(part.chunks_exact(part_bytes)) {
                    let to = to.get_mut(left..).unwrap_or_default();
                    let count = to.len().min(part_bytes);
                    to[..count].copy_from_slice(&from[..count]);
                }
            }
            found.push(joined);
        }
        match <[Vec<u8>; 1]>::try_from(found) {
            Ok([rows]) => Ok(rows),
            Err(planes) => self.interleaved(&planes, rows),
        }
    }

    /// Samples that lie apart, pixel by pixel.
    fn interleaved(&self, planes: &[Vec<u8>], rows: usize) -> Result<Vec<u8>, PictureError> {
        let page = self.page;
        let bytes = match page.bits {
            8 => 1,
            16 => 2,
            bits => return Err(unsupported(format!("TIFF with {bits} bits a sample in planes of their own"))),
        };
        let size = rows * page.width * bytes;
        let mut pixels = vec![0; size * planes.len()];
        for (order, plane) in planes.iter().enumerate() {
            let sample = |pixel: usize| (pixel * planes.len() + order) * bytes;
            for (pixel, value) in plane.chunks_exact(bytes).take(rows * page.width).enumerate() {
                pixels[sample(pixel)..sample(pixel) + bytes].copy_from_slice(value);
            }
        }
        Ok(pixels)
    }

    /// The packed samples of one part, as many rows as asked for; fewer only where data is missing.
    fn part(&self, index: usize, rows: usize) -> Result<Vec<u8>, PictureError> {
        let page = self.page;
        let missing = || damaged(format!("TIFF: part {} of its data is not in the file", index + 1));
        let (place, size) = (*self.places.get(index).ok_or_else(missing)?, *self.sizes.get(index).ok_or_else(missing)?);
        let left = (page.tags.bytes.len() as u64).saturating_sub(place);
        let data = page.tags.slice(place, size.min(left)).filter(|data| !data.is_empty()).ok_or_else(missing)?;
        let turned: Vec<u8>;
        let data = if self.fill_reversed && page.bits == 1 {
            turned = data.iter().map(|byte| byte.reverse_bits()).collect();
            &turned
        } else {
            data
        };
        let row_bytes = page.row_bytes(self.width);
        // A tile is coded whole even where it hangs over the edge.
        let coded_rows = if self.is_tiled { self.height } else { rows };
        let wanted = row_bytes * coded_rows;
        let facsimile = |coding: EncodingMode, aligned: bool, ends_of_line: bool, end_of_block: bool| {
            fax(data, &Fax { columns: self.width, rows: coded_rows, coding, aligned, ends_of_line, end_of_block })
        };
        let mut bytes = match page.compression {
            1 => data[..data.len().min(wanted)].to_vec(),
            2 => facsimile(EncodingMode::Group3_1D, true, false, false),
            3 if self.t4_options & 1 != 0 => facsimile(EncodingMode::Group3_2D, false, true, true),
            3 => facsimile(EncodingMode::Group3_1D, false, true, true),
            4 => facsimile(EncodingMode::Group4, false, false, true),
            5 => lzw(data, if data.starts_with(&[0, 1]) { Lzw::Old } else { Lzw::Early }, wanted),
            JPEG | OLD_JPEG => {
                let samples = if page.is_planar { 1 } else { page.per_pixel };
                jpeg_strips::part(data, self.jpeg_tables, (self.width, coded_rows, samples), page)?
            }
            8 | 32946 => inflate(data, wanted),
            32773 => runs(data, false, wanted),
            other => return Err(unsupported(format!("TIFF with compression {other}"))),
        };
        let per_pixel = if page.is_planar { 1 } else { page.per_pixel };
        match self.predictor {
            2 if matches!(page.compression, 5 | 8 | 32946) => {
                undo_differences(&mut bytes, row_bytes, per_pixel, page.bits, page.tags.little_endian);
            }
            3 => return Err(unsupported("TIFF with predictor 3")),
            _ => {}
        }
        if page.bits == 16 && page.tags.little_endian {
            bytes.as_chunks_mut::<2>().0.iter_mut().for_each(|pair| pair.reverse());
        }
        if bytes.len() < wanted && self.down * self.across > 1 && index + 1 < self.places.len() {
            return Err(damaged(format!("TIFF: part {} of its data breaks off", index + 1)));
        }
        bytes.truncate(rows * row_bytes);
        Ok(bytes)
    }
}

//! TIFF → the planes of one page: the directories of a file are its pages, and each is decoded by itself.

mod jpeg_strips;
mod strips;
mod tags;

use std::collections::BTreeSet;

pub(crate) use tags::{Directory, Tags};

use super::canvas::{Canvas, Planes, checked_size};
use super::error::{PictureError, PictureLimits, damaged, unsupported};
use super::exif;
use super::samples::{Colour, Samples, inverted};
use strips::Strips;

/// Tags of a page.
mod tag {
    pub(super) const SUBFILE: u16 = 254;
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const FILL_ORDER: u16 = 266;
    pub(super) const STRIP_PLACES: u16 = 273;
    pub(super) const PER_PIXEL: u16 = 277;
    pub(super) const ROWS_PER_STRIP: u16 = 278;
    pub(super) const STRIP_SIZES: u16 = 279;
    pub(super) const PLANAR: u16 = 284;
    pub(super) const T4_OPTIONS: u16 = 292;
    pub(super) const PREDICTOR: u16 = 317;
    pub(super) const COLOURS: u16 = 320;
    pub(super) const TILE_WIDTH: u16 = 322;
    pub(super) const TILE_HEIGHT: u16 = 323;
    pub(super) const TILE_PLACES: u16 = 324;
    pub(super) const TILE_SIZES: u16 = 325;
    pub(super) const EXTRA: u16 = 338;
    pub(super) const SAMPLE_FORMAT: u16 = 339;
    pub(super) const JPEG_TABLES: u16 = 347;
    pub(super) const OLD_JPEG: u16 = 513;
    pub(super) const OLD_JPEG_SIZE: u16 = 514;
    pub(super) const SUBSAMPLING: u16 = 530;
}

/// Where the pages of a TIFF file are, and whether there are more than `limits` allow. Thumbnails are no pages.
///
/// # Errors
/// If it has none.
pub(crate) fn pages(bytes: &[u8], limits: &PictureLimits) -> Result<(Vec<u64>, bool), PictureError> {
    const THUMBNAIL: u64 = 1;
    let (tags, mut next) = Tags::open(bytes).ok_or_else(|| damaged("TIFF: its head is not whole"))?;
    let (mut places, mut seen) = (Vec::new(), BTreeSet::new());
    while next != 0 && seen.insert(next) {
        if places.len() == limits.pages {
            return Ok((places, true));
        }
        let Some((directory, after)) = tags.directory(next) else { break };
        let is_thumbnail = directory.number(tag::SUBFILE).unwrap_or(0) & THUMBNAIL != 0;
        if !is_thumbnail || places.is_empty() {
            places.push(next);
        }
        next = after;
    }
    if places.is_empty() { Err(damaged("TIFF: it has no page")) } else { Ok((places, false)) }
}

/// The page whose directory is at `place`, not yet upright, with its orientation and pixels an inch.
pub(crate) fn read(bytes: &[u8], place: u64, limits: &PictureLimits) -> Result<(Planes, exif::Exif), PictureError> {
    let found = Tags::open(bytes).and_then(|(tags, _)| Some((tags, tags.directory(place)?.0)));
    let (tags, directory) = found.ok_or_else(|| damaged("TIFF: a page is not in the file"))?;
    let said = exif::Exif {
        orientation: directory.number(Directory::ORIENTATION).unwrap_or(1),
        dpi: exif::resolution(&directory),
    };
    let page = Page::of(tags, &directory, limits)?;
    let mut canvas = Canvas::new(page.width as u64, page.height as u64, limits)?;
    if page.compression == OLD_JPEG && jpeg_strips::whole(&page, &directory, &mut canvas, limits)? {
        return Ok((canvas.finish()?, said));
    }
    let strips = Strips::of(&page, &directory, limits)?;
    let samples = page.samples(&directory, strips.is_rgb())?;
    for row in 0..strips.down {
        let rows = strips.row(row)?;
        samples.paint(&rows, &mut canvas);
    }
    Ok((canvas.finish()?, said))
}

const OLD_JPEG: u64 = 6;
const JPEG: u64 = 7;

/// What the tags of a page say of its samples.
struct Page<'a> {
    tags: Tags<'a>,
    width: usize,
    height: usize,
    bits: u8,
    per_pixel: usize,
    compression: u64,
    photometric: u64,
    /// Each sample has strips of its own.
    is_planar: bool,
}

impl<'a> Page<'a> {
    fn of(tags: Tags<'a>, directory: &Directory<'a>, limits: &PictureLimits) -> Result<Self, PictureError> {
        let number = |tag: u16, default: u64| directory.number(tag).unwrap_or(default);
        let (width, height) = checked_size(number(tag::WIDTH, 0), number(tag::HEIGHT, 0), limits)?;
        let per_pixel = number(tag::PER_PIXEL, directory.numbers(tag::BITS).count().max(1) as u64);
        if !(1..=32).contains(&per_pixel) {
            return Err(unsupported(format!("TIFF with {per_pixel} samples a pixel")));
        }
        let bits = number(tag::BITS, 1);
        if directory.numbers(tag::BITS).any(|other| other != bits) || !matches!(bits, 1 | 2 | 4 | 8 | 16) {
            let all: Vec<u64> = directory.numbers(tag::BITS).collect();
            return Err(unsupported(format!("TIFF with {all:?} bits a sample")));
        }
        if number(tag::SAMPLE_FORMAT, 1) == 3 {
            return Err(unsupported("TIFF with broken numbers for samples"));
        }
        let compression = number(tag::COMPRESSION, 1);
        let photometric = number(tag::PHOTOMETRIC, if per_pixel >= 3 { 2 } else { 0 });
        let is_planar = number(tag::PLANAR, 1) == 2 && per_pixel > 1;
        Ok(Self {
            tags,
            width,
            height,
            bits: bits as u8,
            per_pixel: per_pixel as usize,
            compression,
            photometric,
            is_planar,
        })
    }

    /// Bytes of a row of `width` pixels; of one sample where those lie apart.
    fn row_bytes(&self, width: usize) -> usize {
        let per_pixel = if self.is_planar { 1 } else { self.per_pixel };
        (width * per_pixel * usize::from(self.bits)).div_ceil(8)
    }

    /// How a row of the whole page lies, and what it means. JPEG has made red, green and blue of differences.
    fn samples(&self, directory: &Directory, is_rgb: bool) -> Result<Samples, PictureError> {
        let mut decode = Vec::new();
        let colour = match self.photometric {
            0 => {
                decode = vec![inverted()];
                Colour::Grey
            }
            // A mask has the shades of a picture.
            1 | 4 => Colour::Grey,
            2 => Colour::Rgb,
            3 => Colour::Palette(palette(directory)),
            5 => Colour::Cmyk,
            6 if is_rgb => Colour::Rgb,
            6 if directory.numbers(tag::SUBSAMPLING).all(|step| step == 1) && self.has_subsampling(directory) => {
                Colour::YCbCr
            }
            6 => return Err(unsupported("TIFF with colours at half resolution outside JPEG")),
            8 => Colour::Lab { signed: true },
            other => return Err(unsupported(format!("TIFF with photometric interpretation {other}"))),
        };
        let extra = self.per_pixel.saturating_sub(colour.samples());
        let covers = directory.numbers(tag::EXTRA).position(|kind| matches!(kind, 1 | 2));
        let alpha = covers.filter(|place| *place < extra).map(|place| colour.samples() + place);
        let samples = Samples { width: self.width, per_pixel: self.per_pixel, bits: self.bits, colour, decode, alpha };
        samples.check()?;
        Ok(samples)
    }

    /// The default is half resolution, so a full one must be said.
    fn has_subsampling(&self, directory: &Directory) -> bool {
        directory.raw(tag::SUBSAMPLING).is_some()
    }
}

fn palette(directory: &Directory) -> Vec<[u8; 3]> {
    let values: Vec<u64> = directory.numbers(tag::COLOURS).collect();
    // Some writers fill only the lower byte.
    let shift = if values.iter().any(|value| *value > 255) { 8 } else { 0 };
    let count = values.len() / 3;
    (0..count).map(|place| [0, 1, 2].map(|light| (values[light * count + place] >> shift) as u8)).collect()
}

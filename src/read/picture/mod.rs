//! The bytes of a picture file → [`PictureFile`], and from it one [`Picture`] a page: shades of grey, upright, with the
//! red plane where there is red print.
//!
//! What a file is, its first bytes say, never its name. `canvas` takes rows of pixels, `samples` turns samples of any
//! depth and colour into rows, and there is a file for each format. TIFF is read here, the codings inside it by
//! libraries. Sizes are looked at before anything is decoded ([`PictureLimits`]), and nothing panics: what a library
//! makes of damage is caught in one place ([`guarded`]).

mod bmp;
pub(crate) mod canvas;
pub(crate) mod codecs;
mod density;
mod error;
mod exif;
pub(crate) mod jpeg;
pub(crate) mod jpx;
mod png;
pub(crate) mod samples;
mod tiff;
mod webp;

use crate::model::Picture;
use crate::read::catch;
use canvas::Turn;

pub(crate) use density::of_points;
pub use error::{PictureError, PictureLimits};
pub(crate) use error::{damaged, unsupported};

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tiff,
    Jpeg,
    Png,
    Jpeg2000,
    Bmp,
    WebP,
}

/// A file of pictures: one or several pages. None is decoded until it is asked for.
#[derive(Debug, Clone)]
pub struct PictureFile<'a> {
    bytes: &'a [u8],
    kind: Kind,
    limits: PictureLimits,
    /// Where each page of a TIFF file is.
    places: Vec<u64>,
    cut: bool,
}

/// Whether `bytes` start as a picture file does.
pub fn is_picture(bytes: &[u8]) -> bool {
    kind_of(bytes).is_some()
}

fn kind_of(bytes: &[u8]) -> Option<Kind> {
    Some(match bytes {
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Kind::Tiff,
        [0xff, 0xd8, 0xff, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Kind::Png,
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xff, 0x4f, 0xff, 0x51, ..] => Kind::Jpeg2000,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Kind::WebP,
        // Text may start with the same two letters: the sizes of the head and of the file are looked at, too.
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, _, _, 0, 0, 12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0, ..] => Kind::Bmp,
        _ => return None,
    })
}

impl<'a> PictureFile<'a> {
    /// Finds the pages of the file `bytes`.
    ///
    /// # Errors
    /// If it is no picture file, or has no page.
    pub fn open(bytes: &'a [u8], limits: &PictureLimits) -> Result<Self, PictureError> {
        let kind =
            kind_of(bytes).ok_or_else(|| unsupported("it starts as none of TIFF, JPEG, PNG, JPEG 2000, BMP, WebP"))?;
        let (places, cut) = match kind {
            Kind::Tiff => tiff::pages(bytes, limits)?,
            _ => (vec![0], false),
        };
        Ok(Self { bytes, kind, limits: *limits, places, cut })
    }

    /// How many pages it has, as far as the limit allows.
    pub fn pages(&self) -> usize {
        self.places.len()
    }

    /// Whether it has more than the limit allows.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Page `index`, from 0. Pure: the same bytes give the same picture.
    ///
    /// # Errors
    /// If the page is damaged, larger than allowed, or coded in a way that is not read. Other pages may be sound.
    pub fn page(&self, index: usize) -> Result<Picture, PictureError> {
        let pages = self.pages();
        let place = *self.places.get(index).ok_or(PictureError::NoPage { page: index + 1, pages })?;
        guarded(|| self.decoded(place))
    }

    fn decoded(&self, place: u64) -> Result<Picture, PictureError> {
        let (bytes, limits) = (self.bytes, &self.limits);
        let (planes, dpi, orientation) = match self.kind {
            Kind::Tiff => {
                let (planes, said) = tiff::read(bytes, place, limits)?;
                (planes, said.dpi, said.orientation)
            }
            Kind::Jpeg => {
                let (planes, head) = jpeg::read(bytes, limits)?;
                (planes, head.dpi, head.orientation)
            }
            Kind::Png => {
                let (planes, dpi) = png::read(bytes, limits)?;
                (planes, dpi, 0)
            }
            Kind::Jpeg2000 => (jpx::read(bytes, jpx::Meaning::default(), limits)?, jpx::dpi(bytes), 0),
            Kind::Bmp => {
                let (planes, dpi) = bmp::read(bytes, limits)?;
                (planes, dpi, 0)
            }
            Kind::WebP => {
                let (planes, said) = webp::read(bytes, limits)?;
                (planes, said.dpi, said.orientation)
            }
        };
        let turn = Turn::of_orientation(orientation);
        Ok(planes.turned(turn).into_picture(dpi.map(|dpi| turn.size(dpi))))
    }
}

/// What `decode` gives; an error where a library panics over damage.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> Result<T, PictureError>) -> Result<T, PictureError> {
    catch(decode).unwrap_or_else(|_| Err(damaged("its decoder gave up on it")))
}

#[cfg(test)]
mod tests {
    use super::is_picture;

    #[test]
    fn text_is_no_picture() {
        assert!(is_picture(b"II*\0\x08\0\0\0"));
        assert!(is_picture(b"\xff\xd8\xff\xe0"));
        assert!(!is_picture(b"BMW\xe6\x8a\xa5\xe5\x91\x8a: a bulletin of some length"));
        assert!(!is_picture(b""));
    }
}

//! The bytes of a picture file → [`PictureFile`], and from it one [`Picture`] a page: shades of grey, upright, with the
//! red plane where there is red print.
//!
//! What a file is, its first bytes say, never its name. `canvas` takes rows of pixels, `samples` turns samples of any
//! depth and colour into rows, and there is a file for each format. TIFF is read here, the codings inside it by
//! libraries. Sizes are looked at before anything is decoded ([`PictureLimits`]), and nothing panics: what a library
//! makes of damage is caught in one place ([`guarded`]).

mod bmp;
mod bundle;
pub(crate) mod canvas;
pub(crate) mod codecs;
mod density;
mod error;
mod exif;
pub(crate) mod jpeg;
pub(crate) mod jpx;
mod numbered;
mod png;
pub(crate) mod samples;
mod tiff;
mod webp;

use std::ops::Range;

use crate::model::Picture;
use crate::read::catch;
pub use bundle::Bundle;
use bundle::Member;
use canvas::Turn;

pub(crate) use density::of_points;
pub use error::{PictureError, PictureLimits};
pub(crate) use error::{damaged, unsupported};
pub use numbered::Numbered;

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

/// A file of pictures, or a [`Bundle`] of such files: one or several pages. None is decoded until it is asked for.
#[derive(Debug, Clone)]
pub struct PictureFile<'a> {
    files: Vec<File<'a>>,
    limits: PictureLimits,
    /// The file each page is in, and where it is in a TIFF file.
    places: Vec<(usize, u64)>,
    cut: bool,
}

/// One file of pictures, or why it is none.
#[derive(Debug, Clone)]
struct File<'a> {
    name: Option<&'a str>,
    bytes: &'a [u8],
    kind: Result<Kind, PictureError>,
}

/// A file of a bundle, and where its pages are in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<'a> {
    /// The name of the file.
    pub name: &'a str,
    /// Its bytes; `None` if they could not be had.
    pub bytes: Option<&'a [u8]>,
    /// Its pages, counted from 0. A file that cannot be read is one page that cannot be had.
    pub pages: Range<usize>,
}

/// Whether `bytes` start as a picture file does, or are a bundle of picture files.
pub fn is_picture(bytes: &[u8]) -> bool {
    bundle::is_bundle(bytes) || kind_of(bytes).is_some()
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
    /// If it is no picture file, or has no page. A bundle has a page for each of its files, whatever that is.
    pub fn open(bytes: &'a [u8], limits: &PictureLimits) -> Result<Self, PictureError> {
        let mut all = Self { files: Vec::new(), limits: *limits, places: Vec::new(), cut: false };
        if !bundle::is_bundle(bytes) {
            all.add(None, bytes)?;
            return Ok(all);
        }
        for Member { name, content } in bundle::members(bytes)? {
            let (bytes, added) = match content {
                Ok(bytes) => (bytes, all.add(Some(name), bytes)),
                Err(reason) => (&[][..], Err(PictureError::Unreadable(reason.to_owned()))),
            };
            if let Err(error) = added {
                all.places.push((all.files.len(), 0));
                all.files.push(File { name: Some(name), bytes, kind: Err(error) });
            }
        }
        all.cut |= all.places.len() > limits.pages;
        all.places.truncate(limits.pages);
        if all.places.is_empty() {
            return Err(damaged("there is no file in it"));
        }
        Ok(all)
    }

    fn add(&mut self, name: Option<&'a str>, bytes: &'a [u8]) -> Result<(), PictureError> {
        if bytes.is_empty() {
            return Err(damaged("the file is empty"));
        }
        let kind =
            kind_of(bytes).ok_or_else(|| unsupported("it starts as none of TIFF, JPEG, PNG, JPEG 2000, BMP, WebP"))?;
        let (places, cut) = match kind {
            Kind::Tiff => tiff::pages(bytes, &self.limits)?,
            _ => (vec![0], false),
        };
        self.places.extend(places.into_iter().map(|place| (self.files.len(), place)));
        self.files.push(File { name, bytes, kind: Ok(kind) });
        self.cut |= cut;
        Ok(())
    }

    /// The files of a bundle in order; nothing of a single file.
    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> {
        self.files.iter().enumerate().filter_map(|(index, file)| {
            let from = self.places.partition_point(|place| place.0 < index);
            let to = self.places.partition_point(|place| place.0 <= index);
            let bytes = (!matches!(file.kind, Err(PictureError::Unreadable(_)))).then_some(file.bytes);
            Some(Part { name: file.name?, bytes, pages: from..to })
        })
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
        let (file, place) = *self.places.get(index).ok_or(PictureError::NoPage { page: index + 1, pages })?;
        guarded(|| self.files[file].decoded(place, &self.limits))
    }
}

impl File<'_> {
    fn decoded(&self, place: u64, limits: &PictureLimits) -> Result<Picture, PictureError> {
        let bytes = self.bytes;
        let (planes, dpi, orientation) = match self.kind.clone()? {
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
    use super::*;

    #[test]
    fn a_bundle_has_the_pages_of_its_files_and_one_for_each_that_cannot_be_read() {
        let tiff = include_bytes!("../../../tests/scan/files/pages_3.tif");
        let png = include_bytes!("../../../tests/scan/files/1.png");
        let mut bundle = Bundle::with_capacity(0);
        bundle.add("a-1.png", Ok(png));
        bundle.add("a-2.tif", Ok(tiff));
        bundle.add("a-3.tif", Err("no such file"));
        bundle.add("a-4.png", Ok(b""));
        bundle.add("a-5.png", Ok(b"%PDF-1.4"));
        bundle.add("a-6.png", Ok(png));
        let bytes = bundle.into_bytes();
        assert!(is_picture(&bytes));
        let file = PictureFile::open(&bytes, &PictureLimits::default()).unwrap();
        let parts: Vec<_> = file.parts().map(|part| (part.name, part.pages)).collect();
        let wanted = [("a-1.png", 0..1), ("a-2.tif", 1..4), ("a-3.tif", 4..5), ("a-4.png", 5..6), ("a-5.png", 6..7)];
        assert_eq!(parts[..5], wanted);
        assert_eq!((file.pages(), parts.len()), (8, 6));
        let codes: Vec<_> = (0..8).map(|page| file.page(page).map_err(|error| error.code()).err()).collect();
        let (lost, empty, other) = (Some("unreadable-file"), Some("damaged-image"), Some("unsupported-image"));
        assert_eq!(codes, [None, None, None, None, lost, empty, other, None]);
        let alone = PictureFile::open(png, &PictureLimits::default()).unwrap();
        assert_eq!(file.page(7), alone.page(0));
        let few = PictureFile::open(&bytes, &PictureLimits { pages: 2, ..PictureLimits::default() }).unwrap();
        assert_eq!((few.pages(), few.is_cut()), (2, true));
    }

    #[test]
    fn text_is_no_picture() {
        assert!(is_picture(b"II*\0\x08\0\0\0"));
        assert!(is_picture(b"\xff\xd8\xff\xe0"));
        assert!(!is_picture(b"BMW\xe6\x8a\xa5\xe5\x91\x8a: a bulletin of some length"));
        assert!(!is_picture(b""));
    }
}

//! The EXIF block of a picture → how it lies, and pixels an inch.

use super::density;
use super::tiff::{Directory, Tags};

/// What is read of EXIF.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Exif {
    /// 1 to 8; 0 if it does not say.
    pub(crate) orientation: u64,
    pub(crate) dpi: Option<(f32, f32)>,
}

/// Reads `bytes`, a TIFF file in small. Nothing where it is broken.
pub(crate) fn read(bytes: &[u8]) -> Exif {
    let Some((tags, first)) = Tags::open(bytes) else { return Exif::default() };
    let Some((directory, _)) = tags.directory(first) else { return Exif::default() };
    Exif { orientation: directory.number(Directory::ORIENTATION).unwrap_or(0), dpi: resolution(&directory) }
}

/// Pixels an inch as the tags of a TIFF directory say.
pub(crate) fn resolution(directory: &Directory) -> Option<(f32, f32)> {
    let (x, y) = (directory.ratio(Directory::X_RESOLUTION)?, directory.ratio(Directory::Y_RESOLUTION)?);
    match directory.number(Directory::RESOLUTION_UNIT).unwrap_or(2) {
        2 => density::dpi(x, y),
        3 => density::dpi(x * 2.54, y * 2.54),
        _ => None,
    }
}

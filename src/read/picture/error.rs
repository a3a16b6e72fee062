//! How large a picture may be, and why one cannot be had.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The limits of one picture file. Each is far above what scanners write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PictureLimits {
    /// Pixels of one page. A newspaper page of A2 at 400 dpi has 62 million.
    pub pixels: usize,
    /// Bytes that the samples of one page may decode to.
    pub bytes: usize,
    /// Pages that are read of one file.
    pub pages: usize,
}

impl Default for PictureLimits {
    fn default() -> Self {
        Self { pixels: 100_000_000, bytes: 1 << 30, pages: 20_000 }
    }
}

/// Why the picture of a page cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PictureError {
    /// It says it is larger than allowed. Nothing was decoded.
    #[error("the picture has {width} x {height} pixels, and {limit} are allowed; scan it at a lower resolution")]
    LimitPixels {
        /// Its width in pixels.
        width: u64,
        /// Its height in pixels.
        height: u64,
        /// Pixels that are allowed.
        limit: usize,
    },
    /// A part of it that must be decoded whole is larger than allowed.
    #[error("the picture decodes to more than {limit} bytes; this is no ordinary scan")]
    LimitBytes {
        /// Bytes that are allowed.
        limit: usize,
    },
    /// Its bytes are not what they should be.
    #[error("the picture is damaged ({0}); get a whole copy or scan it again")]
    Damaged(String),
    /// It is coded in a way that is not read.
    #[error("the picture is coded in a way that is not read ({0}); save it as PNG or JPEG")]
    Unsupported(String),
    /// Its file is one of several and could not be read.
    #[error("the file of the page cannot be read: {0}")]
    Unreadable(String),
    /// There is no such page.
    #[error("there is no page {page}; the file has {pages}")]
    NoPage {
        /// The page asked for, from 1.
        page: usize,
        /// Pages of the file.
        pages: usize,
    },
}

impl PictureError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LimitPixels { .. } => "limit-pixels",
            Self::LimitBytes { .. } => "limit-picture-bytes",
            Self::Damaged(_) => "damaged-image",
            Self::Unsupported(_) => "unsupported-image",
            Self::Unreadable(_) => "unreadable-file",
            Self::NoPage { .. } => "no-such-page",
        }
    }
}

/// Why a picture is damaged.
pub(crate) fn damaged(what: impl Into<String>) -> PictureError {
    PictureError::Damaged(what.into())
}

/// Why a picture is not read.
pub(crate) fn unsupported(what: impl Into<String>) -> PictureError {
    PictureError::Unsupported(what.into())
}

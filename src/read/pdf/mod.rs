//! The bytes of a PDF file → [`PdfFile`]: its pages as [`GlyphPage`]s, each character with its place.

mod font;
mod limits;
mod objects;

pub use limits::Limits;

use crate::model::{Diagnostic, GlyphPage};

/// What a PDF file says.
#[derive(Debug, Clone, PartialEq)]
pub struct PdfFile {
    /// Its pages.
    pub pages: Vec<GlyphPage>,
    /// Title in its metadata.
    pub title: Option<String>,
    /// Remarks on pages and limits.
    pub diagnostics: Vec<Diagnostic>,
}

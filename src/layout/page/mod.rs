//! The glyphs of pages → [`TextLine`]s in reading order.

use crate::model::{GlyphPage, TextLine};

/// The printed lines of one page in reading order, as far as the page alone can tell.
pub struct PageLines {}

/// The lines of one page. Pure; pages can be worked on in parallel.
pub fn page_lines(page: &GlyphPage) -> PageLines {
    let _ = page;
    PageLines {}
}

/// The lines of a document from those of its pages, in order: numbered from 1, indents, leading and size measured
/// against the whole document.
pub fn printed_lines(pages: Vec<PageLines>) -> Vec<TextLine> {
    let _ = pages;
    Vec::new()
}

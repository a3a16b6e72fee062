//! How much of a PDF file is read: what a file of a few bytes can ask for has no end.

use serde::{Deserialize, Serialize};

/// The limits of one document. Each is far above what real bulletins need; what goes beyond is left out and said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes that one stream may decode to.
    pub stream_bytes: usize,
    /// Bytes of content streams, forms included each time they are painted, that one page may decode to.
    pub page_bytes: usize,
    /// The same for all pages together.
    pub document_bytes: usize,
    /// Operators that one page may execute.
    pub page_operators: usize,
    /// The same for all pages together.
    pub document_operators: usize,
    /// Characters that one page may paint.
    pub page_glyphs: usize,
    /// Entries of one font's table from codes to characters.
    pub to_unicode_entries: usize,
    /// Forms inside forms.
    pub form_depth: usize,
    /// Pages that are read.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stream_bytes: 64 << 20,
            page_bytes: 64 << 20,
            document_bytes: 512 << 20,
            page_operators: 5_000_000,
            document_operators: 100_000_000,
            page_glyphs: 500_000,
            to_unicode_entries: 400_000,
            form_depth: 12,
            pages: 20_000,
        }
    }
}

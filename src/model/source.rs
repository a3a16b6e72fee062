//! A source file: what its bytes are and what it is called.

use serde::{Deserialize, Serialize};

/// One input file. Its identity is the SHA-256 of its bytes; the path is only a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path relative to the input folder, `/` separators; bytes that are not UTF-8 are written `\xNN`.
    pub path: String,
    /// SHA-256 of the bytes, 64 lower-case hex digits; empty if the file could not be read.
    pub sha256: String,
    /// Length of the file in bytes.
    pub bytes: u64,
    /// What kind of file it was taken for.
    pub format: Format,
}

impl Source {
    /// First 16 hex digits of the SHA-256; empty if the file could not be read.
    pub fn doc_id(&self) -> &str {
        self.sha256.get(..16).unwrap_or("")
    }
}

/// The kind of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// Plain text.
    Text,
    /// Text whose `#`, `-` and two closing spaces are marks, not print.
    Markdown,
    /// PDF.
    Pdf,
    /// Pictures of pages: TIFF, JPEG, PNG, JPEG 2000, BMP, WebP.
    Image,
    /// ALTO: what a program recognised on pages, as archives keep it.
    Alto,
    /// PAGE XML: the same, as researchers keep it.
    PageXml,
    /// hOCR: the same, inside HTML.
    Hocr,
}

impl Format {
    /// The kind of file that a name stands for; `None` if it does not say.
    pub fn named(name: &str) -> Option<Self> {
        let (_, extension) = name.rsplit_once('.')?;
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Self::Text),
            "md" | "markdown" => Some(Self::Markdown),
            "pdf" => Some(Self::Pdf),
            "tif" | "tiff" | "jpg" | "jpeg" | "png" | "jp2" | "j2k" | "jpx" | "bmp" | "webp" => Some(Self::Image),
            "alto" => Some(Self::Alto),
            "hocr" => Some(Self::Hocr),
            _ => None,
        }
    }

    /// The format with this word in the dataset.
    pub fn of_word(word: &str) -> Option<Self> {
        let all = [Self::Text, Self::Markdown, Self::Pdf, Self::Image, Self::Alto, Self::PageXml, Self::Hocr];
        all.into_iter().find(|format| format.as_str() == word)
    }

    /// The word written in the dataset.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Alto => "alto",
            Self::PageXml => "page",
            Self::Hocr => "hocr",
        }
    }
}

/// Bytes as lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

#[cfg(test)]
mod tests {
    use super::hex;

    #[test]
    fn hex_digits_are_lower_case_and_two_a_byte() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}

//! Bytes that are no text: what they look like, and what to do about it.

use super::ReadError;

/// The well-known format `bytes` begin like, as an error. Formats only: text may begin with any letters.
pub(super) fn known_format(bytes: &[u8]) -> Option<ReadError> {
    let start = bytes.trim_ascii_start();
    FORMATS
        .iter()
        .find(|(magic, _, _)| bytes.starts_with(magic) || start.starts_with(magic))
        .map(|&(_, looks_like, advice)| ReadError::Binary { looks_like, advice })
}

/// Whether more than one in twenty of `bytes` are control characters no text has. A NUL here and there is damage, not
/// another kind of file.
pub(super) fn is_mostly_control(bytes: &[u8]) -> bool {
    // Counted in blocks small enough for one byte lane, so that the compiler can count many lanes at once.
    let count: usize =
        bytes.chunks(255).map(|block| usize::from(block.iter().map(|&b| is_control(b)).sum::<u8>())).sum();
    count > bytes.len() / 20
}

/// 1 for a control character other than white space, end-of-file (U+001A) and escape.
fn is_control(byte: u8) -> u8 {
    u8::from(byte < 0x20) & !u8::from((0x09..=0x0d).contains(&byte)) & !u8::from(byte == 0x1a || byte == 0x1b)
}

const IMAGE: &str = "save it as PNG or TIFF";
const UNPACK: &str = "unpack it first";
const EXPORT: &str = "export it as plain text or PDF";

/// How files of a format begin, what they are called, what to do with them.
const FORMATS: &[(&[u8], &str, &str)] = &[
    (b"%PDF-", "a PDF", "name it .pdf"),
    (
        b"PK\x03\x04",
        "a ZIP archive or an Office document (.docx, .xlsx, .ofd)",
        "unpack it, or export it as plain text or PDF",
    ),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document (.doc, .xls, .wps)", EXPORT),
    (b"{\\rtf", "an RTF document", EXPORT),
    (b"CAJ\0", "a CAJ document", EXPORT),
    (b"KDH ", "a KDH document", EXPORT),
    (b"AT&TFORM", "a DjVu document", EXPORT),
    (b"\x89PNG\r\n\x1a\n", "a PNG image", IMAGE),
    (b"\xff\xd8\xff", "a JPEG image", IMAGE),
    (b"GIF87a", "a GIF image", IMAGE),
    (b"GIF89a", "a GIF image", IMAGE),
    (b"II*\0", "a TIFF image", IMAGE),
    (b"MM\0*", "a TIFF image", IMAGE),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 image", IMAGE),
    (b"\x1f\x8b\x08", "a gzip file", UNPACK),
    (b"\xfd7zXZ\0", "an xz file", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"Rar!\x1a\x07", "a RAR archive", UNPACK),
    (b"SQLite format 3\0", "an SQLite database", "leave it out"),
    (b"\x7fELF", "a program (ELF)", "leave it out"),
    (b"MZ\x90\0", "a program (Windows)", "leave it out"),
];

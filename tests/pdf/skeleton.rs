//! PDF files from parts, written so that a part may be anything at all.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// A PDF file that grows object by object. Object 1 is the catalog, 2 the page tree, which has object 3 as its page.
pub(crate) struct Skeleton {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl Skeleton {
    /// A file with a catalog and a page tree of `kids`, such as `3 0 R`.
    pub(crate) fn new(kids: &str, count: u64) -> Self {
        let mut file = Self { bytes: b"%PDF-1.7\n".to_vec(), offsets: Vec::new() };
        file.object("<</Type/Catalog/Pages 2 0 R>>");
        file.object(&format!("<</Type/Pages/Kids[{kids}]/Count {count}/MediaBox[0 0 595 842]>>"));
        file
    }

    /// A file of one page whose dictionary has `entries`, which may use `/F1` if they name it.
    pub(crate) fn page(entries: &str) -> Self {
        let mut file = Self::new("3 0 R", 1);
        file.object(&format!("<</Type/Page/Parent 2 0 R{entries}>>"));
        file
    }

    /// The next object; its number is returned.
    pub(crate) fn object(&mut self, body: &str) -> u32 {
        self.object_bytes(body.as_bytes())
    }

    /// The next object, of any bytes.
    pub(crate) fn object_bytes(&mut self, body: &[u8]) -> u32 {
        self.offsets.push(self.bytes.len());
        let number = self.offsets.len() as u32;
        self.bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        number
    }

    /// The next object, a stream with `entries` in its dictionary.
    pub(crate) fn stream(&mut self, entries: &str, data: &[u8]) -> u32 {
        let mut body = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.object_bytes(&body)
    }

    /// The next object, a stream of deflated data.
    pub(crate) fn deflated(&mut self, entries: &str, data: &[u8]) -> u32 {
        self.stream(&format!("{entries}/Filter/FlateDecode"), &deflate(data))
    }

    /// The number that the next object will have.
    pub(crate) fn next(&self) -> u32 {
        self.offsets.len() as u32 + 1
    }

    /// The file with a cross-reference table.
    pub(crate) fn finished(self) -> Vec<u8> {
        let Self { mut bytes, offsets } = self;
        let (start, size) = (bytes.len(), offsets.len() + 1);
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for at in offsets {
            table.push_str(&format!("{at:010} 00000 n \n"));
        }
        table.push_str(&format!("trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF\n"));
        bytes.extend_from_slice(table.as_bytes());
        bytes
    }
}

/// `data` deflated.
pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(data).expect("a vector takes all bytes");
    encoder.finish().expect("a vector takes all bytes")
}

/// `piece` deflated `times` over, without ever holding all of it.
pub(crate) fn deflate_repeated(piece: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    for _ in 0..times {
        encoder.write_all(piece).expect("a vector takes all bytes");
    }
    encoder.finish().expect("a vector takes all bytes")
}

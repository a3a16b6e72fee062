//! PDF files from parts, written so that a part may be anything at all.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// A PDF file that grows object by object. Object 1 is the catalog, 2 the page tree, which has object 3 as its page.
pub(crate) struct Skeleton {
    bytes: Vec<u8>,
    objects: u32,
}

impl Skeleton {
    /// A file with a catalog and a page tree of `kids`, such as `3 0 R`.
    pub(crate) fn new(kids: &str, count: u64) -> Self {
        let mut file = Self { bytes: b"%PDF-1.7\n".to_vec(), objects: 0 };
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
        self.objects += 1;
        let number = self.objects;
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

    /// Reserves nothing: the number the next object will have.
    pub(crate) fn next(&self) -> u32 {
        self.objects + 1
    }

    /// The file with its trailer. There is no table: readers have to look for the objects, as in many damaged files.
    pub(crate) fn finished(mut self) -> Vec<u8> {
        let trailer = format!("trailer\n<</Root 1 0 R/Size {}>>\nstartxref\n0\n%%EOF\n", self.objects + 1);
        self.bytes.extend_from_slice(trailer.as_bytes());
        self.bytes
    }

    /// The file with a cross-reference table.
    pub(crate) fn with_table(self) -> Vec<u8> {
        let Self { mut bytes, objects } = self;
        let mut offsets = Vec::new();
        let mut from = 0;
        for number in 1..=objects {
            let head = format!("{number} 0 obj\n");
            let at = find(&bytes, head.as_bytes(), from).expect("every object was written");
            offsets.push(at);
            from = at + head.len();
        }
        let start = bytes.len();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects + 1);
        for at in offsets {
            table.push_str(&format!("{at:010} 00000 n \n"));
        }
        table.push_str(&format!("trailer\n<</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF\n", objects + 1));
        bytes.extend_from_slice(table.as_bytes());
        bytes
    }
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes[from..].windows(wanted.len()).position(|it| it == wanted).map(|at| from + at)
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

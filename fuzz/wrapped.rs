//! Fuzz input put where one part of a sound PDF file belongs, so that each part is reached without an interface of its
//! own in the library.

use std::sync::LazyLock;

use jianbao::model::{Document, Format, Source, Status};
use jianbao::pipeline::{self, Extractor};
use jianbao::rules::RuleSet;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// Reads `bytes` as a PDF file, and holds the answer against what is true of every answer.
pub fn read(bytes: &[u8]) -> Document {
    let source =
        Source { path: "a.pdf".to_owned(), sha256: String::new(), bytes: bytes.len() as u64, format: Format::Pdf };
    let document = pipeline::process(source, bytes, &RULES, &Extractor::without_ocr());
    let chars = &document.chars;
    assert_eq!(chars.total, chars.items + chars.structure + chars.furniture + chars.unassigned);
    if let Status::Failed(failure) = &document.status {
        assert!(!failure.message.is_empty() && document.lines.is_empty());
    }
    document
}

/// A file of `objects`, the first of which is number 1 and the catalog; a stream is a dictionary and its data.
pub fn file(objects: &[(&str, Option<&[u8]>)]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, (dictionary, data)) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", bytes.len()));
        bytes.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        match data {
            None => bytes.extend_from_slice(dictionary.as_bytes()),
            Some(data) => {
                bytes.extend_from_slice(format!("<<{dictionary}/Length {}>>\nstream\n", data.len()).as_bytes());
                bytes.extend_from_slice(data);
                bytes.extend_from_slice(b"\nendstream");
            }
        }
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    table.push_str(&format!("trailer\n<</Root 1 0 R/Size {}>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1));
    bytes.extend_from_slice(table.as_bytes());
    bytes
}

/// The catalog and the page tree, whose page is object 3.
pub const CATALOG: (&str, Option<&[u8]>) = ("<</Type/Catalog/Pages 2 0 R>>", None);
/// See [`CATALOG`].
pub const TREE: (&str, Option<&[u8]>) = ("<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>", None);
/// A page with content 4, font 5 as `/F1`, and a form 6 that may hold itself.
pub const PAGE: (&str, Option<&[u8]>) = (
    "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>\
     /Properties<</P1<</ActualText(A)>>>>>>>>",
    None,
);

//! The bytes of a file → its objects and the list of its pages.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use thiserror::Error;

use super::limits::Limits;
use super::matrix::Matrix;
use super::objects::{Objects, as_dict};

/// Why a PDF file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PdfError {
    /// It asks for a password.
    #[error("the file is encrypted and needs a password; save a copy without one")]
    Encrypted,
    /// Its objects cannot be found, or no page is among them.
    #[error(
        "the file is damaged ({0}), and no page can be found in it; get a whole copy, or repair it with another program"
    )]
    Damaged(String),
    /// A part that must be decoded whole is larger than allowed.
    #[error(
        "a part of the file that says where its objects are decodes to more than {limit} bytes; this is no ordinary file"
    )]
    TooLarge {
        /// Bytes that are allowed.
        limit: usize,
    },
}

impl PdfError {
    /// Stable kebab-case code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::Damaged(_) => "damaged-pdf",
            Self::TooLarge { .. } => "limit-stream-bytes",
        }
    }
}

/// From this size on, pictures are left out of memory: they are most of a scan, and have no text.
const LARGE_FILE: usize = 16 << 20;

/// The objects of the file `bytes`, decrypted if its password is empty.
pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Objects, PdfError> {
    let load = |bytes, filter| {
        let options = LoadOptions {
            password: None,
            filter,
            strict: false,
            max_decompressed_size: Some(limits.stream_bytes),
            force_reconstruct: false,
        };
        Document::load_mem_with_options(bytes, options)
    };
    let without_pictures = (bytes.len() >= LARGE_FILE).then(|| load(bytes, Some(without_picture))).and_then(Result::ok);
    let without_pictures = without_pictures.filter(|document| document.is_encrypted() || has_pages(document));
    let is_without = without_pictures.is_some();
    let mut repaired = None;
    let mut document = match without_pictures {
        Some(document) => document,
        // A filter keeps the library from repairing some damage.
        None => match load(bytes, None) {
            Err(lopdf::Error::Xref(_) | lopdf::Error::Parse(_) | lopdf::Error::MissingXrefEntry)
                if has_objects(bytes) =>
            {
                load(repaired.insert(with_both_ends(bytes)), None)
            }
            loaded => loaded,
        }
        .map_err(|error| failure(&error, limits))?,
    };
    if document.is_encrypted() {
        return Err(PdfError::Encrypted);
    }
    if document.encryption_state.is_none() {
        find_bodies(&mut document, repaired.as_deref().unwrap_or(bytes));
    }
    Ok(Objects { document, limits: *limits, without_pictures: is_without })
}

/// Gives streams that do not say how long they are the bytes up to their end.
fn find_bodies(document: &mut Document, bytes: &[u8]) {
    // No sound file has two streams in the same bytes.
    let mut left = bytes.len();
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let Some(start) = stream.start_position.filter(|_| stream.content.is_empty() && !stream.dict.has(b"Length"))
        else {
            continue;
        };
        let Some(rest) = bytes.get(start..).map(|rest| &rest[..rest.len().min(left)]) else { continue };
        let Some(end) = memchr::memmem::find(rest, b"endstream") else { continue };
        left -= end;
        stream.content = rest[..end].to_vec();
    }
}

fn has_objects(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b" obj").is_some()
}

/// A file that does not say what it is, or ends before it says where its objects are: with a first line, and an end that
/// makes the library look for them.
fn with_both_ends(bytes: &[u8]) -> Vec<u8> {
    const START: &[u8] = b"%PDF-";
    const END: &[u8] =
        b"\n999999 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 999999 0 R>>\nstartxref\n0\n%%EOF\n";
    let has_start = memchr::memmem::find(bytes, START).is_some();
    let start: &[u8] = if has_start { b"" } else { b"%PDF-1.7\n" };
    [start, bytes, END].concat()
}

fn has_pages(document: &Document) -> bool {
    document.page_iter().next().is_some()
}

fn failure(error: &lopdf::Error, limits: &Limits) -> PdfError {
    match error {
        lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_) => PdfError::Encrypted,
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
            PdfError::TooLarge { limit: limits.stream_bytes }
        }
        _ => PdfError::Damaged("its list of objects cannot be read".to_owned()),
    }
}

/// Empties the body of a picture while the file is loaded. One byte stays, since the library looks for the body of an
/// empty stream again.
fn without_picture(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    match object {
        Object::Stream(stream) => {
            if matches!(stream.dict.get(b"Subtype"), Ok(Object::Name(name)) if name == b"Image") {
                stream.content = vec![0];
            }
            // The library keeps what it lent; what is given back counts only for objects inside object streams, and
            // these are never streams.
            Some((id, Object::Null))
        }
        other => Some((id, other.clone())),
    }
}

/// One page of the file.
#[derive(Clone, Copy)]
pub(super) struct PageSource<'a> {
    /// The page tree names it, and it is not in the file.
    pub(super) missing: bool,
    pub(super) dict: &'a Dictionary,
    pub(super) resources: Option<&'a Dictionary>,
    /// Width and height as displayed, points.
    pub(super) size: (f32, f32),
    /// From the frame of the page's content to the frame of the page as displayed.
    pub(super) frame: Matrix,
}

/// The pages of a file.
pub(super) struct Pages<'a> {
    pub(super) list: Vec<PageSource<'a>>,
    /// There are more than the limit allows.
    pub(super) cut: bool,
    /// The page tree is broken: these are the pages that lie in the file, in the order of their object numbers.
    pub(super) salvaged: bool,
}

/// What pages inherit from the nodes above them.
#[derive(Clone, Copy)]
struct Inherited<'a> {
    resources: Option<&'a Dictionary>,
    media: Option<[f32; 4]>,
    crop: Option<[f32; 4]>,
    rotate: f32,
}

/// Page trees deeper than this are broken.
const DEEPEST_TREE: usize = 64;

/// The pages in the order of the page tree.
pub(super) fn pages(objects: &Objects) -> Pages<'_> {
    let mut pages = Pages { list: Vec::new(), cut: false, salvaged: false };
    let nothing = Inherited { resources: None, media: None, crop: None, rotate: 0.0 };
    if let Ok(catalog) = objects.document.catalog()
        && let Ok(root) = catalog.get(b"Pages")
    {
        walk(objects, root, nothing, &mut pages);
    }
    if pages.list.is_empty() {
        pages.salvaged = true;
        let found = objects.document.objects.values().filter_map(as_dict);
        let found = found.filter(|dict| objects.name(dict, b"Type") == Some(b"Page"));
        for dict in found.take(objects.limits.pages) {
            let inherited = inherit(objects, dict, nothing);
            pages.list.push(source(objects, dict, inherited));
        }
    }
    pages
}

/// Walks the tree below `root` without recursion: the next node is the last of the stack.
fn walk<'a>(objects: &'a Objects, root: &'a Object, nothing: Inherited<'a>, pages: &mut Pages<'a>) {
    let mut seen = BTreeSet::new();
    let mut stack = vec![(root, None, nothing, 0)];
    while let Some((node, parent, inherited, depth)) = stack.pop() {
        if let Object::Reference(id) = node
            && !seen.insert(*id)
        {
            continue;
        }
        let Some(dict) = as_dict(objects.follow(node)) else {
            if let Some(parent) = parent.filter(|_| pages.list.len() < objects.limits.pages) {
                pages.list.push(PageSource { missing: true, ..source(objects, parent, inherited) });
            }
            continue;
        };
        let inherited = inherit(objects, dict, inherited);
        match objects.get(dict, b"Kids") {
            Object::Array(kids) if depth < DEEPEST_TREE => {
                stack.extend(kids.iter().rev().map(|kid| (kid, Some(dict), inherited, depth + 1)));
            }
            Object::Array(_) => {}
            _ if pages.list.len() >= objects.limits.pages => {
                pages.cut = true;
                return;
            }
            _ => pages.list.push(source(objects, dict, inherited)),
        }
    }
}

fn inherit<'a>(objects: &'a Objects, dict: &'a Dictionary, above: Inherited<'a>) -> Inherited<'a> {
    Inherited {
        resources: objects.dict(dict, b"Resources").or(above.resources),
        media: objects.numbers(dict, b"MediaBox").or(above.media),
        crop: objects.numbers(dict, b"CropBox").or(above.crop),
        rotate: objects.number(dict, b"Rotate").unwrap_or(above.rotate),
    }
}

/// US letter, which viewers take where no box is given.
const LETTER: [f32; 4] = [0.0, 0.0, 612.0, 792.0];

/// No page of print is larger, in points: 200 inches.
const LARGEST: f32 = 14_400.0;

fn source<'a>(objects: &'a Objects, dict: &'a Dictionary, inherited: Inherited<'a>) -> PageSource<'a> {
    let [x0, y0, x1, y1] = visible(inherited.media, inherited.crop);
    let unit = objects.number(dict, b"UserUnit").filter(|unit| (0.1..=100.0).contains(unit)).unwrap_or(1.0);
    let scale = Matrix([unit, 0.0, 0.0, unit, 0.0, 0.0]);
    let (width, height) = ((x1 - x0) * unit, (y1 - y0) * unit);
    let quarter = (inherited.rotate / 90.0).round().rem_euclid(4.0) as u8;
    let frame = match quarter {
        1 => [0.0, 1.0, 1.0, 0.0, -y0, -x0],
        2 => [-1.0, 0.0, 0.0, 1.0, x1, -y0],
        3 => [0.0, -1.0, -1.0, 0.0, y1, x1],
        _ => [1.0, 0.0, 0.0, -1.0, -x0, y1],
    };
    let size = if quarter % 2 == 1 { (height, width) } else { (width, height) };
    PageSource { missing: false, dict, resources: inherited.resources, size, frame: Matrix(frame).then(&scale) }
}

/// The part of the page that is displayed: the crop box inside the media box.
fn visible(media: Option<[f32; 4]>, crop: Option<[f32; 4]>) -> [f32; 4] {
    let sound = |edges: [f32; 4]| {
        let [x0, y0, x1, y1] = edges;
        let (x0, x1) = (x0.min(x1), x0.max(x1));
        let (y0, y1) = (y0.min(y1), y0.max(y1));
        let is_sound = |length: f32| (1.0..=LARGEST * 4.0).contains(&length);
        (is_sound(x1 - x0) && is_sound(y1 - y0)).then_some([x0, y0, x1, y1])
    };
    let media = media.and_then(sound);
    let Some([x0, y0, x1, y1]) = crop.and_then(sound) else { return media.unwrap_or(LETTER) };
    let Some([mx0, my0, mx1, my1]) = media else { return [x0, y0, x1, y1] };
    let both = [x0.max(mx0), y0.max(my0), x1.min(mx1), y1.min(my1)];
    sound(both).filter(|_| both[0] < both[2] && both[1] < both[3]).unwrap_or([mx0, my0, mx1, my1])
}

#[cfg(test)]
mod tests {
    use super::visible;

    #[test]
    fn the_crop_box_counts_inside_the_media_box() {
        let media = Some([0.0, 0.0, 595.0, 842.0]);
        assert_eq!(visible(media, Some([10.0, 20.0, 700.0, 400.0])), [10.0, 20.0, 595.0, 400.0]);
        assert_eq!(visible(media, Some([595.0, 842.0, 0.0, 0.0])), [0.0, 0.0, 595.0, 842.0]);
        assert_eq!(visible(media, Some([900.0, 0.0, 1000.0, 100.0])), [0.0, 0.0, 595.0, 842.0]);
        assert_eq!(visible(None, Some([0.0, 0.0, f32::NAN, 1.0])), [0.0, 0.0, 612.0, 792.0]);
    }
}

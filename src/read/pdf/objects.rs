//! The objects of a PDF file, with references followed, and its streams decoded within limits.

use std::cell::RefCell;

use flate2::{Decompress, FlushDecompress, Status};
use lopdf::xref::XrefEntry;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::limits::Limits;

/// The objects of one file. Read-only, so pages can be worked on in parallel.
pub(super) struct Objects {
    pub(super) document: Document,
    pub(super) limits: Limits,
    /// The bodies of pictures were left in the file: see [`Objects::raw_stream`].
    pub(super) without_pictures: bool,
}

/// References that lead to references are followed this far.
const MOST_REFERENCES: usize = 16;

const NULL: &Object = &Object::Null;

impl Objects {
    /// The object that `object` refers to, or itself; [`Object::Null`] where there is none.
    pub(super) fn follow<'a>(&'a self, object: &'a Object) -> &'a Object {
        let mut object = object;
        for _ in 0..MOST_REFERENCES {
            match object {
                Object::Reference(id) => object = self.document.objects.get(id).unwrap_or(NULL),
                found => return found,
            }
        }
        NULL
    }

    /// The value of `key`, references followed; [`Object::Null`] where there is none.
    pub(super) fn get<'a>(&'a self, dict: &'a Dictionary, key: &[u8]) -> &'a Object {
        dict.get(key).map_or(NULL, |object| self.follow(object))
    }

    /// The dictionary under `key`; that of a stream counts.
    pub(super) fn dict<'a>(&'a self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        as_dict(self.get(dict, key))
    }

    /// The stream under `key`.
    pub(super) fn stream<'a>(&'a self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Stream> {
        match self.get(dict, key) {
            Object::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    /// The name under `key`, without its slash.
    pub(super) fn name<'a>(&'a self, dict: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
        as_name(self.get(dict, key))
    }

    /// The number under `key`.
    pub(super) fn number(&self, dict: &Dictionary, key: &[u8]) -> Option<f32> {
        as_number(self.get(dict, key))
    }

    /// The elements of the array under `key`, references followed; none where there is no array.
    pub(super) fn array<'a>(&'a self, dict: &'a Dictionary, key: &[u8]) -> impl Iterator<Item = &'a Object> {
        let elements = match self.get(dict, key) {
            Object::Array(elements) => elements.as_slice(),
            _ => &[],
        };
        elements.iter().map(|element| self.follow(element))
    }

    /// The numbers of the array under `key`, if it has `N` of them.
    pub(super) fn numbers<const N: usize>(&self, dict: &Dictionary, key: &[u8]) -> Option<[f32; N]> {
        let mut numbers = [0.0; N];
        let mut elements = self.array(dict, key);
        for number in &mut numbers {
            *number = as_number(elements.next()?)?;
        }
        Some(numbers)
    }

    /// The body of the stream `id` in the file `bytes`, whose dictionary is `dict`. `None` where it is not found, and in
    /// files that are encrypted.
    pub(super) fn raw_stream<'a>(&self, bytes: &'a [u8], id: ObjectId, dict: &Dictionary) -> Option<&'a [u8]> {
        const LONGEST_HEAD: usize = 1 << 16;
        if self.document.encryption_state.is_some() {
            return None;
        }
        let Some(XrefEntry::Normal { offset, .. }) = self.document.reference_table.get(id.0) else { return None };
        let rest = bytes.get(usize::try_from(*offset).ok()?..)?;
        let head = &rest[..rest.len().min(LONGEST_HEAD)];
        let mut starts = memchr::memmem::find_iter(head, b"stream");
        let word = starts.find(|start| head[..*start].trim_ascii_end().ends_with(b">>"))?;
        let body = &rest[word + b"stream".len()..];
        let ends_of_line: [&[u8]; 3] = [b"\r\n", b"\n", b"\r"];
        let body = ends_of_line.iter().find_map(|end| body.strip_prefix(*end)).unwrap_or(body);
        let length = match self.get(dict, b"Length") {
            Object::Integer(length) => usize::try_from(*length).ok(),
            _ => None,
        };
        let ends = |length: &usize| {
            body.get(*length..)
                .is_some_and(|after| after[..after.len().min(32)].trim_ascii_start().starts_with(b"endstream"))
        };
        let length = length.filter(ends).or_else(|| memchr::memmem::find(body, b"endstream"))?;
        body.get(..length)
    }

    /// Whether a stream that is no picture decodes to more than the limit for one: those that paint a page are looked
    /// at by whoever reads it, these are fonts and the like.
    pub(super) fn has_large_stream(&self) -> bool {
        /// Nothing inflates to more than so many times its size.
        const STRONGEST: usize = 1032;
        let streams = self.document.objects.values().filter_map(|object| object.as_stream().ok());
        let mut streams = streams.filter(|stream| stream.content.len() > self.limits.stream_bytes / STRONGEST);
        streams.any(|stream| self.name(&stream.dict, b"Subtype") != Some(b"Image") && self.decoded(stream).cut)
    }

    /// The content of `stream`, decoded up to the limit for one stream. What a damaged stream yields before the damage
    /// is kept.
    pub(super) fn decoded(&self, stream: &Stream) -> Decoded {
        let limit = self.limits.stream_bytes;
        let filter = match self.get(&stream.dict, b"Filter") {
            Object::Null => return Decoded { bytes: stream.content.clone(), ..Decoded::default() },
            Object::Array(filters) if filters.len() == 1 => self.follow(&filters[0]),
            filter => filter,
        };
        let plain = matches!(self.get(&stream.dict, b"DecodeParms"), Object::Null);
        if plain && matches!(as_name(filter), Some(b"FlateDecode" | b"Fl")) {
            return inflated(&stream.content, limit);
        }
        match stream.decompressed_content_with_limit(limit) {
            Ok(bytes) => Decoded { bytes, ..Decoded::default() },
            Err(error) if is_over_limit(&error) => Decoded { cut: true, ..Decoded::default() },
            Err(_) => Decoded { damaged: true, ..Decoded::default() },
        }
    }
}

/// The content of a stream.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// There was more than the limit allows.
    pub(super) cut: bool,
    /// It breaks off, or cannot be decoded at all.
    pub(super) damaged: bool,
}

thread_local! {
    /// Its tables and window are large beside a page of text, so one serves all streams of a thread.
    static INFLATER: RefCell<Decompress> = RefCell::new(Decompress::new(true));
}

fn inflated(content: &[u8], limit: usize) -> Decoded {
    let decoded = inflate(content, true, limit);
    if !decoded.damaged || !decoded.bytes.is_empty() || content.len() < 2 {
        return decoded;
    }
    // A damaged header of two bytes before sound data.
    inflate(&content[2..], false, limit)
}

/// What `content` inflates to, up to an error or the limit.
fn inflate(content: &[u8], has_header: bool, limit: usize) -> Decoded {
    INFLATER.with_borrow_mut(|inflater| {
        inflater.reset(has_header);
        inflate_with(inflater, content, limit)
    })
}

fn inflate_with(inflater: &mut Decompress, content: &[u8], limit: usize) -> Decoded {
    /// Content streams inflate to about four times their size.
    const USUAL_RATIO: usize = 4;
    let mut bytes = Vec::with_capacity(content.len().saturating_mul(USUAL_RATIO).clamp(256, limit));
    loop {
        let (read, written) = (inflater.total_in(), bytes.len());
        let rest = content.get(read as usize..).unwrap_or_default();
        let status = inflater.decompress_vec(rest, &mut bytes, FlushDecompress::None);
        if bytes.len() > limit {
            bytes.truncate(limit);
            return Decoded { bytes, cut: true, damaged: false };
        }
        match status {
            Ok(Status::StreamEnd) => return Decoded { bytes, ..Decoded::default() },
            Ok(_) if bytes.len() == bytes.capacity() => bytes.reserve(bytes.len()),
            Ok(_) if inflater.total_in() > read || bytes.len() > written => {}
            // What was inflated before an error is in `bytes`.
            Ok(_) | Err(_) => return Decoded { bytes, cut: false, damaged: true },
        }
    }
}

fn is_over_limit(error: &lopdf::Error) -> bool {
    matches!(error, lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }))
}

/// The dictionary that `object` is or has.
pub(super) fn as_dict(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// The number that `object` is; never infinite.
pub(super) fn as_number(object: &Object) -> Option<f32> {
    match object {
        Object::Integer(number) => Some(*number as f32),
        Object::Real(number) => number.is_finite().then_some(*number),
        _ => None,
    }
}

/// The name that `object` is.
pub(super) fn as_name(object: &Object) -> Option<&[u8]> {
    match object {
        Object::Name(name) => Some(name),
        _ => None,
    }
}

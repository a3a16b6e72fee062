//! A picture's stream → its planes: filters undone one by one, then samples made shades.

use hayro_ccitt::EncodingMode;
use lopdf::{Dictionary, Object, ObjectId, Stream};

use super::colours::{Space, space};
use super::lexer::hex_digit;
use super::objects::{Objects, as_dict, as_name, as_number};
use crate::read::picture::canvas::{Canvas, Planes, checked_size};
use crate::read::picture::codecs::{
    Fax, Lzw, checked_jbig2, fax, inflate, inflated_size, jbig2, lzw, runs, undo_differences,
};
use crate::read::picture::jpx::Meaning;
use crate::read::picture::samples::{Colour, Samples};
use crate::read::picture::{PictureError, PictureLimits, damaged, jpeg, jpx, unsupported};

/// The pictures of a file: its objects, and its bytes where the objects have none.
#[derive(Clone, Copy)]
pub(super) struct Images<'a> {
    pub(super) objects: &'a Objects,
    pub(super) bytes: &'a [u8],
}

/// A picture that is painted.
pub(super) enum Layer {
    /// Colours, and how much each covers what lies below; the two may differ in size.
    Colours(Planes, Option<Planes>),
    /// One ink through a stencil: 255 where it is painted.
    Ink([u8; 3], Planes),
}

/// What is known of a picture before it is decoded.
#[derive(Clone, Copy)]
pub(super) struct Outline {
    pub(super) width: u64,
    pub(super) height: u64,
    /// The same of its mask, or its own if that is finer.
    pub(super) finest: (u64, u64),
    pub(super) is_stencil: bool,
    /// Nothing shines through.
    pub(super) is_solid: bool,
}

/// Compressed data inside other compressed data is at most this long.
const LARGEST_STEP: usize = 1 << 28;

/// Nothing inflates to more than so many times its size.
const STRONGEST: usize = 1032;

/// Filters on top of each other.
const MOST_FILTERS: usize = 8;

impl<'a> Images<'a> {
    /// What the dictionary of a picture says.
    pub(super) fn outline(&self, dict: &Dictionary) -> Outline {
        let is_stencil = matches!(self.objects.get(dict, b"ImageMask"), Object::Boolean(true));
        let has = |key: &[u8]| !matches!(self.objects.get(dict, key), Object::Null);
        let is_solid = !is_stencil && !has(b"SMask") && !has(b"Mask") && !has(b"SMaskInData");
        let size = |dict: &Dictionary| {
            let side = |long: &[u8], short: &[u8]| {
                let number = self.objects.number(dict, long).or_else(|| self.objects.number(dict, short));
                number.unwrap_or(0.0).max(0.0) as u64
            };
            (side(b"Width", b"W"), side(b"Height", b"H"))
        };
        let (width, height) = size(dict);
        let masks = [b"SMask".as_slice(), b"Mask"].into_iter().filter_map(|key| self.objects.stream(dict, key));
        let finest = masks.map(|mask| size(&mask.dict)).fold((width, height), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        Outline { width, height, finest, is_stencil, is_solid }
    }

    /// The picture `stream`, painted with `ink` if it is a stencil.
    pub(super) fn layer(
        &self,
        stream: &Stream,
        id: Option<ObjectId>,
        ink: Option<[u8; 3]>,
        limits: &PictureLimits,
    ) -> Result<Layer, PictureError> {
        if self.outline(&stream.dict).is_stencil {
            let ink = ink.ok_or_else(|| unsupported("a stencil painted with a pattern"))?;
            return Ok(Layer::Ink(ink, self.stencil(stream, id, limits)?));
        }
        let planes = self.planes(stream, id, false, limits)?;
        let soft = self.objects.stream(&stream.dict, b"SMask");
        let hard = self.objects.stream(&stream.dict, b"Mask");
        let reference = |key: &[u8]| stream.dict.get(key).and_then(Object::as_reference).ok();
        let cover = match (soft, hard) {
            (Some(soft), _) => Some(self.planes(soft, reference(b"SMask"), false, limits)?),
            (None, Some(hard)) => Some(self.stencil(hard, reference(b"Mask"), limits)?),
            (None, None) if matches!(self.objects.get(&stream.dict, b"Mask"), Object::Array(_)) => {
                return Err(unsupported("a picture with colours that are not painted"));
            }
            (None, None) => None,
        };
        Ok(Layer::Colours(planes, cover))
    }

    /// # Errors
    /// If a picture that another library is going to decode is larger than `limits` allow, by its dictionary or by what
    /// its data says itself.
    pub(super) fn check(
        &self,
        stream: &Stream,
        id: Option<ObjectId>,
        limits: &PictureLimits,
    ) -> Result<(), PictureError> {
        let Outline { width, height, .. } = self.outline(&stream.dict);
        checked_size(width.max(1), height.max(1), limits)?;
        let mut filters = self.filters(&stream.dict);
        let Some((last, _)) = filters.pop() else { return Ok(()) };
        let Ok(coded) = self.raw(stream, id) else { return Ok(()) };
        let mut data = std::borrow::Cow::Borrowed(coded);
        for (filter, parms) in &filters {
            data = self.undone(filter, *parms, &data, LARGEST_STEP)?.into();
        }
        match last {
            b"JPXDecode" => jpx::checked(&data, limits),
            b"JBIG2Decode" => checked_jbig2(&data, limits),
            b"DCTDecode" | b"DCT" => match jpeg::head(&data) {
                Ok(head) => checked_size(head.width.max(1), head.height.max(1), limits).map(|_| ()),
                Err(_) => Ok(()),
            },
            b"FlateDecode" | b"Fl" | b"LZWDecode" | b"LZW" => {
                // The other library decodes all there is, needed or not.
                let most = width.saturating_mul(height).saturating_mul(8).saturating_add(LARGEST_STEP as u64);
                let most = usize::try_from(most).unwrap_or(usize::MAX).min(limits.bytes);
                let fits = data.len() < most / STRONGEST || inflated_size(&data, most) < most;
                if fits { Ok(()) } else { Err(PictureError::LimitBytes { limit: most }) }
            }
            _ => Ok(()),
        }
    }

    /// A stencil: 255 where it is painted, which is where its samples are 0.
    fn stencil(&self, stream: &Stream, id: Option<ObjectId>, limits: &PictureLimits) -> Result<Planes, PictureError> {
        let mut planes = self.planes(stream, id, true, limits)?;
        planes.grey.iter_mut().for_each(|shade| *shade = 255 - *shade);
        Ok(planes)
    }

    fn planes(
        &self,
        stream: &Stream,
        id: Option<ObjectId>,
        is_stencil: bool,
        limits: &PictureLimits,
    ) -> Result<Planes, PictureError> {
        let objects = self.objects;
        let dict = &stream.dict;
        let Outline { width, height, .. } = self.outline(dict);
        let own_bits = objects.number(dict, b"BitsPerComponent").or_else(|| objects.number(dict, b"BPC"));
        let mut bits = if is_stencil { 1 } else { own_bits.unwrap_or(8.0) as u8 };
        let mut said = match objects.get(dict, b"ColorSpace") {
            _ if is_stencil => Space::of_count(1),
            Object::Null => None,
            found => {
                let found = space(objects, found, 0);
                Some(found.ok_or_else(|| unsupported("a picture in a colour space that is not known"))?)
            }
        };
        let decode: Vec<f32> = objects.array(dict, b"Decode").filter_map(as_number).collect();
        let coded = self.raw(stream, id)?;
        let mut filters = self.filters(dict);
        let last = filters.pop();
        let mut data = std::borrow::Cow::Borrowed(coded);
        for (filter, parms) in &filters {
            data = self.undone(filter, *parms, &data, LARGEST_STEP)?.into();
        }
        let (name, parms) = last.unwrap_or_default();
        let (mut width, mut height) = (width, height);
        let bytes = match name {
            b"JPXDecode" => {
                let space = said.map(|space| space.with_decode(&decode, 8));
                let meaning = space
                    .map_or(Meaning::default(), |space| Meaning { colour: Some(space.colour), decode: space.decode });
                return jpx::read(&data, meaning, limits);
            }
            b"DCTDecode" | b"DCT" => {
                let head = jpeg::head(&data)?;
                let transform = parms.and_then(|parms| objects.number(parms, b"ColorTransform"));
                let decoded = jpeg::decode(&data, &head, transform.map(|transform| transform != 0.0), limits)?;
                (width, height, bits) = (decoded.width as u64, decoded.height as u64, 8);
                said = said.filter(|space| space.colour.samples() == decoded.components);
                said = said.or_else(|| Space::of_count(decoded.components));
                decoded.bytes
            }
            b"JBIG2Decode" => {
                let globals = parms.and_then(|parms| objects.stream(parms, b"JBIG2Globals"));
                let globals = globals.map(|globals| objects.decoded(globals).bytes);
                let (own_width, own_height, mut rows) = jbig2(&data, globals.as_deref(), limits)?;
                (width, height, bits) = (own_width as u64, own_height as u64, 1);
                rows.iter_mut().for_each(|byte| *byte = !*byte);
                rows
            }
            b"CCITTFaxDecode" | b"CCF" => {
                let (columns, rows) = self.facsimile(parms, &data, (width, height), limits)?;
                (width, bits) = (columns as u64, 1);
                rows
            }
            _ => {
                let (columns, rows) = checked_size(width, height, limits)?;
                let per_pixel = said.as_ref().map_or(1, |space| space.colour.samples());
                let wanted = (columns * per_pixel * usize::from(bits)).div_ceil(8).saturating_mul(rows);
                if wanted > limits.bytes {
                    return Err(PictureError::LimitBytes { limit: limits.bytes });
                }
                if name.is_empty() { data.into_owned() } else { self.undone(name, parms, &data, wanted)? }
            }
        };
        let space = said.or_else(|| Space::of_count(1)).ok_or_else(|| unsupported("a picture without colours"))?;
        let Space { colour, decode } = space.with_decode(&decode, bits);
        if bits == 16 && matches!(colour, Colour::Palette(_)) {
            return Err(unsupported("a table of colours with 16 bits"));
        }
        let per_pixel = colour.samples();
        let samples = Samples { width: width as usize, per_pixel, bits, colour, decode, alpha: None };
        samples.check()?;
        let mut canvas = Canvas::new(width, height, limits)?;
        samples.paint(&bytes, &mut canvas);
        canvas.finish()
    }

    /// The bytes of the stream as they lie in the file, decrypted.
    fn raw<'s>(&'s self, stream: &'s Stream, id: Option<ObjectId>) -> Result<&'s [u8], PictureError> {
        if !self.objects.without_pictures || stream.content.len() > 1 {
            return Ok(&stream.content);
        }
        let found = id.and_then(|id| self.objects.raw_stream(self.bytes, id, &stream.dict));
        found.ok_or_else(|| damaged("its data is not where the file says"))
    }

    /// The filters of a stream with their parameters, in the order in which they are undone.
    fn filters<'s>(&'s self, dict: &'s Dictionary) -> Vec<(&'s [u8], Option<&'s Dictionary>)> {
        let objects = self.objects;
        let all = |long: &[u8], short: &[u8]| -> Vec<&'s Object> {
            let found = match objects.get(dict, long) {
                Object::Null => objects.get(dict, short),
                found => found,
            };
            match found {
                Object::Null => Vec::new(),
                Object::Array(list) => list.iter().take(MOST_FILTERS).map(|object| objects.follow(object)).collect(),
                one => vec![one],
            }
        };
        let parms = all(b"DecodeParms", b"DP");
        let names = all(b"Filter", b"F").into_iter().enumerate();
        let filters = names
            .filter_map(|(place, filter)| Some((as_name(filter)?, parms.get(place).and_then(|parms| as_dict(parms)))));
        filters.filter(|(name, _)| *name != b"Crypt").collect()
    }

    /// At most `limit` bytes of what `data` is behind one filter that knows nothing of pictures.
    fn undone(
        &self,
        filter: &[u8],
        parms: Option<&Dictionary>,
        data: &[u8],
        limit: usize,
    ) -> Result<Vec<u8>, PictureError> {
        let predictor = parms.map_or(Ok(None), |parms| Predictor::of(self.objects, parms))?;
        // A predictor takes a byte a row.
        let coded = if predictor.is_some() { limit.saturating_mul(2) } else { limit };
        let bytes = match filter {
            b"FlateDecode" | b"Fl" => inflate(data, coded),
            b"LZWDecode" | b"LZW" => {
                let early = parms.and_then(|parms| self.objects.number(parms, b"EarlyChange"));
                lzw(data, if early == Some(0.0) { Lzw::Late } else { Lzw::Early }, coded)
            }
            b"RunLengthDecode" | b"RL" => return Ok(runs(data, true, limit)),
            b"ASCII85Decode" | b"A85" => return Ok(ascii85(data, limit)),
            b"ASCIIHexDecode" | b"AHx" => return Ok(ascii_hex(data, limit)),
            other => return Err(unsupported(format!("filter {}", String::from_utf8_lossy(other)))),
        };
        let mut bytes = match predictor {
            Some(predictor) => predictor.undo(bytes),
            None => bytes,
        };
        bytes.truncate(limit);
        Ok(bytes)
    }

    /// The rows of a facsimile, packed, 0 for black unless it says otherwise, and how many columns it has.
    fn facsimile(
        &self,
        parms: Option<&Dictionary>,
        data: &[u8],
        (_, height): (u64, u64),
        limits: &PictureLimits,
    ) -> Result<(usize, Vec<u8>), PictureError> {
        let number =
            |key: &[u8], default: f32| parms.and_then(|parms| self.objects.number(parms, key)).unwrap_or(default);
        let flag = |key: &[u8], default: bool| match parms.map(|parms| self.objects.get(parms, key)) {
            Some(Object::Boolean(flag)) => *flag,
            _ => default,
        };
        let (columns, rows) = checked_size(number(b"Columns", 1728.0).max(0.0) as u64, height, limits)?;
        let k = number(b"K", 0.0);
        let coding = match k {
            k if k < 0.0 => EncodingMode::Group4,
            k if k > 0.0 => EncodingMode::Group3_2D,
            _ => EncodingMode::Group3_1D,
        };
        let mut bytes = fax(
            data,
            &Fax {
                columns,
                rows,
                coding,
                aligned: flag(b"EncodedByteAlign", false),
                ends_of_line: flag(b"EndOfLine", false),
                end_of_block: flag(b"EndOfBlock", true),
            },
        );
        if !flag(b"BlackIs1", false) {
            bytes.iter_mut().for_each(|byte| *byte = !*byte);
        }
        Ok((columns, bytes))
    }
}

/// How samples were made small before they were compressed.
struct Predictor {
    is_png: bool,
    colours: usize,
    bits: u8,
    row_bytes: usize,
}

impl Predictor {
    fn of(objects: &Objects, parms: &Dictionary) -> Result<Option<Self>, PictureError> {
        let number = |key: &[u8], default: f32| objects.number(parms, key).unwrap_or(default).max(0.0) as usize;
        let kind = number(b"Predictor", 1.0);
        if kind < 2 {
            return Ok(None);
        }
        let (colours, bits, columns) =
            (number(b"Colors", 1.0), number(b"BitsPerComponent", 8.0), number(b"Columns", 1.0));
        if colours == 0 || colours > 32 || !matches!(bits, 1 | 2 | 4 | 8 | 16) || columns == 0 || columns > 1 << 24 {
            return Err(damaged("its predictor is none"));
        }
        let row_bytes = (columns * colours * bits).div_ceil(8);
        Ok(Some(Self { is_png: kind >= 10, colours, bits: bits as u8, row_bytes }))
    }

    fn undo(&self, mut bytes: Vec<u8>) -> Vec<u8> {
        if !self.is_png {
            undo_differences(&mut bytes, self.row_bytes, self.colours, self.bits, false);
            return bytes;
        }
        let step = (self.colours * usize::from(self.bits)).div_ceil(8);
        let mut rows: Vec<u8> = Vec::with_capacity(bytes.len());
        for coded in bytes.chunks(self.row_bytes + 1) {
            let [filter, coded @ ..] = coded else { break };
            let start = rows.len();
            rows.extend_from_slice(coded);
            let (above, row) = rows.split_at_mut(start);
            let above = above.get(start.wrapping_sub(self.row_bytes)..).unwrap_or_default();
            undo_png(*filter, row, above, step);
        }
        rows
    }
}

/// Undoes one of PNG's filters on `row`; `above` is empty for the first one.
fn undo_png(filter: u8, row: &mut [u8], above: &[u8], step: usize) {
    let up = |place: usize| above.get(place).copied().unwrap_or(0);
    for place in 0..row.len() {
        let (left, corner) = match place.checked_sub(step) {
            Some(before) => (row[before], up(before)),
            None => (0, 0),
        };
        let guess = match filter {
            1 => left,
            2 => up(place),
            3 => ((u16::from(left) + u16::from(up(place))) / 2) as u8,
            4 => paeth(left, up(place), corner),
            _ => return,
        };
        row[place] = row[place].wrapping_add(guess);
    }
}

/// Of three neighbours the one nearest to what a plane through them has.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let (to_left, to_up, to_corner) = ((b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

fn ascii_hex(data: &[u8], limit: usize) -> Vec<u8> {
    let digits: Vec<u8> =
        data.iter().take_while(|byte| **byte != b'>').filter_map(|byte| hex_digit(*byte)).take(limit * 2).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn ascii85(data: &[u8], limit: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut group = Vec::with_capacity(5);
    for byte in data.strip_prefix(b"<~").unwrap_or(data) {
        match byte {
            b'z' if group.is_empty() => bytes.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(byte - b'!'),
            b'~' => break,
            _ => {}
        }
        if group.len() == 5 {
            bytes.extend_from_slice(&base85(&group));
            group.clear();
        }
        if bytes.len() >= limit {
            break;
        }
    }
    if group.len() > 1 {
        let count = group.len() - 1;
        group.resize(5, 84);
        bytes.extend_from_slice(&base85(&group)[..count]);
    }
    bytes.truncate(limit);
    bytes
}

fn base85(group: &[u8]) -> [u8; 4] {
    group.iter().fold(0u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_bytes() {
        assert_eq!(ascii_hex(b"61 6 2 7>ff", 99), b"abp");
        assert_eq!(ascii85(b"<~87cURD]i,\"Ebo80~>", 99), b"Hello World!");
        assert_eq!(ascii85(b"z87cUR~>", 99), b"\0\0\0\0Hell");
    }

    #[test]
    fn png_filters_are_undone() {
        let predictor = Predictor { is_png: true, colours: 1, bits: 8, row_bytes: 3 };
        assert_eq!(predictor.undo(vec![1, 1, 1, 1, 2, 1, 1, 1, 4, 1, 0, 0]), [1, 2, 3, 2, 3, 4, 3, 3, 4]);
    }
}

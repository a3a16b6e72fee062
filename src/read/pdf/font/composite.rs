//! Composite fonts (Type 0): codes of one to four bytes, mapped to glyphs by a CMap.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use super::super::objects::{Objects, as_name};
use super::cmap::{self, Code, Item};
use super::encodings;
use super::predefined::{Codespace, Collection, Predefined, TWO, cids_of_codes};
use super::program::{self, Program};
use super::table::{Behind, Entry, Meaning, Table};
use super::text::{Strings, better, is_sound, upright};
use super::widths::Widths;
use super::{Codes, Text};

/// Codes of different lengths.
pub(super) struct Mixed {
    codespaces: Vec<Codespace>,
    /// How long the codes are that start with a byte; 0 where the next byte decides.
    lengths: [u8; 256],
    one: [Entry; 256],
    two: Table,
    /// Codes of three and four bytes.
    long: BTreeMap<u32, Entry>,
    behind: Behind,
    width: f32,
}

impl Mixed {
    fn new(codespaces: Vec<Codespace>, behind: Behind, width: f32) -> Self {
        let mut lengths = [0; 256];
        let shortest = codespaces.iter().map(|space| space.bytes).min().unwrap_or(1);
        for (byte, length) in (0..=255).zip(&mut lengths) {
            let mut found = codespaces.iter().filter(|space| space.may_start_with(byte)).map(|space| space.bytes);
            let first = found.next();
            *length = if found.any(|other| Some(other) != first) { 0 } else { first.unwrap_or(shortest) };
        }
        let missing = Entry { text: Text::Unknown, width };
        Self { codespaces, lengths, one: [missing; 256], two: Table::new(width), long: BTreeMap::new(), behind, width }
    }

    /// What the first code of `bytes` shows, and how long it is.
    #[inline]
    pub(super) fn first(&self, bytes: &[u8]) -> Option<(Entry, usize)> {
        let first = *bytes.first()?;
        let length = match self.lengths[usize::from(first)] {
            0 => self.length(bytes),
            length => length,
        };
        let code = bytes.get(..length.into())?.iter().fold(0, |code, &byte| code << 8 | u32::from(byte));
        let mut entry = match length {
            1 => self.one[usize::from(first)],
            2 => self.two.get(code as u16),
            _ => self.long.get(&code).copied().unwrap_or(Entry { text: Text::Unknown, width: self.width }),
        };
        if entry.text == Text::Unknown {
            entry.text = self.behind.text(code, length);
        }
        Some((entry, length.into()))
    }

    /// By the first codespace that the bytes lie in, or the shortest that they start like.
    fn length(&self, bytes: &[u8]) -> u8 {
        let whole = self.codespaces.iter().find(|space| space.has(bytes));
        let started =
            || self.codespaces.iter().filter(|space| space.may_start_with(bytes[0])).min_by_key(|space| space.bytes);
        whole.or_else(started).map_or(1, |space| space.bytes)
    }
}

impl Codespace {
    fn byte(self, number: u32, at: u8) -> u8 {
        (number >> (8 * u32::from(self.bytes - 1 - at))) as u8
    }

    fn may_start_with(self, byte: u8) -> bool {
        (self.byte(self.low, 0)..=self.byte(self.high, 0)).contains(&byte)
    }

    fn has(self, bytes: &[u8]) -> bool {
        bytes.len() >= self.bytes.into()
            && (0..self.bytes)
                .zip(bytes)
                .all(|(at, byte)| (self.byte(self.low, at)..=self.byte(self.high, at)).contains(byte))
    }
}

/// What `/Encoding` says.
struct Encoding {
    codespaces: Vec<Codespace>,
    predefined: Option<(Predefined, Vec<u8>)>,
    /// Codes with their CIDs, where a stream lists them.
    spans: Vec<Span>,
    /// The code is the CID, unless a span says otherwise.
    identity: bool,
    vertical: bool,
}

struct Span {
    bytes: u8,
    low: u32,
    high: u32,
    cid: u32,
}

impl Encoding {
    fn named(name: &[u8]) -> Self {
        let predefined = Predefined::named(name);
        Self {
            codespaces: predefined.map_or(TWO, |known| known.codespaces).to_vec(),
            identity: predefined.is_none(),
            predefined: predefined.map(|known| (known, name.to_vec())),
            spans: Vec::new(),
            vertical: name.ends_with(b"-V") || name == b"V",
        }
    }

    fn read(objects: &Objects, dict: &Dictionary) -> Self {
        let stream = match objects.get(dict, b"Encoding") {
            Object::Name(name) => return Self::named(name),
            Object::Stream(stream) => stream,
            _ => return Self::named(b"Identity-H"),
        };
        let mut base = objects.name(&stream.dict, b"UseCMap").map(<[u8]>::to_vec);
        let mut vertical = objects.number(&stream.dict, b"WMode") == Some(1.0);
        let mut codespaces: Vec<Codespace> = Vec::new();
        let mut spans = Vec::new();
        cmap::read(&objects.decoded(stream).bytes, objects.limits.to_unicode_entries, |item| match item {
            Item::Codespace { low: Code { bytes: bytes @ 1..=4, value: low }, high }
                if bytes == high.bytes && codespaces.len() < 256 =>
            {
                codespaces.push(Codespace { bytes, low, high: high.value });
            }
            Item::Cid { low, high, cid } => spans.push(Span { bytes: low.bytes, low: low.value, high, cid }),
            // Some list CIDs as if they were characters.
            Item::Text { low, high, units: &[cid] } => {
                spans.push(Span { bytes: low.bytes, low: low.value, high, cid: cid.into() });
            }
            Item::Base(name) => base = Some(name.to_vec()),
            Item::Vertical => vertical = true,
            _ => {}
        });
        let mut encoding = Self::named(base.as_deref().unwrap_or(b"Identity-H"));
        if base.is_none() && !codespaces.is_empty() {
            encoding.codespaces = codespaces;
        } else {
            // Those of the base hold on: some repeat one of them and mean all.
            codespaces.retain(|space| !encoding.codespaces.contains(space));
            encoding.codespaces.append(&mut codespaces);
        }
        encoding.codespaces.sort_by_key(|space| space.bytes);
        encoding.identity = encoding.identity && (base.is_some() || spans.is_empty());
        encoding.vertical |= vertical;
        encoding.spans = spans;
        encoding
    }
}

/// The codes of the composite font `dict` with its descendant, and whether they run from top to bottom.
pub(super) fn load(
    objects: &Objects,
    dict: &Dictionary,
    descendant: &Dictionary,
    descriptor: &Dictionary,
    strings: &mut Strings,
) -> (Codes, bool) {
    let encoding = Encoding::read(objects, dict);
    let vertical = encoding.vertical;
    let widths = Widths::read(objects, descendant, vertical);
    let collection = collection(objects, dict, descendant);
    let meaning = meaning(objects, dict, &encoding, collection);
    let behind = Behind::new(meaning, vertical);
    let codespaces = encoding.codespaces.clone();
    let mut codes = Draft { mixed: Mixed::new(codespaces, behind, widths.default) };

    let said = codes.read_to_unicode(objects, dict, strings);
    // Glyphs of known collections need no program; the others only where the file's own table is not enough.
    let own = match program::is_embedded(objects, descriptor) {
        _ if collection.is_some() || encoding.predefined.is_some() || said.is_enough() => OwnTexts::default(),
        true => OwnTexts::read(objects, descendant, descriptor, strings),
        false if said.is_silent() && matches!(meaning, Meaning::None) => {
            OwnTexts { texts: usual_glyphs(objects, descendant), collection: None }
        }
        false => OwnTexts::default(),
    };
    if let (Some(collection), Meaning::None, true) = (own.collection, meaning, encoding.identity) {
        codes.mixed.behind.set(Meaning::Cids(collection));
    }
    let collection = collection.or(own.collection);
    let text_of = |cid: u32| match collection {
        Some(collection) => collection.text(cid),
        None => own.texts.get(cid as usize).copied().unwrap_or(Text::Unknown),
    };

    if let Some((predefined, name)) = &encoding.predefined {
        codes.set_predefined_widths(predefined, name, &widths);
    }
    if encoding.identity {
        for cid in widths.listed.iter().flat_map(|&(first, last)| first..=last) {
            codes.slot(cid, 2).width = widths.of(cid);
        }
        for (cid, &text) in (0..=0xFFFF).zip(&own.texts) {
            if text != Text::Unknown {
                let entry = codes.slot(cid, 2);
                entry.text = better(entry.text, text);
            }
        }
    }
    for span in &encoding.spans {
        for code in span.low..=span.high {
            let cid = span.cid.saturating_add(code - span.low);
            let entry = codes.slot(code, span.bytes);
            *entry = Entry { text: better(entry.text, text_of(cid)), width: widths.of(cid) };
        }
    }
    (codes.finished(vertical), vertical)
}

/// The collection that the font or its descendant names.
fn collection(objects: &Objects, dict: &Dictionary, descendant: &Dictionary) -> Option<Collection> {
    let info = objects.dict(descendant, b"CIDSystemInfo")?;
    let ordering = match objects.get(info, b"Ordering") {
        Object::String(ordering, _) | Object::Name(ordering) => Collection::of(ordering),
        _ => None,
    };
    // `/ToUnicode /Adobe-GB1-UCS2` says the same.
    ordering.or_else(|| {
        let name = objects.name(dict, b"ToUnicode")?.strip_prefix(b"Adobe-")?.strip_suffix(b"-UCS2")?;
        Collection::of(name)
    })
}

fn meaning(objects: &Objects, dict: &Dictionary, encoding: &Encoding, collection: Option<Collection>) -> Meaning {
    let is_identity = |name: &[u8]| name.starts_with(b"Identity");
    match (&encoding.predefined, collection) {
        // Unpacking Adobe's tables costs more than reading a short document: only what has no other way is asked.
        (Some((predefined, name)), _) if predefined.coding == super::predefined::Coding::Cids => {
            match cids_of_codes(name) {
                Some(cids) => Meaning::Mapped(cids, predefined.collection),
                None => Meaning::Predefined(*predefined),
            }
        }
        (Some((predefined, _)), _) => Meaning::Predefined(*predefined),
        (None, Some(collection)) if encoding.identity => Meaning::Cids(collection),
        (None, _) if as_name(objects.get(dict, b"ToUnicode")).is_some_and(is_identity) => Meaning::Unicode,
        _ => Meaning::None,
    }
}

/// What the embedded program knows of its glyphs, by CID.
#[derive(Default)]
struct OwnTexts {
    texts: Vec<Text>,
    collection: Option<Collection>,
}

impl OwnTexts {
    fn read(objects: &Objects, descendant: &Dictionary, descriptor: &Dictionary, strings: &mut Strings) -> Self {
        let Some(bytes) = program::embedded(objects, descriptor) else { return Self::default() };
        let Some(program) = Program::read(&bytes) else { return Self::default() };
        let collection = program.ordering().and_then(Collection::of);
        if collection.is_some() {
            return Self { texts: Vec::new(), collection };
        }
        let texts = match objects.stream(descendant, b"CIDToGIDMap") {
            None => program.texts_by_cid(strings),
            Some(map) => {
                let by_glyph = program.texts_by_glyph(strings);
                let glyphs = objects.decoded(map).bytes;
                let glyph = |pair: &[u8]| usize::from(u16::from_be_bytes([pair[0], pair[1]]));
                let text = |pair| by_glyph.get(glyph(pair)).copied().unwrap_or(Text::Unknown);
                glyphs.chunks_exact(2).take(0x1_0000).map(text).collect()
            }
        };
        Self { texts, collection: None }
    }
}

/// Families whose glyphs stand in the order that Apple gave for TrueType, which Microsoft kept until 2006.
const USUAL_ORDER: [&str; 10] = [
    "arial",
    "timesnewroman",
    "couriernew",
    "verdana",
    "tahoma",
    "georgia",
    "centurygothic",
    "trebuchet",
    "bookantiqua",
    "palatinolinotype",
];

/// What glyphs are by their numbers, in a TrueType font that is not in the file: those of Latin families that each
/// Windows has stand in one known order, and viewers count on it.
fn usual_glyphs(objects: &Objects, descendant: &Dictionary) -> Vec<Text> {
    /// The glyph of the blank.
    const FIRST: usize = 3;
    let is_truetype = objects.name(descendant, b"Subtype") == Some(b"CIDFontType2");
    let name = objects.name(descendant, b"BaseFont").unwrap_or_default();
    let letters = name.iter().filter(|byte| !matches!(byte, b' ' | b'-'));
    let name: String = letters.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    // `Arial Unicode` has an order of its own.
    let is_usual = USUAL_ORDER.iter().any(|family| name.starts_with(family)) && !name.starts_with("arialuni");
    let Some(mac) = encodings::named(b"MacRomanEncoding").filter(|_| is_truetype && is_usual) else {
        return Vec::new();
    };
    // The order is that of the codes of the Macintosh, without the one for deleting.
    let codes = (0x20..=0x7E).chain(0x80..=0xD8);
    let texts = codes.map(|code| if mac[code] == '\0' { Text::Unknown } else { Text::One(mac[code]) });
    std::iter::repeat_n(Text::Unknown, FIRST).chain(texts).collect()
}

/// How much `/ToUnicode` said.
#[derive(Default)]
struct Said {
    sound: usize,
    unsound: usize,
}

impl Said {
    /// It said nothing at all.
    fn is_silent(&self) -> bool {
        self.sound == 0 && self.unsound == 0
    }

    /// It left nothing to other witnesses.
    fn is_enough(&self) -> bool {
        self.sound > 0 && self.unsound == 0
    }
}

struct Draft {
    mixed: Mixed,
}

impl Draft {
    /// The entry of a code of so many bytes.
    fn slot(&mut self, code: u32, bytes: u8) -> &mut Entry {
        let mixed = &mut self.mixed;
        match bytes {
            1 => &mut mixed.one[code as usize & 0xFF],
            2 => mixed.two.slot(code as u16),
            _ => mixed.long.entry(code).or_insert(Entry { text: Text::Unknown, width: mixed.width }),
        }
    }

    fn read_to_unicode(&mut self, objects: &Objects, dict: &Dictionary, strings: &mut Strings) -> Said {
        let mut said = Said::default();
        let Some(stream) = objects.stream(dict, b"ToUnicode") else { return said };
        let has = |bytes: u8| self.mixed.codespaces.iter().any(|space| space.bytes == bytes);
        let (one, two) = (has(1), has(2));
        let program = objects.decoded(stream).bytes;
        let cut = cmap::read(&program, objects.limits.to_unicode_entries, |item| {
            let (low, high) = match &item {
                Item::Text { low, high, .. } | Item::Cid { low, high, .. } => (*low, *high),
                _ => return,
            };
            if matches!(item, Item::Text { low: Code { value: 0, .. }, high: 0xFFFF, units: [0] }) && two {
                // Each code is its character. No table of 65,536 entries is needed to say so.
                self.mixed.behind.set(Meaning::Unicode);
                said.sound += 1;
                return;
            }
            for code in low.value..=high {
                let text = to_unicode(&item, code - low.value, strings);
                // Codes are often written longer or shorter than they are.
                let is_short = code < 0x100 && one && (low.bytes == 1 || !two);
                let bytes = match code {
                    _ if is_short => 1,
                    0..=0xFFFF if two => 2,
                    0..=0xFF if one => 1,
                    _ => low.bytes.max(3),
                };
                // .notdef is said to be anything.
                if is_sound(text) {
                    said.sound += 1;
                } else if code != 0 {
                    said.unsound += 1;
                }
                let entry = self.slot(code, bytes);
                entry.text = if is_sound(text) { text } else { better(entry.text, text) };
            }
        });
        strings.cut |= cut;
        said
    }

    fn set_predefined_widths(&mut self, predefined: &Predefined, name: &[u8], widths: &Widths) {
        if widths.listed.is_empty() {
            return;
        }
        let bytes = predefined.codespaces.iter().map(|space| space.bytes).min().unwrap_or(1);
        for code in b' '..=255 {
            let cid = predefined.latin_cid(code);
            if cid != 0 {
                self.slot(code.into(), bytes).width = widths.of(cid);
            }
        }
        if widths.listed.iter().all(|&(first, last)| predefined.is_latin(first, last)) {
            return;
        }
        for (code, &cid) in (0..).zip(cids_of_codes(name).unwrap_or_default()) {
            let width = widths.of(cid.into());
            if cid != 0 && width != widths.default {
                self.slot(code, 2).width = width;
            }
        }
    }

    fn finished(mut self, vertical: bool) -> Codes {
        let Mixed { one, two, long, behind, codespaces, .. } = &mut self.mixed;
        let behind = *behind;
        let settle = |code: u32, bytes: u8, entry: &mut Entry| {
            if entry.text != Text::Unknown && !is_sound(entry.text) {
                entry.text = better(entry.text, behind.text(code, bytes));
            }
            if vertical {
                entry.text = upright(entry.text);
            }
        };
        (0..).zip(one).for_each(|(code, entry)| settle(code, 1, entry));
        two.entries().for_each(|(code, entry)| settle(code.into(), 2, entry));
        for (code, entry) in long {
            settle(*code, if *code > 0xFF_FFFF { 4 } else { 3 }, entry);
        }
        if codespaces.iter().all(|space| space.bytes == 2) {
            return Codes::Pairs(self.mixed.two, behind);
        }
        Codes::Mixed(Box::new(self.mixed))
    }
}

/// What `item` says of the code that is `offset` behind its first.
pub(super) fn to_unicode(item: &Item, offset: u32, strings: &mut Strings) -> Text {
    let (units, counted) = match *item {
        Item::Text { units, .. } => match units.split_last() {
            Some((last, before)) => (before, u32::from(*last) + offset),
            None => return Text::Unknown,
        },
        // Some number characters as if they were glyphs.
        Item::Cid { cid, .. } => (&[][..], cid.saturating_add(offset)),
        _ => return Text::Unknown,
    };
    match *units {
        [] => strings.text(char::from_u32(counted)),
        [high @ 0xD800..=0xDBFF] if (0xDC00..0x1_0000).contains(&counted) => {
            let scalar = 0x1_0000 + ((u32::from(high) & 0x3FF) << 10) + (counted - 0xDC00);
            strings.text(char::from_u32(scalar))
        }
        _ => {
            let units = units.iter().copied().chain(u16::try_from(counted));
            strings.text(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)))
        }
    }
}

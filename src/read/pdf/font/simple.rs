//! Simple fonts (Type 1, TrueType, Type 3): codes of one byte, named by an encoding.

use lopdf::{Dictionary, Object};

use super::super::objects::{Objects, as_number};
use super::cmap::{self, Item};
use super::composite::to_unicode;
use super::encodings;
use super::face::{flags, is_chinese};
use super::metrics::Metrics;
use super::program::{self, Program, named};
use super::table::Entry;
use super::text::{Strings, better, is_sound, one};
use super::{Codes, Text};
use crate::model::Face;

/// The codes of the simple font `dict`.
pub(super) fn load(
    objects: &Objects,
    dict: &Dictionary,
    descriptor: &Dictionary,
    face: &Face,
    strings: &mut Strings,
) -> Codes {
    let embedded = program::is_embedded(objects, descriptor);
    let plain = !embedded && flags(objects, descriptor) & NONSYMBOLIC != 0;
    let encoding = Encoding::read(objects, dict, face, plain);
    let widths = widths(objects, dict, descriptor, face, &encoding);
    let has_to_unicode = objects.stream(dict, b"ToUnicode").is_some();
    let said = to_unicode_texts(objects, dict, strings);
    let missing = said.iter().zip(&widths).any(|(text, width)| !is_sound(*text) && *width != 0.0);
    let program = (embedded && missing).then(|| program::embedded(objects, descriptor)).flatten();
    let program = program.as_deref().and_then(Program::read);
    // Chromium names 256 glyphs in each of a hundred fonts and uses three: names cost something to look up.
    let is_known = |code: usize| is_sound(said[code]) || has_to_unicode && widths[code] == 0.0;
    let encoded = encoding.texts(program.as_ref(), is_known, strings);
    let mut entries = Box::new([Entry { text: Text::Unknown, width: 0.0 }; 256]);
    for (code, entry) in entries.iter_mut().enumerate() {
        *entry = Entry { text: better(said[code], encoded[code]), width: widths[code] };
        // A bullet of a symbol font is no letter, though the default encoding has one for its code.
        if !encoding.is_stated && said[code] != Text::Unknown && encoded[code] == one(encoding.base[code]) {
            entry.text = said[code];
        }
    }
    let gbk = !embedded && !has_to_unicode && encoding.differences.is_empty() && is_chinese(&face.name);
    if gbk && !encoding.is_type3 { Codes::GbkBytes(entries) } else { Codes::Bytes(entries) }
}

/// Flag of a font descriptor: the letters are those of Adobe's standard Latin set.
const NONSYMBOLIC: i64 = 1 << 5;

/// What `/Encoding` and the kind of the font say.
struct Encoding<'a> {
    base: encodings::Encoding,
    /// The base was named, so the program's own encoding does not count.
    explicit: bool,
    /// The base is more than the default of all fonts.
    is_stated: bool,
    differences: Vec<(u8, &'a [u8])>,
    is_type3: bool,
    is_pictures: bool,
    /// Codes of a TrueType font start below those of letters: they were given out one after the other, and only the
    /// program can say for what.
    is_numbered: bool,
}

/// Names of glyphs that one font may list.
const MOST_DIFFERENCES: usize = 4096;

impl<'a> Encoding<'a> {
    /// `plain`: the descriptor says that its letters are the Latin ones of Adobe's standard, and there is no program that
    /// could say otherwise.
    fn read(objects: &'a Objects, dict: &'a Dictionary, face: &Face, plain: bool) -> Self {
        let subtype = objects.name(dict, b"Subtype").unwrap_or_default();
        let (base, inner) = match objects.get(dict, b"Encoding") {
            Object::Name(name) => (Some(name.as_slice()), None),
            Object::Dictionary(inner) => (objects.name(inner, b"BaseEncoding"), Some(inner)),
            _ => (None, None),
        };
        let explicit = base.and_then(encodings::named);
        let lower = face.name.to_ascii_lowercase();
        let usual: &[u8] = match () {
            () if lower.starts_with("symbol") && !lower.contains("neu") => b"SymbolEncoding",
            () if lower.starts_with("zapfdingbats") => b"ZapfDingbatsEncoding",
            () if subtype == b"TrueType" && !plain => b"WinAnsiEncoding",
            () => b"StandardEncoding",
        };
        let mut differences = Vec::new();
        let mut code: i64 = 0;
        for element in inner.into_iter().flat_map(|inner| objects.array(inner, b"Differences")).take(MOST_DIFFERENCES) {
            match element {
                Object::Name(name) => {
                    if let Ok(code) = u8::try_from(code) {
                        differences.push((code, name.as_slice()));
                    }
                    code = code.saturating_add(1);
                }
                element => code = as_number(element).map_or(code, |number| number as i64),
            }
        }
        let first = objects.number(dict, b"FirstChar");
        let whole = first == Some(0.0) && objects.number(dict, b"LastChar") == Some(255.0);
        Self {
            base: explicit.or_else(|| encodings::named(usual)).unwrap_or(['\0'; 256]),
            explicit: explicit.is_some(),
            is_stated: explicit.is_some() || usual == b"SymbolEncoding" || usual == b"ZapfDingbatsEncoding",
            differences,
            is_type3: subtype == b"Type3",
            is_numbered: subtype == b"TrueType" && first.is_some_and(|first| first < 32.0) && !whole,
            is_pictures: lower.starts_with("wingdings") || lower.starts_with("webdings"),
        }
    }

    /// Names of codes that are known from elsewhere are not looked up.
    fn texts(&self, program: Option<&Program>, is_known: impl Fn(usize) -> bool, strings: &mut Strings) -> [Text; 256] {
        let mut texts = self.base.map(one);
        if self.is_pictures {
            // Their letters are pictures. Word writes the same private characters.
            texts = std::array::from_fn(|code| char::from_u32(0xF000 + code as u32).map_or(Text::Unknown, Text::One));
        }
        if let Some(program) = program
            && !self.explicit
        {
            if self.is_numbered {
                texts = [Text::Unknown; 256];
            }
            for (text, own) in texts.iter_mut().zip(program.built_in(strings)) {
                *text = own.unwrap_or(*text);
            }
        }
        if self.names_are_codes() {
            for &(code, _) in &self.differences {
                texts[usize::from(code)] = one(code.into());
            }
            return texts;
        }
        let by_glyph = std::cell::OnceCell::new();
        let unknown = |&&(code, _): &&(u8, &[u8])| !is_known(usize::from(code));
        for &(code, name) in self.differences.iter().filter(unknown) {
            let name = std::str::from_utf8(name).unwrap_or_default();
            // A font without a glyph for the blank still has blanks.
            let is_blank = code == b' ' && name == ".notdef";
            let mut text = if is_blank { Text::One(' ') } else { named(name, strings) };
            if let (Text::Unknown, Some(program)) = (text, program)
                && let Some(glyph) = program.glyph_named(name).or_else(|| numbered(name))
            {
                let by_glyph = by_glyph.get_or_init(|| program.texts_by_glyph(strings));
                text = by_glyph.get(usize::from(glyph)).copied().unwrap_or(Text::Unknown);
            }
            texts[usize::from(code)] = text;
        }
        texts
    }

    /// Each name is a letter and its own code, as in the bitmap fonts of TeX (decimal) and of print servers
    /// (hexadecimal): then the codes are those of the text.
    fn names_are_codes(&self) -> bool {
        let named = || self.differences.iter().filter(|(_, name)| *name != b".notdef");
        [10, 16].into_iter().any(|base| {
            named().all(|&(code, name)| {
                let digits = name.split_first().filter(|(first, _)| first.is_ascii_alphabetic());
                let digits = digits.and_then(|(_, digits)| std::str::from_utf8(digits).ok());
                digits.and_then(|digits| u8::from_str_radix(digits, base).ok()) == Some(code)
            })
        })
    }
}

/// The glyph of a name that is only its number: `g23`, `glyph23`, `gid00023`, `index23`.
fn numbered(name: &str) -> Option<u16> {
    let digits = name.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let word = &name[..name.len() - digits.len()];
    matches!(word, "g" | "glyph" | "gid" | "index").then(|| digits.parse().ok()).flatten()
}

fn to_unicode_texts(objects: &Objects, dict: &Dictionary, strings: &mut Strings) -> [Text; 256] {
    let mut texts = [Text::Unknown; 256];
    let Some(stream) = objects.stream(dict, b"ToUnicode") else { return texts };
    let cut = cmap::read(&objects.decoded(stream).bytes, objects.limits.to_unicode_entries, |item| {
        let (low, high) = match &item {
            Item::Text { low, high, .. } | Item::Cid { low, high, .. } => (low.value, *high),
            _ => return,
        };
        for code in low..=high.min(255) {
            let text = to_unicode(&item, code - low, strings);
            let known = &mut texts[code as usize];
            *known = if is_sound(text) { text } else { better(*known, text) };
        }
    });
    strings.cut |= cut;
    texts
}

/// In ems.
fn widths(
    objects: &Objects,
    dict: &Dictionary,
    descriptor: &Dictionary,
    face: &Face,
    encoding: &Encoding,
) -> [f32; 256] {
    let scale = match objects.numbers::<6>(dict, b"FontMatrix") {
        // A matrix that turns the glyphs moves the pen along its second number.
        Some([a, b, ..]) if encoding.is_type3 => {
            if a == 0.0 {
                b
            } else {
                a
            }
        }
        _ => 0.001,
    };
    let missing = objects.number(descriptor, b"MissingWidth");
    let mut listed = objects.array(dict, b"Widths").peekable();
    if listed.peek().is_none() && !encoding.is_type3 {
        let metrics = Metrics::of(&face.name, flags(objects, descriptor), face.bold);
        let glyphs = encoding.characters();
        return std::array::from_fn(|code| {
            metrics.width(code as u8, glyphs[code]).or(missing).unwrap_or(500.0) / 1000.0
        });
    }
    let mut widths = [missing.unwrap_or(0.0) * scale; 256];
    let first = objects.number(dict, b"FirstChar").unwrap_or(0.0) as i64;
    for (code, width) in (first..).zip(listed.take(4096)) {
        if let (Some(slot), Some(width)) =
            (usize::try_from(code).ok().and_then(|code| widths.get_mut(code)), as_number(width))
        {
            *slot = width * scale;
        }
    }
    widths
}

impl Encoding<'_> {
    /// One character for each code, for the widths of standard fonts.
    fn characters(&self) -> encodings::Encoding {
        let mut characters = self.base;
        for &(code, name) in &self.differences {
            let name = std::str::from_utf8(name).unwrap_or_default();
            let listed = super::glyph_names::characters(name).and_then(|listed| listed.chars().next());
            characters[usize::from(code)] = listed.unwrap_or('\0');
        }
        characters
    }
}

//! The CMaps that every reader of PDF has to know by name, and the character collections behind them.
//!
//! Codes of the old encodings are turned into characters by `encoding_rs`, which knows them at a tenth of the price of
//! Adobe's tables. Those are unpacked the first time something needs them: glyph numbers (CIDs), private characters.

use std::sync::OnceLock;

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GB18030, SHIFT_JIS};
use hayro_cmap::{BfString, CMap, CMapName, load_embedded};

use super::Text;
use super::text::{Strings, is_private, one, upright};

/// A character collection of Adobe's: its glyphs have numbers (CIDs) that are the same in all fonts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Collection {
    /// Simplified Chinese.
    Gb1,
    /// Traditional Chinese.
    Cns1,
    /// Japanese.
    Japan1,
    /// Korean.
    Korea1,
}

/// What each CID of a collection shows.
pub(super) struct Cids {
    texts: Vec<Text>,
    strings: Strings,
}

static CIDS: [OnceLock<Cids>; 4] = [const { OnceLock::new() }; 4];

/// Texts of several characters that belong to a collection and not to a font have this bit in their number, and that
/// of the collection below it.
const SHARED: u32 = 1 << 31;
const COLLECTION: u32 = 28;

impl Collection {
    /// The collection of an `/Ordering`.
    pub(super) fn of(ordering: &[u8]) -> Option<Self> {
        match ordering {
            b"GB1" => Some(Self::Gb1),
            b"CNS1" => Some(Self::Cns1),
            b"Japan1" | b"Japan2" => Some(Self::Japan1),
            b"Korea1" | b"KR" => Some(Self::Korea1),
            _ => None,
        }
    }

    /// What `cid` shows.
    #[inline]
    pub(super) fn text(self, cid: u32) -> Text {
        let cids = CIDS[self as usize].get_or_init(|| self.read());
        cids.texts.get(cid as usize).copied().unwrap_or(Text::Unknown)
    }

    fn read(self) -> Cids {
        let name = match self {
            Self::Gb1 => CMapName::AdobeGb1Ucs2,
            Self::Cns1 => CMapName::AdobeCns1Ucs2,
            Self::Japan1 => CMapName::AdobeJapan1Ucs2,
            Self::Korea1 => CMapName::AdobeKorea1Ucs2,
        };
        let mut strings = Strings::default();
        let Some(map) = parsed(name) else { return Cids { texts: Vec::new(), strings } };
        // The largest collection has 30,572 glyphs.
        let text = |cid| match map.lookup_bf_string(cid) {
            Some(BfString::Char(character)) => upright(one(character)),
            Some(BfString::String(text)) => match strings.text(text.chars()) {
                Text::Several(number) => Text::Several(number | SHARED | (self as u32) << COLLECTION),
                text => text,
            },
            None => Text::Unknown,
        };
        Cids { texts: (0..0x8000).map(text).collect(), strings }
    }

    /// CIDs of Latin letters and half-width forms, from and to. All other glyphs of the predefined CMaps are one em wide.
    fn latin(self) -> &'static [(u32, u32)] {
        match self {
            Self::Gb1 => &[(0, 95), (814, 939), (7712, 7716)],
            Self::Cns1 => &[(0, 98), (13648, 13742), (17601, 17601)],
            Self::Japan1 => &[(0, 632)],
            Self::Korea1 => &[(0, 100), (8094, 8190)],
        }
    }
}

/// The characters of a [`Text::Several`] that belongs to a collection.
pub(super) fn shared_string(number: u32) -> Option<&'static str> {
    let cids = (number & SHARED != 0).then(|| CIDS.get((number >> COLLECTION & 3) as usize)?.get()).flatten()?;
    Some(cids.strings.get(number & !(u32::MAX << COLLECTION)))
}

/// The predefined CMaps that Adobe's tables have, without their direction.
const NAMES: [&str; 30] = [
    "GBK-EUC",
    "GB-EUC",
    "GBK2K",
    "GBKp-EUC",
    "GBpc-EUC",
    "ETen-B5",
    "B5pc",
    "ETenms-B5",
    "HKscs-B5",
    "90ms-RKSJ",
    "Add-RKSJ",
    "Ext-RKSJ",
    "90msp-RKSJ",
    "90pv-RKSJ",
    "83pv-RKSJ",
    "EUC",
    "KSC-EUC",
    "KSCms-UHC-HW",
    "KSCms-UHC",
    "KSCpc-EUC",
    "CNS-EUC",
    "UniGB-UCS2",
    "UniGB-UTF16",
    "UniCNS-UCS2",
    "UniCNS-UTF16",
    "UniJIS-UCS2",
    "UniJIS-UCS2-HW",
    "UniJIS-UTF16",
    "UniKS-UCS2",
    "UniKS-UTF16",
];
static CODES: [OnceLock<Box<[u16]>>; NAMES.len()] = [const { OnceLock::new() }; NAMES.len()];

/// The CID of each code of two bytes in the predefined CMap `name`, 0 where there is none.
pub(super) fn cids_of_codes(name: &[u8]) -> Option<&'static [u16]> {
    let base = without_direction(name);
    let number = NAMES.iter().position(|name| name.as_bytes() == base)?;
    Some(CODES[number].get_or_init(|| {
        let Some(map) = parsed(CMapName::from_bytes(format!("{}-H", NAMES[number]).as_bytes())) else {
            return Box::new([]);
        };
        (0..=0xFFFF)
            .map(|code| map.lookup_cid_code(code, 2).and_then(|cid| u16::try_from(cid).ok()).unwrap_or(0))
            .collect()
    }))
}

fn without_direction(name: &[u8]) -> &[u8] {
    name.strip_suffix(b"-H").or(name.strip_suffix(b"-V")).unwrap_or(name)
}

/// The CMap of this name.
fn parsed(name: CMapName) -> Option<CMap> {
    CMap::parse(load_embedded(name)?, load_embedded)
}

/// How the codes of a CMap become characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// An old encoding.
    Old(Old),
    /// JIS rows and cells: EUC-JP without its high bits.
    Jis,
    /// The code is the character: UTF-16, UCS-2, UTF-32.
    Unicode,
    /// UTF-8.
    Utf8,
    /// Through the CIDs.
    Cids,
}

/// The old encodings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    Gb,
    Big5,
    ShiftJis,
    EucJp,
    Korean,
}

/// Codes of `bytes` bytes lie between `low` and `high`, byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Codespace {
    pub(super) bytes: u8,
    pub(super) low: u32,
    pub(super) high: u32,
}

/// A predefined CMap.
#[derive(Debug, Clone, Copy)]
pub(super) struct Predefined {
    /// Whose glyphs it names.
    pub(super) collection: Collection,
    /// What its codes are.
    pub(super) coding: Coding,
    /// How long its codes are.
    pub(super) codespaces: &'static [Codespace],
    /// The CIDs of the space and of the exclamation mark, behind which ASCII goes on.
    latin: (u32, u32),
}

const fn codes(bytes: u8, low: u32, high: u32) -> Codespace {
    Codespace { bytes, low, high }
}

const ONE: Codespace = codes(1, 0, 0x80);
const GB: &[Codespace] = &[ONE, codes(2, 0x8140, 0xFEFE)];
const GB18030_CODES: &[Codespace] = &[ONE, codes(2, 0x8140, 0xFEFE), codes(4, 0x8130_8130, 0xFE39_FE39)];
const EUC_CODES: &[Codespace] = &[ONE, codes(2, 0x8EA0, 0x8EDF), codes(2, 0xA1A1, 0xFEFE)];
const CNS_CODES: &[Codespace] = &[ONE, codes(2, 0xA1A1, 0xFEFE), codes(4, 0x8EA1_A1A1, 0x8EA7_FEFE)];
const SHIFT_CODES: &[Codespace] =
    &[ONE, codes(2, 0x8140, 0x9FFC), codes(1, 0xA0, 0xDF), codes(2, 0xE040, 0xFCFC), codes(1, 0xFD, 0xFF)];
/// Two bytes, whatever they are.
pub(super) const TWO: &[Codespace] = &[codes(2, 0, 0xFFFF)];
const UTF8: &[Codespace] =
    &[codes(1, 0, 0x7F), codes(2, 0xC080, 0xDFBF), codes(3, 0xE0_8080, 0xEF_BFBF), codes(4, 0xF080_8080, 0xF7BF_BFBF)];
const UTF16: &[Codespace] = &[codes(2, 0, 0xD7FF), codes(4, 0xD800_DC00, 0xDBFF_DFFF), codes(2, 0xE000, 0xFFFF)];
const UTF32: &[Codespace] = &[codes(4, 0, 0x10_FFFF)];

impl Predefined {
    /// The CMap of this name; both directions have the same codes.
    pub(super) fn named(name: &[u8]) -> Option<Self> {
        use Collection::{Cns1, Gb1, Japan1, Korea1};
        let base = without_direction(name);
        let old = |collection, old, codespaces, latin| Self { collection, coding: Coding::Old(old), codespaces, latin };
        let found = match base {
            b"GBK-EUC" | b"GB-EUC" => old(Gb1, Old::Gb, GB, (7716, 814)),
            b"GBK2K" => old(Gb1, Old::Gb, GB18030_CODES, (1, 2)),
            b"GBKp-EUC" | b"GBpc-EUC" => old(Gb1, Old::Gb, GB, (1, 2)),
            b"ETen-B5" => old(Cns1, Old::Big5, GB, (13648, 13649)),
            b"B5pc" | b"ETenms-B5" | b"HKscs-B5" => old(Cns1, Old::Big5, GB, (1, 2)),
            b"90ms-RKSJ" | b"Add-RKSJ" | b"Ext-RKSJ" => old(Japan1, Old::ShiftJis, SHIFT_CODES, (231, 232)),
            b"90msp-RKSJ" | b"90pv-RKSJ" | b"83pv-RKSJ" => old(Japan1, Old::ShiftJis, SHIFT_CODES, (1, 2)),
            b"EUC" => old(Japan1, Old::EucJp, EUC_CODES, (231, 232)),
            b"KSC-EUC" | b"KSCms-UHC-HW" => old(Korea1, Old::Korean, GB, (8094, 8095)),
            b"KSCms-UHC" | b"KSCpc-EUC" => old(Korea1, Old::Korean, GB, (1, 2)),
            b"H" | b"V" => Self { collection: Japan1, coding: Coding::Jis, codespaces: TWO, latin: (0, 0) },
            b"CNS-EUC" => Self { collection: Cns1, coding: Coding::Cids, codespaces: CNS_CODES, latin: (13648, 13649) },
            _ => return Self::of_unicode(base.strip_prefix(b"Uni")?),
        };
        Some(found)
    }

    fn of_unicode(name: &[u8]) -> Option<Self> {
        let has = |part: &[u8]| memchr::memmem::find(name, part).is_some();
        let collection = match name {
            [b'G', b'B', ..] => Collection::Gb1,
            [b'C', b'N', b'S', ..] => Collection::Cns1,
            [b'J', b'I', b'S', ..] => Collection::Japan1,
            [b'K', b'S', ..] => Collection::Korea1,
            _ => return None,
        };
        let (coding, codespaces) = match () {
            () if has(b"UTF8") => (Coding::Utf8, UTF8),
            () if has(b"UTF32") => (Coding::Unicode, UTF32),
            () if has(b"UTF16") => (Coding::Unicode, UTF16),
            () if has(b"UCS2") => (Coding::Unicode, TWO),
            () => return None,
        };
        let latin = if has(b"-HW") { (231, 232) } else { (1, 2) };
        Some(Self { collection, coding, codespaces, latin })
    }

    /// The CID of a code of one byte.
    pub(super) fn latin_cid(&self, code: u8) -> u32 {
        match code {
            b' ' => self.latin.0,
            b'!'..=b'~' => self.latin.1 + u32::from(code - b'!'),
            0xA1..=0xDF if self.coding == Coding::Old(Old::ShiftJis) => 327 + u32::from(code - 0xA1),
            _ => 0,
        }
    }

    /// Whether the CIDs from `from` to `to` are only those of Latin letters, so that [`Predefined::latin_cid`] is all
    /// that is needed for their widths.
    pub(super) fn is_latin(&self, from: u32, to: u32) -> bool {
        self.collection.latin().iter().any(|&(first, last)| first <= from && to <= last)
    }

    /// What `code` shows.
    #[inline]
    pub(super) fn text(&self, code: u32, bytes: u8) -> Text {
        match self.coding {
            Coding::Old(old) => old.text(code, bytes),
            Coding::Jis => Old::EucJp.text(code | 0x8080, 2),
            Coding::Unicode => utf16_or_scalar(code),
            Coding::Utf8 => utf8(code, bytes),
            Coding::Cids => Text::Unknown,
        }
    }
}

/// A UTF-16 code, a pair of surrogates in its two halves, or a character's number.
#[inline]
fn utf16_or_scalar(code: u32) -> Text {
    let (high, low) = (code >> 16, code & 0xFFFF);
    let scalar = match high {
        0xD800..=0xDBFF => 0x1_0000 + ((high & 0x3FF) << 10 | low & 0x3FF),
        _ => code,
    };
    char::from_u32(scalar).map_or(Text::Unknown, one)
}

fn utf8(code: u32, bytes: u8) -> Text {
    let all = code.to_be_bytes();
    let text = std::str::from_utf8(&all[4 - usize::from(bytes.clamp(1, 4))..]);
    text.ok().and_then(|text| text.chars().next()).map_or(Text::Unknown, one)
}

/// The characters of an old encoding's codes of two bytes from 0x8100 on; U+0000 where there is none.
static OLD: [OnceLock<Box<[char]>>; 5] = [const { OnceLock::new() }; 5];
/// Adobe's CMaps for the codes that `encoding_rs` only has private characters for.
static ADOBE: [OnceLock<Option<CMap>>; 5] = [const { OnceLock::new() }; 5];
const FIRST: u32 = 0x8100;

impl Old {
    fn encoding(self) -> &'static Encoding {
        match self {
            Self::Gb => GB18030,
            Self::Big5 => BIG5,
            Self::ShiftJis => SHIFT_JIS,
            Self::EucJp => EUC_JP,
            Self::Korean => EUC_KR,
        }
    }

    /// What `code` shows.
    #[inline]
    pub(super) fn text(self, code: u32, bytes: u8) -> Text {
        if bytes == 1 && code < 0x80 {
            return one(code as u8 as char);
        }
        if bytes != 2 {
            return self.decoded(code, bytes);
        }
        let characters = OLD[self as usize].get_or_init(|| self.read());
        match code.checked_sub(FIRST).and_then(|at| characters.get(at as usize)) {
            None | Some('\0') => Text::Unknown,
            Some(&character) if is_private(character) => self.private(code, character),
            Some(&character) => Text::One(character),
        }
    }

    /// All at once: a decoder that is started for each code costs ten times as much.
    fn read(self) -> Box<[char]> {
        let all: Vec<u8> = (FIRST..=0xFFFF).flat_map(|code| [(code >> 8) as u8, code as u8, b'\n']).collect();
        let (text, _) = self.encoding().decode_without_bom_handling(&all);
        let mut characters = vec!['\0'; (0x1_0000 - FIRST) as usize];
        // A second byte may be a line feed itself.
        let mut lines = text.split('\n');
        for (at, character) in characters.iter_mut().enumerate() {
            let Some(line) = lines.next() else { break };
            if at & 0xFF == usize::from(b'\n') {
                lines.next();
            }
            let mut shown = line.chars();
            if let (Some(only), None) = (shown.next(), shown.next())
                && only != char::REPLACEMENT_CHARACTER
                && let Text::One(mark) = upright(Text::One(only))
            {
                *character = mark;
            }
        }
        characters.into()
    }

    /// Codes of one byte and of four.
    fn decoded(self, code: u32, bytes: u8) -> Text {
        let all = code.to_be_bytes();
        let mut shown = [0; 4];
        let source = &all[4 - usize::from(bytes.clamp(1, 4))..];
        let mut decoder = self.encoding().new_decoder_without_bom_handling();
        let (result, _, written) = decoder.decode_to_utf16_without_replacement(source, &mut shown, true);
        if result != encoding_rs::DecoderResult::InputEmpty {
            return Text::Unknown;
        }
        let character = char::decode_utf16(shown[..written].iter().copied()).next().and_then(Result::ok);
        character.map_or(Text::Unknown, |character| upright(one(character)))
    }

    /// Adobe's character for a code, `private` if that has none either.
    fn private(self, code: u32, private: char) -> Text {
        let (name, collection) = match self {
            Self::Gb => (CMapName::GbkEucH, Collection::Gb1),
            Self::Big5 => (CMapName::HKscsB5H, Collection::Cns1),
            Self::ShiftJis => (CMapName::N90msRksjH, Collection::Japan1),
            Self::EucJp => (CMapName::EucH, Collection::Japan1),
            Self::Korean => (CMapName::KscmsUhcH, Collection::Korea1),
        };
        let map = ADOBE[self as usize].get_or_init(|| parsed(name));
        match map.as_ref().and_then(|map| map.lookup_cid_code(code, 2)).map(|cid| collection.text(cid)) {
            None | Some(Text::Unknown) => Text::One(private),
            Some(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_letters_have_the_cids_of_adobe_s_maps() {
        for name in NAMES {
            let map = parsed(CMapName::from_bytes(format!("{name}-H").as_bytes())).unwrap();
            let known = Predefined::named(name.as_bytes()).unwrap();
            let bytes = if name.starts_with("Uni") { 2 } else { 1 };
            for code in [b' ', b'!', b'0', b'A', b'z'] {
                assert_eq!(map.lookup_cid_code(code.into(), bytes), Some(known.latin_cid(code)), "{name} {code}");
            }
            if known.coding == Coding::Old(Old::ShiftJis) {
                assert_eq!(map.lookup_cid_code(0xB1, 1), Some(known.latin_cid(0xB1)), "{name}");
            }
        }
    }

    #[test]
    fn codes_become_characters() {
        for (name, code, bytes, character) in [
            ("GBK-EUC-H", 0xD6D0, 2, '中'),
            ("GBK-EUC-H", 0x41, 1, 'A'),
            ("GBK-EUC-V", 0xA6E0, 2, '（'),
            ("GBK2K-H", 0x8130_8130, 4, '\u{80}'),
            ("GBK2K-H", 0x9532_8236, 4, '\u{20000}'),
            ("ETen-B5-H", 0xA4A4, 2, '中'),
            ("90ms-RKSJ-H", 0x92_86, 2, '中'),
            ("90ms-RKSJ-H", 0xB1, 1, 'ｱ'),
            ("EUC-H", 0xC3E6, 2, '中'),
            ("H", 0x4366, 2, '中'),
            ("KSCms-UHC-H", 0xB0A1, 2, '가'),
            ("UniGB-UCS2-H", 0x4E2D, 2, '中'),
            ("UniGB-UTF16-H", 0xD840_DC00, 4, '\u{20000}'),
            ("UniGB-UTF8-H", 0xE4_B8AD, 3, '中'),
            ("UniGB-UTF32-H", 0x4E2D, 4, '中'),
        ] {
            let text = Predefined::named(name.as_bytes()).unwrap().text(code, bytes);
            let expected = if character.is_control() { Text::Unknown } else { Text::One(character) };
            assert_eq!(text, expected, "{name} {code:X}");
        }
        assert!(Predefined::named(b"Identity-H").is_none());
        assert_eq!(Old::Gb.text(0x8130, 2), Text::Unknown);
        assert_eq!(Old::Gb.text(0xFFFF, 2), Text::Unknown);
        // A private character for encoding_rs, a letter for Adobe.
        assert_eq!(Old::Gb.text(0xAAA1, 2), Text::One('!'));
    }

    #[test]
    fn the_tables_of_codes_are_the_decoders() {
        for old in [Old::Gb, Old::Big5, Old::ShiftJis, Old::EucJp, Old::Korean] {
            for lead in 0x81..=0xFE_u8 {
                for trail in 0x40..=0xFE_u8 {
                    let bytes = [lead, trail];
                    let text = old.encoding().decode_without_bom_handling_and_without_replacement(&bytes);
                    let (text, malformed) = (text.as_deref().unwrap_or_default(), text.is_none());
                    let code = u32::from(lead) << 8 | u32::from(trail);
                    let mut shown = text.chars();
                    let expected = match (shown.next(), shown.next()) {
                        (Some(only), None) if !malformed => upright(Text::One(only)),
                        _ => Text::Unknown,
                    };
                    if !matches!(expected, Text::One(character) if is_private(character)) {
                        assert_eq!(old.text(code, 2), expected, "{old:?} {code:X}");
                    }
                }
            }
        }
    }

    #[test]
    fn cids_become_characters() {
        assert_eq!(Collection::of(b"GB1").unwrap().text(4559), Text::One('中'));
        assert_eq!(Collection::Gb1.text(1 << 20), Text::Unknown);
        for collection in [Collection::Gb1, Collection::Cns1, Collection::Japan1, Collection::Korea1] {
            for cid in 0..0x8000 {
                if let Text::Several(number) = collection.text(cid) {
                    assert!(shared_string(number).unwrap().chars().count() > 1);
                }
            }
        }
        assert_eq!(shared_string(0), None);
    }
}

//! Tables of font programs read by hand: the folder, which is often out of order or cut off; `cmap`, with a limit on
//! its ranges; and the collection that a CFF names.

/// Entries of one table that are looked at. The largest fonts have 65,535 glyphs and a few names for some.
const MOST_ENTRIES: usize = 200_000;

/// The table `tag` of a TrueType or OpenType program, or what is there of it. Of several fonts in a file the first.
pub(super) fn table<'a>(bytes: &'a [u8], tag: &[u8; 4]) -> Option<&'a [u8]> {
    let folder = if bytes.starts_with(b"ttcf") { u32_at(bytes, 12)? as usize } else { 0 };
    let records = bytes.get(folder.checked_add(12)?..)?;
    let count = usize::from(u16_at(bytes, folder + 4)?);
    let record = records.chunks_exact(16).take(count).find(|record| record.starts_with(tag))?;
    let (start, length) = (u32_at(record, 8)? as usize, u32_at(record, 12)? as usize);
    bytes.get(start..start.saturating_add(length).min(bytes.len()))
}

/// Where the outlines of TrueType glyphs begin and end.
pub(super) struct Outlines<'a> {
    starts: &'a [u8],
    /// Each takes four bytes, not two.
    long: bool,
}

impl<'a> Outlines<'a> {
    /// Those of the font in `bytes`; none if it has none at all, as fonts of text layers have none.
    pub(super) fn read(bytes: &'a [u8]) -> Option<Self> {
        table(bytes, b"glyf").filter(|outlines| !outlines.is_empty())?;
        let long = u16_at(table(bytes, b"head")?, 50)? == 1;
        Some(Self { starts: table(bytes, b"loca")?, long })
    }

    /// The glyphs without an outline, but for the first, which stands for what is missing.
    pub(super) fn blanks(&self) -> impl Iterator<Item = u16> {
        let width = if self.long { 4 } else { 2 };
        let ends = self.starts.chunks_exact(width).skip(1);
        let pairs = self.starts.chunks_exact(width).zip(ends).zip(0..=u16::MAX);
        pairs.skip(1).filter(|((start, end), _)| start == end).map(|(_, glyph)| glyph)
    }
}

/// The tables of a `cmap` that say which glyph a code has.
#[derive(Default)]
pub(super) struct Maps<'a> {
    unicode: Vec<&'a [u8]>,
    symbol: Option<&'a [u8]>,
    macintosh: Option<&'a [u8]>,
}

impl<'a> Maps<'a> {
    /// The tables in `cmap`.
    pub(super) fn read(cmap: &'a [u8]) -> Self {
        let mut maps = Self::default();
        let count = u16_at(cmap, 2).unwrap_or(0);
        for number in 0..usize::from(count).min(64) {
            let at = 4 + number * 8;
            let (Some(platform), Some(encoding), Some(start)) =
                (u16_at(cmap, at), u16_at(cmap, at + 2), u32_at(cmap, at + 4))
            else {
                break;
            };
            let Some(table) = cmap.get(start as usize..) else { continue };
            match (platform, encoding) {
                (0, 0..=4 | 6) | (3, 1 | 10) if maps.unicode.len() < 4 => maps.unicode.push(table),
                (3, 0) => maps.symbol = Some(table),
                (1, 0) => maps.macintosh = Some(table),
                _ => {}
            }
        }
        maps
    }

    /// There is no table at all.
    pub(super) fn is_empty(&self) -> bool {
        self.unicode.is_empty() && self.symbol.is_none() && self.macintosh.is_none()
    }

    /// Calls `show` for each character that has a glyph.
    pub(super) fn each_unicode(&self, mut show: impl FnMut(char, u16)) {
        for table in &self.unicode {
            each(table, |code, glyph| {
                if let Some(character) = char::from_u32(code) {
                    show(character, glyph);
                }
            });
        }
    }

    /// The glyph of each code of a simple font that has no encoding; 0 where there is none. Symbol fonts have their
    /// codes from U+F000 on.
    pub(super) fn by_byte(&self) -> [u16; 256] {
        let mut glyphs = [0; 256];
        if let Some(table) = self.macintosh {
            each(table, |code, glyph| {
                if let Some(slot) = glyphs.get_mut(code as usize) {
                    *slot = glyph;
                }
            });
        }
        if let Some(table) = self.symbol {
            each(table, |code, glyph| {
                if code < 0x100 || (0xF000..0xF300).contains(&code) {
                    glyphs[code as usize & 0xFF] = glyph;
                }
            });
        }
        if self.macintosh.is_none() && self.symbol.is_none() {
            self.each_unicode(|character, glyph| {
                if let Some(slot) = glyphs.get_mut(character as usize) {
                    *slot = glyph;
                }
            });
        }
        glyphs
    }
}

/// Calls `show` with each code and its glyph, glyph 0 left out.
fn each(table: &[u8], show: impl FnMut(u32, u16)) {
    // A table that is cut off has said what it could.
    let _ = try_each(table, show);
}

fn try_each(table: &[u8], mut show: impl FnMut(u32, u16)) -> Option<()> {
    let mut left = MOST_ENTRIES;
    let mut show = |code: u32, glyph: u32| {
        if glyph != 0 && glyph <= 0xFFFF {
            show(code, glyph as u16);
        }
        left = left.checked_sub(1)?;
        Some(())
    };
    match u16_at(table, 0)? {
        0 => {
            for (code, &glyph) in (0..256).zip(table.get(6..)?) {
                show(code, glyph.into())?;
            }
        }
        4 => {
            let segments = usize::from(u16_at(table, 6)?) / 2;
            for segment in 0..segments {
                let field = |number: usize| {
                    u16_at(table, 14 + 2 * segment + number * 2 * segments + usize::from(number > 0) * 2)
                };
                let (end, start, delta, offset) = (field(0)?, field(1)?, field(2)?, field(3)?);
                let offsets = 16 + 6 * segments + 2 * segment;
                for code in start..=end.min(0xFFFE) {
                    let glyph = if offset == 0 {
                        code.wrapping_add(delta)
                    } else {
                        match u16_at(table, offsets + usize::from(offset) + 2 * usize::from(code - start)) {
                            None | Some(0) => 0,
                            Some(glyph) => glyph.wrapping_add(delta),
                        }
                    };
                    show(code.into(), glyph.into())?;
                }
            }
        }
        6 => {
            let (first, count) = (u16_at(table, 6)?, u16_at(table, 8)?);
            for number in 0..u32::from(count) {
                show(u32::from(first) + number, u16_at(table, 10 + 2 * number as usize)?.into())?;
            }
        }
        10 => {
            let (first, count) = (u32_at(table, 12)?, u32_at(table, 16)?);
            for number in 0..count {
                show(first.checked_add(number)?, u16_at(table, 20 + 2 * number as usize)?.into())?;
            }
        }
        format @ (12 | 13) => {
            for group in 0..u32_at(table, 12)? as usize {
                let at = 16 + 12 * group;
                let (start, end, glyph) = (u32_at(table, at)?, u32_at(table, at + 4)?, u32_at(table, at + 8)?);
                for code in start..=end.min(0x10_FFFF) {
                    show(code, if format == 12 { glyph.checked_add(code - start)? } else { glyph })?;
                }
                // Even a group without codes is an entry.
                show(0, 0)?;
            }
        }
        _ => {}
    }
    Some(())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_be_bytes(*bytes))
}

/// Names with a number below this are known to every CFF (Adobe Technical Note #5176, appendix A).
const STANDARD_STRINGS: usize = 391;

/// The ordering that a bare CFF names in its first dictionary (operator `ROS`): `GB1` and so on.
pub(super) fn cff_ordering(bytes: &[u8]) -> Option<&[u8]> {
    let header = usize::from(*bytes.get(2)?);
    let (_, after_names) = index(bytes, header, 0)?;
    let (dict, after_dicts) = index(bytes, after_names, 0)?;
    let mut operands: Vec<i32> = Vec::new();
    let mut rest = dict?.iter();
    while let Some(&byte) = rest.next() {
        let mut next = || rest.next().copied().map(i32::from);
        let byte = i32::from(byte);
        match byte {
            12 if next()? == 30 => {
                let [.., _, ordering, _] = operands.as_slice() else { return None };
                let number = usize::try_from(*ordering).ok()?.checked_sub(STANDARD_STRINGS)?;
                return index(bytes, after_dicts, number)?.0;
            }
            0..=21 => operands.clear(),
            28 => operands.push(next()? << 8 | next()?),
            29 => operands.push(next()? << 24 | next()? << 16 | next()? << 8 | next()?),
            30 => while next()? & 0xF != 0xF {},
            32..=246 => operands.push(byte - 139),
            247..=250 => operands.push((byte - 247) * 256 + next()? + 108),
            251..=254 => operands.push(-(byte - 251) * 256 - next()? - 108),
            _ => return None,
        }
    }
    None
}

/// Element `number` of the index at `start`, and where the index ends.
fn index(bytes: &[u8], start: usize, number: usize) -> Option<(Option<&[u8]>, usize)> {
    let count = usize::from(u16_at(bytes, start)?);
    if count == 0 {
        return Some((None, start + 2));
    }
    let size = usize::from(*bytes.get(start + 2)?);
    let offset = |number: usize| {
        let digits = bytes.get(start + 3 + number * size..)?.get(..size)?;
        Some(digits.iter().fold(0_usize, |offset, &byte| offset << 8 | usize::from(byte)))
    };
    // Offsets count from the byte before the data.
    let data = start + 2 + (count + 1) * size;
    let element = match (offset(number), offset(number + 1)) {
        (Some(from), Some(to)) if number < count => bytes.get(data.checked_add(from)?..data.checked_add(to)?),
        _ => None,
    };
    Some((element, data.checked_add(offset(count)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cmap(platform: u16, encoding: u16, table: &[u16]) -> Vec<u8> {
        let head = [0, 1, platform, encoding, 0, 12];
        head.iter().chain(table).flat_map(|number| number.to_be_bytes()).collect()
    }

    fn unicode(cmap: &[u8]) -> Vec<(char, u16)> {
        let mut found = Vec::new();
        Maps::read(cmap).each_unicode(|character, glyph| found.push((character, glyph)));
        found
    }

    #[test]
    fn tables_of_characters_are_read() {
        let format4 = [4, 40, 0, 4, 0, 0, 0, 0x4E02, 0xFFFF, 0, 0x4E00, 0xFFFF, 7_u16.wrapping_sub(0x4E00), 1, 0, 0];
        assert_eq!(unicode(&cmap(3, 1, &format4)), [('一', 7), ('丁', 8), ('\u{4E02}', 9)]);
        let format6 = [6, 0, 0, 0x41, 2, 5, 6];
        assert_eq!(unicode(&cmap(0, 3, &format6)), [('A', 5), ('B', 6)]);
        let format12 = [12, 0, 0, 0, 0, 0, 0, 1, 2, 0, 2, 1, 0, 9];
        assert_eq!(unicode(&cmap(3, 10, &format12)), [('\u{20000}', 9), ('\u{20001}', 10)]);
    }

    #[test]
    fn glyphs_without_outline_are_blanks() {
        let font = |outlines: &[u8], starts: &[u8]| {
            let head = [0; 54];
            let tables: [(&[u8; 4], &[u8]); 3] = [(b"glyf", outlines), (b"head", &head), (b"loca", starts)];
            let mut bytes = vec![0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0];
            let mut at = 12 + 16 * tables.len() as u32;
            for (tag, table) in tables {
                bytes.extend([&tag[..], &[0; 4], &at.to_be_bytes(), &(table.len() as u32).to_be_bytes()].concat());
                at += table.len() as u32;
            }
            tables.iter().for_each(|(_, table)| bytes.extend_from_slice(table));
            bytes
        };
        let blanks = |font: &[u8]| Outlines::read(font).map(|outlines| outlines.blanks().collect::<Vec<_>>());
        assert_eq!(blanks(&font(&[1; 8], &[0, 0, 0, 0, 0, 2, 0, 2, 0, 4])), Some(vec![2]));
        assert_eq!(blanks(&font(&[], &[0, 0, 0, 0, 0, 0])), None);
        assert_eq!(blanks(&[0, 1, 0, 0]), None);
    }

    #[test]
    fn symbol_fonts_have_their_codes_in_the_private_area() {
        let symbols = cmap(3, 0, &[6, 0, 0, 0xF041, 2, 5, 6]);
        assert_eq!(Maps::read(&symbols).by_byte()[0x41..0x44], [5, 6, 0]);
        assert_eq!(unicode(&symbols), []);
    }

    #[test]
    fn endless_ranges_end() {
        let groups: Vec<u16> =
            [12, 0, 0, 0, 0, 0, 0xFFFF, 0xFFFF].into_iter().chain([0, 0, 0xFFFF, 0xFFFF, 0, 0].repeat(1000)).collect();
        assert!(unicode(&cmap(3, 10, &groups)).len() <= MOST_ENTRIES);
        let empty: Vec<u16> =
            [12, 0, 0, 0, 0, 0, 0xFFFF, 0xFFFF].into_iter().chain([0, 9, 0, 0, 0, 0].repeat(1000)).collect();
        assert_eq!(unicode(&cmap(3, 10, &empty)), []);
        assert_eq!(unicode(&cmap(3, 1, &[4, 0, 0, 0xFFFF])), []);
    }

    #[test]
    fn the_collection_of_a_cff_is_found() {
        // Header, names, one dictionary (391 392 0 ROS), strings.
        let mut font = vec![1, 0, 4, 1, 0, 1, 1, 1, 2, b'F', 0, 1, 1, 1, 10];
        font.extend([28, 1, 135, 28, 1, 136, 139, 12, 30]);
        font.extend([0, 2, 1, 1, 6, 9]);
        font.extend(b"AdobeGB1");
        assert_eq!(cff_ordering(&font), Some(b"GB1".as_slice()));
        for end in 0..font.len() {
            assert_eq!(cff_ordering(&font[..end]), None);
        }
    }
}

//! The directories of a TIFF file: numbers under tags. Classic and BigTIFF, both byte orders.

use std::collections::BTreeMap;

/// The bytes of a TIFF file, and how its numbers lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tags<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) little_endian: bool,
    big: bool,
}

/// One directory: the raw values under each tag, with their type.
#[derive(Debug)]
pub(crate) struct Directory<'a> {
    tags: Tags<'a>,
    values: BTreeMap<u16, (u16, &'a [u8])>,
}

/// A directory has fewer entries.
const MOST_ENTRIES: u64 = 4096;

impl<'a> Tags<'a> {
    /// The file, and where its first directory is.
    pub(crate) fn open(bytes: &'a [u8]) -> Option<(Self, u64)> {
        let little_endian = match bytes.get(..2)? {
            b"II" => true,
            b"MM" => false,
            _ => return None,
        };
        let mut tags = Self { bytes, little_endian, big: false };
        match tags.uint(2, 2)? {
            42 => Some((tags, tags.uint(4, 4)?)),
            43 => {
                tags.big = true;
                Some((tags, tags.uint(8, 8)?))
            }
            _ => None,
        }
    }

    /// The directory at `place`, and where the next one is, 0 if there is none.
    pub(crate) fn directory(&self, place: u64) -> Option<(Directory<'a>, u64)> {
        let (count_size, entry_size, value_size) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.uint(place, count_size)?;
        let entries = place.checked_add(count_size)?;
        let mut values = BTreeMap::new();
        for number in 0..count.min(MOST_ENTRIES) {
            let entry = entries.checked_add(number * entry_size)?;
            let Some(tag) = self.uint(entry, 2) else { break };
            let (kind, of) = (self.uint(entry + 2, 2)?, self.uint(entry + 4, value_size)?);
            let Some(size) = of.checked_mul(size_of_kind(kind)) else { continue };
            let value = entry + 4 + value_size;
            let place = if size <= value_size { value } else { self.uint(value, value_size)? };
            if let Some(raw) = self.slice(place, size) {
                values.insert(tag as u16, (kind as u16, raw));
            }
        }
        let next = self.uint(entries.checked_add(count.checked_mul(entry_size)?)?, value_size).unwrap_or(0);
        Some((Directory { tags: *self, values }, next))
    }

    /// `size` bytes at `place`.
    pub(crate) fn slice(&self, place: u64, size: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(place).ok()?;
        self.bytes.get(start..start.checked_add(usize::try_from(size).ok()?)?)
    }

    fn uint(&self, place: u64, size: u64) -> Option<u64> {
        Some(self.number(self.slice(place, size)?))
    }

    fn number(&self, bytes: &[u8]) -> u64 {
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.little_endian { bytes.iter().rev().fold(0, add) } else { bytes.iter().fold(0, add) }
    }
}

/// Bytes of a value of that type; 0 for types that are not known.
fn size_of_kind(kind: u64) -> u64 {
    match kind {
        1 | 2 | 6 | 7 => 1,
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 0,
    }
}

impl<'a> Directory<'a> {
    pub(crate) const ORIENTATION: u16 = 274;
    pub(crate) const X_RESOLUTION: u16 = 282;
    pub(crate) const Y_RESOLUTION: u16 = 283;
    pub(crate) const RESOLUTION_UNIT: u16 = 296;

    /// The bytes under `tag`.
    pub(crate) fn raw(&self, tag: u16) -> Option<&'a [u8]> {
        self.values.get(&tag).map(|(_, raw)| *raw)
    }

    /// The whole numbers under `tag`; none where there are none.
    pub(crate) fn numbers(&self, tag: u16) -> impl Iterator<Item = u64> {
        let (kind, raw) = self.values.get(&tag).copied().unwrap_or((1, &[]));
        let size =
            if matches!(kind, 1 | 3 | 4 | 6 | 7 | 8 | 9 | 13 | 16 | 17 | 18) { size_of_kind(kind.into()) } else { 0 };
        let tags = self.tags;
        let values = if size == 0 { &[][..] } else { raw };
        values.chunks_exact(size.max(1) as usize).map(move |bytes| tags.number(bytes))
    }

    /// The first whole number under `tag`.
    pub(crate) fn number(&self, tag: u16) -> Option<u64> {
        self.numbers(tag).next()
    }

    /// The first ratio under `tag`.
    pub(crate) fn ratio(&self, tag: u16) -> Option<f32> {
        let (kind, raw) = self.values.get(&tag)?;
        match (kind, raw.len()) {
            (5, 8..) => {
                let (above, below) = (self.tags.number(&raw[..4]), self.tags.number(&raw[4..8]));
                (below > 0).then(|| (above as f64 / below as f64) as f32)
            }
            (11, 4..) => Some(f32::from_bits(self.tags.number(&raw[..4]) as u32)),
            _ => self.number(tag).map(|number| number as f32),
        }
    }
}

//! Codings that know nothing of pictures or of two shades alone: compressed bytes → bytes, up to a limit. What comes
//! before damage is kept.

use flate2::{Decompress, FlushDecompress, Status};
use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode};
use weezl::{BitOrder, LzwStatus, decode::Configuration};

use super::error::{PictureError, PictureLimits, damaged};

/// At most `limit` bytes of what `data` inflates to; with or without the header of two bytes.
pub(crate) fn inflate(data: &[u8], limit: usize) -> Vec<u8> {
    let bytes = inflate_with(data, true, limit);
    if bytes.is_empty() && data.len() > 2 { inflate_with(&data[2..], false, limit) } else { bytes }
}

fn inflate_with(data: &[u8], has_header: bool, limit: usize) -> Vec<u8> {
    let mut inflater = Decompress::new(has_header);
    let mut bytes = Vec::with_capacity(data.len().saturating_mul(4).clamp(256, limit.max(256)));
    loop {
        let (read, written) = (inflater.total_in(), bytes.len());
        let rest = data.get(read as usize..).unwrap_or_default();
        let status = inflater.decompress_vec(rest, &mut bytes, FlushDecompress::None);
        if bytes.len() >= limit {
            bytes.truncate(limit);
            return bytes;
        }
        match status {
            Ok(Status::Ok | Status::BufError) if bytes.len() == bytes.capacity() => bytes.reserve(bytes.len().max(256)),
            Ok(Status::Ok) if inflater.total_in() > read || bytes.len() > written => {}
            _ => return bytes,
        }
    }
}

/// How many bytes `data` inflates to, counted up to `limit` and not held.
pub(crate) fn inflated_size(data: &[u8], limit: usize) -> usize {
    let mut inflater = Decompress::new(true);
    let mut block = vec![0; 1 << 16];
    loop {
        let (read, written) = (inflater.total_in(), inflater.total_out());
        let rest = data.get(read as usize..).unwrap_or_default();
        let status = inflater.decompress(rest, &mut block, FlushDecompress::None);
        let moved = inflater.total_in() > read || inflater.total_out() > written;
        let size = usize::try_from(inflater.total_out()).unwrap_or(usize::MAX);
        if !matches!(status, Ok(Status::Ok)) || !moved || size >= limit {
            return size;
        }
    }
}

/// The two ways to code LZW that TIFF and PDF have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lzw {
    /// A code grows one entry before it must, the highest bit first: TIFF, and PDF unless it says otherwise.
    Early,
    /// A code grows when it must, the highest bit first.
    Late,
    /// The lowest bit first: the first TIFF writers.
    Old,
}

/// At most `limit` bytes of what LZW codes in `data` stand for.
pub(crate) fn lzw(data: &[u8], how: Lzw, limit: usize) -> Vec<u8> {
    let configuration = match how {
        Lzw::Early => Configuration::with_tiff_size_switch(BitOrder::Msb, 8),
        Lzw::Late => Configuration::new(BitOrder::Msb, 8),
        Lzw::Old => Configuration::new(BitOrder::Lsb, 8),
    };
    let mut decoder = configuration.build();
    let mut bytes = Vec::new();
    let mut block = vec![0; 1 << 16];
    let mut rest = data;
    while bytes.len() < limit {
        let step = decoder.decode_bytes(rest, &mut block);
        bytes.extend_from_slice(&block[..step.consumed_out]);
        rest = rest.get(step.consumed_in..).unwrap_or_default();
        let moved = step.consumed_in > 0 || step.consumed_out > 0;
        if !matches!(step.status, Ok(LzwStatus::Ok)) || !moved {
            break;
        }
    }
    bytes.truncate(limit);
    bytes
}

/// At most `limit` bytes of what runs of bytes stand for: PackBits, which ends with its data, or PDF's `RunLength`,
/// which ends with 128.
pub(crate) fn runs(data: &[u8], ends_at_128: bool, limit: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = data;
    while let [length, tail @ ..] = rest
        && bytes.len() < limit
    {
        rest = match length {
            0..=127 => {
                let (literal, after) = tail.split_at((usize::from(*length) + 1).min(tail.len()));
                bytes.extend_from_slice(literal);
                after
            }
            128 if ends_at_128 => break,
            128 => tail,
            _ => {
                let [byte, after @ ..] = tail else { break };
                bytes.extend(std::iter::repeat_n(*byte, 257 - usize::from(*length)));
                after
            }
        };
    }
    bytes.truncate(limit);
    bytes
}

/// How a facsimile is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fax {
    pub(crate) columns: usize,
    /// As many rows at most.
    pub(crate) rows: usize,
    pub(crate) coding: EncodingMode,
    /// Each row starts at a whole byte.
    pub(crate) aligned: bool,
    /// Each row ends with a mark.
    pub(crate) ends_of_line: bool,
    /// There may be a mark behind the last row.
    pub(crate) end_of_block: bool,
}

/// The rows of a facsimile, packed: 1 is black. There may be fewer than asked for.
pub(crate) fn fax(data: &[u8], fax: &Fax) -> Vec<u8> {
    struct Rows {
        bytes: Vec<u8>,
        columns: usize,
        left: usize,
    }
    impl hayro_ccitt::Decoder for Rows {
        fn push_row(&mut self, changes: &[u32]) {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            let start = self.bytes.len();
            self.bytes.resize(start + self.columns.div_ceil(8), 0);
            let row = &mut self.bytes[start..];
            for black in changes.chunks(2) {
                let from = (black[0] as usize).min(self.columns);
                let to = black.get(1).map_or(self.columns, |end| (*end as usize).min(self.columns));
                blacken(row, from, to);
            }
        }
    }
    let settings = DecodeSettings {
        columns: u32::try_from(fax.columns).unwrap_or(u32::MAX),
        rows: u32::try_from(fax.rows).unwrap_or(u32::MAX),
        end_of_block: fax.end_of_block,
        end_of_line: fax.ends_of_line,
        rows_are_byte_aligned: fax.aligned,
        encoding: fax.coding,
        strict: false,
    };
    let mut rows = Rows { bytes: Vec::new(), columns: fax.columns, left: fax.rows };
    // An error means fewer rows, and those are counted by whoever asked for them.
    let _ = hayro_ccitt::decode(data, &mut rows, &mut DecoderContext::new(settings));
    rows.bytes
}

/// Sets the bits `from..to` of a packed row.
fn blacken(row: &mut [u8], from: usize, to: usize) {
    if from >= to {
        return;
    }
    let (first, last) = (from / 8, (to - 1) / 8);
    let (head, tail) = (0xff >> (from % 8), 0xff << (7 - (to - 1) % 8));
    if first == last {
        row[first] |= head & tail;
    } else {
        row[first] |= head;
        row[first + 1..last].fill(0xff);
        row[last] |= tail;
    }
}

/// The rows of a JBIG2 page as PDF embeds it, packed: 1 is black; and its size.
///
/// # Errors
/// If it is damaged, or larger than `limits` allow.
pub(crate) fn jbig2(
    data: &[u8],
    globals: Option<&[u8]>,
    limits: &PictureLimits,
) -> Result<(usize, usize, Vec<u8>), PictureError> {
    struct Rows {
        bytes: Vec<u8>,
        byte: u8,
        bits: u8,
    }
    impl hayro_jbig2::Decoder for Rows {
        fn push_pixel(&mut self, black: bool) {
            self.byte = self.byte << 1 | u8::from(black);
            self.bits += 1;
            if self.bits == 8 {
                self.bytes.push(self.byte);
                self.bits = 0;
            }
        }
        fn push_pixel_chunk(&mut self, black: bool, chunk_count: u32) {
            let byte = if black { 0xff } else { 0 };
            self.bytes.extend(std::iter::repeat_n(byte, chunk_count as usize));
        }
        fn next_line(&mut self) {
            if self.bits > 0 {
                self.bytes.push(self.byte << (8 - self.bits));
                self.bits = 0;
            }
        }
    }
    checked_jbig2(data, limits)?;
    let settings = hayro_jbig2::DecodeSettings::default();
    let wrong = |error: hayro_jbig2::DecodeError| damaged(format!("JBIG2: {error}"));
    let globals = globals.map(|globals| hayro_jbig2::Globals::new(globals, &settings)).transpose().map_err(wrong)?;
    let page = hayro_jbig2::Page::new_embedded(data, globals.as_ref(), &settings).map_err(wrong)?;
    let (width, height) = super::canvas::checked_size(page.width().into(), page.height().into(), limits)?;
    let mut rows = Rows { bytes: Vec::with_capacity(width.div_ceil(8) * height), byte: 0, bits: 0 };
    page.decode(&mut rows).map_err(wrong)?;
    Ok((width, height, rows.bytes))
}

/// # Errors
/// If a part of a JBIG2 stream is larger than `limits` allow, or all of them are many times as large.
pub(crate) fn checked_jbig2(data: &[u8], limits: &PictureLimits) -> Result<(), PictureError> {
    const MOST_TIMES: u64 = 4;
    let ((width, height), sum) = jbig2_size(data);
    if width.saturating_mul(height) > limits.pixels as u64 || sum > limits.pixels as u64 * MOST_TIMES {
        return Err(PictureError::LimitPixels { width, height, limit: limits.pixels });
    }
    Ok(())
}

/// Pixels of the largest part of a JBIG2 stream as PDF embeds it, and of all its parts together. Looks at the heads of
/// its segments and no further.
pub(crate) fn jbig2_size(data: &[u8]) -> ((u64, u64), u64) {
    let (mut largest, mut sum) = ((0u64, 0u64), 0u64);
    let mut rest = data;
    while let Some((kind, body, length)) = jbig2_segment(rest) {
        const PAGE: u8 = 48;
        let is_region = matches!(kind, 4 | 6 | 7 | 20 | 22 | 23 | 36 | 38 | 39 | 40 | 42 | 43);
        if (is_region || kind == PAGE)
            && let Some(([w, h], _)) = body.as_chunks::<4>().0.split_first_chunk::<2>()
        {
            let (width, height) = (u64::from(u32::from_be_bytes(*w)), u64::from(u32::from_be_bytes(*h)));
            // The height of a page in stripes is not known before they end.
            let is_known = kind != PAGE || height != u64::from(u32::MAX);
            if is_known {
                sum = sum.saturating_add(width.saturating_mul(height));
                largest = if width.saturating_mul(height) > largest.0.saturating_mul(largest.1) {
                    (width, height)
                } else {
                    largest
                };
            }
        }
        rest = body.get(length..).unwrap_or_default();
    }
    (largest, sum)
}

/// The kind of the first segment, what is behind its head, and how much of that is its own.
fn jbig2_segment(data: &[u8]) -> Option<(u8, &[u8], usize)> {
    let number = u32::from_be_bytes(*data.first_chunk()?);
    let (flags, rest) = data.get(4..)?.split_first()?;
    let (count, rest) = match rest.first()? >> 5 {
        7 => {
            let count = (u32::from_be_bytes(*rest.first_chunk()?) & 0x1fff_ffff) as usize;
            (count, rest.get(4 + count / 8 + 1..)?)
        }
        count => (usize::from(count), rest.get(1..)?),
    };
    let size = match number {
        0..=256 => 1,
        257..=65_536 => 2,
        _ => 4,
    };
    let page = if flags & 0x40 != 0 { 4 } else { 1 };
    let rest = rest.get(count.checked_mul(size)? + page..)?;
    let length = u32::from_be_bytes(*rest.first_chunk()?) as usize;
    Some((flags & 0x3f, &rest[4..], length))
}

/// Undoes the differences between neighbours in rows of packed samples (TIFF's predictor 2), in place.
pub(crate) fn undo_differences(rows: &mut [u8], row_bytes: usize, per_pixel: usize, bits: u8, little_endian: bool) {
    for row in rows.chunks_mut(row_bytes.max(1)) {
        match bits {
            8 => {
                for place in per_pixel..row.len() {
                    row[place] = row[place].wrapping_add(row[place - per_pixel]);
                }
            }
            16 => {
                let word =
                    |pair: [u8; 2]| if little_endian { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) };
                let pair = |word: u16| if little_endian { word.to_le_bytes() } else { word.to_be_bytes() };
                for place in (per_pixel * 2..row.len().saturating_sub(1)).step_by(2) {
                    let before = place - per_pixel * 2;
                    let sum = word([row[place], row[place + 1]]).wrapping_add(word([row[before], row[before + 1]]));
                    row[place..place + 2].copy_from_slice(&pair(sum));
                }
            }
            1 | 2 | 4 if per_pixel == 1 => {
                let (most, per_byte) = (((1u16 << bits) - 1) as u8, 8 / bits);
                let mut before = 0u8;
                for byte in row {
                    let mut summed = 0;
                    for place in 0..per_byte {
                        let value = *byte >> (8 - bits * (place + 1)) & most;
                        before = before.wrapping_add(value) & most;
                        summed = (u16::from(summed) << bits) as u8 | before;
                    }
                    *byte = summed;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_copied_and_repeated() {
        assert_eq!(runs(&[1, 7, 8, 254, 9, 128, 0, 5], false, 99), [7, 8, 9, 9, 9, 5]);
        assert_eq!(runs(&[1, 7, 8, 128, 0, 5], true, 99), [7, 8]);
        assert_eq!(runs(&[255, 1, 5, 1], false, 3), [1, 1, 1]);
    }

    #[test]
    fn bits_are_set_from_one_change_to_the_next() {
        let mut row = [0; 3];
        blacken(&mut row, 3, 18);
        assert_eq!(row, [0b0001_1111, 0xff, 0b1100_0000]);
        let mut row = [0];
        blacken(&mut row, 2, 4);
        assert_eq!(row, [0b0011_0000]);
    }

    #[test]
    fn differences_are_added_up() {
        let mut rows = [1, 2, 1, 1, 5, 5, 1, 1];
        undo_differences(&mut rows, 4, 2, 8, false);
        assert_eq!(rows, [1, 2, 2, 3, 5, 5, 6, 6]);
        let mut bits = [0b0100_1000];
        undo_differences(&mut bits, 1, 1, 1, false);
        assert_eq!(bits, [0b0111_0000]);
    }

    #[test]
    fn nothing_decodes_beyond_its_limit() {
        assert_eq!(inflate(&[0x78, 0x9c, 0x4b, 0x4c, 0x84, 0x01, 0], 2), b"aa");
        assert!(inflate(b"nonsense", 100).len() <= 100);
        assert!(lzw(&[0xff; 64], Lzw::Early, 10).len() <= 10);
    }
}

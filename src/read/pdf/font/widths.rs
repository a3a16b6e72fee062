//! How far glyphs move the pen: `/W`, `/W2` and their defaults, by CID.

use lopdf::{Dictionary, Object};

use super::super::objects::{Objects, as_number};

/// Widths in ems. For vertical fonts they run downwards, so they are heights.
pub(super) struct Widths {
    by_cid: Vec<f32>,
    /// Of glyphs that are not listed.
    pub(super) default: f32,
    /// CIDs, from and to, that are not as wide as the default.
    pub(super) listed: Vec<(u32, u32)>,
}

/// Widths that all ranges of one font may set together.
const MOST_SET: usize = 1 << 19;
const LAST_CID: u32 = 0xFFFF;

impl Widths {
    /// The widths of the descendant font `dict`.
    pub(super) fn read(objects: &Objects, dict: &Dictionary, vertical: bool) -> Self {
        if vertical {
            let [_, default] = objects.numbers(dict, b"DW2").unwrap_or([880.0, -1000.0]);
            return Self::listed(objects, dict, b"W2", 3, default / -1000.0, -0.001);
        }
        let default = objects.number(dict, b"DW").unwrap_or(1000.0);
        Self::listed(objects, dict, b"W", 1, default / 1000.0, 0.001)
    }

    /// Of the `step` numbers that a glyph has under `key`, the first is what counts, times `scale`.
    fn listed(objects: &Objects, dict: &Dictionary, key: &[u8], step: usize, default: f32, scale: f32) -> Self {
        let mut widths = Self { by_cid: Vec::new(), default, listed: Vec::new() };
        let elements: Vec<&Object> = objects.array(dict, key).collect();
        let mut left = MOST_SET;
        let mut at = 0;
        while let (Some(&first), Some(&second)) = (elements.get(at), elements.get(at + 1)) {
            let first = as_number(first).map(|number| number as i64);
            if let Object::Array(list) = second {
                at += 2;
                let Some(first) = first else { continue };
                for (cid, width) in (first..).zip(list.iter().step_by(step)) {
                    if let Some(width) = as_number(objects.follow(width)) {
                        widths.set(cid, cid, width * scale, &mut left);
                    }
                }
            } else {
                let (last, width) = (as_number(second), elements.get(at + 2).and_then(|width| as_number(width)));
                at += 2 + step;
                if let (Some(first), Some(last), Some(width)) = (first, last, width) {
                    widths.set(first, last as i64, width * scale, &mut left);
                }
            }
        }
        widths
    }

    fn set(&mut self, first: i64, last: i64, width: f32, left: &mut usize) {
        let (Ok(first), last) = (u32::try_from(first), last.clamp(0, LAST_CID.into()) as u32) else { return };
        let count = (last as usize + 1).saturating_sub(first as usize);
        *left = left.saturating_sub(count.max(1));
        if count == 0 || *left == 0 || width == self.default && self.by_cid.len() <= first as usize {
            return;
        }
        if self.by_cid.len() <= last as usize {
            self.by_cid.resize(last as usize + 1, f32::NAN);
        }
        self.by_cid[first as usize..=last as usize].fill(width);
        match self.listed.last_mut() {
            Some((_, end)) if *end + 1 == first => *end = last,
            _ => self.listed.push((first, last)),
        }
    }

    /// The width of `cid`.
    pub(super) fn of(&self, cid: u32) -> f32 {
        self.by_cid.get(cid as usize).copied().filter(|width| !width.is_nan()).unwrap_or(self.default)
    }
}

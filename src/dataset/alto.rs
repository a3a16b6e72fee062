//! The lines of one page → the page as ALTO 4.4.
//!
//! Lines keep their order. A block is what is in one paragraph and one role and goes down the page; its tags say role and
//! item. A line's box is shared out among its words by the widths of their characters.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use super::stored::StoredLine;
use crate::model::Rect;

/// Tenths of a millimetre in a point: coordinates are in `mm10`.
const UNITS: f32 = 254.0 / 72.0;

/// The page of this number of the document `source`.
pub(super) fn page(source: &str, number: u32, size: (f32, f32), lines: &[StoredLine]) -> String {
    let mut text = String::with_capacity(1024 + lines.len() * 512);
    // Writing to a string cannot fail.
    let _ = write(&mut text, source, number, size, lines);
    text
}

fn write(xml: &mut String, source: &str, number: u32, size: (f32, f32), lines: &[StoredLine]) -> fmt::Result {
    let styles: BTreeMap<u32, String> = {
        let sizes: BTreeSet<u32> = lines.iter().filter_map(|line| hundredths(line.size_pt?)).collect();
        sizes.into_iter().zip(1..).map(|(size, order): (u32, u32)| (size, format!("style_{order}"))).collect()
    };
    xml.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.push_str("<alto xmlns=\"http://www.loc.gov/standards/alto/ns-v4#\"");
    xml.push_str(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"");
    xml.push_str(" xsi:schemaLocation=\"http://www.loc.gov/standards/alto/ns-v4#");
    xml.push_str(" http://www.loc.gov/standards/alto/v4/alto-4-4.xsd\" SCHEMAVERSION=\"4.4\">\n");
    xml.push_str("<Description>\n<MeasurementUnit>mm10</MeasurementUnit>\n");
    writeln!(xml, "<sourceImageInformation><fileName>{}</fileName></sourceImageInformation>", Escaped(source))?;
    writeln!(
        xml,
        "<Processing ID=\"jianbao\"><processingSoftware><softwareName>jianbao</softwareName>\
         <softwareVersion>{}</softwareVersion></processingSoftware></Processing>",
        env!("CARGO_PKG_VERSION")
    )?;
    xml.push_str("</Description>\n");
    if !styles.is_empty() {
        xml.push_str("<Styles>\n");
        for (size, id) in &styles {
            writeln!(xml, "<TextStyle ID=\"{id}\" FONTSIZE=\"{}\"/>", Number(*size as f32 / 100.0))?;
        }
        xml.push_str("</Styles>\n");
    }
    tags(xml, lines)?;
    let (width, height) = (Number(size.0 * UNITS), Number(size.1 * UNITS));
    writeln!(xml, "<Layout>")?;
    writeln!(xml, "<Page ID=\"page_{number}\" PHYSICAL_IMG_NR=\"{number}\" WIDTH=\"{width}\" HEIGHT=\"{height}\">")?;
    writeln!(xml, "<PrintSpace HPOS=\"0\" VPOS=\"0\" WIDTH=\"{width}\" HEIGHT=\"{height}\">")?;
    for block in lines.chunk_by(goes_on) {
        write_block(xml, block, &styles)?;
    }
    xml.push_str("</PrintSpace>\n</Page>\n</Layout>\n</alto>\n");
    Ok(())
}

/// Roles and items of the page, which blocks refer to.
fn tags(xml: &mut String, lines: &[StoredLine]) -> fmt::Result {
    let roles: BTreeSet<&str> = lines.iter().map(|line| line.role.as_str()).collect();
    let items: BTreeSet<&str> = lines.iter().filter_map(|line| line.item_id.as_deref()).collect();
    if roles.is_empty() {
        return Ok(());
    }
    xml.push_str("<Tags>\n");
    for role in roles {
        writeln!(xml, "<StructureTag ID=\"role_{0}\" TYPE=\"role\" LABEL=\"{0}\"/>", Escaped(role))?;
    }
    for item in items {
        writeln!(xml, "<StructureTag ID=\"item_{0}\" TYPE=\"item\" LABEL=\"{0}\"/>", Escaped(item))?;
    }
    xml.push_str("</Tags>\n");
    Ok(())
}

/// Whether a line is in the block of the line before.
fn goes_on(before: &StoredLine, line: &StoredLine) -> bool {
    let goes_down = match (before.bbox, line.bbox) {
        (Some(before), Some(line)) => {
            let is_below = line.top() > before.top() && line.x0() < before.x1() && line.x1() > before.x0();
            let is_left = line.x0() < before.x0() && line.top() < before.bottom() && line.bottom() > before.top();
            is_below || (is_left && is_tall(&before) && is_tall(&line))
        }
        _ => false,
    };
    let same_item = before.item_id == line.item_id && before.paragraph == line.paragraph;
    same_item && before.role == line.role && goes_down
}

/// A line that is read from top to bottom.
fn is_tall(bbox: &Rect) -> bool {
    bbox.bottom() - bbox.top() > 1.5 * (bbox.x1() - bbox.x0())
}

fn write_block(xml: &mut String, lines: &[StoredLine], styles: &BTreeMap<u32, String>) -> fmt::Result {
    let Some(first) = lines.first() else { return Ok(()) };
    write!(xml, "<TextBlock ID=\"block_{}\" TAGREFS=\"role_{}", first.number, Escaped(&first.role))?;
    if let Some(item) = &first.item_id {
        write!(xml, " item_{}", Escaped(item))?;
    }
    xml.push('"');
    let around = |all: Rect, one: Rect| {
        let (x0, top) = (all.x0().min(one.x0()), all.top().min(one.top()));
        Rect::new(x0, top, all.x1().max(one.x1()), all.bottom().max(one.bottom())).unwrap_or(all)
    };
    write_place(xml, lines.iter().filter_map(|line| line.bbox).reduce(around))?;
    xml.push_str(">\n");
    for line in lines {
        write_line(xml, line, styles)?;
    }
    xml.push_str("</TextBlock>\n");
    Ok(())
}

fn write_line(xml: &mut String, line: &StoredLine, styles: &BTreeMap<u32, String>) -> fmt::Result {
    write!(xml, "<TextLine ID=\"line_{}\"", line.number)?;
    if let Some(style) = line.size_pt.and_then(hundredths).and_then(|size| styles.get(&size)) {
        write!(xml, " STYLEREFS=\"{style}\"")?;
    }
    write_place(xml, line.bbox)?;
    xml.push_str(">\n");
    let all = width_of(&line.text).max(0.5);
    let mut at = 0.0;
    for word in line.text.split_inclusive(' ') {
        let (word, is_last) = word.strip_suffix(' ').map_or((word, true), |word| (word, false));
        let end = at + width_of(word);
        write!(xml, "<String CONTENT=\"{}\"", Escaped(word))?;
        write_place(xml, line.bbox.and_then(|bbox| share(&bbox, at / all, end / all)))?;
        if let Some(confidence) = line.confidence {
            write!(xml, " WC=\"{}\"", Number(confidence))?;
        }
        xml.push_str("/>\n");
        at = end;
        if !is_last {
            let end = at + width_of(" ");
            xml.push_str("<SP");
            write_place(xml, line.bbox.and_then(|bbox| share(&bbox, at / all, end / all)))?;
            xml.push_str("/>\n");
            at = end;
        }
    }
    xml.push_str("</TextLine>\n");
    Ok(())
}

/// The part of a line's box from one share of its length to another.
fn share(bbox: &Rect, from: f32, to: f32) -> Option<Rect> {
    if is_tall(bbox) {
        let height = bbox.bottom() - bbox.top();
        Rect::new(bbox.x0(), bbox.top() + from * height, bbox.x1(), bbox.top() + to * height)
    } else {
        let width = bbox.x1() - bbox.x0();
        Rect::new(bbox.x0() + from * width, bbox.top(), bbox.x0() + to * width, bbox.bottom())
    }
}

/// Width in ems, if letters, digits and blanks take half of one.
fn width_of(text: &str) -> f32 {
    text.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

fn write_place(xml: &mut String, bbox: Option<Rect>) -> fmt::Result {
    let Some(bbox) = bbox else { return Ok(()) };
    let (width, height) = (bbox.x1() - bbox.x0(), bbox.bottom() - bbox.top());
    write!(xml, " HPOS=\"{}\" VPOS=\"{}\"", Number(bbox.x0() * UNITS), Number(bbox.top() * UNITS))?;
    write!(xml, " WIDTH=\"{}\" HEIGHT=\"{}\"", Number(width * UNITS), Number(height * UNITS))
}

/// A type size in hundredths of a point.
fn hundredths(size: f32) -> Option<u32> {
    (size > 0.0 && size < 10_000.0).then(|| (size * 100.0).round() as u32)
}

/// A number with two decimals at most.
struct Number(f32);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// Text as an attribute or element holds it.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // No XML document may hold these.
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => f.write_char('\u{fffd}')?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

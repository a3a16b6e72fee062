//! Pages set in code, and the lines read from them.

use super::{page_lines, printed_lines};
use crate::model::{Glyph, GlyphPage, PageClass};

/// A page of 595 × 842 points without anything on it.
fn page() -> GlyphPage {
    GlyphPage {
        number: 1,
        width: 595.0,
        height: 842.0,
        glyphs: Vec::new(),
        faces: Vec::new(),
        images: Vec::new(),
        rulings: Vec::new(),
        class: PageClass::Text,
    }
}

/// Sets `text` from left to right: Han characters one em wide, others half.
fn set(page: &mut GlyphPage, x: f32, y: f32, size: f32, text: &str) {
    let mut x = x;
    for c in text.chars() {
        let dx = if c.is_ascii() { size / 2.0 } else { size };
        let face = 0;
        page.glyphs.push(Glyph {
            c: Some(c),
            x,
            y,
            dx,
            dy: 0.0,
            size,
            face,
            vertical: false,
            invisible: false,
            stroked: false,
        });
        x += dx;
    }
}

fn texts(page: &GlyphPage) -> Vec<String> {
    printed_lines(vec![page_lines(page)]).into_iter().map(|line| line.raw).collect()
}

#[test]
fn lines_come_from_the_top_down_whatever_the_order_of_painting() {
    let mut page = page();
    set(&mut page, 90.0, 128.0, 16.0, "会议强调，要抓好落实。");
    set(&mut page, 122.0, 100.0, 16.0, "近日，县委召开会议。");
    assert_eq!(texts(&page), ["近日，县委召开会议。", "会议强调，要抓好落实。"]);
}

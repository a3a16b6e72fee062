//! What a page is made of: whether its text can be used, or has to be read from its picture.

use crate::model::{Glyph, PageClass, Rect};

/// A page with more than this share of characters that are unknown or no text is garbled.
const GARBLED_SHARE: f32 = 0.2;

/// A picture over this share of a page is the page.
const PICTURE_SHARE: f32 = 0.6;

/// A picture of the page with fewer painted characters than this has none of its text: folios, stamps of scanners.
const FEW_GLYPHS: usize = 40;

/// This many painted paths without a character are letters drawn as shapes.
const DRAWN_PATHS: usize = 60;

/// The class of a page of `width` by `height` points that paints `glyphs`, `images` and so many `paths`.
pub(super) fn classify(glyphs: &[Glyph], images: &[Rect], paths: usize, (width, height): (f32, f32)) -> PageClass {
    let (mut all, mut hidden, mut bad) = (0usize, 0usize, 0usize);
    for glyph in glyphs.iter().filter(|glyph| !glyph.c.is_some_and(char::is_whitespace)) {
        all += 1;
        hidden += usize::from(glyph.invisible);
        bad += usize::from(glyph.c.is_none_or(is_no_text));
    }
    let covered = covered(images, width, height);
    if all == 0 {
        let drawn = covered > 0.01 || paths >= DRAWN_PATHS;
        return if drawn { PageClass::ImageOnly } else { PageClass::Empty };
    }
    if bad as f32 > all as f32 * GARBLED_SHARE {
        return PageClass::Garbled;
    }
    if hidden * 5 > all * 4 {
        return PageClass::HiddenText;
    }
    if covered >= PICTURE_SHARE && all - hidden < FEW_GLYPHS && hidden < FEW_GLYPHS {
        return PageClass::ImageOnly;
    }
    PageClass::Text
}

/// Whether `c` is a sign that the source does not say what it prints: private use, replacement and control characters.
fn is_no_text(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{fffd}' | '\u{f0000}'..='\u{10ffff}') || c.is_control()
}

/// How much of the page its pictures cover: their boxes cut to the page and added up, 1 at most. A page cut into strips
/// is covered by all of them.
fn covered(images: &[Rect], width: f32, height: f32) -> f32 {
    let page = (width * height).max(1.0);
    let area: f32 = images
        .iter()
        .map(|image| {
            let across = (image.x1().min(width) - image.x0().max(0.0)).max(0.0);
            let along = (image.bottom().min(height) - image.top().max(0.0)).max(0.0);
            across * along
        })
        .sum();
    (area / page).min(1.0)
}

//! Widths of the standard fonts, for fonts that come without their own.

use super::glyph_names::find;

const WIDTHS: &str = include_str!("data/widths.txt");

/// Which of the standard fonts has the widths of a font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Metrics {
    /// Every letter has the width of Courier's.
    Fixed,
    /// A column of the table.
    Column(usize),
    /// A line of the table, by codes.
    Line(&'static str),
}

/// Flags of a font descriptor (ISO 32000-1, table 123).
const FIXED_PITCH: i64 = 1;
const SERIF: i64 = 1 << 1;
const ITALIC: i64 = 1 << 6;

impl Metrics {
    /// The standard font that `name` is, or is as wide as; else the one that `flags` of the descriptor come nearest to.
    pub(super) fn of(name: &str, flags: i64, bold: bool) -> Self {
        let name: String =
            name.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | ',')).collect::<String>().to_lowercase();
        let italic = name.contains("italic") || name.contains("oblique") || flags & ITALIC != 0;
        let times = 2 + usize::from(bold) + 2 * usize::from(italic);
        let helvetica = usize::from(bold);
        let is = |names: &[&str]| names.iter().any(|start| name.starts_with(start));
        if is(&["courier", "nimbusmon", "liberationmono", "cousine"]) {
            Self::Fixed
        } else if is(&["helvetica", "arial", "nimbussan", "liberationsans", "arimo"]) {
            Self::Column(helvetica)
        } else if is(&["times", "nimbusrom", "liberationserif", "tinos"]) {
            Self::Column(times)
        } else if name.starts_with("symbol") {
            Self::Line("Symbol")
        } else if name.starts_with("zapfdingbats") {
            Self::Line("ZapfDingbats")
        } else if flags & FIXED_PITCH != 0 {
            Self::Fixed
        } else if flags & SERIF != 0 {
            Self::Column(times)
        } else {
            Self::Column(helvetica)
        }
    }

    /// The width in thousandths of an em of `code`, which shows `character`.
    pub(super) fn width(self, code: u8, character: char) -> Option<f32> {
        let column = |line: &str, column: usize| line.split(' ').nth(column)?.parse().ok();
        match self {
            Self::Fixed => Some(600.0),
            Self::Column(number) => column(find(WIDTHS, character.encode_utf8(&mut [0; 4]))?, number),
            Self::Line(name) => column(find(WIDTHS, name)?, usize::from(code).checked_sub(32)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_as_wide_as_a_standard_font_have_its_widths() {
        for (name, flags, bold, width) in [
            ("Helvetica", 0, false, 556.0),
            ("ArialMT", 0, false, 556.0),
            ("Arial,Bold", 0, true, 556.0),
            ("TimesNewRomanPS-BoldItalicMT", 0, true, 500.0),
            ("Times-Roman", 0, false, 444.0),
            ("CourierNew", 0, false, 600.0),
            ("Unheard-Of", FIXED_PITCH, false, 600.0),
            ("Unheard-Of", SERIF, false, 444.0),
            ("Symbol", 0, false, 631.0),
        ] {
            assert_eq!(Metrics::of(name, flags, bold).width(b'a', 'a'), Some(width), "{name}");
        }
        assert_eq!(Metrics::of("Helvetica", 0, false).width(b'a', '中'), None);
    }
}

//! The name of a picture file → the number of the page it says it is: `vol3-012.tif`, `vol3_12.tif`, `012.tif`,
//! `第12页.tif`.

/// What may part the number of a page from the name of what it is a page of.
const SEPARATORS: [char; 4] = ['-', '_', '.', ' '];

/// The name of a picture of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbered<'a> {
    /// What stands before the number.
    pub before: &'a str,
    /// The number as written.
    pub digits: &'a str,
    /// What stands behind it: the ending, perhaps with `页`.
    pub after: &'a str,
    /// Its value.
    pub number: u32,
}

impl<'a> Numbered<'a> {
    /// The last number of a file's name, if nothing but the ending, or `页` and the ending, stand behind it.
    pub fn of(name: &'a str) -> Option<Self> {
        let ending = name.rfind('.')?;
        let stem = name[..ending].strip_suffix('页').unwrap_or(&name[..ending]);
        let before = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &stem[before.len()..];
        let number = digits.parse().ok()?;
        Some(Self { before, digits, after: &name[stem.len()..], number })
    }

    /// Whether the number is set apart from the name, as `-012`, `第12页`, or is all of it.
    pub fn is_clear(&self) -> bool {
        if self.after.starts_with('页') {
            return self.before.ends_with('第');
        }
        self.before.is_empty() || self.before.ends_with(SEPARATORS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Option<(&str, u32, &str, bool)> {
        Numbered::of(name).map(|it| (it.before, it.number, it.after, it.is_clear()))
    }

    #[test]
    fn a_page_says_its_number_at_the_end_of_its_name() {
        assert_eq!(of("vol3-012.tif"), Some(("vol3-", 12, ".tif", true)));
        assert_eq!(of("1983年第2期_7.JPG"), Some(("1983年第2期_", 7, ".JPG", true)));
        assert_eq!(of("简报第12页.png"), Some(("简报第", 12, "页.png", true)));
        assert_eq!(of("0001.jp2"), Some(("", 1, ".jp2", true)));
        assert_eq!(of("IMG 3.jpg"), Some(("IMG ", 3, ".jpg", true)));
    }

    #[test]
    fn a_number_that_hangs_on_a_word_is_not_clear() {
        assert_eq!(of("简报12.tif"), Some(("简报", 12, ".tif", false)));
        assert_eq!(of("简报-12页.tif"), Some(("简报-", 12, "页.tif", false)));
    }

    #[test]
    fn names_without_a_number_at_the_end_have_none() {
        assert_eq!(of("简报第12期.tif"), None);
        assert_eq!(of("cover.tif"), None);
        assert_eq!(of("12"), None);
        assert_eq!(of("page-99999999999.tif"), None);
    }
}

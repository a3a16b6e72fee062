//! The name of a glyph → the characters it stands for, by the rules of the Adobe Glyph List.

use memchr::{memchr, memrchr};

const NAMES: &str = include_str!("data/glyph_names.txt");

/// The characters of the glyph `name`; none where the name does not say. Endings behind a dot are left off, parts
/// between underscores stand one after the other.
pub(super) fn characters(name: &str) -> Option<String> {
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    if let Some(listed) = find(NAMES, name) {
        return Some(listed.to_owned());
    }
    let mut characters = String::new();
    for part in name.split('_').take(16) {
        // The whole name was looked up before.
        if part.len() < name.len()
            && let Some(listed) = find(NAMES, part)
        {
            characters.push_str(listed);
        } else if !push_by_number(part, &mut characters) {
            return None;
        }
    }
    Some(characters)
}

/// `uni` and any number of four hexadecimal digits, or `u` and four to six.
fn push_by_number(part: &str, characters: &mut String) -> bool {
    let hex = |digits: &str| {
        let sound = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if sound { u32::from_str_radix(digits, 16).ok().and_then(char::from_u32) } else { None }
    };
    if let Some(digits) = part.strip_prefix("uni")
        && digits.is_ascii()
        && digits.len() >= 4
        && digits.len() % 4 == 0
    {
        let before = characters.len();
        for at in (0..digits.len()).step_by(4) {
            let Some(character) = hex(&digits[at..at + 4]) else {
                characters.truncate(before);
                return false;
            };
            characters.push(character);
        }
        return true;
    }
    match part.strip_prefix('u').filter(|digits| (4..=6).contains(&digits.len())).and_then(hex) {
        Some(character) => {
            characters.push(character);
            true
        }
        None => false,
    }
}

/// The value of `key` in a table of lines `key`, tab, value, sorted by the bytes of their keys. The table is searched
/// as it stands, so it costs nothing before it is asked.
pub(super) fn find(table: &'static str, key: &str) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut from, mut to) = (0, bytes.len());
    while from < to {
        let middle = from + (to - from) / 2;
        let start = memrchr(b'\n', &bytes[from..middle]).map_or(from, |at| from + at + 1);
        let end = memchr(b'\n', &bytes[start..to]).map_or(to, |at| start + at);
        let (found, value) = table[start..end].split_once('\t')?;
        match found.cmp(key) {
            std::cmp::Ordering::Less => from = end + 1,
            std::cmp::Ordering::Greater => to = start,
            std::cmp::Ordering::Equal => return Some(value),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_the_rules_of_the_list() {
        for (name, expected) in [
            ("A", Some("A")),
            ("zukatakana", Some("ズ")),
            ("space", Some(" ")),
            ("uni4E2D", Some("中")),
            ("uni4E2D6587", Some("中文")),
            ("u20000", Some("\u{20000}")),
            ("u1F600", Some("😀")),
            ("f_f_i", Some("ffi")),
            ("T_h.alt", Some("Th")),
            ("one.oldstyle", Some("1")),
            ("Asmall", Some("A")),
            ("a10", Some("✡")),
            ("Delta", Some("Δ")),
            (".notdef", None),
            ("", None),
            ("uniD800", None),
            ("uni4E2", None),
            ("uni4E2é", None),
            ("universal", Some("∀")),
            ("u110000", None),
            ("u+1234", None),
            ("g23", None),
            ("cid1234", None),
            ("f_glyph", None),
        ] {
            assert_eq!(characters(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn each_line_of_the_list_is_found() {
        for line in NAMES.lines() {
            let (name, value) = line.split_once('\t').unwrap();
            assert_eq!(find(NAMES, name), Some(value), "{name}");
        }
    }
}

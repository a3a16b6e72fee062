//! What evidence of a character is worth, and texts of several characters.

use super::Text;

/// Texts of several characters, each once as it was given.
#[derive(Debug, Default)]
pub(super) struct Strings {
    texts: Vec<Box<str>>,
    bytes: usize,
    /// The tables of the font say more than is read.
    pub(super) cut: bool,
}

/// Bytes of such texts that one font may have. Ligatures take a few hundred.
const MOST_BYTES: usize = 1 << 20;
/// Characters that one code may stand for.
const MOST_CHARACTERS: usize = 64;

impl Strings {
    /// `characters` as the text of a code. What no page can show (U+0000, U+FFFD, controls) is left out; white space is
    /// a space.
    pub(super) fn text(&mut self, characters: impl IntoIterator<Item = char>) -> Text {
        let mut characters = characters.into_iter().filter_map(shown);
        let Some(first) = characters.next() else { return Text::Unknown };
        let Some(second) = characters.next() else { return Text::One(first) };
        let text: String = [first, second].into_iter().chain(characters).take(MOST_CHARACTERS).collect();
        if self.bytes + text.len() > MOST_BYTES {
            return Text::Unknown;
        }
        self.bytes += text.len();
        self.texts.push(text.into());
        Text::Several(self.texts.len() as u32 - 1)
    }

    /// The text of this number.
    pub(super) fn get(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }
}

fn shown(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' => Some(' '),
        '\u{FFFD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => None,
        _ => (!character.is_control()).then_some(character),
    }
}

/// The text of one character.
pub(super) fn one(character: char) -> Text {
    shown(character).map_or(Text::Unknown, Text::One)
}

/// `first`, unless `other` says more: a character of private use says less than any other, and more than nothing.
pub(super) fn better(first: Text, other: Text) -> Text {
    if says(other) > says(first) { other } else { first }
}

/// Whether nothing better than `text` is to be looked for.
pub(super) fn is_sound(text: Text) -> bool {
    says(text) == 2
}

fn says(text: Text) -> u8 {
    match text {
        Text::Unknown => 0,
        Text::One(character) if is_private(character) => 1,
        _ => 2,
    }
}

/// Characters of private use: their meaning is known to the font alone.
pub(super) fn is_private(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..)
}

/// A mark as fonts for vertical lines draw it (U+FE10..FE48) as the mark it is.
pub(super) fn upright(text: Text) -> Text {
    const FROM_FE10: &str = "，、。：；！？〖〗…";
    const FROM_FE30: &str = "‥—–＿﹏（）｛｝〔〕【】《》〈〉「」『』";
    let Text::One(character) = text else { return text };
    let nth = |marks: &str, first: char| marks.chars().nth(character as usize - first as usize);
    let mark = match character {
        '\u{FE10}'..='\u{FE19}' => nth(FROM_FE10, '\u{FE10}'),
        '\u{FE30}'..='\u{FE44}' => nth(FROM_FE30, '\u{FE30}'),
        '\u{FE47}' => Some('［'),
        '\u{FE48}' => Some('］'),
        _ => None,
    };
    mark.map_or(text, Text::One)
}

/// How far `character` is from the one to name for a glyph that several characters share; less is nearer. A radical, a
/// compatibility form or a hard space only stands for the plain character.
pub(super) fn oddity(character: char) -> u8 {
    match character {
        '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2010}' | '\u{2011}' => 1,
        '\u{2126}' | '\u{212A}' | '\u{212B}' | '\u{2215}' | '\u{2219}' | '\u{2F00}'..='\u{2FDF}' => 1,
        '\u{2E80}'..='\u{2EFF}' | '\u{31C0}'..='\u{31EF}' | '\u{F900}'..='\u{FAFF}' | '\u{2F800}'..='\u{2FA1F}' => 1,
        '\u{FE10}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' => 1,
        _ if is_private(character) => 2,
        _ if shown(character) != Some(character) => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_shown_is_no_text() {
        let mut strings = Strings::default();
        assert_eq!(strings.text(['\0']), Text::Unknown);
        assert_eq!(strings.text(['\u{FFFD}']), Text::Unknown);
        assert_eq!(strings.text(['\r']), Text::One(' '));
        assert_eq!(strings.text(['\0', 'A']), Text::One('A'));
        assert_eq!(strings.text(['f', 'i']), Text::Several(0));
        assert_eq!(strings.get(0), "fi");
        assert_eq!(strings.get(7), "");
    }

    #[test]
    fn a_private_character_says_less_than_a_common_one() {
        let (private, common) = (Text::One('\u{E001}'), Text::One('中'));
        assert_eq!(better(private, common), common);
        assert_eq!(better(common, private), common);
        assert_eq!(better(Text::Unknown, private), private);
    }

    #[test]
    fn marks_of_vertical_lines_stand_upright() {
        for (vertical, mark) in [
            "\u{FE10}，",
            "\u{FE12}。",
            "\u{FE19}…",
            "\u{FE31}—",
            "\u{FE35}（",
            "\u{FE3D}《",
            "\u{FE44}』",
            "\u{FE48}］",
            "中中",
        ]
        .map(|pair| (pair.chars().next().unwrap(), pair.chars().nth(1).unwrap()))
        {
            assert_eq!(upright(Text::One(vertical)), Text::One(mark));
        }
    }
}

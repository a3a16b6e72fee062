//! What each line says by itself, read once: how it starts and ends, what it leaves open, how much room its first unit
//! takes, and how much its words speak for a headline.

use memchr::{memchr, memmem};

use crate::layout::fold::width_em;
use crate::model::{Mark, Part, TextLine};
use crate::outline::{Outline, ends_sentence};
use crate::rules::{Kind, Profile};

/// What a line says by itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Facts {
    pub(super) end: End,
    /// Ends with a mark that may not end a line.
    pub(super) ends_opened: bool,
    /// Ends with a mark that may not start one.
    pub(super) ends_closed: bool,
    /// Starts with a mark that may not start a line.
    pub(super) starts_closed: bool,
    /// Starts with a character that hardly ever starts a sentence.
    pub(super) starts_mid_sentence: bool,
    /// A bracket or quotation mark opens on the line and does not close on it.
    pub(super) leaves_open: bool,
    /// Width of the first unit, in ems.
    pub(super) unit_em: f32,
    /// Room that blanks beside letters and digits may have taken in print, in ems.
    pub(super) blanks_em: f32,
    pub(super) starts_word: bool,
    pub(super) ends_word: bool,
    /// The rules know how it starts: as a paragraph, perhaps, or as the text of an item.
    pub(super) is_paragraph_start: bool,
    pub(super) is_paragraph_opening: bool,
    pub(super) is_body_start: bool,
    /// It ends no sentence, and right below it, or below one more such line, stands larger type: a kicker's place.
    pub(super) is_above_larger: bool,
    /// It fills its column without ending a sentence, and right below it, centred, stands what may be its end.
    pub(super) is_above_centred: bool,
    /// How much its words speak for a headline; `None` if it cannot be one.
    pub(super) headline: Option<f64>,
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Sentence,
    Colon,
    Semicolon,
    Comma,
    Open,
}

/// Marks that may not start a line (GB/T 15834, CLREQ 避头尾).
const NO_START: &[char] = &[
    '，', '。', '、', '；', '：', '！', '？', '）', '》', '〉', '」', '』', '】', '〕', '”', '’', '…', '·', '％', '%',
    ',', '.', ';', ':', '!', '?', ')',
];

/// Marks that may not end a line.
const NO_END: &[char] = &['（', '《', '〈', '「', '『', '【', '〔', '“', '‘', '('];

/// Characters that hardly ever start a sentence.
const MID_SENTENCE: &[char] = &['的', '了', '等', '们', '着', '得', '及', '与', '或', '之', '性', '化', '者'];

/// Characters that hardly ever end a headline's line.
const MID_HEADLINE: &[char] = &['的', '和', '与', '在', '了', '是', '及', '对', '为', '将', '于', '并', '等'];

impl Facts {
    /// The facts of the line `at`.
    pub(super) fn of(lines: &[TextLine], at: usize, outline: &Outline, profile: &Profile) -> Self {
        let line = &lines[at];
        let text = line.text.as_str();
        let matches = outline.matches[at];
        let is = |kind| !matches.is_empty() && profile.first(matches, kind).is_some();
        let (first, last) = (text.chars().next(), text.chars().next_back());
        let marks = Marks::of(text);
        let one_of = |c: Option<char>, set: &[char]| c.is_some_and(|c| set.contains(&c));
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let mut facts = Self {
            end: End::of(text),
            ends_opened: one_of(last, NO_END),
            ends_closed: one_of(last, NO_START),
            starts_closed: one_of(first, NO_START) && !matches!(first, Some('…' | '.' | '·')),
            starts_mid_sentence: one_of(first, MID_SENTENCE),
            leaves_open: marks.leaves_open,
            unit_em: first_unit_em(text),
            blanks_em: (0.25 * marks.edges as f32).max(0.5 * dropped_blanks(line)),
            starts_word: is_word(first),
            ends_word: is_word(last),
            is_paragraph_start: is(Kind::ParagraphStart),
            is_paragraph_opening: is(Kind::ParagraphOpening),
            is_body_start: is(Kind::BodyStart),
            is_above_larger: is_above_larger(lines, at),
            is_above_centred: is_above_centred(lines, at),
            headline: None,
        };
        if last != Some('。') && !is(Kind::NotHeadline) {
            facts.headline = Some(facts.headline_words(line, marks, is(Kind::Subhead)));
        }
        facts
    }

    fn headline_words(&self, line: &TextLine, marks: Marks, is_subhead: bool) -> f64 {
        let text = line.text.as_str();
        let mut weight = 0.0;
        if marks.has_stop {
            weight -= 10.0;
        } else if self.end == End::Sentence {
            weight -= 1.5;
        }
        // In large type, a day or a comma is one of the headline.
        let is_large = line.placement.is_some_and(|it| it.scale >= HEADLINE);
        weight -= match self.is_body_start {
            _ if is_large => marks.commas.min(3) as f64,
            true => 5.0,
            false if marks.commas == 1 && is_couplet(text) => 0.5,
            false => 2.5 * marks.commas.min(3) as f64,
        };
        if self.leaves_open {
            weight -= 3.0;
        }
        if text.ends_with(MID_HEADLINE) {
            weight -= 4.0;
        }
        if self.is_paragraph_start && !is_subhead {
            weight -= if text.starts_with(['—', '─']) { 8.0 } else { 3.0 };
        }
        // A blank that print leaves on purpose sets the two parts of a headline apart.
        if has_blank_between_han(&line.raw) {
            weight += 2.0;
        }
        if line.width_em < 3.5 {
            weight -= 2.0;
        }
        if line.mark == Mark::Bullet {
            weight -= 6.0;
        }
        // A line in brackets says who wrote what stands above it, or where it goes on.
        if text.starts_with(['（', '(']) && text.find(['）', ')']).is_some_and(|at| text[at..].chars().nth(1).is_none())
        {
            weight -= 8.0;
        }
        weight
    }
}

/// Lines of a kicker, at most.
const KICKER_LINES: usize = 2;

/// Type that is larger by this is that of a headline.
const HEADLINE: f32 = 1.25;

fn is_above_larger(lines: &[TextLine], at: usize) -> bool {
    // Where the page shows its stories, their heads are known.
    let Some(own) = lines[at].placement.filter(|it| it.part == Part::Unknown) else { return false };
    for line in lines[at..].iter().take(KICKER_LINES) {
        if ends_sentence(&line.text) || line.text.ends_with(['，', '；']) || line.page != lines[at].page {
            return false;
        }
        let below = lines.get(line.number as usize).filter(|below| below.page == line.page);
        let Some(below) = below.and_then(|it| it.placement) else { return false };
        if below.column != own.column {
            return false;
        }
        if below.scale >= HEADLINE && below.scale >= HEADLINE * own.scale {
            return true;
        }
    }
    false
}

fn is_above_centred(lines: &[TextLine], at: usize) -> bool {
    let line = &lines[at];
    let Some((own, below)) = line.placement.zip(lines.get(at + 1).filter(|it| it.page == line.page)) else {
        return false;
    };
    let ends = |line: &TextLine| ends_sentence(&line.text) || line.text.ends_with(['，', '；', '：', '）']);
    below.placement.is_some_and(|it| it.centred && it.column == own.column && own.is_as_large(&it) && !it.in_table)
        && own.room_em < 1.5
        && below.indent_em > 2.75
        && !ends(line)
        && !ends(below)
}

impl End {
    fn of(text: &str) -> Self {
        if ends_sentence(text) {
            return Self::Sentence;
        }
        match text.chars().next_back() {
            Some('：' | ':') => Self::Colon,
            Some('；' | ';') => Self::Semicolon,
            Some('，' | '、' | ',' | '—' | '-') => Self::Comma,
            _ => Self::Open,
        }
    }
}

/// What one pass over a line counts.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    /// `，` on the line.
    commas: usize,
    /// There is a `。`.
    has_stop: bool,
    /// A bracket or quotation mark opens and does not close.
    leaves_open: bool,
    /// Places where letters or digits meet other characters; print may leave a quarter em there.
    edges: usize,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self::default();
        let mut open = [false; 4];
        let mut was_word = text.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        let mut rest = text;
        while let Some(&byte) = rest.as_bytes().first() {
            let is_word = byte.is_ascii_alphanumeric();
            marks.edges += usize::from(is_word != was_word);
            was_word = is_word;
            // Han characters, U+4DC0 to U+9FFF, of three bytes.
            if (0xe4..=0xe9).contains(&byte) {
                rest = &rest[3..];
                continue;
            }
            let mut chars = rest.chars();
            match chars.next().unwrap_or_default() {
                '，' => marks.commas += 1,
                '。' => marks.has_stop = true,
                '“' => open[0] = true,
                '”' => open[0] = false,
                '（' | '(' => open[1] = true,
                '）' | ')' => open[1] = false,
                '《' => open[2] = true,
                '》' => open[2] = false,
                '「' => open[3] = true,
                '」' => open[3] = false,
                _ => {}
            }
            rest = chars.as_str();
        }
        marks.leaves_open = open.contains(&true);
        marks
    }
}

/// Width of what a line would have had to take up with the next line's first character, in ems: marks that may not start
/// a line come with it, and a run of letters and digits is one.
fn first_unit_em(text: &str) -> f32 {
    let mut chars = text.char_indices().peekable();
    let mut end = 0;
    while chars.peek().is_some_and(|(_, c)| NO_END.contains(c)) {
        end = chars.next().map_or(end, |(at, c)| at + c.len_utf8());
    }
    let in_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '/' | '@' | '_' | '+' | '%');
    if let Some((at, first)) = chars.next() {
        end = at + first.len_utf8();
        let is_pair = matches!(first, '—' | '…');
        while let Some((at, c)) = chars.next_if(|(_, c)| (in_word(first) && in_word(*c)) || (is_pair && *c == first)) {
            end = at + c.len_utf8();
        }
    }
    while let Some((at, c)) = chars.next_if(|(_, c)| NO_START.contains(c)) {
        end = at + c.len_utf8();
    }
    width_em(&text[..end])
}

/// Blanks inside the line as read that its text does not have any more.
fn dropped_blanks(line: &TextLine) -> f32 {
    if line.raw.len() == line.text.len() {
        return 0.0;
    }
    let blanks = |text: &str| text.trim().bytes().filter(|byte| *byte == b' ').count();
    blanks(&line.raw).saturating_sub(blanks(&line.text)) as f32
}

/// Whether a blank stands between two characters of Chinese print.
fn has_blank_between_han(raw: &str) -> bool {
    if memchr(b' ', raw.as_bytes()).is_none() && memmem::find(raw.as_bytes(), "\u{3000}".as_bytes()).is_none() {
        return false;
    }
    let text = raw.trim();
    let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    text.match_indices([' ', '\u{3000}'])
        .any(|(at, blank)| wide(text[..at].chars().next_back()) && wide(text[at + blank.len()..].chars().next()))
}

/// Whether the text is two short halves of one length around a comma, as headings like to be.
pub(super) fn is_couplet(text: &str) -> bool {
    let mut halves = text.split('，');
    match (halves.next(), halves.next(), halves.next()) {
        (Some(left), Some(right), None) => {
            let (left, right) = (width_em(left), width_em(right));
            (left - right).abs() <= 1.0 && (3.0..=10.0).contains(&left)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, first_unit_em};

    #[test]
    fn a_unit_takes_marks_and_words_with_it() {
        assert_eq!(first_unit_em("会，进一步"), 2.0);
        assert_eq!(first_unit_em("2020年"), 2.0);
        assert_eq!(first_unit_em("《破晓"), 2.0);
        assert_eq!(first_unit_em("的"), 1.0);
        assert_eq!(first_unit_em("CCTV-10）（"), 4.5);
        assert_eq!(first_unit_em("8:30开始"), 2.0);
        assert_eq!(first_unit_em("——又要"), 2.0);
    }

    #[test]
    fn brackets_that_do_not_close_are_open() {
        assert!(Marks::of("他说：“要坚持").leaves_open);
        assert!(!Marks::of("讲述“红岩”故事").leaves_open);
        assert!(Marks::of("编写《图说》《口").leaves_open);
    }

    #[test]
    fn edges_lie_between_letters_and_han() {
        assert_eq!(Marks::of("于2020年11月").edges, 4);
        assert_eq!(Marks::of("2020年").edges, 1);
        assert_eq!(Marks::of("党史").edges, 0);
    }
}

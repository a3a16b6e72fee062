//! What speaks for and against a break between two lines, and for a line being a headline. Weights are natural
//! log-odds; they were set by reading, then held against generated layouts (`just score`).

use crate::layout::Grid;
use crate::layout::fold::width_em;
use crate::model::{Mark, TextLine};
use crate::outline::{Outline, ends_sentence};
use crate::rules::{Kind, Profile, Style};

/// What stands right before or after a run of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context {
    /// An item may start or must end: section, contributor line, end of the issue.
    Boundary,
    /// A headline, or the byline under it.
    Headline,
    /// A heading inside an item.
    Subhead,
}

/// How the document was set.
pub(crate) struct Setting<'a> {
    pub(crate) grid: Option<Grid>,
    /// First-line indent that full first lines are shorter by, in ems.
    pub(crate) indent_em: f32,
    /// The text still shows that indent.
    pub(crate) indent_kept: bool,
    pub(crate) usual_blanks: u32,
    pub(crate) blanks_vary: bool,
    pub(crate) outline: &'a Outline,
    pub(crate) profile: &'a Profile,
}

/// One piece of evidence: positive weights speak for a break, negative ones for a join.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) rule: &'static str,
    pub(crate) weight: f64,
}

/// At most this many pieces of evidence meet at one line end.
pub(crate) const MOST: usize = 8;

/// The evidence at one line end, without allocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weighed {
    pieces: [Evidence; MOST],
    count: usize,
    pub(crate) sum: f64,
    /// How unlikely the line end is whatever the decision: a line that ends early in the middle of a sentence fits
    /// neither a wrap nor a paragraph end, so the labels around it are likely wrong.
    pub(crate) surprise: f64,
}

impl Weighed {
    fn new() -> Self {
        Self { pieces: [Evidence { rule: "", weight: 0.0 }; MOST], count: 0, sum: 0.0, surprise: 0.0 }
    }

    fn add(&mut self, rule: &'static str, weight: f64) {
        if self.count < MOST {
            self.pieces[self.count] = Evidence { rule, weight };
            self.count += 1;
        }
        self.sum += weight;
    }

    /// The heaviest piece that speaks for the decision; none if all speak against it.
    pub(crate) fn heaviest(&self, for_break: bool) -> Option<&'static str> {
        let side = |piece: &&Evidence| (piece.weight > 0.0) == for_break;
        let pieces = self.pieces[..self.count].iter().filter(side);
        pieces.max_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs())).map(|piece| piece.rule)
    }
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

/// What speaks for a break between the lines `at` and `next_at`. `first`: the first of them is the first line of its paragraph.
pub(crate) fn at_line_end(lines: &[TextLine], at: usize, next_at: usize, first: bool, setting: &Setting) -> Weighed {
    let (line, next) = (&lines[at], &lines[next_at]);
    let mut weighed = Weighed::new();
    let (text, following) = (line.text.as_str(), next.text.as_str());
    let starts_closed = following.starts_with(NO_START) && !following.starts_with(['…', '.', '·']);
    if starts_closed {
        weighed.add("no-line-start", -12.0);
    }
    if text.ends_with(NO_END) {
        weighed.add("no-line-end", -12.0);
    }
    let end = End::of(text);
    if setting.indent_kept {
        match next.indent_em {
            indent if indent >= 1.5 => weighed.add("indent", 7.0),
            _ if next.page_start => weighed.add("no-indent", -3.0),
            _ if setting.grid.is_none() => weighed.add("no-indent", -7.0),
            _ => weighed.add("no-indent", -5.0),
        }
    }
    match &setting.grid {
        Some(grid) => in_grid(&mut weighed, grid, line, next, end, first, setting),
        None => without_grid(&mut weighed, line, end),
    }
    if !ends_sentence(text) && leaves_open(text) {
        weighed.add("bracket-open", -3.0);
    }
    if following.starts_with(MID_SENTENCE) {
        weighed.add("mid-sentence-start", -1.5);
    }
    if setting.blanks_vary && !next.page_start {
        let (blanks, usual) = (next.blank_before, setting.usual_blanks);
        if blanks > usual {
            weighed.add("blank-line", if usual == 0 { 4.0 } else { 2.5 });
        } else if blanks < usual {
            weighed.add("no-blank-line", -2.5);
        }
    }
    if line.hard_break {
        weighed.add("hard-break", 2.5);
    }
    if next.mark == Mark::Bullet {
        weighed.add("list-entry", 6.0);
    }
    let starts = |at: usize| setting.profile.first(setting.outline.matches[at], Kind::ParagraphStart).is_some();
    if starts(next_at) && end != End::Comma {
        weighed.add("paragraph-start", if setting.grid.is_none() || end != End::Open { 4.0 } else { 1.5 });
    } else if setting.profile.first(setting.outline.matches[next_at], Kind::ParagraphOpening).is_some()
        && end == End::Sentence
    {
        weighed.add("paragraph-opening", 1.0);
    }
    // A short entry, such as the name under a quotation, is a paragraph of its own.
    if first
        && end == End::Open
        && setting.grid.is_none()
        && line.width_em < 24.0
        && !line.text.contains('，')
        && starts(at)
    {
        weighed.add("entry-ends", 4.0);
    }
    if setting.outline.closing[at] {
        weighed.add("contributor-ends", 12.0);
    }
    weighed
}

/// How a line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Sentence,
    Colon,
    Semicolon,
    Comma,
    Open,
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

/// Would the next unit have fitted on this line? Then the break was meant; if not, the line was full.
fn in_grid(
    weighed: &mut Weighed,
    grid: &Grid,
    line: &TextLine,
    next: &TextLine,
    end: End,
    first: bool,
    setting: &Setting,
) {
    let capacity = grid.full_em - if first { setting.indent_em } else { 0.0 };
    let unit = first_unit_em(&next.text);
    // Between letters and Han characters print leaves up to half an em, which the text has lost or folded.
    let meets = edges_between(&line.text, &next.text);
    let blanks = (0.25 * edges(&line.text) as f32).max(0.5 * dropped_blanks(line));
    let (least, most) = (capacity - line.width_em - blanks - unit - meets, capacity - line.width_em - unit);
    if least > -0.01 {
        let gap = f64::from(least).min(6.0);
        match end {
            End::Sentence => weighed.add("short-line", 6.0 + gap / 3.0),
            End::Colon | End::Semicolon => weighed.add("short-line", 4.0 + gap / 3.0),
            End::Open => weighed.add("short-line", 1.0 + gap / 2.0),
            End::Comma => weighed.add("short-line", gap / 3.0 - 2.0),
        }
        if matches!(end, End::Open | End::Comma) {
            weighed.surprise -= 3.0;
        }
    } else if most < 0.0 {
        match end {
            End::Sentence => weighed.add("full-line", -0.3),
            End::Colon | End::Semicolon => weighed.add("full-line", -1.5),
            End::Open => weighed.add("full-line", -8.0),
            End::Comma => weighed.add("full-line", -9.0),
        }
    } else {
        match end {
            End::Sentence => weighed.add("sentence-end", 1.5),
            End::Colon | End::Semicolon => weighed.add("clause-end", 0.3),
            End::Open | End::Comma => weighed.add("sentence-open", -5.0),
        }
    }
}

/// Each line is a paragraph, or a piece of one that a page or column end cut.
fn without_grid(weighed: &mut Weighed, line: &TextLine, end: End) {
    let short = line.width_em < 24.0;
    match end {
        End::Sentence => weighed.add("sentence-end", 5.0),
        End::Colon => weighed.add("clause-end", 3.0),
        End::Semicolon => weighed.add("clause-end", 2.0),
        End::Comma => weighed.add("sentence-open", -8.0),
        End::Open if short && (!line.text.contains(['，', '。']) || is_couplet(&line.text)) => {
            weighed.add("sentence-open", -0.5)
        }
        End::Open if short => weighed.add("sentence-open", -3.0),
        End::Open => weighed.add("sentence-open", -6.0),
    }
}

/// How much speaks for a line that stands where a headline may stand being one.
pub(crate) fn headline(line: &TextLine, at: usize, follows: Context, mid_text: bool, setting: &Setting) -> f64 {
    let is = |kind| setting.profile.first(setting.outline.matches[at], kind).is_some();
    let text = line.text.as_str();
    let newspaper = setting.profile.style == Style::Newspaper;
    let mut weight = match (mid_text, follows) {
        (true, _) => {
            if newspaper {
                -2.5
            } else {
                -4.0
            }
        }
        (false, Context::Boundary) => {
            if newspaper {
                1.0
            } else {
                4.0
            }
        }
        (false, Context::Headline) => -2.0,
        (false, Context::Subhead) => -5.0,
    };
    if is(Kind::NotHeadline) || text.ends_with('。') {
        return -20.0;
    }
    if text.contains('。') {
        weight -= 10.0;
    } else if ends_sentence(text) {
        weight -= 1.5;
    }
    weight -= match is(Kind::BodyStart) {
        true => 5.0,
        false if is_couplet(text) => 0.5,
        false => 2.5 * text.matches('，').count().min(3) as f64,
    };
    if leaves_open(text) {
        weight -= 3.0;
    }
    if text.ends_with(['的', '和', '与', '在', '了', '是', '及', '对', '为', '将', '于', '并', '等']) {
        weight -= 4.0;
    }
    if is(Kind::ParagraphStart) && !is(Kind::Subhead) {
        weight -= if text.starts_with(['—', '─']) { 8.0 } else { 3.0 };
    }
    match &setting.grid {
        Some(grid) => {
            // As long as a full first line: then it may well be one.
            let gap = grid.full_em - setting.indent_em - line.width_em;
            weight += if gap >= 1.75 { 2.0 } else { -1.0 };
            if line.indent_em > 2.75 {
                weight += 4.0;
            } else if grid.indent_kept && line.indent_em >= 1.5 {
                weight -= 3.0;
            }
        }
        None => {
            // A page or column end cuts a paragraph anywhere, so hardly ever right behind its first words.
            weight += match line.width_em {
                width if width <= 16.0 => 3.5,
                width if width <= 30.0 => 2.0,
                width if width <= 40.0 => -1.0,
                _ => -8.0,
            };
        }
    }
    // A blank that print leaves on purpose sets the two parts of a headline apart.
    if has_blank_between_han(line.raw.trim()) {
        weight += 2.0;
    }
    if line.width_em < 3.5 {
        weight -= 2.0;
    }
    if setting.blanks_vary && line.blank_before > setting.usual_blanks {
        weight += 2.0;
    }
    if line.mark == Mark::Bullet {
        weight -= 6.0;
    }
    weight
}

/// How much speaks for a line right under a heading being the first of a paragraph.
pub(crate) fn opens_text(at: usize, setting: &Setting) -> f64 {
    if setting.profile.first(setting.outline.matches[at], Kind::BodyStart).is_some() { 1.5 } else { 0.0 }
}

/// How much a first line that is longer than a first line can be speaks against being one.
pub(crate) fn first_line(line: &TextLine, setting: &Setting) -> f64 {
    let Some(grid) = setting.grid else { return 0.0 };
    let hangs = if line.text.ends_with(NO_START) { 1.0 } else { 0.0 };
    match line.width_em - hangs - (grid.full_em - setting.indent_em) {
        excess if excess > 1.1 => -4.5,
        excess if excess > 0.6 => -2.0,
        _ => 0.0,
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

/// Places where letters or digits meet Han characters; print may leave a quarter em there.
fn edges(text: &str) -> usize {
    let mut edges = 0;
    let mut word = None;
    for byte in text.bytes() {
        let is_word = byte.is_ascii_alphanumeric();
        if word.is_some_and(|it| it != is_word) {
            edges += 1;
        }
        word = Some(is_word);
    }
    edges
}

/// The blank that print may leave between two lines' texts, had they stood on one line, in ems.
fn edges_between(text: &str, next: &str) -> f32 {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if is_word(text.chars().next_back()) == is_word(next.chars().next()) { 0.0 } else { 0.5 }
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
fn has_blank_between_han(text: &str) -> bool {
    let wide = |c: Option<char>| c.is_some_and(|c| !c.is_ascii());
    text.match_indices([' ', '\u{3000}'])
        .any(|(at, blank)| wide(text[..at].chars().next_back()) && wide(text[at + blank.len()..].chars().next()))
}

/// Whether the text is two short halves of one length around a comma, as headings like to be.
fn is_couplet(text: &str) -> bool {
    let mut halves = text.split('，');
    match (halves.next(), halves.next(), halves.next()) {
        (Some(left), Some(right), None) => {
            let (left, right) = (width_em(left), width_em(right));
            (left - right).abs() <= 1.0 && (3.0..=10.0).contains(&left)
        }
        _ => false,
    }
}

/// Whether a bracket or quotation mark opens on the line and does not close on it.
fn leaves_open(text: &str) -> bool {
    let last = |set: &[char]| text.rfind(set);
    [(&['“'][..], &['”'][..]), (&['（', '('], &['）', ')']), (&['《'], &['》']), (&['「'], &['」'])]
        .iter()
        .any(|(open, close)| last(open).is_some_and(|at| last(close).is_none_or(|end| end < at)))
}

#[cfg(test)]
mod tests {
    use super::{edges, first_unit_em, leaves_open};

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
        assert!(leaves_open("他说：“要坚持"));
        assert!(!leaves_open("讲述“红岩”故事"));
        assert!(leaves_open("编写《图说》《口"));
    }

    #[test]
    fn edges_lie_between_letters_and_han() {
        assert_eq!(edges("于2020年11月"), 4);
        assert_eq!(edges("党史"), 0);
    }
}

//! What speaks for and against a break between two lines, and for a line being a headline. Weights are natural
//! log-odds; they were set by reading, then held against generated layouts (`just score`).

use super::facts::{self, End, Facts};
use crate::layout::{GAP, Grid, LARGER};
use crate::model::{Mark, Placement, TextLine};
use crate::outline::Outline;
use crate::rules::{Profile, Style};

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
    /// What each line says by itself.
    pub(crate) facts: &'a [Facts],
    pub(crate) outline: &'a Outline,
    pub(crate) profile: &'a Profile,
}

impl Setting<'_> {
    /// Whether the room that `line` leaves is measured with its indent in place.
    fn shows_indent(&self, line: &TextLine) -> bool {
        self.indent_kept && self.grid.is_some_and(|grid| grid.measured) && line.placement.is_some()
    }
}

/// One piece of evidence: positive weights speak for a break, negative ones for a join.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Evidence {
    pub(crate) rule: &'static str,
    pub(crate) weight: f64,
}

/// The evidence at one line end.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Weighed {
    pub(crate) sum: f64,
    /// How unlikely the line end is whatever the decision: a line that ends early in the middle of a sentence fits
    /// neither a wrap nor a paragraph end, so the labels around it are likely wrong.
    pub(crate) surprise: f64,
    /// The heaviest piece for a join and the heaviest for a break.
    heaviest: [Option<Evidence>; 2],
}

impl Weighed {
    fn add(&mut self, rule: &'static str, weight: f64) {
        self.sum += weight;
        let heaviest = &mut self.heaviest[usize::from(weight > 0.0)];
        if heaviest.is_none_or(|it| it.weight.abs() <= weight.abs()) {
            *heaviest = Some(Evidence { rule, weight });
        }
    }

    /// The heaviest piece that speaks for the decision; none if all speak against it.
    pub(crate) fn heaviest(&self, for_break: bool) -> Option<&'static str> {
        self.heaviest[usize::from(for_break)].map(|it| it.rule)
    }
}

/// What speaks for a break between the lines `at` and `next_at`. `first`: the first of them is the first line of its paragraph.
pub(crate) fn at_line_end(lines: &[TextLine], at: usize, next_at: usize, first: bool, setting: &Setting) -> Weighed {
    let (line, next) = (&lines[at], &lines[next_at]);
    let mut weighed = Weighed::default();
    let (here, following) = (&setting.facts[at], &setting.facts[next_at]);
    if following.starts_closed {
        weighed.add("no-line-start", -12.0);
    }
    if here.ends_opened {
        weighed.add("no-line-end", -12.0);
    }
    let end = here.end;
    if setting.indent_kept && !hangs(line, next, first, here) {
        match next.indent_em {
            indent if indent >= if next.placement.is_some() { 1.2 } else { 1.5 } => weighed.add("indent", 10.0),
            _ if next.page_start && next.placement.is_none() => weighed.add("no-indent", -3.0),
            _ if setting.grid.is_none() => weighed.add("no-indent", -7.0),
            _ => weighed.add("no-indent", -5.0),
        }
    }
    match &setting.grid {
        Some(grid) => in_grid(
            &mut weighed,
            grid.free_em(line) - if first && !setting.shows_indent(line) { setting.indent_em } else { 0.0 },
            here,
            following,
            (grid.measured, first),
        ),
        None => without_grid(&mut weighed, line, end),
    }
    if end != End::Sentence && here.leaves_open {
        weighed.add("bracket-open", -3.0);
    }
    if following.starts_mid_sentence {
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
    if let (Some(placement), Some(following)) = (line.placement, next.placement) {
        in_print(&mut weighed, &placement, &following, setting);
    }
    if line.hard_break {
        weighed.add("hard-break", 2.5);
    }
    if next.mark == Mark::Bullet {
        weighed.add("list-entry", 6.0);
    }
    if following.is_paragraph_start && end != End::Comma {
        weighed.add("paragraph-start", if setting.grid.is_none() || end != End::Open { 4.0 } else { 1.5 });
    } else if following.is_paragraph_opening && end == End::Sentence {
        weighed.add("paragraph-opening", 1.0);
    }
    // A short entry, such as the name under a quotation, is a paragraph of its own.
    if first
        && end == End::Open
        && setting.grid.is_none()
        && line.width_em < 24.0
        && !line.text.contains('，')
        && here.is_paragraph_start
    {
        weighed.add("entry-ends", 4.0);
    }
    if setting.outline.closing[at] {
        weighed.add("contributor-ends", 12.0);
    }
    weighed
}

/// Whether the next line stands in because it hangs below the words of a numbered paragraph, not below its number.
fn hangs(line: &TextLine, next: &TextLine, first: bool, here: &Facts) -> bool {
    if line.placement.is_none() || next.placement.is_none() || next.indent_em < 1.2 {
        return false;
    }
    let deeper = next.indent_em - line.indent_em;
    let numbered = here.is_paragraph_start || line.mark == Mark::Bullet;
    if first { numbered && here.end != End::Sentence && (0.4..4.0).contains(&deeper) } else { deeper.abs() < 0.2 }
}

/// Would the next unit have fitted in the `left_em` that the line leaves free? Then the break was meant; if not, the line
/// was full.
fn in_grid(weighed: &mut Weighed, left_em: f32, here: &Facts, following: &Facts, (measured, first): (bool, bool)) {
    let end = here.end;
    // Between letters and Han characters print leaves up to half an em, which the text has lost or folded.
    let meets = if here.ends_word == following.starts_word { 0.0 } else { 0.5 };
    let blanks_em = if measured { 0.25 } else { here.blanks_em };
    let (least, most) = (left_em - blanks_em - following.unit_em - meets, left_em - following.unit_em);
    if least > -0.01 {
        let gap = f64::from(least).min(6.0);
        match end {
            // Measured room is certain, and an indent is easily lost or forgotten.
            End::Sentence if measured => weighed.add("short-line", 7.0 + 2.0 * gap),
            End::Sentence => weighed.add("short-line", 6.0 + gap / 3.0),
            End::Colon | End::Semicolon => weighed.add("short-line", 4.0 + gap / 3.0),
            End::Open if first => weighed.add("short-line", 1.0 + gap / 2.0),
            // A paragraph of several lines hardly ever ends without a mark: this one was cut, by the end of a page of the
            // print before, or by wrapping what was wrapped.
            End::Open => weighed.add("sentence-open", gap / 4.0 - if measured { 12.0 } else { 3.0 }),
            End::Comma => weighed.add("short-line", gap / 3.0 - 2.0),
        }
        if matches!(end, End::Open | End::Comma) {
            weighed.surprise -= 3.0;
        }
    } else if most < 0.0 {
        match end {
            End::Sentence => weighed.add("full-line", -0.3),
            End::Colon | End::Semicolon => weighed.add("full-line", -1.5),
            // Not even an indent says more: a recogniser that passes over the first character makes one.
            End::Open => weighed.add("full-line", if measured { -12.0 } else { -8.0 }),
            End::Comma => weighed.add("full-line", if measured { -13.0 } else { -9.0 }),
        }
    } else {
        match end {
            End::Sentence => weighed.add("sentence-end", 1.5),
            End::Colon | End::Semicolon => weighed.add("clause-end", 0.3),
            End::Open | End::Comma => weighed.add("sentence-open", -5.0),
        }
    }
}

/// What the print shows beside the room that is left: tables, type, and white between lines.
fn in_print(weighed: &mut Weighed, line: &Placement, next: &Placement, setting: &Setting) {
    if line.in_table || next.in_table {
        return weighed.add("table-row", 12.0);
    }
    let (smaller, larger) = (line.scale.min(next.scale), line.scale.max(next.scale));
    if larger > smaller * LARGER {
        weighed.add("type-size", 6.0);
    }
    if line.stands_out != next.stands_out {
        weighed.add("type-face", 1.5);
    }
    if line.vertical != next.vertical {
        weighed.add("direction", 12.0);
    }
    let Some(grid) = &setting.grid else { return };
    if line.column == next.column && next.leading > 0.0 && grid.gaps_vary {
        if next.leading >= GAP {
            weighed.add("gap", 4.0);
        } else {
            weighed.add("no-gap", -2.0);
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
        End::Open if short && (!line.text.contains(['，', '。']) || facts::is_couplet(&line.text)) => {
            weighed.add("sentence-open", -0.5)
        }
        End::Open if short => weighed.add("sentence-open", -3.0),
        End::Open => weighed.add("sentence-open", -6.0),
    }
}

/// How much speaks for a line that stands where a headline may stand being one.
pub(crate) fn headline(line: &TextLine, at: usize, follows: Context, mid_text: bool, setting: &Setting) -> f64 {
    let Some(words) = setting.facts[at].headline else { return -20.0 };
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
    weight += words;
    match &setting.grid {
        Some(grid) => {
            // As long as a full first line: then it may well be one.
            let gap = grid.free_em(line) - if setting.shows_indent(line) { 0.0 } else { setting.indent_em };
            weight += if gap >= 1.75 { 2.0 } else { -1.0 };
            if let Some(placement) = line.placement {
                weight += as_printed(line, &placement, grid);
            }
            if setting.facts[at].is_above_centred {
                weight += FIRST_OF_TWO;
            }
            if newspaper && setting.facts[at].is_above_larger {
                weight += KICKER;
            }
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
    if setting.blanks_vary && line.blank_before > setting.usual_blanks {
        weight += 2.0;
    }
    weight
}

/// How much a centred line below a full one speaks for both being one heading.
const FIRST_OF_TWO: f64 = 4.0;

/// How much the place right above larger type speaks for a kicker.
const KICKER: f64 = 8.0;

/// How much the print of a line speaks for a headline: where some lines stand out, headlines do.
fn as_printed(line: &TextLine, placement: &Placement, grid: &Grid) -> f64 {
    if placement.in_table {
        return -20.0;
    }
    let larger = match placement.scale {
        scale if scale >= 1.25 => 6.0,
        scale if scale >= LARGER => 4.0,
        scale if scale < 0.95 => -2.0,
        _ => 0.0,
    };
    let weight = larger + if placement.stands_out { 3.0 } else { 0.0 };
    let plain = weight <= 0.0 && line.indent_em < 2.75;
    weight - if plain && grid.has_contrast { 4.0 } else { 0.0 }
}

/// How much speaks for a line right under a heading being the first of a paragraph.
pub(crate) fn opens_text(at: usize, setting: &Setting) -> f64 {
    if setting.facts[at].is_body_start { 1.5 } else { 0.0 }
}

/// How much a first line that is longer than a first line can be speaks against being one.
pub(crate) fn first_line(line: &TextLine, at: usize, setting: &Setting) -> f64 {
    let Some(grid) = setting.grid else { return 0.0 };
    if let Some(placement) = line.placement {
        // Type that is larger than that of the running text is no running text.
        let larger = if placement.scale >= 1.25 { -3.0 } else { 0.0 };
        if grid.indent_kept {
            return larger + if line.indent_em < 1.2 { -3.5 } else { 0.0 };
        }
    }
    // Where indents survived, a first line has one.
    let flush = if grid.indent_kept && line.indent_em < 1.5 && !line.page_start { -3.5 } else { 0.0 };
    let hangs = if setting.facts[at].ends_closed { 1.0 } else { 0.0 };
    flush
        + match setting.indent_em - hangs - grid.free_em(line) {
            excess if excess > 1.1 => -4.5,
            excess if excess > 0.6 => -2.0,
            _ => 0.0,
        }
}

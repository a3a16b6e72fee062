//! The labels that explain a run of lines best, and how sure each join is: a chain of three labels, solved exactly
//! (Viterbi for the labels, forward–backward for the scores; Rabiner 1989). Linear in the number of lines.
//!
//! Weights are logarithms for the best labels, which are then sums; for the scores they are likelihoods, scaled at every
//! line so that they neither vanish nor overflow.

use super::Run;
use super::evidence::{self, Context, Setting, Weighed};
use crate::model::{Join, JoinKind, Role, TextLine};
use crate::rules::Style;

/// What a line of running text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Headline,
    First,
    Continuation,
}

const LABELS: [Label; 3] = [Label::Headline, Label::First, Label::Continuation];

/// Weight of what cannot be.
const NEVER: f64 = -1e6;

/// A solved run.
pub(super) struct Solved {
    /// One label a line.
    pub(super) labels: Vec<Label>,
    /// One step between two lines.
    pub(super) steps: Vec<Step>,
}

/// What decided between two lines.
pub(super) struct Step {
    pub(super) rule: &'static str,
    pub(super) score: f32,
}

/// The weights between two lines: `[label of the line][label of the next]`.
type Table = [[f64; 3]; 3];

/// A run with all its evidence weighed.
pub(super) struct Chain {
    start: [f64; 3],
    tables: Vec<Table>,
    end: [f64; 3],
    /// `tables` as likelihoods.
    likely: Vec<Table>,
}

/// Weighs the evidence of one run.
pub(super) fn weigh(lines: &[TextLine], run: &Run, setting: &Setting) -> Chain {
    let tables = run.lines.windows(2).map(|pair| {
        let [first, later] =
            [true, false].map(|is_first| evidence::at_line_end(lines, pair[0], pair[1], is_first, setting));
        table(lines, [pair[0], pair[1]], &first, &later, run, setting)
    });
    let mut tables: Vec<Table> = tables.collect();
    let mut start = start_weights(lines, run, setting);
    keep_to_decisions(lines, run, &mut start, &mut tables);
    let likely = tables.iter().map(|table| table.map(|row| row.map(likelihood))).collect();
    Chain { start, tables, end: end_weights(lines, run), likely }
}

/// Leaves no label that a person has decided against.
fn keep_to_decisions(lines: &[TextLine], run: &Run, start: &mut [f64; 3], tables: &mut [Table]) {
    let mut joined = None;
    for (place, &at) in run.lines.iter().enumerate() {
        let (decided, goes_on) = (lines[at].decided, joined.is_some_and(|kind| kind != JoinKind::Break));
        joined = decided.join.filter(|_| place + 1 < run.lines.len());
        let is_text = decided.role == Some(Role::Body) || joined.is_some() || goes_on;
        let starts = !goes_on
            && (decided.starts_item == Some(true) || place > 0 && lines[run.lines[place - 1]].decided.join.is_some());
        let never = [is_text, goes_on, starts];
        for label in (0..LABELS.len()).filter(|label| never[*label]) {
            match place.checked_sub(1) {
                Some(before) => tables[before].iter_mut().for_each(|row| row[label] = NEVER),
                None => start[label] = NEVER,
            }
        }
    }
}

impl Chain {
    /// Log-likelihood of all explanations together: comparable between settings for the same run.
    pub(super) fn weight(&self) -> f64 {
        let mut weight = 0.0;
        let mut last = self.start.map(likelihood);
        for table in &self.likely {
            last = forward(&last, table);
            weight += scale(&mut last).ln();
        }
        weight + dot(&last, &self.end.map(likelihood)).ln()
    }

    /// The labels that explain the run best, and how sure each join is.
    pub(super) fn solve(&self, lines: &[TextLine], run: &Run, setting: &Setting) -> Solved {
        let labels = viterbi(&self.start, &self.tables, &self.end);
        let steps = self.joined().into_iter().enumerate().map(|(at, joined)| {
            let is_break = labels[at + 1] != Label::Continuation;
            let score = if is_break { 1.0 - joined } else { joined };
            let rule = match (labels[at], labels[at + 1]) {
                _ if lines[run.lines[at]].decided.join.is_some() => Join::DECIDED,
                (Label::Headline, Label::Headline) => "headline-lines",
                (Label::Headline, _) => "headline-ends",
                (_, Label::Headline) => "headline-starts",
                (label, _) => {
                    let is_first = label == Label::First;
                    let weighed = evidence::at_line_end(lines, run.lines[at], run.lines[at + 1], is_first, setting);
                    weighed.heaviest(is_break).unwrap_or("lines-around")
                }
            };
            Step { rule, score: score.clamp(0.0, 1.0) as f32 }
        });
        let steps = steps.collect();
        Solved { labels, steps }
    }

    /// The probability of a join at each line end.
    fn joined(&self) -> Vec<f64> {
        let mut after = vec![self.end.map(likelihood); self.likely.len() + 1];
        for (at, table) in self.likely.iter().enumerate().rev() {
            after[at] = table.map(|row| dot(&row, &after[at + 1]));
            scale(&mut after[at]);
        }
        let mut before = self.start.map(likelihood);
        let mut joined = Vec::with_capacity(self.likely.len());
        for (table, after) in self.likely.iter().zip(&after[1..]) {
            before = forward(&before, table);
            joined.push(before[2] * after[2] / dot(&before, after));
            scale(&mut before);
        }
        joined
    }
}

/// Log-probability of a break and of a join.
fn odds(weighed: &Weighed) -> (f64, f64) {
    let log = |x: f64| if x > 30.0 { -x } else { -x.exp().ln_1p() };
    (log(-weighed.sum), log(weighed.sum))
}

fn table(
    lines: &[TextLine],
    [at, next]: [usize; 2],
    first: &Weighed,
    later: &Weighed,
    run: &Run,
    setting: &Setting,
) -> Table {
    let line = &lines[next];
    let first_line = evidence::first_line(line, next, setting);
    let announced = if lines[at].text.ends_with(['：', ':']) { -4.0 } else { 0.0 };
    let mid_text = announced
        + in_briefs(run)
        + evidence::headline(line, next, Context::Boundary, !setting.outline.closing[at], setting);
    let second_line = evidence::headline(line, next, Context::Headline, false, setting);
    // A newspaper's kicker, headline and subhead may follow each other; a bulletin's headline has two lines at most.
    let more_lines = if setting.profile.style == Style::Newspaper { 1.0 } else { 1.5 };
    let row = |weighed: &Weighed| {
        let (is_break, is_join) = odds(weighed);
        let (is_break, is_join) = (is_break + weighed.surprise, is_join + weighed.surprise);
        [is_break + mid_text, is_break + first_line, is_join]
    };
    [[second_line + more_lines, first_line + evidence::opens_text(next, setting), NEVER], row(first), row(later)]
}

fn start_weights(lines: &[TextLine], run: &Run, setting: &Setting) -> [f64; 3] {
    let at = run.lines[0];
    let line = &lines[at];
    let headline = evidence::headline(line, at, run.before, false, setting) + in_briefs(run);
    [headline, evidence::first_line(line, at, setting) + evidence::opens_text(at, setting), NEVER]
}

/// How much a section of briefs speaks against a headline.
fn in_briefs(run: &Run) -> f64 {
    if run.briefs { -4.5 } else { 0.0 }
}

fn end_weights(lines: &[TextLine], run: &Run) -> [f64; 3] {
    let last = &lines[run.lines[run.lines.len() - 1]];
    let text = if crate::outline::ends_sentence(&last.text) { 0.0 } else { -2.0 };
    let headline = match run.after {
        Context::Headline | Context::Subhead => -0.5,
        Context::Boundary => -5.0,
    };
    [headline, text, text]
}

fn viterbi(start: &[f64; 3], tables: &[Table], end: &[f64; 3]) -> Vec<Label> {
    let mut best = *start;
    let mut back: Vec<[usize; 3]> = Vec::with_capacity(tables.len());
    for table in tables {
        let mut next = [f64::NEG_INFINITY; 3];
        let mut from = [0; 3];
        for (to, slot) in next.iter_mut().enumerate() {
            for (label, weight) in best.iter().enumerate() {
                let total = weight + table[label][to];
                if total > *slot {
                    (*slot, from[to]) = (total, label);
                }
            }
        }
        best = next;
        back.push(from);
    }
    let mut label = (0..3).max_by(|&a, &b| (best[a] + end[a]).total_cmp(&(best[b] + end[b]))).unwrap_or(1);
    let mut labels = vec![LABELS[label]];
    for from in back.iter().rev() {
        label = from[label];
        labels.push(LABELS[label]);
    }
    labels.reverse();
    labels
}

fn likelihood(weight: f64) -> f64 {
    if weight == NEVER { 0.0 } else { weight.exp() }
}

/// The likelihoods of the labels of a line, from those of the line before.
fn forward(before: &[f64; 3], table: &Table) -> [f64; 3] {
    [0, 1, 2].map(|to| before[0] * table[0][to] + before[1] * table[1][to] + before[2] * table[2][to])
}

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// Scales `values` to a sum of 1, and returns the sum they had.
fn scale(values: &mut [f64; 3]) -> f64 {
    let sum: f64 = values.iter().sum();
    *values = values.map(|value| value / sum);
    sum
}

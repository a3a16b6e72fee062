//! The labels that explain a run of lines best, and how sure each join is: a chain of three labels, solved exactly
//! (Viterbi for the labels, forward–backward for the scores; Rabiner 1989). Linear in the number of lines.

use super::Run;
use super::evidence::{self, Context, Setting, Weighed};
use crate::model::TextLine;
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
}

/// Weighs the evidence of one run.
pub(super) fn weigh(lines: &[TextLine], run: &Run, setting: &Setting) -> Chain {
    let tables = run.lines.windows(2).map(|pair| {
        let [first, later] =
            [true, false].map(|is_first| evidence::at_line_end(lines, pair[0], pair[1], is_first, setting));
        table(lines, [pair[0], pair[1]], &first, &later, run, setting)
    });
    Chain { start: start_weights(lines, run, setting), tables: tables.collect(), end: end_weights(lines, run) }
}

impl Chain {
    /// Log-likelihood of all explanations together: comparable between settings for the same run.
    pub(super) fn weight(&self) -> f64 {
        let last = self.tables.iter().fold(self.start, forward_step);
        log_sum([0, 1, 2].map(|label| last[label] + self.end[label]))
    }

    /// The labels that explain the run best, and how sure each join is.
    pub(super) fn solve(&self, lines: &[TextLine], run: &Run, setting: &Setting) -> Solved {
        let Self { start, tables, end } = self;
        let labels = viterbi(start, tables, end);
        let (forward, backward, weight) = forward_backward(start, tables, end);
        let steps = tables.iter().enumerate().map(|(at, table)| {
            let joined: f64 =
                (0..3).map(|from| (forward[at][from] + table[from][2] + backward[at + 1][2] - weight).exp()).sum();
            let is_break = labels[at + 1] != Label::Continuation;
            let score = if is_break { 1.0 - joined } else { joined };
            let rule = match (labels[at], labels[at + 1]) {
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

type Trellis = Vec<[f64; 3]>;

fn forward_backward(start: &[f64; 3], tables: &[Table], end: &[f64; 3]) -> (Trellis, Trellis, f64) {
    let mut forward = vec![*start];
    for table in tables {
        forward.push(forward_step(forward[forward.len() - 1], table));
    }
    let mut backward = vec![*end; tables.len() + 1];
    for (at, table) in tables.iter().enumerate().rev() {
        let next = backward[at + 1];
        backward[at] = [0, 1, 2].map(|from| log_sum([0, 1, 2].map(|to| table[from][to] + next[to])));
    }
    let last = forward[forward.len() - 1];
    let weight = log_sum([0, 1, 2].map(|label| last[label] + end[label]));
    (forward, backward, weight)
}

fn forward_step(before: [f64; 3], table: &Table) -> [f64; 3] {
    [0, 1, 2].map(|to| log_sum([0, 1, 2].map(|from| before[from] + table[from][to])))
}

fn log_sum(values: [f64; 3]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    // The exponential of 0 is 1, and under -745 it is 0.
    let part = |below: f64| match below {
        0.0 => 1.0,
        below if below < -746.0 => 0.0,
        below => below.exp(),
    };
    top + values.iter().map(|value| part(value - top)).sum::<f64>().ln()
}

//! Running text → joins and [`Paragraph`]s: the repair of line wraps.
//!
//! A *run* is a stretch of lines that nothing has claimed yet, page furniture and captions left out. Each of its lines
//! is a headline, the first line of a paragraph or a continuation; [`evidence`] weighs each neighbourhood, [`chain`] finds
//! the labels that explain the whole run best, and how sure each join is.

mod chain;
mod evidence;
mod facts;

use crate::layout::Grid;
use crate::model::{Code, Diagnostic, Join, JoinKind, Paragraph, Role, TextLine};
use crate::outline::{Outline, closes, ends_sentence};
use crate::rules::{Kind, Profile};
use chain::{Chain, Label};
use evidence::{Context, Setting};
use facts::Facts;

/// From this many lines on, heading lines inside running text are a list.
const LIST: usize = 4;

/// Entries of a list are set in one size to this.
const ONE_SIZE: f32 = 0.12;

/// Where no text stands above, as on a page of links, more: kickers and headline may be some lines together.
const LIST_ALONE: usize = 8;

/// The running text of a document.
#[derive(Debug, Default)]
pub struct Flow {
    /// Paragraphs in reading order.
    pub paragraphs: Vec<Paragraph>,
    /// Headings that stand in the running text, each the lines of one.
    pub headings: Vec<Vec<usize>>,
    /// Doubtful joins.
    pub diagnostics: Vec<Diagnostic>,
}

/// Joins the running text of `lines`: sets their joins, and the role of body lines.
pub fn reflow(lines: &mut [TextLine], outline: &Outline, profile: &Profile) -> Flow {
    let runs = runs(lines, outline, profile);
    let facts: Vec<Facts> = (0..lines.len()).map(|at| Facts::of(lines, at, outline, profile)).collect();
    let (setting, chains) = best_setting(lines, &runs, &facts, outline, profile);
    let mut flow = Flow::default();
    for (run, chain) in runs.iter().zip(chains) {
        let mut solved = chain.solve(lines, run, &setting);
        as_list(lines, &run.lines, &mut solved);
        apply(lines, run, &solved, &mut flow);
    }
    for headline in &outline.headlines {
        for (place, &at) in headline.lines.iter().enumerate() {
            let last = place + 1 == headline.lines.len();
            let (kind, rule) =
                if last { (JoinKind::Break, "headline-ends") } else { (JoinKind::Space, "headline-lines") };
            lines[at].join = Some(Join { kind, rule, score: 1.0 });
        }
    }
    for line in lines.iter().filter(|line| line.role == Role::Body) {
        if let Some(join) = line.join.filter(|join| join.score < Join::DOUBTFUL) {
            flow.diagnostics.push(Diagnostic {
                code: Code::DoubtfulJoin,
                page: None,
                line: Some(line.number),
                item: None,
                message: format!(
                    "{} the next line with a score of {:.2}; the evidence is nearly even, so look at both",
                    if join.kind == JoinKind::Break { "parted from" } else { "joined to" },
                    join.score
                ),
                rule: Some(join.rule.to_owned()),
            });
        }
    }
    flow
}

/// A stretch of unclaimed lines and what stands around it.
pub(crate) struct Run {
    lines: Vec<usize>,
    before: Context,
    after: Context,
    /// The section is one of briefs, which have no headlines.
    briefs: bool,
}

/// Whether a line may stand in the middle of a paragraph without belonging to it.
fn is_transparent(role: Role) -> bool {
    matches!(role, Role::PageNumber | Role::RunningHead | Role::Caption)
}

fn runs(lines: &[TextLine], outline: &Outline, profile: &Profile) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open: Option<Run> = None;
    let mut before = Context::Boundary;
    let mut briefs = false;
    for (at, line) in lines.iter().enumerate() {
        if is_transparent(line.role) {
            continue;
        }
        if line.after_gap {
            runs.extend(open.take());
            before = Context::Boundary;
        }
        // Body is only what a person has decided to be; no stage before this one says so.
        if matches!(line.role, Role::Other | Role::Body) {
            open.get_or_insert_with(|| Run { lines: Vec::new(), before, after: Context::Boundary, briefs })
                .lines
                .push(at);
            continue;
        }
        let here = match line.role {
            Role::Headline | Role::Kicker => Context::Headline,
            Role::Subhead => Context::Subhead,
            // The byline under a headline opens the text as the headline does.
            Role::Contributor if before == Context::Headline && open.is_none() => Context::Headline,
            Role::Contributor if open.is_some() && !closes(outline.matches[at], profile) && is_cut(lines, &open) => {
                Context::Headline
            }
            _ => Context::Boundary,
        };
        if line.role == Role::Section {
            briefs = profile.finds(Kind::BriefSection, &line.text);
        }
        if let Some(run) = open.take() {
            runs.push(Run { after: here, ..run });
        }
        before = here;
    }
    runs.extend(open);
    runs
}

/// Whether the last line of the open run ends no sentence: a headline, if a name stands below it.
fn is_cut(lines: &[TextLine], open: &Option<Run>) -> bool {
    open.as_ref().and_then(|run| run.lines.last()).is_some_and(|&at| !ends_sentence(&lines[at].text))
}

/// The setting that explains the runs best, and the runs weighed in it: with the first-line indent lost, or with none
/// printed.
fn best_setting<'a>(
    lines: &[TextLine],
    runs: &[Run],
    facts: &'a [Facts],
    outline: &'a Outline,
    profile: &'a Profile,
) -> (Setting<'a>, Vec<Chain>) {
    let (usual_blanks, blanks_vary) =
        outline.grid.map_or_else(|| Grid::blanks_of(lines), |grid| (grid.usual_blanks, grid.blanks_vary));
    let indent_kept = outline.grid.map_or_else(|| sentences_start_indented(lines, runs), |grid| grid.indent_kept);
    let setting = |indent_em| Setting {
        grid: outline.grid,
        indent_em,
        indent_kept,
        usual_blanks,
        blanks_vary,
        facts,
        outline,
        profile,
    };
    let weighed = |indent_em| {
        let setting = setting(indent_em);
        let chains: Vec<Chain> = runs.iter().map(|run| chain::weigh(lines, run, &setting)).collect();
        (setting, chains)
    };
    let indented = weighed(2.0);
    if indent_kept || outline.grid.is_none() {
        return indented;
    }
    let flush = weighed(0.0);
    let weight = |chains: &[Chain]| chains.iter().map(Chain::weight).sum::<f64>();
    if weight(&flush.1) > weight(&indented.1) { flush } else { indented }
}

/// Whether a line after one that ends a sentence stands two cells in, but for the few sentences that end with a full
/// line. Tells a kept indent where there are too few lines to measure a grid.
fn sentences_start_indented(lines: &[TextLine], runs: &[Run]) -> bool {
    let pairs = runs.iter().flat_map(|run| run.lines.windows(2));
    let after_sentence = pairs.filter(|pair| ends_sentence(&lines[pair[0]].text)).map(|pair| lines[pair[1]].indent_em);
    let (count, indented) = after_sentence.fold((0, 0), |(count, indented), indent_em| {
        (count + 1, indented + usize::from((1.5..=3.0).contains(&indent_em)))
    });
    indented >= 2 && indented * 4 >= count * 3
}

fn apply(lines: &mut [TextLine], run: &Run, solved: &chain::Solved, flow: &mut Flow) {
    for (place, &at) in run.lines.iter().enumerate() {
        let next = run.lines.get(place + 1).copied();
        let step = solved.steps.get(place);
        match solved.labels[place] {
            Label::Headline => {
                lines[at].role = Role::Headline;
                let follows = place > 0 && solved.labels[place - 1] == Label::Headline && !apart(lines, at, flow);
                match flow.headings.last_mut().filter(|_| follows) {
                    Some(heading) => heading.push(at),
                    None => flow.headings.push(vec![at]),
                }
            }
            Label::First => {
                lines[at].role = Role::Body;
                flow.paragraphs.push(Paragraph { lines: vec![at] });
            }
            Label::Continuation => {
                lines[at].role = Role::Body;
                if let Some(paragraph) = flow.paragraphs.last_mut() {
                    paragraph.lines.push(at);
                }
            }
        }
        lines[at].join = match (next, step) {
            (Some(next), Some(step)) => Some(Join {
                kind: match solved.labels[place + 1] {
                    Label::Continuation => {
                        let decided = lines[at].decided.join.filter(|kind| *kind != JoinKind::Break);
                        decided.unwrap_or_else(|| join_kind(&lines[at].text, &lines[next].text))
                    }
                    Label::Headline if solved.labels[place] == Label::Headline => JoinKind::Space,
                    _ => JoinKind::Break,
                },
                rule: step.rule,
                score: step.score,
            }),
            _ => Some(Join { kind: JoinKind::Break, rule: "part-ends", score: 1.0 }),
        };
    }
}

/// More heading lines in a row than a heading has are a list: a paragraph each. Behind a colon two lines are enough.
fn as_list(lines: &[TextLine], run: &[usize], solved: &mut chain::Solved) {
    let mut at = 0;
    while at < run.len() {
        // Lines in type of different sizes are no list: kickers, a headline, and the heading of the first part.
        let of_list = |place: &usize| {
            let size = |place: usize| lines[run[place]].placement.map_or(1.0, |it| it.scale);
            solved.labels[*place] == Label::Headline && (size(*place) / size(at) - 1.0).abs() < ONE_SIZE
        };
        let length = (at..run.len()).take_while(of_list).count();
        let least = match at.checked_sub(1) {
            Some(above) if lines[run[above]].text.ends_with(['：', ':']) => 2,
            Some(_) => LIST,
            None => LIST_ALONE,
        };
        if length >= least {
            solved.labels[at..at + length].fill(Label::First);
            let last = solved.steps.len().min(at + length);
            for step in &mut solved.steps[at.saturating_sub(1)..last] {
                step.rule = "list-entry";
            }
        }
        at += length.max(1);
    }
}

/// Whether white lines, or smaller type that is not centred below it, set a heading apart from the heading above it.
fn apart(lines: &[TextLine], at: usize, flow: &Flow) -> bool {
    let above = flow.headings.last().and_then(|heading| heading.first()).copied();
    let is_smaller = |above: usize| match (lines[above].placement, lines[at].placement) {
        (Some(above), Some(below)) => below.scale < 0.87 * above.scale && !below.centred,
        _ => false,
    };
    above.is_some_and(|above| lines[at].blank_before > lines[above].blank_before.max(1) || is_smaller(above))
}

/// A wrap inside running text leaves nothing between Han characters and one space between Latin words.
fn join_kind(line: &str, next: &str) -> JoinKind {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, ',' | ';' | '.' | '!' | '?'));
    let begins = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    if word(line.chars().next_back()) && begins(next.chars().next()) { JoinKind::Space } else { JoinKind::Direct }
}

/// The text of a paragraph, rebuilt from its lines and their joins.
pub fn paragraph_text(lines: &[TextLine], paragraph: &Paragraph) -> String {
    let mut text = String::with_capacity(paragraph.lines.iter().map(|&at| lines[at].text.len() + 1).sum());
    for (place, &at) in paragraph.lines.iter().enumerate() {
        text.push_str(&lines[at].text);
        let last = place + 1 == paragraph.lines.len();
        if !last && lines[at].join.is_some_and(|join| join.kind == JoinKind::Space) {
            text.push(' ');
        }
    }
    text
}

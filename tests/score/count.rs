//! Right and wrong decisions at line ends.

use jianbao::model::{Document, Join, JoinKind, Role};

use crate::layouts::{Layout, Piece, Print};

/// What became of line ends.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) layouts: usize,
    pub(crate) joins_found: usize,
    pub(crate) joins_missed: usize,
    pub(crate) breaks_found: usize,
    pub(crate) breaks_missed: usize,
    /// Wrong decisions with a doubtful score, and all decisions with one.
    pub(crate) doubtful_wrong: usize,
    pub(crate) doubtful: usize,
    pub(crate) paragraphs: usize,
    /// Paragraphs that came back character by character.
    pub(crate) paragraphs_exact: usize,
}

impl Counts {
    /// Adds a document; prints its first `show` wrong decisions.
    pub(crate) fn add(&mut self, print: &Print, document: &Document, layout: &Layout, show: usize) {
        assert_eq!(print.lines.len(), document.lines.len(), "a line is a line: {layout:?}");
        self.layouts += 1;
        let mut shown = 0;
        for (at, truth) in print.lines.iter().enumerate() {
            let Piece::Body { last } = truth.piece else { continue };
            let line = &document.lines[at];
            let joined = line.role == Role::Body && line.join.is_some_and(|join| join.kind != JoinKind::Break);
            *match (last, joined) {
                (false, true) => &mut self.joins_found,
                (false, false) => &mut self.joins_missed,
                (true, false) => &mut self.breaks_found,
                (true, true) => &mut self.breaks_missed,
            } += 1;
            let doubtful = line.join.is_some_and(|join| join.score < Join::DOUBTFUL);
            self.doubtful += usize::from(doubtful);
            if last == joined {
                self.doubtful_wrong += usize::from(doubtful);
                if shown < show {
                    explain(print, document, layout, at);
                }
                shown += 1;
            }
        }
        let found: Vec<&str> = document.items.iter().flat_map(|item| item.body.split('\n')).collect();
        self.paragraphs += print.paragraphs.len();
        self.paragraphs_exact += print.paragraphs.iter().filter(|it| found.contains(&it.as_str())).count();
    }

    pub(crate) fn wrong(&self) -> usize {
        self.joins_missed + self.breaks_missed
    }

    /// Precision, recall and F1 of joins.
    pub(crate) fn joins(&self) -> [f64; 3] {
        figures(self.joins_found, self.breaks_missed, self.joins_missed)
    }

    /// Precision, recall and F1 of breaks.
    pub(crate) fn breaks(&self) -> [f64; 3] {
        figures(self.breaks_found, self.joins_missed, self.breaks_missed)
    }
}

fn figures(right: usize, wrongly: usize, missed: usize) -> [f64; 3] {
    let right = right as f64;
    let [wrongly, missed] = [wrongly as f64, missed as f64];
    [right / (right + wrongly), right / (right + missed), 2.0 * right / (2.0 * right + wrongly + missed)]
}

/// Prints the lines around a wrong decision.
fn explain(print: &Print, document: &Document, layout: &Layout, at: usize) {
    let mut text = format!("{layout:?}\n");
    for near in at.saturating_sub(3)..(at + 4).min(print.lines.len()) {
        let line = &document.lines[near];
        let (kind, rule, score) = line.join.map_or(("", "", 0.0), |join| (join.kind.as_str(), join.rule, join.score));
        let truth = match print.lines[near].piece {
            Piece::Body { last: false } => "direct",
            Piece::Body { last: true } => "break",
            _ => "",
        };
        let mark = if near == at { '>' } else { ' ' };
        let (raw, role, width) = (&line.raw, line.role.as_str(), line.width_em);
        text += &format!("{mark}{truth:>7} {kind:>7} {score:4.2} {rule:<16} {role:<11} {width:>5} {raw}\n");
    }
    #[expect(clippy::print_stdout, reason = "shown to who asked")]
    {
        println!("{text}");
    }
}

//! Lines, paragraphs and headings → the sequence of blocks that items are cut from.

use std::collections::BTreeSet;

use crate::model::{Paragraph, Role, TextLine};
use crate::outline::{Outline, leaves_bracket_open};
use crate::reflow::Flow;

/// A part of the document that belongs together. All lines are indices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// The name of a section.
    Section(usize),
    /// A headline that contents list or markup tells.
    Headline {
        /// Its lines.
        lines: Vec<usize>,
        /// The contents entry it answers.
        entry: Option<usize>,
        /// Lines that stand with it.
        kickers: Vec<usize>,
        /// A story begins with it.
        opens: bool,
    },
    /// A heading that stands out from the running text: a headline, kicker or subhead.
    Heading(Vec<usize>),
    /// A heading inside an item.
    Subhead(usize),
    /// A paragraph, by its index.
    Paragraph(usize),
    /// A line under the headline that is no text.
    Kicker(usize),
    /// A contributor line, over one or more lines.
    Contributor(Vec<usize>),
    /// Words under a picture.
    Caption(usize),
}

/// The blocks of a document in reading order. Masthead, contents and furniture are none.
pub(super) fn blocks(lines: &[TextLine], outline: &Outline, flow: &Flow) -> Vec<Block> {
    let mut starts: Vec<Option<Block>> = vec![None; lines.len()];
    for (index, Paragraph { lines }) in flow.paragraphs.iter().enumerate() {
        starts[lines[0]] = Some(Block::Paragraph(index));
    }
    for heading in &flow.headings {
        starts[heading[0]] = Some(Block::Heading(heading.clone()));
    }
    let mut with_headline: BTreeSet<usize> = BTreeSet::new();
    for run in &outline.headlines {
        let first = run.kickers.first().map_or(run.lines[0], |&kicker| kicker.min(run.lines[0]));
        let (lines, kickers) = (run.lines.clone(), run.kickers.clone());
        starts[first] = Some(Block::Headline { lines, entry: run.entry, kickers, opens: run.opens });
        with_headline.extend(&run.kickers);
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut last_contributor = None;
    for (at, line) in lines.iter().enumerate() {
        let block = match line.role {
            Role::Section => Some(Block::Section(at)),
            Role::Subhead => Some(Block::Subhead(at)),
            Role::Caption => Some(Block::Caption(at)),
            Role::Kicker if !with_headline.contains(&at) => Some(Block::Kicker(at)),
            Role::Contributor => {
                // A contributor line that runs over the line end: its first line does not close its bracket.
                match blocks.last_mut() {
                    Some(Block::Contributor(open))
                        if last_contributor.is_some_and(|last: usize| leaves_bracket_open(&lines[last].text)) =>
                    {
                        open.push(at);
                        None
                    }
                    _ => Some(Block::Contributor(vec![at])),
                }
            }
            _ => starts[at].take(),
        };
        if line.role == Role::Contributor {
            last_contributor = Some(at);
        }
        blocks.extend(block);
    }
    blocks
}

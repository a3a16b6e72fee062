//! Blocks → drafts of items: where each starts, where it ends, which lines are its headline.
//!
//! A section, a known headline or a closing contributor line ends an item. A heading in the running text opens one where
//! none is open; inside an open item it is a subhead, unless the issue shows otherwise.

use super::blocks::Block;
use super::contributor;
use crate::model::{Contribution, ContributorKind, Role, TextLine};
use crate::outline::Outline;
use crate::rules::{Place, Profile, Style};

/// An item before its fields are read. All lines are indices.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) section: Option<String>,
    pub(super) kicker: Vec<usize>,
    pub(super) headline: Vec<usize>,
    /// Contents entry that the headline answers.
    pub(super) entry: Option<usize>,
    /// Indices of paragraphs.
    pub(super) paragraphs: Vec<usize>,
    /// Subheads and captions.
    pub(super) others: Vec<usize>,
    pub(super) contribution: Option<Contribution>,
    /// Lines that hold nothing but contributors.
    pub(super) contributor_lines: Vec<usize>,
    /// Bytes of the last paragraph that are contributor, from its end.
    pub(super) tail_bytes: usize,
    closed: bool,
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.headline.is_empty() && self.paragraphs.is_empty() && self.kicker.is_empty()
    }
}

/// Everything a document's items are cut from.
pub(super) struct Cutter<'a> {
    pub(super) lines: &'a mut [TextLine],
    pub(super) outline: &'a Outline,
    pub(super) texts: &'a [String],
    pub(super) profile: &'a Profile,
}

impl Cutter<'_> {
    /// The drafts of all items, in reading order. Gives headings, kickers and subheads their roles.
    pub(super) fn drafts(&mut self, blocks: &[Block]) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        let mut open = Draft::default();
        let mut section: Option<String> = None;
        let last_known = blocks.iter().rposition(|block| matches!(block, Block::Headline { entry: Some(_), .. }));
        let mut page_from = 0;
        for (at, block) in blocks.iter().enumerate() {
            if open.closed && !matches!(block, Block::Caption(_)) {
                let goes_on = matches!(block, Block::Contributor(_));
                if !goes_on {
                    drafts.push(std::mem::take(&mut open));
                }
            }
            match block {
                Block::Section(line) => {
                    self.close(&mut drafts, &mut open);
                    section =
                        Some(crate::outline::section_name(&self.lines[*line].text, self.outline, *line, self.profile));
                }
                Block::Headline { lines, entry } => {
                    let lead = self.is_lead(&open) && entry.is_none();
                    // A heading right above a known headline is its kicker.
                    let kicker_only = open.paragraphs.is_empty() && !open.headline.is_empty() && open.entry.is_none();
                    if kicker_only {
                        open.kicker.append(&mut open.headline);
                    } else if !lead {
                        self.close(&mut drafts, &mut open);
                    }
                    open.section.clone_from(&section);
                    open.entry = *entry;
                    self.set_headline(&mut open, lines, *entry, &mut section);
                }
                Block::Heading(lines) => {
                    let opens =
                        open.is_empty() || self.is_lead(&open) || self.opens_item(blocks, at, last_known, &open);
                    if !opens && !open.headline.is_empty() && open.paragraphs.is_empty() {
                        // A second heading under the headline: its second part in a bulletin, a subhead in a newspaper.
                        if self.profile.style == Style::Bulletin && open.entry.is_none() {
                            open.headline.extend(lines);
                        } else {
                            self.subhead(&mut open, lines);
                        }
                    } else if opens {
                        if !self.is_lead(&open) {
                            self.close(&mut drafts, &mut open);
                        }
                        open.section.clone_from(&section);
                        self.set_headline(&mut open, lines, None, &mut section);
                    } else {
                        self.subhead(&mut open, lines);
                    }
                }
                Block::Subhead(line) => {
                    if open.is_empty() {
                        open.section.clone_from(&section);
                        open.headline.push(*line);
                        self.lines[*line].role = Role::Headline;
                    } else {
                        open.others.push(*line);
                    }
                }
                Block::Caption(line) => open.others.push(*line),
                Block::Paragraph(index) => {
                    if open.is_empty() {
                        open.section.clone_from(&section);
                    }
                    open.paragraphs.push(*index);
                    self.read_tail(&mut open, *index, blocks.get(at + 1));
                }
                Block::Contributor(lines) => self.read_contributor(&mut drafts, &mut open, lines, &mut page_from),
            }
        }
        self.close(&mut drafts, &mut open);
        drafts
    }

    fn close(&self, drafts: &mut Vec<Draft>, open: &mut Draft) {
        let draft = std::mem::take(open);
        if !draft.is_empty() || !draft.others.is_empty() || !draft.contributor_lines.is_empty() {
            drafts.push(draft);
        }
    }

    /// Whether the open item is a lead printed above its headline: newspapers set it so, vision models read it so.
    fn is_lead(&self, open: &Draft) -> bool {
        self.profile.style == Style::Newspaper && open.headline.is_empty() && open.paragraphs.len() == 1 && !open.closed
    }

    /// Whether a heading inside an open item starts a new one all the same.
    fn opens_item(&self, blocks: &[Block], at: usize, last_known: Option<usize>, open: &Draft) -> bool {
        if open.paragraphs.is_empty() {
            return false;
        }
        // A report that names its reporters in its first words is one; reports that do so have no parts.
        let led = |index: usize| contributor::lead(&self.texts[index], self.profile).is_some();
        if open.paragraphs.first().is_some_and(|&index| led(index))
            || matches!(blocks.get(at + 1), Some(Block::Paragraph(index)) if led(*index))
        {
            return true;
        }
        // A byline follows, as it follows headlines.
        if let Some(Block::Contributor(lines)) = blocks.get(at + 1) {
            let under = self
                .profile
                .all(self.outline.matches[lines[0]], crate::rules::Kind::Contributor)
                .any(|rule| rule.place == Some(Place::UnderHeadline));
            if under && matches!(blocks.get(at + 2), Some(Block::Paragraph(_))) {
                return true;
            }
        }
        if self.profile.style == Style::Newspaper {
            return self.opens_piece(&blocks[at..], open);
        }
        // Among the items that the contents list names, what it does not name is a part of one.
        if last_known.is_some_and(|last| at < last) {
            return false;
        }
        // Items that are closed by their contributors end there and nowhere else.
        let closes = |block: &Block| match block {
            Block::Contributor(lines) => crate::outline::closes(self.outline.matches[lines[0]], self.profile),
            _ => false,
        };
        let end = blocks[at..]
            .iter()
            .position(|block| matches!(block, Block::Section(_) | Block::Headline { .. }))
            .map_or(blocks.len(), |n| at + n);
        !blocks[at..end].iter().any(closes)
    }

    /// Whether a heading inside an open piece of a newspaper page starts another: if it has a kicker or section of its own,
    /// if the open piece has named its author already, or if the page names one source for all its pieces and nobody
    /// signs before that. Elsewhere it is a subhead.
    fn opens_piece(&self, blocks: &[Block], open: &Draft) -> bool {
        let Some(Block::Heading(lines)) = blocks.first() else { return false };
        if lines.len() >= 2 || open.contribution.is_some() {
            return true;
        }
        blocks[1..]
            .iter()
            .find_map(|block| match block {
                Block::Contributor(lines) => {
                    let mut rules = self.profile.all(self.outline.matches[lines[0]], crate::rules::Kind::Contributor);
                    Some(rules.any(|rule| rule.place == Some(Place::Page)))
                }
                Block::Paragraph(index) if contributor::tail(&self.texts[*index], false, self.profile).is_some() => {
                    Some(false)
                }
                Block::Headline { .. } | Block::Section(_) => Some(false),
                _ => None,
            })
            .unwrap_or(false)
    }

    /// Headline lines, and what stands with them: a short line above is a section's name, a longer one a kicker.
    fn set_headline(&mut self, open: &mut Draft, lines: &[usize], entry: Option<usize>, section: &mut Option<String>) {
        let mut rest = lines;
        if self.profile.style == Style::Newspaper && entry.is_none() {
            let widths: Vec<f32> = lines.iter().map(|&at| self.lines[at].width_em).collect();
            if widths.len() >= 2 && widths[0] <= 6.0 && widths[1] >= widths[0] + 2.0 {
                let name = self.lines[rest[0]].text.clone();
                self.lines[rest[0]].role = Role::Section;
                *section = Some(name);
                open.section.clone_from(section);
                rest = &rest[1..];
            }
            if let &[above, below] = rest {
                let [above_em, below_em] = [above, below].map(|at| self.lines[at].width_em);
                let dashed = |at: usize| self.lines[at].text.starts_with(['—', '-', '─']);
                if dashed(below) {
                    open.kicker.push(below);
                    rest = &rest[..1];
                } else if above_em > below_em + 3.0 || self.lines[above].text.ends_with(['：', '—']) {
                    open.kicker.push(above);
                    rest = &rest[1..];
                } else if below_em > above_em * 1.5 {
                    open.kicker.push(below);
                    rest = &rest[..1];
                }
            }
        }
        open.headline.extend(rest);
        for &at in rest {
            self.lines[at].role = Role::Headline;
        }
        for &at in &open.kicker {
            self.lines[at].role = Role::Kicker;
        }
    }

    fn subhead(&mut self, open: &mut Draft, lines: &[usize]) {
        for &at in lines {
            self.lines[at].role = Role::Subhead;
            open.others.push(at);
        }
    }

    /// A contributor printed behind the last sentence of a paragraph closes the item; in the middle of an item with a
    /// headline only a form that can be nothing else does.
    fn read_tail(&mut self, open: &mut Draft, index: usize, next: Option<&Block>) {
        let text = &self.texts[index];
        let goes_on = matches!(next, Some(Block::Paragraph(_) | Block::Subhead(_)));
        let certain = goes_on && !open.headline.is_empty();
        if let Some((contribution, start)) = contributor::tail(text, certain, self.profile) {
            open.tail_bytes = text.len() - start;
            add(open, contribution);
            open.closed = true;
        } else if let Some(contribution) = contributor::lead(text, self.profile).filter(|_| open.contribution.is_none())
        {
            add(open, contribution);
        }
    }

    fn read_contributor(&mut self, drafts: &mut [Draft], open: &mut Draft, lines: &[usize], page_from: &mut usize) {
        let text: String = lines.iter().map(|&at| self.lines[at].text.as_str()).collect();
        let matches = match lines {
            [one] => self.outline.matches[*one],
            _ => self.profile.line_matches(&text),
        };
        let under_headline = !open.headline.is_empty() && open.paragraphs.is_empty();
        open.contributor_lines.extend(lines);
        let Some((contribution, place)) = contributor::line(&text, matches, under_headline, self.profile) else {
            return;
        };
        if place == Place::Page {
            // It stands for every piece on its page that names nobody.
            for draft in drafts[*page_from..].iter_mut().filter(|draft| draft.contribution.is_none()) {
                draft.contribution = Some(contribution.clone());
            }
            *page_from = drafts.len() + 1;
            if open.is_empty() || open.contribution.is_some() {
                open.closed = true;
                return;
            }
        }
        add(open, contribution);
        open.closed = !under_headline;
    }
}

/// Adds to what is known of the contributor: a closing 供稿 line says more than a byline.
fn add(open: &mut Draft, new: Contribution) {
    match &mut open.contribution {
        None => open.contribution = Some(new),
        Some(known) => {
            for name in new.names {
                if !known.names.contains(&name) {
                    known.names.push(name);
                }
            }
            known.text = format!("{} {}", known.text, new.text);
            if new.kind == ContributorKind::Contributed {
                known.kind = new.kind;
            }
        }
    }
}

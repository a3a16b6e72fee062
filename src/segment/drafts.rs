//! Blocks → drafts of items: where each starts, where it ends, which lines are its headline.
//!
//! A section, a known headline or a closing contributor line ends an item. A heading in the running text opens one where
//! none is open; inside an open item it is a subhead, unless the issue shows otherwise.

use super::blocks::Block;
use super::contributor;
use crate::model::{Contribution, ContributorKind, Placement, Role, TextLine};
use crate::outline::Outline;
use crate::reflow::Flow;
use crate::rules::{Kind, Place, Profile, Style};

/// An item is closed by at most this many contributor lines.
const MOST_CONTRIBUTOR_LINES: usize = 6;

/// Characters of a paragraph that tell how it opens.
const OPENING: usize = 40;

/// The name of a column above a headline is no wider, in ems, if nothing but its size tells it.
const LABEL_EM: f32 = 4.5;

/// Lines of one heading are of different rank if their type differs by more.
const SIZES_APART: f32 = 1.2;

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
    /// Whether nothing of an item has been found yet; captions and contributor lines alone are none.
    fn is_empty(&self) -> bool {
        self.headline.is_empty() && self.paragraphs.is_empty() && self.kicker.is_empty()
    }
}

/// The drafts of all items, in reading order. Gives headings, kickers and subheads their roles.
pub(super) fn drafts(
    lines: &mut [TextLine],
    blocks: &[Block],
    texts: &[String],
    (outline, flow): (&Outline, &Flow),
    profile: &Profile,
) -> Vec<Draft> {
    let ahead = Ahead::of(blocks, texts, outline, profile);
    let mut cutter = Cutter {
        lines,
        blocks,
        texts,
        outline,
        flow,
        profile,
        ahead,
        drafts: Vec::new(),
        open: Draft::default(),
        section: None,
        page_from: 0,
    };
    for at in 0..blocks.len() {
        cutter.take(at);
    }
    cutter.close();
    let Cutter { mut drafts, open, .. } = cutter;
    if let Some(last) = drafts.last_mut() {
        last.others.extend(open.others);
    }
    drafts
}

/// What comes after each block, read once from the end.
struct Ahead {
    /// The next thing that names an author is a source for the whole page: nobody signs before it.
    page_source: Vec<bool>,
    /// A contributor closes an item before the next section or known headline.
    closer: Vec<bool>,
    /// Index of the last headline that the contents list names.
    last_listed: Option<usize>,
}

impl Ahead {
    fn of(blocks: &[Block], texts: &[String], outline: &Outline, profile: &Profile) -> Self {
        let (mut page_source, mut closer) = (vec![false; blocks.len()], vec![false; blocks.len()]);
        for at in (0..blocks.len().saturating_sub(1)).rev() {
            let next = at + 1;
            (page_source[at], closer[at]) = match &blocks[next] {
                Block::Contributor(lines) => {
                    let matches = outline.matches[lines[0]];
                    let mut rules = profile.all(matches, Kind::Contributor);
                    (
                        rules.any(|rule| rule.place == Some(Place::Page)),
                        crate::outline::closes(matches, profile) || closer[next],
                    )
                }
                Block::Paragraph(index) if contributor::tail(&texts[*index], false, profile).is_some() => {
                    (false, closer[next])
                }
                Block::Headline { .. } | Block::Section(_) => (false, false),
                _ => (page_source[next], closer[next]),
            };
        }
        let listed = |block: &Block| matches!(block, Block::Headline { entry: Some(_), .. });
        Self { page_source, closer, last_listed: blocks.iter().rposition(listed) }
    }
}

struct Cutter<'a> {
    lines: &'a mut [TextLine],
    blocks: &'a [Block],
    texts: &'a [String],
    outline: &'a Outline,
    flow: &'a Flow,
    profile: &'a Profile,
    ahead: Ahead,
    drafts: Vec<Draft>,
    open: Draft,
    section: Option<String>,
    /// The first draft of the page that is being read.
    page_from: usize,
}

impl Cutter<'_> {
    fn take(&mut self, at: usize) {
        let block = &self.blocks[at];
        let may_follow = match block {
            Block::Caption(_) => true,
            Block::Contributor(_) => self.open.contributor_lines.len() < MOST_CONTRIBUTOR_LINES,
            _ => false,
        };
        if self.open.closed && !may_follow {
            self.close();
        }
        match self.decided(block) {
            Some(true) => self.close(),
            Some(false) if self.go_on(block) => return,
            _ => {}
        }
        match block {
            Block::Section(line) => {
                self.close();
                self.section =
                    Some(crate::outline::section_name(&self.lines[*line].text, self.outline, *line, self.profile));
            }
            Block::Headline { lines, kickers, opens: true, entry: None } => self.open_story(lines, kickers),
            Block::Headline { lines, entry, .. } => self.known_headline(lines, *entry),
            Block::Heading(lines) => self.heading(at, lines),
            Block::Subhead(line) if self.open.is_empty() => self.start_headline(&[*line]),
            Block::Subhead(line) | Block::Caption(line) => self.open.others.push(*line),
            Block::Kicker(line) => self.open.kicker.push(*line),
            Block::Paragraph(index) => {
                if self.starts_brief(*index, at) {
                    self.close();
                }
                if self.open.is_empty() {
                    self.open.section.clone_from(&self.section);
                }
                self.open.paragraphs.push(*index);
                self.paragraph_end(*index, at);
            }
            Block::Contributor(lines) => self.contributor(lines, at),
        }
    }

    /// Whether a person has decided that an item starts with the block, or that none does.
    fn decided(&self, block: &Block) -> Option<bool> {
        let first = match block {
            Block::Section(line) | Block::Subhead(line) | Block::Kicker(line) | Block::Caption(line) => *line,
            Block::Headline { lines, .. } | Block::Heading(lines) | Block::Contributor(lines) => lines[0],
            Block::Paragraph(index) => self.flow.paragraphs[*index].lines[0],
        };
        self.lines[first].decided.starts_item
    }

    /// Goes on with the item above, as a person has decided; a headline is then one inside it. Whether that was all there
    /// is to do with the block.
    fn go_on(&mut self, block: &Block) -> bool {
        if self.open.is_empty()
            && let Some(above) = self.drafts.pop()
        {
            let others = std::mem::replace(&mut self.open, above).others;
            self.open.others.extend(others);
            // What stood behind its last sentence stands in its middle now.
            self.open.tail_bytes = 0;
        }
        self.open.closed = false;
        let (Block::Headline { lines, .. } | Block::Heading(lines)) = block else { return false };
        if self.open.is_empty() {
            return false;
        }
        for &line in lines {
            self.lines[line].role = Role::Subhead;
            self.open.others.push(line);
        }
        true
    }

    fn close(&mut self) {
        let draft = std::mem::take(&mut self.open);
        if draft.is_empty() {
            // A picture above the first headline belongs to what comes under it.
            self.open.others = draft.others;
        } else {
            self.drafts.push(draft);
        }
    }

    fn is_newspaper(&self) -> bool {
        self.profile.style == Style::Newspaper
    }

    /// Whether the open item is a lead printed above its headline: newspapers set it so, vision models read it so.
    fn is_lead(&self) -> bool {
        self.is_newspaper() && self.open.headline.is_empty() && self.open.paragraphs.len() == 1 && !self.open.closed
    }

    /// Whether nothing but a kicker of the open item has been found, which stands above its headline.
    fn has_kicker_only(&self) -> bool {
        self.open.headline.is_empty() && self.open.paragraphs.is_empty() && !self.open.kicker.is_empty()
    }

    /// Whether a paragraph is the next of several briefs that nobody signs: in their section, each opens with its day.
    fn starts_brief(&self, index: usize, at: usize) -> bool {
        let unsigned = self.open.contribution.is_none() && !self.ahead.closer[at];
        let headless = self.open.headline.is_empty() && !self.open.paragraphs.is_empty();
        let opens = |text: &str| self.profile.first(self.profile.line_matches(text), Kind::BodyStart).is_some();
        let briefs = || self.section.as_ref().is_some_and(|name| self.profile.finds(Kind::BriefSection, name));
        unsigned && headless && briefs() && opens(crate::outline::head_of(&self.texts[index], OPENING))
    }

    fn known_headline(&mut self, lines: &[usize], entry: Option<usize>) {
        // A heading right above a known headline is its kicker.
        let under_kicker =
            self.open.paragraphs.is_empty() && !self.open.headline.is_empty() && self.open.entry.is_none();
        if under_kicker {
            let above = std::mem::take(&mut self.open.headline);
            match above[..] {
                [label] if self.is_label(label) => self.set_section(label),
                _ => self.open.kicker.extend(above),
            }
        } else if (entry.is_some() || !self.is_lead()) && !self.has_kicker_only() {
            self.close();
        }
        self.open.entry = entry;
        self.start_headline(lines);
    }

    /// A story begins with its headline, as its page shows.
    fn open_story(&mut self, lines: &[usize], kickers: &[usize]) {
        self.close();
        let mut kickers = kickers.to_vec();
        if let Some(label) = kickers.first().filter(|&&line| line < lines[0] && self.names_column(line)).copied() {
            self.set_section(label);
            kickers.remove(0);
        }
        self.open.section.clone_from(&self.section);
        self.open.headline.extend(lines);
        self.open.kicker.extend(kickers);
    }

    fn heading(&mut self, at: usize, lines: &[usize]) {
        if self.open.is_empty() || self.is_lead() || self.has_kicker_only() {
            self.start_headline(lines);
        } else if self.opens_item(at, lines) {
            self.close();
            self.start_headline(lines);
        } else if self.open.paragraphs.is_empty() && self.open.entry.is_none() && self.outsizes(lines) {
            // What stood above it in smaller type was its kicker.
            let above = std::mem::take(&mut self.open.headline);
            self.open.kicker.extend(above);
            self.start_headline(lines);
        } else if self.open.paragraphs.is_empty() && !self.is_newspaper() && self.open.entry.is_none() {
            // The second part of a bulletin's headline.
            self.open.headline.extend(lines);
        } else {
            for &line in lines {
                self.lines[line].role = Role::Subhead;
                self.open.others.push(line);
            }
        }
    }

    /// Whether a heading inside an open item starts a new one all the same.
    fn opens_item(&self, at: usize, lines: &[usize]) -> bool {
        if self.open.paragraphs.is_empty() {
            return false;
        }
        // Beside a headline in large type, a heading of the running size is one inside the story.
        if self.is_newspaper() && !self.open.closed && self.is_lesser(lines) {
            return false;
        }
        // A report that names its reporters in its first words is one; reports that do so have no parts.
        let led = |index: usize| contributor::lead(&self.texts[index], self.profile).is_some();
        let leads = self.open.paragraphs.first().is_some_and(|&index| led(index));
        if leads || matches!(self.blocks.get(at + 1), Some(Block::Paragraph(index)) if led(*index)) {
            return true;
        }
        // A byline follows, as it follows headlines.
        if let [Block::Contributor(byline), Block::Paragraph(_), ..] = &self.blocks[at + 1..] {
            let mut rules = self.profile.all(self.outline.matches[byline[0]], Kind::Contributor);
            if rules.any(|rule| rule.place == Some(Place::UnderHeadline)) {
                return true;
            }
        }
        // So does the day of its publication. And what is printed like the headline of the open item is one like it.
        if matches!(self.blocks.get(at + 1), Some(Block::Kicker(_))) || (self.is_unlisted(at) && self.is_alike(lines)) {
            return true;
        }
        // The open item has its contributor already, so it can be over.
        if self.open.contribution.is_some() {
            return true;
        }
        if self.is_newspaper() {
            // A heading with a kicker or section of its own is a headline. So is each heading of a page that names one
            // source for all its pieces, if nobody signs before that.
            return (lines.len() >= 2 && !self.is_one(lines)) || self.ahead.page_source[at];
        }
        // Among the items that the contents list names, what it does not name is a part of one. Elsewhere an item that
        // its contributor closes ends there and nowhere else.
        self.is_unlisted(at) && !self.ahead.closer[at]
    }

    /// Whether a block stands below the last headline that the contents list names.
    fn is_unlisted(&self, at: usize) -> bool {
        self.ahead.last_listed.is_none_or(|last| at > last)
    }

    /// The largest type of these lines, as a share of the usual; 0 where the source does not show it.
    fn scale(&self, lines: &[usize]) -> f32 {
        crate::outline::scale_of(self.lines, lines)
    }

    /// Whether a heading is set in far larger type than the headline of the open item.
    fn outsizes(&self, lines: &[usize]) -> bool {
        let headline = self.scale(&self.open.headline);
        headline > 0.0 && self.scale(lines) > headline * SIZES_APART
    }

    /// Whether a heading is set in the size of the running text, and the headline of the open item in larger type.
    fn is_lesser(&self, lines: &[usize]) -> bool {
        let heading = self.scale(lines);
        (0.95..1.05).contains(&heading) && self.scale(&self.open.headline) > SIZES_APART
    }

    /// Whether a heading is printed like the headline of the open item, in type that only headlines have.
    fn is_alike(&self, lines: &[usize]) -> bool {
        let (headline, heading) = (self.scale(&self.open.headline), self.scale(lines));
        let numbered = || {
            lines
                .first()
                .is_some_and(|&line| self.profile.first(self.outline.matches[line], Kind::ParagraphStart).is_some())
        };
        headline > SIZES_APART && (heading - headline).abs() < 0.03 * headline && !numbered()
    }

    /// Headline lines, and what stands with them: a short line above is a section's name, a longer one a kicker.
    fn start_headline(&mut self, lines: &[usize]) {
        let mut rest = lines;
        if self.is_newspaper() && self.open.entry.is_none() {
            let widths: Vec<f32> = lines.iter().map(|&line| self.lines[line].width_em).collect();
            // A short first line that is set like the second is one of the headline, unless it names a column.
            let is_shorter = widths.len() >= 2
                && widths[1] >= widths[0] + 2.0
                && (!self.is_one(&rest[..2]) || self.names_column(rest[0]));
            // The title of a page is set in yet larger type than its headlines.
            let is_larger = widths.len() >= 2 && self.scale(&rest[..1]) > self.scale(&rest[1..2]) * SIZES_APART;
            // In a narrow column the headline's lines are as short, but larger.
            let is_under_larger = widths.len() >= 2
                && widths[0] <= LABEL_EM
                && self.scale(&rest[1..2]) > self.scale(&rest[..1]) * SIZES_APART;
            if (is_shorter || is_larger || is_under_larger) && self.is_label(rest[0]) {
                self.set_section(rest[0]);
                rest = &rest[1..];
            }
            if let &[above, below] = rest
                && !self.is_one(rest)
            {
                let [above_em, below_em] = [above, below].map(|line| self.lines[line].width_em);
                let starts = |line: usize, marks: &[char]| self.lines[line].text.starts_with(marks);
                if starts(below, &['—', '-', '─']) || below_em > above_em * 1.5 {
                    self.open.kicker.push(below);
                    rest = &rest[..1];
                } else if above_em > below_em + 3.0 || self.lines[above].text.ends_with(['：', '—']) {
                    self.open.kicker.push(above);
                    rest = &rest[1..];
                }
            }
        }
        if self.open.entry.is_none() {
            rest = self.largest(rest);
        }
        self.open.section.clone_from(&self.section);
        self.open.headline.extend(rest);
        for &line in rest {
            self.lines[line].role = Role::Headline;
        }
        for &line in &self.open.kicker {
            self.lines[line].role = Role::Kicker;
        }
    }

    /// Whether print shows that lines are one heading: they are set alike.
    fn is_one(&self, lines: &[usize]) -> bool {
        let placed: Option<Vec<Placement>> = lines.iter().map(|&line| self.lines[line].placement).collect();
        let Some(placed) = placed.filter(|it| !it.is_empty()) else { return false };
        let first = placed[0];
        placed.iter().all(|it| first.is_as_large(it) && it.stands_out == first.stands_out)
            && (first.scale > SIZES_APART || first.stands_out)
    }

    /// The lines of a heading in its largest type; those above and below in far smaller type are kickers.
    fn largest<'b>(&mut self, lines: &'b [usize]) -> &'b [usize] {
        let Some((first, last)) = crate::outline::largest(self.lines, lines, SIZES_APART) else { return lines };
        self.open.kicker.extend(lines[..first].iter().chain(&lines[last + 1..]));
        &lines[first..=last]
    }

    /// Whether a line above a headline is the label of its column.
    fn is_label(&self, line: usize) -> bool {
        self.lines[line].width_em <= 6.0 || self.names_column(line)
    }

    fn names_column(&self, line: usize) -> bool {
        self.profile.finds(Kind::ColumnLabel, &self.lines[line].text)
    }

    fn set_section(&mut self, line: usize) {
        self.section = Some(self.lines[line].text.clone());
        self.lines[line].role = Role::Section;
    }

    /// A contributor printed behind the last sentence of a paragraph closes the item; in the middle of an item with a
    /// headline only a form that can be nothing else does.
    fn paragraph_end(&mut self, index: usize, at: usize) {
        let text = &self.texts[index];
        let goes_on = matches!(self.blocks.get(at + 1), Some(Block::Paragraph(_) | Block::Subhead(_)));
        let certain = goes_on && !self.open.headline.is_empty();
        if let Some((contribution, start)) = contributor::tail(text, certain, self.profile) {
            self.open.tail_bytes = text.len() - start;
            self.add(contribution);
            self.open.closed = true;
        } else if self.open.contribution.is_none()
            && let Some(contribution) = contributor::lead(text, self.profile)
        {
            self.add(contribution);
        }
    }

    fn contributor(&mut self, lines: &[usize], at: usize) {
        let text: String = lines.iter().map(|&line| self.lines[line].text.as_str()).collect();
        let matches = match lines {
            [one] => self.outline.matches[*one],
            _ => self.profile.line_matches(&text),
        };
        let under_headline = !self.open.headline.is_empty() && self.open.paragraphs.is_empty();
        self.open.contributor_lines.extend(lines);
        let decided = lines.iter().any(|&line| self.lines[line].decided.role == Some(Role::Contributor));
        let read = contributor::line(&text, matches, under_headline, self.profile)
            .or_else(|| decided.then(|| (contributor::as_printed(&text), Place::Line)));
        let Some((contribution, place)) = read else {
            return;
        };
        if place == Place::Page || (self.is_page_source(&text, at) && contribution.kind == ContributorKind::Source) {
            // It stands for every piece on its page that names nobody.
            let on_page = self.drafts.iter_mut().skip(self.page_from);
            for draft in on_page.filter(|draft| draft.contribution.is_none()) {
                draft.contribution = Some(contribution.clone());
            }
            self.page_from = self.drafts.len() + 1;
            if self.open.is_empty() || self.open.contribution.is_some() {
                self.open.closed = true;
                return;
            }
        }
        self.add(contribution);
        self.open.closed = !under_headline;
    }

    /// The 来源 line that a newspaper page prints last of all is that of the page.
    fn is_page_source(&self, text: &str, at: usize) -> bool {
        let last = || self.blocks[at + 1..].iter().all(|block| matches!(block, Block::Caption(_)));
        self.is_newspaper() && (text.contains("来源") || text.contains("來源")) && last()
    }

    /// Adds to what is known of the contributor: a closing 供稿 line says more than a byline.
    fn add(&mut self, new: Contribution) {
        match &mut self.open.contribution {
            None => self.open.contribution = Some(new),
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
}

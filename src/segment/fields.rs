//! Drafts → items: the text of each and its fields.

use super::district::Places;
use super::drafts::{Cutter, Draft};
use super::{audit, blocks, date};
use crate::model::{Code, Diagnostic, Item, ItemKind, Masthead, Role, TextLine, TextSource, TocEntry};
use crate::outline::Outline;
use crate::reflow::{Flow, paragraph_text};
use crate::rules::{Profile, RuleSet, Style};

/// What the stages before have found.
pub struct Parts {
    /// Roles, contents list, headlines.
    pub outline: Outline,
    /// Paragraphs and headings.
    pub flow: Flow,
}

/// The items of a document, its contents entries with the items they name, and remarks on both. Sets item, paragraph and
/// role of the lines.
pub fn items(
    lines: &mut [TextLine],
    parts: Parts,
    profile: &Profile,
    rules: &RuleSet,
) -> (Vec<Item>, Option<Vec<TocEntry>>, Vec<Diagnostic>) {
    let Parts { mut outline, flow } = parts;
    let texts: Vec<String> = flow.paragraphs.iter().map(|paragraph| paragraph_text(lines, paragraph)).collect();
    let blocks = blocks::blocks(lines, &outline, &flow);
    let drafts = Cutter { lines, outline: &outline, texts: &texts, profile }.drafts(&blocks);

    let mut toc = outline.toc.take();
    let mut diagnostics = std::mem::take(&mut outline.diagnostics);
    diagnostics.extend(flow.diagnostics.iter().cloned());
    let mut items = Vec::with_capacity(drafts.len());
    for draft in drafts {
        // Captions and contributor lines that no item stands above.
        if draft.headline.is_empty() && draft.paragraphs.is_empty() && draft.kicker.is_empty() {
            continue;
        }
        let ordinal = items.len() as u32 + 1;
        if let (Some(entry), Some(toc)) = (draft.entry, &mut toc) {
            toc[entry].item = Some(ordinal);
        }
        let builder =
            Builder { draft: &draft, flow: &flow, texts: &texts, masthead: &outline.masthead, profile, rules };
        items.push(builder.item(ordinal, lines, toc.is_some(), &mut diagnostics));
    }
    audit::remark(lines, &items, toc.as_deref(), &mut diagnostics);
    for diagnostic in &mut diagnostics {
        let line = diagnostic.line.and_then(|number| lines.get(number as usize - 1));
        diagnostic.item = diagnostic.item.or_else(|| line.and_then(|line| line.item));
    }
    diagnostics.sort_by(|a, b| (a.line, a.code, &a.message).cmp(&(b.line, b.code, &b.message)));
    for item in &mut items {
        let mut flags: Vec<&str> =
            diagnostics.iter().filter(|it| it.item == Some(item.ordinal)).map(|it| it.code.as_str()).collect();
        flags.sort_unstable();
        flags.dedup();
        item.flags = flags;
    }
    (items, toc, diagnostics)
}

struct Builder<'a> {
    draft: &'a Draft,
    flow: &'a Flow,
    texts: &'a [String],
    masthead: &'a Masthead,
    profile: &'a Profile,
    rules: &'a RuleSet,
}

impl Builder<'_> {
    fn item(&self, ordinal: u32, lines: &mut [TextLine], has_toc: bool, diagnostics: &mut Vec<Diagnostic>) -> Item {
        let Self { draft, .. } = *self;
        let paragraphs = self.paragraphs();
        let own = self.claim(ordinal, lines);
        let headline = joined(lines, &draft.headline);
        let issued = self.masthead.issue_date;
        let dated = date::event(headline.as_deref(), &paragraphs, issued, self.profile);
        if let Some(printed) = dated.impossible {
            diagnostics.push(Diagnostic {
                code: Code::ImpossibleDate,
                line: own.first().map(|at| lines[*at].number),
                item: Some(ordinal),
                message: format!("no calendar has “{printed}”; the item's date is left empty"),
                rule: None,
            });
        }
        let places = Places { gazetteer: &self.rules.gazetteer, profile: self.profile, issued };
        let found = places.find(headline.as_deref(), &paragraphs, draft.contribution.as_ref());
        let (first, last) = (own.first().copied().unwrap_or_default(), own.last().copied().unwrap_or_default());
        Item {
            ordinal,
            section: draft.section.clone(),
            kind: match (&headline, self.profile.style) {
                (None, _) => ItemKind::Brief,
                (Some(_), Style::Bulletin) => ItemKind::News,
                (Some(_), Style::Newspaper) => ItemKind::Article,
            },
            kicker: joined(lines, &draft.kicker),
            body: paragraphs.join("\n"),
            date: dated.date,
            contribution: draft.contribution.clone(),
            district: found.district,
            districts: found.districts,
            pages: lines[first].page.zip(lines[last].page),
            lines: (lines[first].number, lines[last].number),
            in_toc: has_toc.then_some(headline.is_some() && draft.entry.is_some()),
            headline,
            text_source: TextSource::Text,
            ocr_confidence: None,
            flags: Vec::new(),
        }
    }

    /// The text of the item's paragraphs, the contributor behind the last one taken off.
    fn paragraphs(&self) -> Vec<String> {
        let mut texts: Vec<String> = self.draft.paragraphs.iter().map(|&index| self.texts[index].clone()).collect();
        if let Some(last) = texts.last_mut() {
            last.truncate(last.len() - self.draft.tail_bytes);
            last.truncate(last.trim_end().len());
        }
        texts.retain(|text| !text.is_empty());
        texts
    }

    /// Marks the lines of the item as its own; returns them in order.
    fn claim(&self, ordinal: u32, lines: &mut [TextLine]) -> Vec<usize> {
        let Self { draft, flow, .. } = *self;
        let mut own: Vec<usize> = [&draft.headline, &draft.kicker, &draft.others, &draft.contributor_lines]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        for (place, &index) in draft.paragraphs.iter().enumerate() {
            for &at in &flow.paragraphs[index].lines {
                lines[at].paragraph = Some(place as u32 + 1);
                own.push(at);
            }
        }
        own.sort_unstable();
        for &at in &own {
            lines[at].item = Some(ordinal);
        }
        own
    }
}

/// The text of `own` lines, joined by one space; `None` if there are none.
fn joined(lines: &[TextLine], own: &[usize]) -> Option<String> {
    debug_assert!(own.iter().all(|&at| matches!(lines[at].role, Role::Headline | Role::Kicker)));
    (!own.is_empty()).then(|| own.iter().map(|&at| lines[at].text.as_str()).collect::<Vec<_>>().join(" "))
}

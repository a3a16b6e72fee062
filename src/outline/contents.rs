//! The issue's own contents list: where it stands and what its entries say.
//!
//! It is found by its title, by bullets or numbers before any text, or by sections that come again later with their
//! items under them.

use std::collections::BTreeMap;

use super::headlines::Runs;
use crate::model::{Mark, Role, TextLine, TocEntry};
use crate::rules::{Kind, LineMatches, Profile, Rule};

/// At most this many lines above a contents list may belong to the masthead without a rule saying so.
const UNCLAIMED: usize = 4;

/// An issue lists at most this many lines of contents.
const LONGEST: usize = 400;

/// An entry takes at most this many lines.
const LONGEST_ENTRY: usize = 3;

/// A bullet may be lost on this many first entries of a recognised list.
const LOST: usize = 6;

/// Names of sections are at most this wide, in ems.
const LONGEST_SECTION_EM: f32 = 14.0;

/// The rule of entries that a page number ends; all other entry rules look for what opens them.
const TRAILING: &str = "toc-page-number";

/// Marks the contents list and reads its entries; `None` where the issue prints none.
pub(super) fn mark(
    lines: &mut [TextLine],
    matches: &[LineMatches],
    wrapped: &BTreeMap<usize, String>,
    profile: &Profile,
) -> Option<Vec<TocEntry>> {
    let scan = Scan { lines, matches, wrapped, runs: Runs::of_recognised(lines), profile };
    let start = scan.start()?;
    let found = scan
        .region(start)
        .map(|(first, end)| (scan.entries(first, end), end))
        .filter(|(entries, _)| !entries.is_empty());
    // What stands above the list or the first section and is nothing else belongs to the masthead.
    if found.is_some() || scan.is_section(start) {
        for line in lines[..start].iter_mut().filter(|line| line.role == Role::Other) {
            line.role = Role::Masthead;
        }
    }
    let (entries, end) = found?;
    for line in lines[start..end].iter_mut().filter(|line| matches!(line.role, Role::Other | Role::Section)) {
        line.role = Role::Toc;
    }
    Some(entries)
}

/// Letters, digits and Han characters of `text`: what two wordings of one headline share.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| is_bare(*c)).collect()
}

/// Whether a character is a letter, digit or Han character.
pub(super) fn is_bare(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}') || c.is_alphanumeric()
}

struct Scan<'a> {
    lines: &'a [TextLine],
    matches: &'a [LineMatches],
    wrapped: &'a BTreeMap<usize, String>,
    /// Words of recognised lines, which tell entries whose bullet was lost.
    runs: Runs,
    profile: &'a Profile,
}

/// How a list sets its entries apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// A bullet or number opens each.
    Leading,
    /// A page number ends each.
    Trailing,
    /// A line each.
    Plain,
}

impl Scan<'_> {
    fn is(&self, at: usize, kind: Kind) -> bool {
        self.profile.first(self.matches[at], kind).is_some()
    }

    fn is_silent(&self, at: usize) -> bool {
        self.lines[at].role != Role::Other
    }

    fn is_section(&self, at: usize) -> bool {
        self.is(at, Kind::Section) || self.is(at, Kind::ListedSection)
    }

    /// A Markdown heading among the entries names a section, whatever its words.
    fn names_section(&self, at: usize) -> bool {
        let heading = matches!(self.lines[at].mark, Mark::Heading(_));
        self.is_section(at) || (!self.is_led(at) && !self.is_trailed(at) && (heading || self.stands_between(at)))
    }

    /// Whether a short line stands where entries that bullets open and page numbers end leave none open: it can only
    /// name a section.
    fn stands_between(&self, at: usize) -> bool {
        if self.lines[at].width_em > LONGEST_SECTION_EM {
            return false;
        }
        let above = (0..at).rev().find(|&it| !self.is_silent(it) && !self.is(it, Kind::TocTitle));
        let below = (at + 1..self.lines.len()).find(|&it| !self.is_silent(it));
        let ended = above.is_none_or(|above| self.is_trailed(above));
        let counted = |it: usize| self.is_led(it) && self.is_trailed(it);
        let among = above.is_some_and(counted) || below.is_some_and(counted);
        ended && among && below.is_some_and(|below| self.is_led(below))
    }

    fn section_name(&self, at: usize) -> &str {
        if let Some(name) = self.wrapped.get(&at) {
            return name;
        }
        let text = self.lines[at].text.as_str();
        let found = self.section_rule(at).and_then(|rule| rule.pattern.captures(text));
        found.and_then(|it| it.name("name")).map_or(text, |name| name.as_str())
    }

    fn section_rule(&self, at: usize) -> Option<&Rule> {
        self.profile
            .first(self.matches[at], Kind::Section)
            .or_else(|| self.profile.first(self.matches[at], Kind::ListedSection))
    }

    /// Whether a bullet or number opens the line.
    fn is_led(&self, at: usize) -> bool {
        !self.is_section(at) && self.entry_rules(at).any(|id| id != TRAILING)
    }

    /// Whether a page number ends the line.
    fn is_trailed(&self, at: usize) -> bool {
        !self.is_section(at) && self.entry_rules(at).any(|id| id == TRAILING)
    }

    fn is_marked(&self, at: usize, style: Style) -> bool {
        match style {
            Style::Leading => self.is_led(at),
            Style::Trailing => self.is_trailed(at),
            Style::Plain => false,
        }
    }

    fn entry_rules(&self, at: usize) -> impl Iterator<Item = &str> {
        self.profile.all(self.matches[at], Kind::TocEntry).map(|rule| rule.id.as_str())
    }

    /// The lines that an entry from line `at` takes, if its words stand further down as a headline does.
    fn quoting(&self, at: usize) -> Option<usize> {
        if self.runs.is_empty() || self.is_silent(at) || self.is_section(at) {
            return None;
        }
        let mut key = bare(&self.entry_text(at));
        let mut last = at;
        let mut end = None;
        for _ in 0..LONGEST_ENTRY {
            end = self.runs.stands_below(last, &key).then_some(last + 1).or(end);
            let next = (last + 1..self.lines.len()).find(|&it| !self.is_silent(it))?;
            if self.is_led(next) || self.is_section(next) {
                break;
            }
            key.push_str(&bare(&self.entry_text(next)));
            last = next;
        }
        end
    }

    fn name(&self, at: usize) -> String {
        bare(self.section_name(at))
    }

    /// The first line that a list may start with: its title, a section or an entry, below at most a few short lines that
    /// nothing has claimed; without any of them, the first unclaimed line.
    fn start(&self) -> Option<usize> {
        let unclaimed = (0..self.lines.len()).filter(|&at| !self.is_silent(at));
        let first = unclaimed.clone().next()?;
        let opens =
            |at: usize| self.is(at, Kind::TocTitle) || self.is_section(at) || self.is_led(at) || self.is_trailed(at);
        let head = unclaimed.take(UNCLAIMED + 1).take_while(|&at| {
            let line = &self.lines[at];
            opens(at)
                || (line.width_em <= 30.0
                    && !line.text.contains(['。', '，'])
                    && !matches!(line.mark, Mark::Heading(_)))
        });
        Some(head.into_iter().find(|&at| opens(at)).unwrap_or(first))
    }

    /// First line and end of the list, if there is one from line `start` on.
    fn region(&self, start: usize) -> Option<(usize, usize)> {
        let limit = self.lines.len().min(start + LONGEST);
        // The title may stand below a line or two that belong to the masthead without a rule saying so.
        if let Some(title) = (start..limit.min(start + 6)).find(|&at| self.is(at, Kind::TocTitle)) {
            let first = (title + 1..limit).find(|&at| !self.is_silent(at))?;
            let end = self.end(first, limit, self.style(first, limit));
            return (end > first).then_some((first, end));
        }
        let opening = (start..limit).find(|&at| !self.is_silent(at) && !self.is_section(at))?;
        if opening > start + 6 {
            return None;
        }
        let style = self.style(start, limit.min(opening + 6));
        if style != Style::Plain {
            let end = self.end(start, limit, style);
            let entries = (start..end).filter(|&at| self.is_led(at) || self.is_trailed(at)).count();
            return (entries >= 2 || (entries == 1 && opening > start)).then_some((start, end));
        }
        self.is_section(start).then(|| self.repeated_section(start, limit)).flatten().map(|end| (start, end))
    }

    fn style(&self, first: usize, limit: usize) -> Style {
        let led = (first..limit).find(|&at| self.is_led(at));
        let trailed = (first..limit).find(|&at| self.is_trailed(at));
        let opening = (first..limit).find(|&at| !self.is_silent(at) && !self.is_section(at)).unwrap_or(first);
        match (led, trailed) {
            (Some(led), _) if led == opening => Style::Leading,
            // It lost its bullet, as do others.
            (Some(led), _) if led < opening + LOST && (opening..led).any(|it| self.quoting(it).is_some()) => {
                Style::Leading
            }
            (_, Some(trailed)) if trailed <= opening + 2 => Style::Trailing,
            _ => Style::Plain,
        }
    }

    /// Where a list of plain lines ends whose first section comes again with its items under it.
    fn repeated_section(&self, start: usize, limit: usize) -> Option<usize> {
        let name = self.name(start);
        let again = (start + 1..limit).find(|&at| self.is_section(at) && self.name(at) == name)?;
        let plain = (start + 1..again).all(|at| !self.is_text(at));
        let entries = (start + 1..again).filter(|&at| !self.is_silent(at) && !self.is_section(at)).count();
        (plain && entries > 0).then_some(again)
    }

    /// Whether the line can be no entry: it ends a sentence or closes an item.
    fn is_text(&self, at: usize) -> bool {
        !self.is_silent(at)
            && (super::ends_sentence(&self.lines[at].text)
                && !self.lines[at].text.ends_with(['）', ')', '”', '！', '？'])
                || super::closes(self.matches[at], self.profile))
    }

    fn end(&self, first: usize, limit: usize, style: Style) -> usize {
        let mut names: Vec<String> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        let mut widest: f32 = 0.0;
        let mut last_marked = first;
        let mut quoted = first;
        for at in first..limit {
            if self.is_silent(at) {
                continue;
            }
            if at < quoted {
                if let Some(entry) = keys.last_mut() {
                    entry.push_str(&bare(&self.entry_text(at)));
                }
                last_marked = at + 1;
                continue;
            }
            let line = &self.lines[at];
            if self.names_section(at) {
                let name = self.name(at);
                let next = (at + 1..limit).find(|&next| !self.is_silent(next));
                let lists = style == Style::Plain
                    || next.is_some_and(|next| {
                        self.is_section(next)
                            || (next..limit.min(next + 3))
                                .any(|it| self.is_marked(it, style) || self.quoting(it).is_some())
                    });
                if !keys.is_empty() && (names.contains(&name) || !lists) {
                    return at;
                }
                names.push(name);
                continue;
            }
            if self.is_marked(at, style) {
                keys.push(bare(&self.entry_text(at)));
                widest = widest.max(line.width_em);
                last_marked = at + 1;
                quoted = self.quoting(at).unwrap_or(quoted);
                continue;
            }
            let key = bare(&line.text);
            // The end of an entry may start like running text; it is short and holds no clause.
            let starts_text = self.is(at, Kind::BodyStart) && (line.width_em > 20.0 || line.text.contains('，'));
            let quoting = self.quoting(at);
            if quoting.is_none() && (self.is_text(at) || starts_text) {
                return if style == Style::Plain { first } else { last_marked };
            }
            let comes_again = key.chars().count() >= 4
                && keys
                    .iter()
                    .any(|it| it.starts_with(&key) || (it.chars().count() >= 6 && key.starts_with(it.as_str())));
            if comes_again {
                return at;
            }
            if let Some(end) = quoting {
                keys.push(key);
                last_marked = at + 1;
                quoted = end;
                continue;
            }
            match style {
                Style::Plain => keys.push(key),
                Style::Trailing => {
                    if !(at + 1..limit.min(at + 4)).any(|next| self.is_trailed(next)) {
                        return at;
                    }
                }
                Style::Leading => {
                    let next = (at + 1..limit).find(|&next| !self.is_silent(next));
                    let goes_on = next.is_some_and(|next| self.is_led(next) || self.is_section(next));
                    let full =
                        super::before(self.lines, at).is_some_and(|before| self.lines[before].width_em >= widest - 5.0);
                    if keys.is_empty() || !(goes_on || full) {
                        return at;
                    }
                    // What continues an entry is part of it: the body may start with the same words.
                    if let Some(entry) = keys.last_mut() {
                        entry.push_str(&key);
                    }
                    last_marked = at + 1;
                }
            }
        }
        limit
    }

    fn entry_text(&self, at: usize) -> String {
        let text = &self.lines[at].text;
        let rule = self.profile.first(self.matches[at], Kind::TocEntry);
        let found = rule.and_then(|rule| rule.pattern.captures(text)).and_then(|found| found.name("text"));
        found.map_or(text.as_str(), |it| it.as_str()).trim().to_owned()
    }

    fn entries(&self, first: usize, end: usize) -> Vec<TocEntry> {
        let style = self.style(first, end);
        let mut entries: Vec<TocEntry> = Vec::new();
        let mut section = None;
        let mut open = false;
        let mut quoted = None;
        for at in (first..end).filter(|&at| !self.is_silent(at)) {
            if self.names_section(at) {
                section = Some(self.section_name(at).to_owned());
                open = false;
                quoted = None;
                continue;
            }
            let text = self.entry_text(at);
            let quotes = if quoted.is_some_and(|end| at < end) { None } else { self.quoting(at) };
            let new = match (quoted, style) {
                // Where the words of an entry are known from its headline, it ends with them.
                (Some(end), _) => at >= end,
                (None, Style::Leading) => self.is_led(at) || entries.is_empty() || quotes.is_some(),
                (None, Style::Trailing) => !open,
                (None, Style::Plain) => true,
            };
            if new {
                quoted = quotes;
            }
            match entries.last_mut() {
                Some(entry) if !new => entry.text.push_str(&text),
                _ => entries.push(TocEntry { text, section: section.clone(), line: self.lines[at].number, item: None }),
            }
            open = style == Style::Trailing && !self.is_trailed(at);
        }
        entries
    }
}

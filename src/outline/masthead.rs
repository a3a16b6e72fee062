//! The masthead: name, number, date and maker of the issue, read from the lines before anything else starts.

use jiff::civil::Date;

use crate::model::{Masthead, Role, TextLine};
use crate::rules::{Kind, LineMatches, Profile, Rule};
use crate::segment::numerals;

/// At most this many lines of a document can be masthead.
const LONGEST: usize = 40;

/// Number, total or date may be printed over this many lines.
const PIECES: usize = 6;

/// A piece of a number or date on a line of its own is no longer than this, in ems.
const LONGEST_PIECE_EM: f32 = 8.0;

/// Marks masthead lines and reads them. The first value found of each kind stands.
pub(super) fn mark(lines: &mut [TextLine], matches: &[LineMatches], profile: &Profile) -> Masthead {
    let mut masthead = Masthead::default();
    let end = head_end(lines, matches, profile);
    let mut at = 0;
    while at < end {
        let single = profile.first(matches[at], Kind::Masthead).map(|rule| (1, rule.clone(), lines[at].text.clone()));
        // `第`, `12`, `期` on three lines are one number, and the `12` among them is no folio.
        let found = single.or_else(|| {
            (2..=PIECES.min(end - at)).find_map(|count| {
                let pieces = at..at + count;
                if pieces.clone().any(|piece| {
                    lines[piece].width_em > LONGEST_PIECE_EM || profile.first(matches[piece], Kind::Masthead).is_some()
                }) {
                    return None;
                }
                let text: String = lines[pieces].iter().map(|line| line.text.as_str()).collect();
                let rule = profile.first(profile.line_matches(&text), Kind::Masthead)?;
                has_value(rule, &text).then(|| (count, rule.clone(), text))
            })
        });
        let Some((count, rule, text)) = found else {
            at += 1;
            continue;
        };
        read(&mut masthead, &rule, &text);
        for line in &mut lines[at..at + count] {
            line.role = Role::Masthead;
        }
        at += count;
    }
    masthead
}

/// Lines are read as one only for a value that is printed in pieces.
fn has_value(rule: &Rule, text: &str) -> bool {
    let found = rule.pattern.captures(text);
    found.is_some_and(|found| ["number", "total", "date"].iter().any(|name| found.name(name).is_some()))
}

/// Marks lines further down that print the name of the publication again, with or without its number: running heads.
pub(super) fn mark_repeats(lines: &mut [TextLine], matches: &[LineMatches], masthead: &Masthead, profile: &Profile) {
    let Some(name) = &masthead.publication else { return };
    for (line, matched) in lines.iter_mut().zip(matches).filter(|(line, _)| line.role == Role::Other) {
        let printed = profile.all(*matched, Kind::Masthead).find_map(|rule| {
            let found = rule.pattern.captures(&line.text)?;
            Some(found.name("publication")?.as_str().chars().filter(|c| !c.is_whitespace()).eq(name.chars()))
        });
        if printed == Some(true) {
            line.role = Role::RunningHead;
        }
    }
}

/// Index of the first line that cannot be masthead any more.
fn head_end(lines: &[TextLine], matches: &[LineMatches], profile: &Profile) -> usize {
    let limit = lines.len().min(LONGEST);
    let has = |at: usize, kind| profile.first(matches[at], kind).is_some();
    let numbered = |at: usize| {
        let next = &matches[at..limit.min(at + 4)];
        next.iter()
            .flat_map(|it| profile.all(*it, Kind::Masthead))
            .any(|rule| rule.id.contains("issue") || rule.id.contains("number") || rule.id.contains("total"))
    };
    (0..limit)
        .find(|&at| {
            let line = &lines[at];
            if has(at, Kind::Masthead) && (!has(at, Kind::Section) || numbered(at)) {
                return false;
            }
            has(at, Kind::Section)
                || has(at, Kind::TocTitle)
                || (has(at, Kind::TocEntry) && !has(at, Kind::PageNumber))
                || (has(at, Kind::Contributor) && super::closes(matches[at], profile))
                || super::ends_sentence(&line.text)
                || line.text.ends_with('，')
                || line.width_em > 45.0
        })
        .unwrap_or(limit)
}

fn read(masthead: &mut Masthead, rule: &Rule, text: &str) {
    let Some(found) = rule.pattern.captures(text) else { return };
    let value = |name: &str| found.name(name).map(|it| it.as_str().trim());
    let packed = |name: &str| value(name).map(|it| it.chars().filter(|c| !c.is_whitespace()).collect::<String>());
    if masthead.publication.is_none() {
        masthead.publication = packed("publication");
    }
    if masthead.publisher.is_none() {
        masthead.publisher = packed("publisher");
    }
    masthead.issue_no = masthead.issue_no.or_else(|| value("number").and_then(numerals::integer));
    masthead.issue_total = masthead.issue_total.or_else(|| value("total").and_then(numerals::integer));
    masthead.issue_date = masthead.issue_date.or_else(|| value("date").and_then(full_date));
}

/// A date printed with year, month and day.
fn full_date(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    let year = numerals::year(year.trim())?;
    let month = i8::try_from(numerals::integer(month.trim())?).ok()?;
    let day = i8::try_from(numerals::integer(day.trim().trim_end_matches('日'))?).ok()?;
    Date::new(year, month, day).ok()
}

//! The masthead: name, number, date and maker of the issue, read from the lines before anything else starts.

use jiff::civil::Date;

use crate::model::{Masthead, Role, TextLine};
use crate::rules::{Kind, LineMatches, Profile, Rule, numerals};

/// At most this many lines of a document can be masthead.
const LONGEST: usize = 40;

/// Number, total or date may be printed over this many lines.
const PIECES: usize = 6;

/// A masthead line is no longer than this many bytes, three to a Han character.
const LONGEST_LINE: usize = 240;

/// A masthead line holds at most this many parts.
const MOST_PARTS: usize = 12;

/// A running head is shorter than this, in ems.
const LONGEST_HEAD_EM: f32 = 32.0;

/// A piece of a number or date on a line of its own is no longer than this, in ems.
const LONGEST_PIECE_EM: f32 = 8.0;

/// Marks masthead lines and reads them. The first value found of each kind stands.
pub(super) fn mark(lines: &mut [TextLine], matches: &[LineMatches], profile: &Profile) -> Masthead {
    let mut masthead = Masthead::default();
    let end = head_end(lines, matches, profile);
    let mut at = 0;
    while at < end {
        if lines[at].role != Role::Other {
            at += 1;
            continue;
        }
        if has_number(&masthead) && begins_headline(lines, at, matches, profile) {
            break;
        }
        let single = profile.first(matches[at], Kind::Masthead).map(|rule| (1, rule, lines[at].text.clone()));
        // `第`, `12`, `期` on three lines are one number, and the `12` among them is no folio.
        let found = single.or_else(|| {
            (2..=PIECES.min(end - at)).find_map(|count| {
                let pieces = at..at + count;
                if pieces.clone().any(|piece| {
                    lines[piece].role != Role::Other
                        || lines[piece].width_em > LONGEST_PIECE_EM
                        || profile.first(matches[piece], Kind::Masthead).is_some()
                }) {
                    return None;
                }
                let text: String = lines[pieces].iter().map(|line| line.text.as_str()).collect();
                let rule = profile.first(profile.line_matches(&text), Kind::Masthead)?;
                has_value(rule, &text).then_some((count, rule, text))
            })
        });
        let Some((count, rule, text)) = found else {
            let named = || lines.get(at + 1).is_some_and(|next| is_numbered(next, at + 1, matches, profile));
            if let Some(parts) = parts(&lines[at].text, named, profile) {
                fill(&mut masthead, parts);
                lines[at].role = Role::Masthead;
            }
            at += 1;
            continue;
        };
        fill(&mut masthead, read(rule, &text));
        for line in &mut lines[at..at + count] {
            line.role = Role::Masthead;
        }
        at += count;
    }
    masthead
}

/// Whether the line is the first of a headline of several that only happens to read as a masthead: behind the number of
/// the issue, in large type, with more of it right below that does not.
fn begins_headline(lines: &[TextLine], at: usize, matches: &[LineMatches], profile: &Profile) -> bool {
    const LARGE: f32 = 1.15;
    let (Some(own), Some(next)) = (lines[at].placement, lines.get(at + 1).and_then(|next| next.placement)) else {
        return false;
    };
    own.scale >= LARGE
        && own.column == next.column
        && own.is_as_large(&next)
        && profile.first(matches[at + 1], Kind::Masthead).is_none()
}

/// Whether the line prints a number or the date of an issue.
fn is_numbered(line: &TextLine, at: usize, matches: &[LineMatches], profile: &Profile) -> bool {
    line.text.contains(['期', '日'])
        && profile.all(matches[at], Kind::Masthead).any(|rule| has_number(&read(rule, &line.text)))
}

/// A line that holds several parts of a masthead and nothing else, read part by part. `named`: a number or date stands
/// right below, so an office's name alone is the maker's.
fn parts(text: &str, named: impl FnOnce() -> bool, profile: &Profile) -> Option<Masthead> {
    // Without a number or date only the maker's name can be there, above a line that has one.
    let may_be_numbered = text.contains(['期', '日']);
    if text.len() > LONGEST_LINE || !(may_be_numbered || named()) {
        return None;
    }
    let mut masthead = Masthead::default();
    let mut rest = text.to_owned();
    let mut count = 0;
    for rule in profile.spans(Kind::MastheadPart) {
        // Editors and notes come several to a line.
        while let Some(found) = rule.pattern.find(&rest).map(|found| found.range()).filter(|_| count < MOST_PARTS) {
            fill(&mut masthead, read(rule, &rest));
            rest.replace_range(found, " ");
            count += 1;
        }
    }
    let empty = rest.chars().all(|c| !c.is_alphanumeric());
    (empty && count > 0 && (has_number(&masthead) || masthead.publisher.is_some())).then_some(masthead)
}

/// Whether a number, the total or the date of the issue is known.
fn has_number(masthead: &Masthead) -> bool {
    masthead.issue_no.is_some() || masthead.issue_total.is_some() || masthead.issue_date.is_some()
}

/// Lines are read as one only for a value that is printed in pieces.
fn has_value(rule: &Rule, text: &str) -> bool {
    let found = rule.pattern.captures(text);
    found.is_some_and(|found| ["number", "total", "date"].iter().any(|name| found.name(name).is_some()))
}

/// Marks lines further down that print the name of the publication again, with or without its number: running heads.
pub(super) fn mark_repeats(lines: &mut [TextLine], matches: &[LineMatches], masthead: &Masthead, profile: &Profile) {
    let Some(name) = &masthead.publication else { return };
    let Some(first) = name.chars().next() else { return };
    for (line, matched) in lines.iter_mut().zip(matches).filter(|(line, _)| line.role == Role::Other) {
        let alone = || profile.all(*matched, Kind::Masthead).find_map(|rule| read(rule, &line.text).publication);
        let in_parts = || parts(&line.text, || false, profile).and_then(|parts| parts.publication);
        let may_hold = line.width_em < LONGEST_HEAD_EM
            && line.text.contains(first)
            && line.text.chars().filter(|c| !c.is_whitespace()).collect::<String>().contains(name);
        if may_hold && alone().or_else(in_parts).as_ref() == Some(name) {
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
            .any(|rule| rule.pattern.capture_names().flatten().any(|name| matches!(name, "number" | "total")))
    };
    (0..limit)
        .find(|&at| {
            let line = &lines[at];
            if has(at, Kind::Masthead) && (!has(at, Kind::Section) || numbered(at)) {
                return false;
            }
            let starts_else = has(at, Kind::Section)
                || has(at, Kind::TocTitle)
                || (has(at, Kind::TocEntry) && !has(at, Kind::PageNumber))
                || (has(at, Kind::Contributor) && super::closes(matches[at], profile))
                || super::ends_sentence(&line.text)
                || line.text.ends_with('，')
                || line.width_em > 45.0;
            starts_else && parts(&line.text, || false, profile).is_none()
        })
        .unwrap_or(limit)
}

/// Takes over what is not known yet.
fn fill(masthead: &mut Masthead, found: Masthead) {
    masthead.publication = masthead.publication.take().or(found.publication);
    masthead.publisher = masthead.publisher.take().or(found.publisher);
    masthead.issue_no = masthead.issue_no.or(found.issue_no);
    masthead.issue_total = masthead.issue_total.or(found.issue_total);
    masthead.issue_date = masthead.issue_date.or(found.issue_date);
}

/// What a masthead rule captures in `text`.
fn read(rule: &Rule, text: &str) -> Masthead {
    let Some(found) = rule.pattern.captures(text) else { return Masthead::default() };
    let value = |name: &str| found.name(name).map(|it| it.as_str().trim());
    let packed = |name: &str| value(name).map(|it| it.chars().filter(|c| !c.is_whitespace()).collect::<String>());
    Masthead {
        publication: packed("publication"),
        publisher: packed("publisher"),
        issue_no: value("number").and_then(numerals::integer),
        issue_total: value("total").and_then(numerals::integer),
        issue_date: value("date").and_then(full_date),
    }
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

//! When the reported event took place: the first printed date that can be it.

use jiff::ToSpan;
use jiff::civil::Date;
use regex::Captures;

use crate::model::{DateBasis, DatePrecision, EventDate};
use crate::outline::{head_of, tail_of};
use crate::rules::{Kind, Profile, numerals};

/// An event is reported at most this many days after it took place.
const DAYS_BEFORE: i64 = 400;

/// An event is announced at most this many days before it takes place; an issue may also be dated early.
const DAYS_AFTER: i64 = 31;

/// Characters on each side of a date that may say what kind of date it is.
const CONTEXT: usize = 24;

/// Titles in 《》 are no longer than this many characters.
const LONGEST_TITLE: usize = 80;

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// The date of the event.
    pub(super) date: Option<EventDate>,
    /// A printed date that no calendar has, found where the event's date would be.
    pub(super) impossible: Option<String>,
}

/// The event's date in `headings` and `paragraphs`, for an issue of `issued`.
pub(super) fn event(headings: &[&str], paragraphs: &[String], issued: Option<Date>, profile: &Profile) -> Found {
    let mut reader = Reader { issued, year: None, profile };
    let first = headings.len();
    let texts: Vec<&str> = headings.iter().copied().chain(paragraphs.iter().map(String::as_str)).collect();
    // Without an issue date there is nothing to hold a date against, so only the places where events are named count.
    let within = if issued.is_some() { texts.len() } else { texts.len().min(first + 1) };
    for text in &texts[..within] {
        match reader.day(text) {
            Reading::Date(date) => return Found { date: Some(date), impossible: None },
            Reading::Impossible(printed) => return Found { date: None, impossible: Some(printed) },
            Reading::None => {}
        }
    }
    reader.year = None;
    Found { date: texts.get(first).and_then(|text| reader.month(text)), impossible: None }
}

/// The day printed with year, month and day in a line that says when and where a piece was published.
pub(super) fn published(text: &str, profile: &Profile) -> Option<Date> {
    match (Reader { issued: None, year: None, profile }).day(text) {
        Reading::Date(date) if date.basis == DateBasis::Printed => Some(date.start),
        _ => None,
    }
}

enum Reading {
    Date(EventDate),
    Impossible(String),
    None,
}

struct Reader<'a> {
    issued: Option<Date>,
    /// The last year printed before the place that is read.
    year: Option<i16>,
    profile: &'a Profile,
}

impl Reader<'_> {
    /// The first day or range of days that can be the event.
    fn day(&mut self, text: &str) -> Reading {
        if !text.contains('月') && !text.contains(|c: char| c.is_ascii_digit()) {
            return Reading::None;
        }
        let mut found: Vec<(usize, usize, Captures)> = self
            .profile
            .spans(Kind::EventDate)
            .flat_map(|rule| rule.pattern.captures_iter(text))
            .filter(|found| found.name("d").is_some())
            .filter_map(|found| {
                found.get(0).map(|whole| (whole.start(), whole.end())).map(|(start, end)| (start, end, found))
            })
            .collect();
        found.sort_by_key(|(start, end, _)| (*start, usize::MAX - end));
        for (start, end, captures) in found {
            let printed = &text[start..end];
            if text[..start].ends_with(|c: char| c.is_ascii_digit()) || self.is_no_event(text, start, end) {
                self.remember(&captures);
                continue;
            }
            let (year, basis) = self.year_of(&captures);
            let month = part(&captures, "m");
            let day = part(&captures, "d");
            let (Some(month), Some(day)) = (month, day) else { continue };
            let possible = match year {
                Some(year) => Date::new(year, month, day).ok(),
                // A day that no year has, such as 30 February, is impossible whatever the year.
                None if Date::new(2024, month, day).is_err() => None,
                None => match self.latest(month, day) {
                    Some(date) => Some(date),
                    None => continue,
                },
            };
            let Some(start_day) = possible else { return Reading::Impossible(printed.to_owned()) };
            self.remember(&captures);
            if !self.in_reach(start_day) {
                continue;
            }
            return Reading::Date(EventDate {
                start: start_day,
                end: range_end(start_day, &captures, printed),
                text: Some(printed.trim().to_owned()),
                precision: DatePrecision::Day,
                basis,
            });
        }
        Reading::None
    }

    /// The first month that can be the event's.
    fn month(&mut self, text: &str) -> Option<EventDate> {
        for rule in self.profile.spans(Kind::EventDate) {
            for captures in rule.pattern.captures_iter(text).filter(|found| found.name("d").is_none()) {
                let whole = captures.get(0)?;
                let after = &text[whole.end()..];
                let is_day = after.trim_start().starts_with(|c: char| {
                    c.is_ascii_digit() || matches!(c, '一'..='九' if "一二三四五六七八九".contains(c)) || c == '十'
                });
                let cut = text[..whole.start()].ends_with(|c: char| c.is_ascii_digit());
                if is_day || cut || self.is_no_event(text, whole.start(), whole.end()) {
                    continue;
                }
                let Some(month) = part(&captures, "m") else { continue };
                let (year, basis) = self.year_of(&captures);
                let start = match year {
                    Some(year) => Date::new(year, month, 1).ok(),
                    None => self.latest(month, 1),
                };
                if let Some(start) = start.filter(|date| self.in_reach(*date)) {
                    let text = Some(whole.as_str().trim().to_owned());
                    return Some(EventDate { start, end: None, text, precision: DatePrecision::Month, basis });
                }
            }
        }
        None
    }

    fn remember(&mut self, captures: &Captures) {
        if let Some(year) = captures.name("y").and_then(|year| numerals::year(year.as_str())) {
            self.year = Some(year);
        }
    }

    /// The printed year, or the one that 今年 and the like mean; without any, the last year printed in the item where the
    /// issue has no date.
    fn year_of(&self, captures: &Captures) -> (Option<i16>, DateBasis) {
        let issue_year = self.issued.map(Date::year);
        match captures.name("y").map(|year| year.as_str()) {
            Some("今" | "本") => (issue_year, DateBasis::Inferred),
            Some("去" | "昨") => (issue_year.map(|year| year - 1), DateBasis::Inferred),
            Some("前") => (issue_year.map(|year| year - 2), DateBasis::Inferred),
            Some("当" | "當" | "同") => (self.year.or(issue_year), DateBasis::Inferred),
            Some(printed) => (numerals::year(printed), DateBasis::Printed),
            None if self.issued.is_none() => (self.year, DateBasis::Inferred),
            None => (None, DateBasis::Inferred),
        }
    }

    /// The latest such day that an issue of this date may report.
    fn latest(&self, month: i8, day: i8) -> Option<Date> {
        let last = self.issued?.checked_add(DAYS_AFTER.days()).ok()?;
        // Four years back there is a leap day for certain.
        (0..=4).filter_map(|back| Date::new(last.year() - back, month, day).ok()).find(|date| *date <= last)
    }

    fn in_reach(&self, date: Date) -> bool {
        let Some(issued) = self.issued else { return true };
        let days = date.duration_since(issued).as_hours() / 24;
        (-DAYS_BEFORE..=DAYS_AFTER).contains(&days)
    }

    /// Whether the date at `start..end` stands in the title of a document, or the words around it say it is no event.
    fn is_no_event(&self, text: &str, start: usize, end: usize) -> bool {
        let before = tail_of(&text[..start], LONGEST_TITLE);
        let titled = before.rfind('《').is_some_and(|open| !before[open..].contains('》'));
        if titled {
            return true;
        }
        let context = format!("{}DATE{}", tail_of(before, CONTEXT), head_of(&text[end..], CONTEXT));
        self.profile.spans(Kind::NotEvent).any(|rule| rule.pattern.is_match(&context))
    }
}

fn part(captures: &Captures, name: &str) -> Option<i8> {
    captures.name(name).and_then(|it| numerals::integer(it.as_str())).and_then(|it| i8::try_from(it).ok())
}

/// The last day of a range. Two days joined by 、 are a range only if they follow each other.
fn range_end(start: Date, captures: &Captures, printed: &str) -> Option<Date> {
    let day = part(captures, "d2")?;
    let month = part(captures, "m2").unwrap_or(start.month());
    let year = captures.name("y2").and_then(|year| numerals::year(year.as_str()));
    let end = match year {
        Some(year) => Date::new(year, month, day).ok()?,
        None => {
            let same = Date::new(start.year(), month, day).ok()?;
            if same < start { Date::new(start.year() + 1, month, day).ok()? } else { same }
        }
    };
    let follows = start.tomorrow().is_ok_and(|next| next == end);
    (end > start && (!printed.contains('、') || follows)).then_some(end)
}

//! What was counted → the overview: bars, each of which leads to its list.

use serde::Serialize;

use super::tally::{BANDS, NONE, Tally, Values};
use crate::dataset::RunRecord;

/// Bars of one chart; the others are told as one number.
const BARS: usize = 15;

/// Size of the chart over time, and the room it has for its axis.
const CHART: (f64, f64) = (720.0, 150.0);

/// Most columns of the chart over time before days become months, and months years.
const COLUMNS: usize = 72;

#[derive(Serialize)]
pub(super) struct View {
    root: &'static str,
    active: &'static str,
    version: String,
    schema: String,
    documents: u64,
    items: u64,
    flagged: u64,
    remarks: u64,
    pages: i64,
    pages_ocr: i64,
    chars: i64,
    joins: u64,
    doubtful: u64,
    toc_entries: i64,
    status: Chart,
    kinds: Chart,
    sections: Chart,
    districts: Chart,
    codes: Chart,
    contents: Chart,
    confidence: Chart,
    characters: Chart,
    time: Time,
}

/// Bars with what they lead to.
#[derive(Serialize)]
struct Chart {
    bars: Vec<Bar>,
    /// Values that have no bar, and where all are listed.
    others: usize,
}

#[derive(Serialize)]
struct Bar {
    /// A word of the interface, or a value.
    word: Option<String>,
    label: String,
    count: i64,
    /// Of 100.
    width: f64,
    href: String,
    severity: Option<String>,
}

#[derive(Serialize)]
struct Time {
    unit: &'static str,
    width: f64,
    height: f64,
    columns: Vec<Column>,
    highest: u64,
    /// Items of issues without a date.
    undated: u64,
}

#[derive(Serialize)]
struct Column {
    label: String,
    count: u64,
    href: String,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Whether its label is written below it.
    tick: bool,
}

/// What the overview shows.
pub(super) fn view(tally: &Tally, record: &RunRecord) -> View {
    let contents = vec![
        worded("matched", tally.in_contents as i64, "items.html#contents=yes"),
        worded("unmatched", tally.toc_unmatched as i64, "remarks.html#code=toc-entry-without-item"),
    ];
    let band = |index: usize| {
        let from = BANDS[index];
        let label = match BANDS.get(index + 1) {
            Some(to) => format!("{from:.2}–{to:.2}"),
            None => format!("{from:.2}–1.00"),
        };
        let href = format!("items.html#confidence={from:.2}");
        bar(None, label, tally.confidence[index] as i64, href)
    };
    let [_, in_items, structure, furniture, nothing] = tally.chars;
    let characters = vec![
        worded("in_items", in_items, "items.html"),
        worded("in_structure", structure, "documents.html"),
        worded("in_furniture", furniture, "documents.html"),
        worded("in_nothing", nothing, "documents.html#unassigned=yes"),
    ];
    let mut codes = chart(&tally.codes, "remarks.html", "code", usize::MAX, true);
    for bar in &mut codes.bars {
        bar.severity = tally.severity_of.get(&bar.label).cloned();
    }
    View {
        root: "",
        active: "overview",
        version: record.jianbao.clone(),
        schema: record.schema_version.clone(),
        documents: tally.documents,
        items: tally.items,
        flagged: tally.flagged,
        remarks: tally.remarks,
        pages: tally.pages,
        pages_ocr: tally.pages_ocr,
        chars: tally.chars[0],
        joins: tally.joins,
        doubtful: tally.codes.counts.get("doubtful-join").copied().unwrap_or(0),
        toc_entries: tally.toc_entries,
        status: chart(&tally.status, "documents.html", "status", usize::MAX, true),
        kinds: chart(&tally.kinds, "items.html", "kind", usize::MAX, true),
        sections: chart(&tally.sections, "items.html", "section", BARS, false),
        districts: chart(&tally.districts, "items.html", "district", BARS, false),
        codes,
        contents: scaled(contents, 0),
        confidence: scaled((0..BANDS.len()).rev().map(band).collect(), 0),
        characters: scaled(characters, 0),
        time: time(tally),
    }
}

/// The bars of a field's values, no more than `most` and, if there are any, of none.
fn chart(values: &Values, page: &str, key: &str, most: usize, are_words: bool) -> Chart {
    let ranked = values.ranked();
    let none = ranked.last().filter(|(value, _)| *value == NONE);
    let named = &ranked[..ranked.len() - usize::from(none.is_some())];
    let one = |(value, count): &(&str, u64)| {
        let word = if *value == NONE { Some("none") } else { are_words.then_some(*value) };
        bar(word, (*value).to_owned(), *count as i64, format!("{page}#{key}={}", encoded(value)))
    };
    let bars = named.iter().take(most).chain(none).map(one).collect();
    scaled(bars, named.len().saturating_sub(most) + usize::from(values.others > 0))
}

fn worded(word: &str, count: i64, href: &str) -> Bar {
    bar(Some(word), word.to_owned(), count, href.to_owned())
}

fn bar(word: Option<&str>, label: String, count: i64, href: String) -> Bar {
    Bar { word: word.map(str::to_owned), label, count, width: 0.0, href, severity: None }
}

/// The longest bar takes all the room.
fn scaled(mut bars: Vec<Bar>, others: usize) -> Chart {
    let longest = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    for bar in &mut bars {
        bar.width = (bar.count as f64 / longest as f64 * 1000.0).round() / 10.0;
    }
    Chart { bars, others }
}

/// Items over the days, months or years of their issues.
fn time(tally: &Tally) -> Time {
    let units: [(&str, usize); 3] = [("by_day", 10), ("by_month", 7), ("by_year", 4)];
    let counted = |letters: usize| {
        let mut columns: Vec<(String, u64)> = Vec::new();
        for (date, count) in tally.issued.iter().filter_map(|(date, count)| Some((date.as_ref()?, count))) {
            let label: String = date.to_string().chars().take(letters).collect();
            match columns.last_mut() {
                Some((last, sum)) if *last == label => *sum += count,
                _ => columns.push((label, *count)),
            }
        }
        columns
    };
    let fitting = units.iter().map(|(unit, letters)| (*unit, counted(*letters)));
    let (unit, columns) = fitting
        .reduce(|fits, coarser| if fits.1.len() <= COLUMNS { fits } else { coarser })
        .unwrap_or(("by_year", Vec::new()));
    let highest = columns.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let (width, height) = CHART;
    let step = (width / columns.len().max(1) as f64).min(80.0);
    // A label needs some 70 units.
    let every = (78.0 / step).ceil().max(1.0) as usize;
    let round = |value: f64| (value * 10.0).round() / 10.0;
    let column = |(index, (label, count)): (usize, (String, u64))| {
        let tall = (count as f64 / highest.max(1) as f64 * height).max(1.0);
        Column {
            href: format!("items.html#issued={label}"),
            x: round(index as f64 * step),
            y: round(height - tall),
            width: round((step * 0.8).min(44.0)),
            height: round(tall),
            tick: index % every == 0,
            label,
            count,
        }
    };
    let columns = columns.into_iter().enumerate().map(column).collect();
    let undated = tally.issued.get(&None).copied().unwrap_or(0);
    Time { unit, width, height, columns, highest, undated }
}

/// A value as the script reads it from a link.
fn encoded(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    value.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_a_link_is_nothing_but_letters_and_percents() {
        assert_eq!(encoded("a-1 史\"'<"), "a-1%20%E5%8F%B2%22%27%3C");
    }
}

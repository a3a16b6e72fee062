//! An item as a text that a person edits, and what they have changed in it.

use toml::{Table, Value};

use super::{Case, at};
use crate::dataset::{ItemRow, LineRow, WholeDocument};
use crate::model::{JoinKind, Role};
use crate::overrides::{Fields, Override, Start, Written};

/// So many lines above and below the item are shown with its own.
const AROUND: i32 = 3;

/// The item of a case with its issue and lines, as TOML.
///
/// # Errors
/// None that can be met with: all values have a form in TOML.
pub fn sheet(case: &Case) -> Result<String, String> {
    let mut text = String::new();
    let (item, whole) = (case.item, case.whole);
    let range = (item.line_first.unwrap_or_default(), item.line_last.unwrap_or_default());
    let ordinal = item.ordinal.unwrap_or_default();
    let mut say = |line: &str| {
        text.push_str(line);
        text.push('\n');
    };
    say(&format!(
        "# {}, item {ordinal} of {}, lines {} to {}",
        case.whole.document.source,
        whole.items.len(),
        range.0,
        range.1
    ));
    for remark in &case.remarks {
        let line = remark.line.map(|line| format!(", line {line}")).unwrap_or_default();
        say(&format!("# {}{line}: {}", remark.code, remark.message.replace(char::is_control, " ")));
    }
    say("#");
    say(
        "# Change what is wrong, save and leave. What stays as it is, is not decided. An empty text or list says: none.",
    );
    for (name, values) in [("item", &item_values(item)[..]), ("issue", &issue_values(whole))] {
        say(&format!("\n[{name}]"));
        for value in values {
            let one = Table::from_iter([value.clone()]);
            say(toml::to_string_pretty(&one).map_err(|error| error.to_string())?.trim_end());
        }
    }
    say("");
    say("# What each line is, and how running text goes on after it: direct, space, or break where a paragraph ends.");
    say(
        "# An item starts with the lines that say `item`: add it to split an item, take it away to go on with the one above.",
    );
    let roles: Vec<&str> = Role::KNOWN.iter().map(|role| role.as_str()).collect();
    say(&format!("# Lines are: {}.", roles.join(", ")));
    say("[lines]");
    for (line, number) in shown(case) {
        let printed = line.text.replace(char::is_control, " ");
        say(&format!("{number} = {:<24} # {printed}", format!("\"{}\"", words(line, case))));
    }
    Ok(text)
}

/// What was changed in a sheet of the case.
///
/// # Errors
/// One sentence on what cannot be understood.
pub fn edited(case: &Case, text: &str) -> Result<Vec<Override>, String> {
    let mut table: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let mut part = |name: &str| match table.remove(name) {
        Some(Value::Table(table)) => Ok(table),
        None => Ok(Table::new()),
        Some(_) => Err(format!("`{name}` must stay a table: [{name}]")),
    };
    let (item, issue, lines) = (part("item")?, part("issue")?, part("lines")?);
    if let Some(name) = table.keys().next() {
        return Err(format!("`{name}` is not known; the tables are item, issue and lines"));
    }
    let mut decisions = Vec::new();
    let first = case.item.line_first.and_then(|number| super::line_at(case.whole, number)).and_then(at);
    if let (Some(set), Some(first)) = (changed(item_values(case.item), item)?, first) {
        decisions.push(Override { set: Some(set), ..first });
    }
    if let Some(set) = changed(issue_values(case.whole), issue)? {
        decisions.push(Override { set: Some(set), ..Override::default() });
    }
    for (number, value) in lines {
        let shown = shown(case).find(|(_, shown)| shown.to_string() == number);
        let (line, _) = shown.ok_or_else(|| format!("line {number} is not among those shown"))?;
        let wanted = value.as_str().ok_or_else(|| format!("line {number} must stay a text"))?;
        decisions.extend(line_decision(line, case, wanted).map_err(|error| format!("line {number}: {error}"))?);
    }
    Ok(decisions)
}

/// The lines that a sheet shows, with their numbers.
fn shown<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a LineRow, i32)> {
    let range = case.item.line_first.unwrap_or(1) - AROUND..=case.item.line_last.unwrap_or(0) + AROUND;
    let lines = case.whole.lines.iter().filter_map(|line| Some((line, line.line?)));
    lines.filter(move |(line, number)| range.contains(number) && !line.text_raw.trim().is_empty())
}

/// What is said of a line: `item body direct`.
fn words(line: &LineRow, case: &Case) -> String {
    let starts = if starts_item(line, case) { "item " } else { "" };
    let join = line.join.as_deref().filter(|_| is_text(line)).map(|join| format!(" {join}")).unwrap_or_default();
    format!("{starts}{}{join}", line.role)
}

fn starts_item(line: &LineRow, case: &Case) -> bool {
    case.whole.items.iter().any(|item| item.line_first == line.line)
}

fn is_text(line: &LineRow) -> bool {
    line.role == Role::Body.as_str()
}

/// What was decided about a line, if anything was.
fn line_decision(line: &LineRow, case: &Case, wanted: &str) -> Result<Option<Override>, String> {
    let mut left: Vec<&str> = wanted.split_whitespace().collect();
    let starts = left.first() == Some(&"item");
    if starts {
        left.remove(0);
    }
    let [role, rest @ ..] = &left[..] else { return Err("says nothing of what it is".to_owned()) };
    let join = match rest {
        [] => None,
        [join] => Some(Written::<JoinKind>::parse(join)?),
        [_, more, ..] => return Err(format!("`{more}` is one word too many")),
    };
    let mut decision = at(line).ok_or("has no number")?;
    if *role != line.role {
        decision.role = Some(Written::parse(role)?);
    }
    if is_text(line) {
        decision.join = join.filter(|join| Some(join.0.as_str()) != line.join.as_deref());
    } else if *role == Role::Body.as_str() {
        decision.join = join;
    }
    if starts != starts_item(line, case) {
        decision.item = Some(Written(if starts { Start::Starts } else { Start::Continues }));
    }
    Ok((!decision.changes().is_empty()).then_some(decision))
}

/// The fields whose values differ.
fn changed(known: impl IntoIterator<Item = (String, Value)>, edited: Table) -> Result<Option<Fields>, String> {
    let known: Table = known.into_iter().collect();
    // What people write behind the last paragraph is no paragraph.
    let same = |known: &Value, value: &Value| match (known.as_str(), value.as_str()) {
        (Some(known), Some(value)) => known.trim_end() == value.trim_end(),
        _ => known == value,
    };
    let differs = |(name, value): &(String, Value)| !known.get(name).is_some_and(|known| same(known, value));
    let set: Table = edited.into_iter().filter(differs).collect();
    if set.is_empty() {
        return Ok(None);
    }
    set.try_into().map(Some).map_err(|error: toml::de::Error| error.message().to_owned())
}

/// The fields of an item, in the order a person looks at them.
fn item_values(item: &ItemRow) -> [(String, Value); 14] {
    let text = |text: &Option<String>| Value::String(text.clone().unwrap_or_default());
    let list = |list: &[String]| Value::Array(list.iter().cloned().map(Value::String).collect());
    let date = item.date.map(|date| match item.date_precision.as_deref() {
        Some("year") => format!("{:04}", date.year()),
        Some("month") => format!("{:04}-{:02}", date.year(), date.month()),
        _ => date.to_string(),
    });
    [
        ("headline", text(&item.headline)),
        ("kicker", text(&item.kicker)),
        ("section", text(&item.section)),
        ("kind", Value::String(item.kind.clone())),
        ("date", Value::String(date.unwrap_or_default())),
        ("date_end", Value::String(item.date_end.map(|date| date.to_string()).unwrap_or_default())),
        ("date_text", text(&item.date_text)),
        ("contributors", list(&item.contributors)),
        ("contributor_kind", text(&item.contributor_kind)),
        ("contributor_text", text(&item.contributor_text)),
        ("district", text(&item.district)),
        ("district_code", text(&item.district_code)),
        ("districts", list(&item.districts)),
        ("body", Value::String(item.body.clone())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
}

fn issue_values(whole: &WholeDocument) -> [(String, Value); 5] {
    let document = &whole.document;
    let text = |text: &Option<String>| Value::String(text.clone().unwrap_or_default());
    let number = |number: Option<i32>| number.map_or(Value::String(String::new()), |it| Value::Integer(it.into()));
    [
        ("publication", text(&document.publication)),
        ("publisher", text(&document.publisher)),
        ("issue_no", number(document.issue_no)),
        ("issue_total", number(document.issue_total)),
        ("issue_date", Value::String(document.issue_date.map(|date| date.to_string()).unwrap_or_default())),
    ]
    .map(|(name, value)| (name.to_owned(), value))
}

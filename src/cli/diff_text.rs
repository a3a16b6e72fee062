//! A comparison as text for a person: the verdict first, then what it rests on, the most frequent first.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use indicatif::HumanCount;

use super::diff::Shown;
use super::style::{BAD, DOUBTFUL, FAINT, STRONG, plural};
use crate::dataset::Cell;
use crate::diff::{
    Change, Decided, FieldGroup, ItemChange, ItemClass, ItemRef, Join, JoinGroup, Kind, LineCounts, Reading,
    RemarkGroup, Setting, Spot, TextClass, TextGroup,
};

/// What only the old run has.
const OLD: Style = AnsiColor::Red.on_default();
/// What only the new run has.
const NEW: Style = AnsiColor::Green.on_default();

/// Pairs of values of one change that are shown unless more are asked for.
const PAIRS: usize = 3;

/// Characters of a value that are shown.
const WIDTH: usize = 40;

/// Prints the comparison.
pub(super) fn print(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    verdict(out, shown)?;
    if shown.diff.equal_files && shown.diff.settings.is_empty() {
        return out.flush();
    }
    sources(out, shown)?;
    settings(out, shown)?;
    coverage(out, shown)?;
    items(out, shown)?;
    fields(out, shown, "items")?;
    joins(out, shown)?;
    text(out, shown)?;
    fields(out, shown, "documents")?;
    fields(out, shown, "lines")?;
    remarks(out, shown)?;
    out.flush()
}

fn verdict(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let Shown { old, new, diff, .. } = shown;
    if diff.same {
        let how = if diff.equal_files { "the data files have equal bytes" } else { "no compared value differs" };
        return writeln!(out, "{STRONG}same:{STRONG:#} {old} and {new}; {how}");
    }
    let counts = diff.counts.iter().filter(|(kind, _)| **kind != Kind::Settings);
    let counts: Vec<String> = counts.map(|(kind, count)| count_of(*kind, *count)).collect();
    writeln!(out, "{BAD}different:{BAD:#} {old} → {new}: {}", counts.join(", "))
}

fn count_of(kind: Kind, count: u64) -> String {
    let one = count == 1;
    let (singular, plural) = match kind {
        Kind::Sources => ("source file", "source files"),
        Kind::Settings => ("setting", "settings"),
        Kind::Lost => ("document with text lost", "documents with text lost"),
        Kind::Regained => ("document with text regained", "documents with text regained"),
        Kind::Added => ("item added", "items added"),
        Kind::Removed => ("item removed", "items removed"),
        Kind::Edited => ("item edited", "items edited"),
        Kind::Moved => ("item moved", "items moved"),
        Kind::Split => ("item split", "items split"),
        Kind::Merged => ("merger of items", "mergers of items"),
        Kind::Documents => ("value of documents", "values of documents"),
        Kind::Lines => ("difference of lines", "differences of lines"),
        Kind::Joins => ("join", "joins"),
        Kind::Remarks => ("remark", "remarks"),
    };
    format!("{} {}", HumanCount(count), if one { singular } else { plural })
}

fn sources(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let sources = &shown.diff.sources;
    let counts = [
        (sources.same, "same"),
        (sources.changed.len() as u64, "with other bytes"),
        (sources.moved.len() as u64, "moved"),
        (sources.renamed.len() as u64, "renamed"),
        (sources.gone.len() as u64, "gone"),
        (sources.new.len() as u64, "new"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", HumanCount(count)))
        .collect();
    heading(out, "sources", &counts.join(", "))?;
    list(out, shown.limit, "", &sources.gone, |out, path| writeln!(out, "  {OLD}gone{OLD:#}   {path}"))?;
    list(out, shown.limit, "", &sources.new, |out, path| writeln!(out, "  {NEW}new{NEW:#}    {path}"))?;
    list(out, shown.limit, "", &sources.changed, |out, path| writeln!(out, "  bytes  {path}"))?;
    list(out, shown.limit, "", &sources.moved, |out, it| writeln!(out, "  moved  {} → {}", it.old, it.new))?;
    list(out, shown.limit, "", &sources.renamed, |out, it| {
        writeln!(out, "  renamed {} → {}, edited too", it.old, it.new)
    })
}

fn settings(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    if shown.diff.settings.is_empty() {
        return Ok(());
    }
    heading(out, "made with", "")?;
    list(out, usize::MAX, "", &shown.diff.settings, |out, it| writeln!(out, "  {}", setting(it)))
}

/// A setting in words; hashes differ, and that is all there is to say of them.
fn setting(it: &Setting) -> String {
    let said = match (it.what, it.old.is_null(), it.new.is_null()) {
        (_, true, _) if it.what != "options" => "new".to_owned(),
        (_, _, true) if it.what != "options" => "gone".to_owned(),
        ("rules" | "models", ..) => "changed".to_owned(),
        _ => {
            let word = |value: &serde_json::Value| value.as_str().map_or(value.to_string(), str::to_owned);
            format!("{} → {}", word(&it.old), word(&it.new))
        }
    };
    format!("{} {}: {said}", it.what.trim_end_matches('s'), it.name)
}

fn coverage(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let coverage = &shown.diff.coverage;
    let (old, new) = (&coverage.old, &coverage.new);
    heading(out, "coverage", "")?;
    list(out, shown.limit, "", &coverage.lost, |out, it| writeln!(out, "  {BAD}lost{BAD:#} {}", reading(it)))?;
    let documents = [
        ("documents", old.documents.found, new.documents.found),
        ("  read", old.documents.ok, new.documents.ok),
        ("  partial", old.documents.partial, new.documents.partial),
        ("  failed", old.documents.failed, new.documents.failed),
        ("  duplicate", old.documents.duplicate, new.documents.duplicate),
        ("items", old.items, new.items),
        ("lines", old.lines, new.lines),
    ];
    for (name, old, new) in documents {
        let (old, new) = (i64::try_from(old).unwrap_or(i64::MAX), i64::try_from(new).unwrap_or(i64::MAX));
        if old != 0 || new != 0 {
            numbers(out, name, old, new)?;
        }
    }
    numbers(out, "characters", old.chars.total, new.chars.total)?;
    numbers(out, "  in items", old.chars.items, new.chars.items)?;
    numbers(out, "  structure", old.chars.structure, new.chars.structure)?;
    numbers(out, "  furniture", old.chars.furniture, new.chars.furniture)?;
    if old.chars.unassigned != 0 || new.chars.unassigned != 0 {
        numbers(out, "  in nothing", old.chars.unassigned, new.chars.unassigned)?;
    }
    list(out, shown.limit, "", &coverage.regained, |out, it| writeln!(out, "  {NEW}regained{NEW:#} {}", reading(it)))
}

fn numbers(out: &mut impl Write, name: &str, old: i64, new: i64) -> io::Result<()> {
    let human = |number: i64| format!("{}{}", if number < 0 { "-" } else { "" }, HumanCount(number.unsigned_abs()));
    if old == new {
        return writeln!(out, "  {name:<12} {FAINT}{:>11}{FAINT:#}", human(new));
    }
    let change = new.saturating_sub(old);
    let sign = if change > 0 { "+" } else { "" };
    writeln!(out, "  {name:<12} {:>11} → {} ({sign}{})", human(old), human(new), human(change))
}

/// What happened to the reading of a document, in words.
fn reading(it: &Change<Reading>) -> String {
    let Change { old, new } = it;
    let place = if old.source == new.source {
        old.source.to_string()
    } else {
        format!("{} → {}", &*old.source, &*new.source)
    };
    let status =
        if old.status == new.status { new.status.clone() } else { format!("{} → {}", old.status, new.status) };
    let chars = format!("{} → {} characters, {} → {} items", old.chars, new.chars, old.items, new.items);
    let worse = new.error.as_ref().or(old.error.as_ref()).map(|error| format!("; {error}")).unwrap_or_default();
    format!("{place}: {status}; {chars}{worse}")
}

fn items(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let items = &shown.diff.items;
    let of = |class| items.changes.iter().filter(move |change| change.class == class);
    let counts = ItemClass::TOLD.into_iter().map(|class| (of(class).count() as u64, class.as_str()));
    let counts: Vec<String> = std::iter::once((items.same, "same"))
        .chain(counts)
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", HumanCount(count)))
        .collect();
    if !counts.is_empty() {
        heading(out, "items", &counts.join(", "))?;
    }
    for class in ItemClass::TOLD {
        let changes: Vec<&ItemChange> = of(class).collect();
        // What was edited is told by value, below.
        if class != ItemClass::Edited {
            list(out, shown.limit, class.as_str(), &changes, |out, change| item_change(out, change))?;
        }
    }
    Ok(())
}

fn item_change(out: &mut impl Write, change: &ItemChange) -> io::Result<()> {
    let by = by_hand(change);
    match (change.class, change.old.as_slice(), change.new.as_slice()) {
        (ItemClass::Removed, [item], _) => writeln!(out, "  {OLD}- {}{OLD:#}{by}", item_line(item)),
        (ItemClass::Added, _, [item]) => writeln!(out, "  {NEW}+ {}{NEW:#}{by}", item_line(item)),
        (ItemClass::Split, [whole], parts) => {
            writeln!(out, "  {DOUBTFUL}split{DOUBTFUL:#} {}{by}", item_line(whole))?;
            parts.iter().try_for_each(|part| writeln!(out, "    {NEW}+ {}{NEW:#}", item_line(part)))
        }
        (ItemClass::Merged, parts, [whole]) => {
            writeln!(out, "  {DOUBTFUL}merged{DOUBTFUL:#} {}{by}", item_line(whole))?;
            parts.iter().try_for_each(|part| writeln!(out, "    {OLD}- {}{OLD:#}", item_line(part)))
        }
        (_, [old], [new]) => writeln!(out, "  moved {} → {} {}{by}", item_place(old), item_place(new), title(new)),
        _ => Ok(()),
    }
}

/// The decisions of people that only one of the runs has, in words.
fn by_hand(change: &ItemChange) -> String {
    let Change { old, new } = change.by_hand();
    let said = |rules: &[&str], end: &str| match rules {
        [] => String::new(),
        rules => format!(", {}{end}", rules.join(" ")),
    };
    format!("{}{}", said(&new, ""), said(&old, " no more"))
}

fn item_line(item: &ItemRef) -> String {
    format!("{} {} ({} characters)", item_place(item), title(item), HumanCount(item.chars as u64))
}

fn item_place(item: &ItemRef) -> String {
    format!("{} no. {}", &*item.source, item.ordinal)
}

fn title(item: &ItemRef) -> String {
    shorten(&item.title)
}

fn fields(out: &mut impl Write, shown: &Shown, table: &str) -> io::Result<()> {
    let groups = || shown.diff.fields.iter().filter(|group| group.table == table);
    let changes = shown.diff.decided(table);
    let name = if table == "items" { "values".to_owned() } else { format!("values of {table}") };
    let measured = groups().filter(|group| group.values.is_none());
    let measured: Vec<String> =
        measured.map(|group| format!("{} of {}", group.field, plural(group.count, noun(table)))).collect();
    let lines = if table == "lines" { shown.diff.lines } else { LineCounts::default() };
    let alone = [(lines.added, "only the new run has"), (lines.removed, "only the old run has")];
    let alone = alone.into_iter().filter(|(count, _)| *count > 0);
    let alone: Vec<String> = alone.map(|(count, who)| format!("{} that {who}", plural(count, "line"))).collect();
    if changes.len() + measured.len() + alone.len() > 0 {
        heading(out, &name, &alone.join(", "))?;
    }
    list(out, shown.limit, "", &changes, |out, change| decided(out, change, shown))?;
    if !measured.is_empty() {
        let also = if changes.is_empty() { "differ" } else { "also" };
        writeln!(out, "  {FAINT}{also}: {}{FAINT:#}", measured.join(", "))?;
    }
    Ok(())
}

fn decided(out: &mut impl Write, change: &Decided, shown: &Shown) -> io::Result<()> {
    let Some(first) = change.first() else { return Ok(()) };
    let FieldGroup { table, field, rule, .. } = first;
    let value = |side: fn(&Change<Cell>) -> &Cell| match change.values(side).as_slice() {
        [one] => shorten(&one.to_string()),
        several => format!("{} values", HumanCount(several.len() as u64)),
    };
    let (old, new) = (value(|it| &it.old), value(|it| &it.new));
    let rule = rule.as_ref().map(|rule| format!(", {}", rule_words(rule))).unwrap_or_default();
    let with = change.with();
    let with = if with.is_empty() { String::new() } else { format!(", with {}", with.join(" ")) };
    let count = plural(change.count, noun(table));
    writeln!(
        out,
        "  {STRONG}{field}{STRONG:#}: {OLD}{old}{OLD:#} → {NEW}{new}{NEW:#}, {count}{FAINT}{rule}{with}{FAINT:#}"
    )?;
    if change.pairs.len() > 1 {
        let limit = if shown.expanded { shown.limit } else { shown.limit.min(PAIRS) };
        return list(out, limit, "  ", &change.pairs, |out, (_, group)| {
            let values = group.values.as_ref();
            let [old, new] = [values.map(|it| &it.old), values.map(|it| &it.new)]
                .map(|cell| cell.map(|cell| shorten(&cell.to_string())).unwrap_or_default());
            writeln!(out, "    {old} → {new}, {}", HumanCount(group.count))?;
            places(out, group, shown, "      ")
        });
    }
    places(out, first, shown, "    ")
}

/// The rows a change touches, if they were asked for.
fn places(out: &mut impl Write, group: &FieldGroup, shown: &Shown, indent: &str) -> io::Result<()> {
    if !shown.expanded {
        return Ok(());
    }
    list(out, shown.limit, indent, &group.places, |out, place| {
        writeln!(out, "{indent}{FAINT}{}{FAINT:#}", spot(&place.new))
    })
}

fn noun(table: &str) -> &'static str {
    match table {
        "items" => "item",
        "documents" => "document",
        _ => "line",
    }
}

/// The rule that decides now, or the one that did.
fn rule_words(rule: &Change<Cell>) -> String {
    match (&rule.old, &rule.new) {
        (old, new) if old == new => format!("rule {new}"),
        (Cell::Null, new) => format!("rule {new}"),
        (old, Cell::Null) => format!("rule {old} no more"),
        (old, new) => format!("rule {old} → {new}"),
    }
}

fn spot(spot: &Spot) -> String {
    match spot {
        Spot::Item(item) => format!("{} {}", item_place(item), item.title),
        Spot::Line { source, line } => format!("{}:{line}", &**source),
        Spot::Document { source } => source.to_string(),
    }
}

fn joins(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let (told, ends): (Vec<&JoinGroup>, Vec<&JoinGroup>) =
        shown.diff.joins.iter().partition(|group| group.old.is_some() && group.new.is_some());
    for group in told {
        heading(
            out,
            &format!("joins {} → {}", word(&group.old), word(&group.new)),
            &HumanCount(group.count).to_string(),
        )?;
        list(out, shown.limit, "", &group.joins, join)?;
    }
    if !ends.is_empty() {
        let groups = ends.iter().map(|it| format!("{} {} → {}", HumanCount(it.count), word(&it.old), word(&it.new)));
        let groups: Vec<String> = groups.collect();
        writeln!(out, "\n{STRONG}ends of paragraphs and headlines{STRONG:#}: {}", groups.join(", "))?;
    }
    Ok(())
}

fn word(kind: &Option<String>) -> &str {
    kind.as_deref().unwrap_or("end")
}

fn join(out: &mut impl Write, change: &Change<Join>) -> io::Result<()> {
    let Change { old, new } = change;
    let how = |join: &Join| format!("{} {}", join.rule.as_deref().unwrap_or("no rule"), score(&join.score));
    writeln!(out, "  {}:{} {FAINT}{} → {}{FAINT:#}", &*new.source, new.line, how(old), how(new))?;
    let [before, line, after] = &new.lines;
    if !before.is_empty() {
        writeln!(out, "    {FAINT}{before}{FAINT:#}")?;
    }
    writeln!(out, "    {line} {DOUBTFUL}⏎{DOUBTFUL:#}")?;
    writeln!(out, "    {after}")
}

fn score(score: &Cell) -> String {
    match score {
        Cell::Float(score) => format!("{:.2}", score.0),
        other => other.to_string(),
    }
}

fn text(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let classes = [
        (TextClass::Words, "characters"),
        (TextClass::Punctuation, "punctuation only"),
        (TextClass::WhiteSpace, "white space only"),
    ];
    for (class, name) in classes {
        let groups: Vec<&TextGroup> = shown.diff.text.iter().filter(|group| group.class == class).collect();
        let count: u64 = groups.iter().map(|group| group.count).sum();
        if count == 0 {
            continue;
        }
        let places = if count == 1 { "1 place".to_owned() } else { format!("{} places", HumanCount(count)) };
        heading(out, &format!("text: {name}"), &places)?;
        list(out, shown.limit, "", &groups, |out, group| {
            let shown = if shown.expanded { shown.limit } else { 1 };
            text_group(out, group, shown)
        })?;
    }
    Ok(())
}

fn text_group(out: &mut impl Write, group: &TextGroup, shown: usize) -> io::Result<()> {
    if group.count > 1 {
        writeln!(out, "  {STRONG}{} ×{STRONG:#} {}", HumanCount(group.count), marked("", &group.old, &group.new, ""))?;
    }
    for place in group.places.iter().take(shown) {
        let indent = if group.count > 1 { "      " } else { "  " };
        let text = marked(&place.before, &group.old, &group.new, &place.after);
        let item = &place.item.new;
        writeln!(out, "{indent}{text}  {FAINT}{} {}{FAINT:#}", item_place(item), place.field)?;
    }
    Ok(())
}

/// A difference where it stands: what is gone in brackets with −, what is new with +, so that it needs no colour.
fn marked(before: &str, old: &str, new: &str, after: &str) -> String {
    let part = |sign: &str, style: Style, text: &str| match text {
        "" => String::new(),
        text => format!("{style}[{sign}{}]{style:#}", visible(&shorten(text))),
    };
    format!("{}{}{}{}", visible(before), part("−", OLD, old), part("+", NEW, new), visible(after))
}

/// White space that can be seen.
fn visible(text: &str) -> String {
    text.replace('\n', "⏎").replace('\u{3000}', "□").replace('\t', "⇥")
}

fn remarks(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let remarks = &shown.diff.remarks;
    if remarks.is_empty() {
        return Ok(());
    }
    heading(out, "remarks", "")?;
    let line = |it: &RemarkGroup| {
        let part = |count: usize, word: &str| (count > 0).then(|| format!("{} {word}", HumanCount(count as u64)));
        let parts = [part(it.gone.len(), "gone"), part(it.new.len(), "new")];
        let first = it.new.first().or(it.gone.first());
        let place = first.map(|it| match it.line {
            Some(line) => format!(", first at {}:{line}", &*it.source),
            None => format!(", first at {}", &*it.source),
        });
        format!(
            "{}: {}{}",
            it.code,
            parts.into_iter().flatten().collect::<Vec<_>>().join(", "),
            place.unwrap_or_default()
        )
    };
    list(out, shown.limit, "", remarks, |out, it| writeln!(out, "  {}", line(it)))
}

fn heading(out: &mut impl Write, name: &str, said: &str) -> io::Result<()> {
    if said.is_empty() {
        writeln!(out, "\n{STRONG}{name}{STRONG:#}")
    } else {
        writeln!(out, "\n{STRONG}{name}{STRONG:#}: {said}")
    }
}

/// The first entries of a list, and how many more there are.
fn list<W: Write, T>(
    out: &mut W,
    limit: usize,
    what: &str,
    entries: &[T],
    mut print: impl FnMut(&mut W, &T) -> io::Result<()>,
) -> io::Result<()> {
    entries.iter().take(limit).try_for_each(|entry| print(out, entry))?;
    let more = entries.len().saturating_sub(limit);
    if more > 0 {
        let indent = if what.trim().is_empty() { what } else { "" };
        let indent = if indent.len() < 2 { "  ".to_owned() } else { format!("  {indent}") };
        let what = if what.trim().is_empty() { String::new() } else { format!(" {what}") };
        writeln!(out, "{indent}{FAINT}… and {} more{what}: --limit 0 shows all{FAINT:#}", HumanCount(more as u64))?;
    }
    Ok(())
}

/// The beginning of a long text.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

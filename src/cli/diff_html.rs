//! A comparison as one page for a browser: no scripts, nothing fetched, every text escaped.

use std::fmt;
use std::io::{self, Write};

use super::diff::Shown;
use super::diff_text::{item_line, reading, rule_words, setting, spot, visible};
use crate::diff::{Change, FieldGroup, ItemChange, Join, Kind, TextGroup};

const HEAD: &str = r#"<!doctype html>
<html lang="zh">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>jianbao diff</title>
<style>
body { font: 1rem/1.6 system-ui, sans-serif; max-width: 70rem; margin: auto; padding: 1rem; color: #1a1a1a; background: #fff; }
table { border-collapse: collapse; } td, th { padding: .1rem .8rem .1rem 0; text-align: left; vertical-align: top; }
td.n { text-align: right; } del { background: #fbdcdc; color: #7a0c0c; } ins { background: #d8f2dc; color: #0b4d1c; }
.rule { color: #5a5a5a; } pre { font: inherit; margin: .2rem 0 .6rem 1rem; white-space: pre-wrap; }
summary { cursor: pointer; }
</style>
</head>
<body>
"#;

/// A text in which nothing is markup.
struct Escaped<'t>(&'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '&' => f.write_str("&amp;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            c => fmt::Write::write_char(f, c),
        })
    }
}

/// Prints the page.
pub(super) fn print(out: &mut impl Write, shown: &Shown) -> io::Result<()> {
    let Shown { old, new, diff, .. } = shown;
    out.write_all(HEAD.as_bytes())?;
    writeln!(out, "<h1>{}</h1>", if diff.same { "Same" } else { "Different" })?;
    writeln!(out, "<p><del>{}</del> → <ins>{}</ins></p>", Escaped(old), Escaped(new))?;
    let counts = diff.counts.iter().filter(|(kind, _)| **kind != Kind::Settings);
    rows(out, counts.map(|(kind, count)| (kind.as_str().to_owned(), count.to_string())))?;
    section(out, "Sources")?;
    let sources = &diff.sources;
    writeln!(out, "<p>{} the same</p>", sources.same)?;
    let gone = sources.gone.iter().map(|path| format!("<del>{}</del>", Escaped(path)));
    list(out, shown.limit, "gone", gone)?;
    list(out, shown.limit, "new", sources.new.iter().map(|path| format!("<ins>{}</ins>", Escaped(path))))?;
    list(out, shown.limit, "other bytes", sources.changed.iter().map(|path| Escaped(path).to_string()))?;
    let moved = sources.moved.iter().map(|it| format!("{} → {}", Escaped(&it.old), Escaped(&it.new)));
    list(out, shown.limit, "moved", moved)?;
    if !diff.settings.is_empty() {
        section(out, "Made with")?;
        list(out, usize::MAX, "", diff.settings.iter().map(|it| Escaped(&setting(it)).to_string()))?;
    }
    section(out, "Coverage")?;
    let (before, after) = (&diff.coverage.old, &diff.coverage.new);
    let numbers = [
        ("documents", before.documents.found.to_string(), after.documents.found.to_string()),
        ("failed", before.documents.failed.to_string(), after.documents.failed.to_string()),
        ("items", before.items.to_string(), after.items.to_string()),
        ("characters", before.chars.total.to_string(), after.chars.total.to_string()),
        ("characters in items", before.chars.items.to_string(), after.chars.items.to_string()),
    ];
    rows(out, numbers.into_iter().map(|(name, old, new)| (name.to_owned(), format!("{old} → {new}"))))?;
    list(out, shown.limit, "lost", diff.coverage.lost.iter().map(|it| Escaped(&reading(it)).to_string()))?;
    list(out, shown.limit, "regained", diff.coverage.regained.iter().map(|it| Escaped(&reading(it)).to_string()))?;
    section(out, "Items")?;
    writeln!(out, "<p>{} the same</p>", diff.items.same)?;
    for kind in ["removed", "added", "split", "merged", "moved"] {
        let changes = diff.items.changes.iter().filter(|change| change.class.as_str() == kind);
        list(out, shown.limit, kind, changes.map(item))?;
    }
    section(out, "Values")?;
    let told = || diff.fields.iter().filter(|group| group.values.is_some());
    for group in told().take(shown.limit) {
        let places = group.places.iter().map(|place| Escaped(&spot(&place.new)).to_string());
        details(out, shown.limit, &values(group), places)?;
    }
    more(out, told().count().saturating_sub(shown.limit))?;
    section(out, "Joins")?;
    for group in diff.joins.iter().filter(|group| group.old.is_some() && group.new.is_some()) {
        let word = |kind: &Option<String>| Escaped(kind.as_deref().unwrap_or("end")).to_string();
        let name = format!("{} → {} ({})", word(&group.old), word(&group.new), group.count);
        details(out, shown.limit, &name, group.joins.iter().map(join))?;
    }
    section(out, "Text")?;
    for group in diff.text.iter().take(shown.limit) {
        let place = |it: &crate::diff::TextPlace| {
            let text = marked(&it.before, group, &it.after);
            format!("{text} <span class=\"rule\">{} {}</span>", Escaped(&it.item.new.source), Escaped(&it.field))
        };
        let name = format!("{} {} ×{}", group.class.as_str(), marked("", group, ""), group.count);
        details(out, shown.limit, &name, group.places.iter().map(place))?;
    }
    more(out, diff.text.len().saturating_sub(shown.limit))?;
    writeln!(out, "</body>\n</html>")
}

fn section(out: &mut impl Write, name: &str) -> io::Result<()> {
    writeln!(out, "<h2>{name}</h2>")
}

fn rows(out: &mut impl Write, rows: impl Iterator<Item = (String, String)>) -> io::Result<()> {
    writeln!(out, "<table>")?;
    for (name, value) in rows {
        writeln!(out, "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td></tr>", Escaped(&name), Escaped(&value))?;
    }
    writeln!(out, "</table>")
}

/// A list of entries that are markup already.
fn list(out: &mut impl Write, limit: usize, name: &str, entries: impl Iterator<Item = String>) -> io::Result<()> {
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return Ok(());
    }
    if !name.is_empty() {
        writeln!(out, "<h3>{name}</h3>")?;
    }
    writeln!(out, "<ul>")?;
    for entry in entries.by_ref().take(limit) {
        writeln!(out, "<li>{entry}</li>")?;
    }
    writeln!(out, "</ul>")?;
    more(out, entries.count())
}

fn details(out: &mut impl Write, limit: usize, name: &str, entries: impl Iterator<Item = String>) -> io::Result<()> {
    writeln!(out, "<details><summary>{name}</summary>")?;
    list(out, limit, "", entries)?;
    writeln!(out, "</details>")
}

fn more(out: &mut impl Write, count: usize) -> io::Result<()> {
    if count == 0 { Ok(()) } else { writeln!(out, "<p>… and {count} more: --limit 0 shows all</p>") }
}

fn item(change: &ItemChange) -> String {
    let line = |tag: &str, items: &[crate::diff::Shared<crate::diff::ItemRef>]| -> String {
        items.iter().map(|item| format!("<{tag}>{}</{tag}><br>", Escaped(&item_line(item)))).collect()
    };
    line("del", &change.old) + &line("ins", &change.new)
}

fn values(group: &FieldGroup) -> String {
    let FieldGroup { table, field, values, rule, count, .. } = group;
    let values = values.as_ref().map_or("differs".to_owned(), |it| {
        format!("<del>{}</del> → <ins>{}</ins>", Escaped(&it.old.to_string()), Escaped(&it.new.to_string()))
    });
    let rule = rule.as_ref().map(|rule| format!(" <span class=\"rule\">{}</span>", Escaped(&rule_words(rule))));
    format!("{table}.{field}: {values} ({count}){}", rule.unwrap_or_default())
}

fn join(it: &Change<Join>) -> String {
    let [before, line, after] = &it.new.lines;
    let place = format!("{}:{}", &*it.new.source, it.new.line);
    format!("{}<pre>{}\n<b>{}</b>\n{}</pre>", Escaped(&place), Escaped(before), Escaped(line), Escaped(after))
}

fn marked(before: &str, group: &TextGroup, after: &str) -> String {
    let part = |tag: &str, text: &str| match text {
        "" => String::new(),
        text => format!("<{tag}>{}</{tag}>", Escaped(&visible(text))),
    };
    let [before, after] = [before, after].map(|text| Escaped(&visible(text)).to_string());
    format!("{before}{}{}{after}", part("del", &group.old), part("ins", &group.new))
}

//! The card as people read it: Markdown with the front matter in YAML by which Hugging Face shows a dataset.

use std::fmt::Write as _;

use super::figures::Words;
use super::{Card, MARK};
use crate::dataset::tables;

/// Words listed of a column, the most frequent first.
const LISTED: usize = 20;

/// `README.md`.
pub(super) fn readme(card: &Card<'_>) -> String {
    let mut text = front_matter(card);
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "\n# {}\n\n{}\n", inline(&card.name()), card.description());
    let _ = writeln!(text, "Written by `{MARK}` from the schema and the rows; do not edit.\n");
    files(&mut text, card);
    figures(&mut text, card);
    columns(&mut text);
    provenance(&mut text, card);
    text
}

fn front_matter(card: &Card<'_>) -> String {
    let size = match card.record.counts.items {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        _ => "100M<n<1B",
    };
    let mut text = "---\n".to_owned();
    let _ = writeln!(text, "pretty_name: {}", quoted(&card.name()));
    let _ = writeln!(text, "language:\n- zh");
    let _ = writeln!(text, "license: {}", quoted(card.words.license.as_deref().unwrap_or("unknown")));
    let _ = writeln!(text, "size_categories:\n- {size}");
    let _ = writeln!(text, "tags:\n- news\n- newspapers\n- newsletters\n- chinese");
    let _ = writeln!(text, "configs:");
    for table in tables() {
        let _ = writeln!(text, "- config_name: {}\n  data_files: {}.parquet", table.name, table.name);
        if table.name == "items" {
            let _ = writeln!(text, "  default: true");
        }
    }
    text.push_str("---\n");
    text
}

fn files(text: &mut String, card: &Card<'_>) {
    text.push_str("## Files\n\n| file | rows | bytes | SHA-256 |\n|---|---:|---:|---|\n");
    for file in &card.record.files {
        let _ = writeln!(text, "| `{}` | {} | {} | `{}` |", file.name, file.rows, file.bytes, file.sha256);
    }
    text.push_str("\nEvery table joins with the others by `source`; `items` and `lines` also by `item_id`.\n");
}

fn figures(text: &mut String, card: &Card<'_>) {
    let (counts, figures) = (&card.record.counts, &card.figures);
    let documents = counts.documents;
    text.push_str("\n## Figures\n\n| what | how many |\n|---|---:|\n");
    let mut row = |what: &str, count: String| {
        let _ = writeln!(text, "| {what} | {count} |");
    };
    row("source files", documents.found.to_string());
    row("read in full", documents.ok.to_string());
    row("read in part", documents.partial.to_string());
    row("not read", documents.failed.to_string());
    row("with the bytes of another", documents.duplicate.to_string());
    row("pages", figures.pages.to_string());
    row("pages recognised from pictures", figures.pages_ocr.to_string());
    row("items", counts.items.to_string());
    row("items with the day or month of the event", figures.events.count.to_string());
    row("items with a district", figures.districts.sum().to_string());
    row("items with a remark", figures.flagged.to_string());
    row("different contributors", figures.contributors.len().to_string());
    row("different districts", figures.districts.len().to_string());
    row("characters", counts.chars.total.to_string());
    row("characters in no item and no known part of an issue", counts.chars.unassigned.to_string());
    if let Some((first, last)) = figures.issues.range() {
        row("issues of", format!("{first} to {last}"));
    }
    if let Some((first, last)) = figures.events.range() {
        row("events of", format!("{first} to {last}"));
    }
    words(text, "Formats of source files", &figures.formats);
    words(text, "Publications of source files", &figures.publications);
    words(text, "Kinds of items", &figures.kinds);
    words(text, "Where the characters of items are from", &figures.text_sources);
    words(text, "Sections of items", &figures.sections);
    words(text, "Districts of items", &figures.districts);
    if !counts.diagnostics.is_empty() {
        text.push_str("\n### Remarks\n\n| code | how many |\n|---|---:|\n");
        for (code, count) in &counts.diagnostics {
            let _ = writeln!(text, "| `{code}` | {count} |");
        }
    }
}

fn words(text: &mut String, title: &str, words: &Words) {
    if words.len() == 0 {
        return;
    }
    let _ = writeln!(text, "\n### {title}\n\n| value | how many |\n|---|---:|");
    let most = words.most();
    for (word, count) in most.iter().take(LISTED) {
        let _ = writeln!(text, "| {} | {count} |", inline(word));
    }
    if most.len() > LISTED {
        let listed: u64 = most.iter().take(LISTED).map(|(_, count)| count).sum();
        let _ = writeln!(text, "| {} others | {} |", most.len() - LISTED, words.sum() - listed);
    }
}

fn columns(text: &mut String) {
    text.push_str("\n## Columns\n\nA `?` after a type: may be null.\n");
    for table in tables() {
        let _ = writeln!(text, "\n### {}\n\nOne row per {}.\n", table.name, table.one_row_per);
        text.push_str("| column | type | meaning |\n|---|---|---|\n");
        for column in &table.columns {
            let _ = writeln!(text, "| `{}` | {column} | {} |", column.name, column.meaning);
        }
    }
}

fn provenance(text: &mut String, card: &Card<'_>) {
    let record = &card.record;
    let _ = writeln!(
        text,
        "\n## How it was made\n\njianbao {}, schema version {}. The same source files, version, rules and networks give the same data \
         files, byte for byte.\n",
        record.jianbao, record.schema_version
    );
    for (title, hashes) in [("rules", &record.rules), ("network", &record.models)] {
        for (name, hash) in hashes {
            let _ = writeln!(text, "- {title} `{name}`: SHA-256 `{hash}`");
        }
    }
    for (name, value) in &record.options {
        let _ = writeln!(text, "- option `{name}`: `{value}`");
    }
    for (kind, count) in &record.skipped {
        let _ = writeln!(text, "- left out: {count} files, {}", inline(kind));
    }
}

/// A text that stands in a row of a table, or in a heading.
fn inline(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' => made.push(' '),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' => made.extend(['\\', letter]),
            '<' => made.push_str("&lt;"),
            letter => made.push(letter),
        }
    }
    made
}

/// A text as YAML and JSON both quote it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

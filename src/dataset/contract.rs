//! The contract with the users of the data, printed from the schema: for people as Markdown, for programs as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::schema::{SCHEMA_VERSION, TableSpec, tables};

/// Every table as a Markdown table of column, type and meaning.
pub fn contract_markdown() -> String {
    let mut text = format!("Schema version {SCHEMA_VERSION}. A `?` after a type: may be null.\n");
    for table in tables() {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n## {}\n\n", table.name);
        let files: Vec<String> = files(&table).iter().map(|file| format!("`{file}`")).collect();
        let _ = writeln!(
            text,
            "{}: one row per {}, sorted by {}.\n",
            files.join(", "),
            table.one_row_per,
            table.sorted_by.join(", then ")
        );
        text.push_str("| column | type | meaning |\n|---|---|---|\n");
        for column in &table.columns {
            let _ = writeln!(text, "| `{}` | {column} | {} |", column.name, column.meaning);
        }
    }
    text
}

/// The same as JSON: `{"schema_version", "tables": [{"name", "files", "one_row_per", "sorted_by", "columns": [{"name", "type",
/// "nullable", "description"}]}]}`.
pub fn contract_json() -> Value {
    let tables: Vec<Value> = tables().iter().map(table_json).collect();
    json!({ "schema_version": SCHEMA_VERSION, "tables": tables })
}

fn table_json(table: &TableSpec) -> Value {
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "type": column.column_type.as_str(),
                "nullable": column.nullable,
                "description": column.meaning,
            })
        })
        .collect();
    json!({
        "name": table.name,
        "files": files(table),
        "one_row_per": table.one_row_per,
        "sorted_by": table.sorted_by,
        "columns": columns,
    })
}

fn files(table: &TableSpec) -> Vec<String> {
    let endings: &[&str] = if table.jsonl { &["parquet", "jsonl"] } else { &["parquet"] };
    endings.iter().map(|ending| format!("{}.{ending}", table.name)).collect()
}

//! The printed contract, and the written one it must agree with.

use std::fs;
use std::path::Path;

use jianbao::dataset::{contract_json, contract_markdown, tables};

#[test]
fn every_field_of_the_schema_says_what_it_means() {
    for table in tables() {
        for field in table.arrow().fields() {
            let description = field.metadata().get("description").map_or("", String::as_str);
            assert!(
                description.len() > 20 && description.ends_with('.'),
                "{}.{}: {description}",
                table.name,
                field.name()
            );
            assert!(!description.contains('|'), "{}.{} breaks the Markdown table", table.name, field.name());
        }
    }
}

#[test]
fn the_contract_changes_only_on_purpose() {
    insta::assert_snapshot!(contract_markdown());
}

#[test]
fn both_forms_of_the_contract_name_the_same_columns() {
    let markdown = contract_markdown();
    let json = contract_json();
    let columns = json["tables"].as_array().unwrap().iter().flat_map(|table| table["columns"].as_array().unwrap());
    let from_json: Vec<&str> = columns.map(|column| column["name"].as_str().unwrap()).collect();
    let from_markdown: Vec<&str> =
        markdown.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(from_markdown, from_json);
}

/// The agreement this program was written to lies beside the repository where it is developed. Elsewhere the snapshot above
/// stands for it.
#[test]
fn the_schema_is_the_one_agreed_on() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/OUTPUT.md");
    let Ok(text) = fs::read_to_string(&path) else {
        eprintln!("skipped: there is no {}", path.display());
        return;
    };
    for table in tables() {
        let heading = format!("\n## {}\n", table.name);
        let section = text.split_once(&heading).unwrap().1.split("\n## ").next().unwrap();
        let agreed = if table.name == "items" { from_table(section) } else { from_sentence(section) };
        let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        // What PDF files say of themselves came later, and stands behind what was agreed on.
        let later: &[&str] = match table.name {
            "documents" => &["page_classes", "author", "producer", "bookmarks", "page_sizes"],
            _ => &[],
        };
        let agreed_names = agreed.iter().map(|(name, _)| name.as_str());
        assert_eq!(names, agreed_names.chain(later.iter().copied()).collect::<Vec<_>>(), "{}", table.name);
        for (column, (name, kind)) in table.columns.iter().zip(&agreed) {
            assert!(kind.as_ref().is_none_or(|kind| *kind == column.to_string()), "{}.{name}: {kind:?}", table.name);
        }
    }
}

/// Column and type from rows such as ``| `issue_no`, `issue_total` | int32? | … |``.
fn from_table(section: &str) -> Vec<(String, Option<String>)> {
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let names: Vec<String> = cells[1].split(", ").map(|name| name.trim_matches('`').to_owned()).collect();
        let kind = cells[2].to_owned();
        names.into_iter().map(move |name| (name, Some(kind.clone())))
    })
    .collect()
}

/// Columns, and their types where given, from a list such as `` `page` (int32?), `x0`, `top` (float32?, points), … `` up to the
/// first empty line. Words in brackets are values or explanations, not columns.
fn from_sentence(section: &str) -> Vec<(String, Option<String>)> {
    let sentence = section.trim_start().split("\n\n").next().unwrap();
    let mut columns = Vec::new();
    let mut rest = sentence;
    while let Some((_, after)) = rest.split_once('`') {
        let (name, after) = after.split_once('`').unwrap();
        let (note, after) = match after.trim_start().strip_prefix('(') {
            Some(note) => note.split_once(')').unwrap(),
            None => ("", after),
        };
        let first = note.split([',', ':', ' ', '\n']).next().unwrap();
        let kinds = ["string", "int32", "int64", "float32", "date32", "bool", "list<string>"];
        let kind = kinds.contains(&first.trim_end_matches('?')).then(|| first.to_owned());
        columns.push((name.to_owned(), kind));
        rest = after;
    }
    columns
}

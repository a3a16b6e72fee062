//! The import table of ARCHITECTURE.md is the code's: modules, their order, and what each imports.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Each module of the table with the paths it may import, in the table's order.
fn table() -> Vec<(String, BTreeSet<String>)> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let (_, part) = page.split_once("| module | may import |\n|---|---|\n").unwrap();
    let row = Regex::new(r"^\| `([a-z_]+)` \|((?: `[a-z_:]+`)*) \|$").unwrap();
    let rows: Vec<_> = part
        .lines()
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let found = row.captures(line).unwrap_or_else(|| panic!("not a row of the import table: {line}"));
            (found[1].to_owned(), found[2].split_whitespace().map(|it| it.trim_matches('`').to_owned()).collect())
        })
        .collect();
    assert!(!rows.is_empty());
    rows
}

#[test]
fn modules_stand_in_the_order_of_the_table() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared = Regex::new(r"(?m)^(?:pub )?mod ([a-z_]+);").unwrap();
    let declared: Vec<String> = declared.captures_iter(&lib).map(|found| found[1].to_owned()).collect();
    assert_eq!(declared, table().into_iter().map(|(module, _)| module).collect::<Vec<_>>());
}

#[test]
fn a_module_imports_what_the_table_says_and_no_more() {
    for (module, allowed) in table() {
        let mut used: BTreeMap<String, PathBuf> = BTreeMap::new();
        for file in sources(&root().join("src").join(&module)) {
            for path in imports(&fs::read_to_string(&file).unwrap()) {
                let part = allowed.iter().find(|it| it.contains("::") && path.starts_with(it.as_str()));
                let name = part.cloned().unwrap_or_else(|| path.split("::").next().unwrap_or_default().to_owned());
                if name != module {
                    used.entry(name).or_insert(file.clone());
                }
            }
        }
        for (name, file) in &used {
            assert!(allowed.contains(name), "{} imports `{name}`, which `{module}` may not", file.display());
        }
        for name in &allowed {
            assert!(used.contains_key(name), "the table lets `{module}` import `{name}`, which it does not");
        }
    }
}

/// A whole module is only imported from further down; a part of one (`a::b`) is an exception the table names.
#[test]
fn imports_point_up() {
    let mut above: BTreeSet<String> = BTreeSet::new();
    for (module, allowed) in table() {
        for name in allowed.iter().filter(|name| !name.contains("::")) {
            assert!(above.contains(name), "`{module}` imports `{name}`, which stands below it");
        }
        above.insert(module);
    }
}

/// Paths that follow `crate::` in the code, with braces taken apart; comments left out.
fn imports(code: &str) -> Vec<String> {
    let code: String =
        code.lines().map(|line| line.trim_start()).filter(|line| !line.starts_with("//")).collect::<Vec<_>>().join(" ");
    let path = Regex::new(r"\bcrate::(?:\{([^}]*)\}|([a-z_]+(?:::[a-z_]+)?))").unwrap();
    let first = Regex::new(r"^[a-z_]+(?:::[a-z_]+)?").unwrap();
    path.captures_iter(&code)
        .flat_map(|found| match (found.get(1), found.get(2)) {
            (Some(group), _) => group.as_str().split(',').map(|it| it.trim().to_owned()).collect(),
            (_, Some(one)) => vec![one.as_str().to_owned()],
            _ => Vec::new(),
        })
        .filter_map(|it| first.find(&it).map(|found| found.as_str().to_owned()))
        .collect()
}

/// The Rust files of a module.
fn sources(module: &Path) -> Vec<PathBuf> {
    let file = module.with_extension("rs");
    let mut found = if file.exists() { vec![file] } else { Vec::new() };
    let mut folders = vec![module.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.push(path);
            }
        }
    }
    assert!(!found.is_empty(), "there is no module {}", module.display());
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

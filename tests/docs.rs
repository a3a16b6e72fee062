//! What the documents say is so: commands, transcripts, columns, recipes, files and the worked example of a rule.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;
use tempfile::TempDir;

const DOCUMENTS: [&str; 4] = ["README.md", "README.zh.md", "ARCHITECTURE.md", "CHANGELOG.md"];
const READMES: [&str; 2] = ["README.md", "README.zh.md"];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A fenced block: its language, the name after it if it is a file, and what stands in it.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    language: String,
    file: Option<String>,
    text: String,
}

fn blocks(document: &str) -> Vec<Block> {
    let fence = Regex::new(r"(?ms)^```(\w+)(?: ([^\n]+))?\n(.*?)^```$").unwrap();
    let text = |found: &regex::Captures, group| found.get(group).map(|it: regex::Match| it.as_str().to_owned());
    fence
        .captures_iter(document)
        .map(|found| Block { language: found[1].to_owned(), file: text(&found, 2), text: found[3].to_owned() })
        .collect()
}

fn all<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

#[test]
fn both_readmes_have_the_same_parts_and_commands() {
    let [english, chinese] = READMES.map(read);
    assert_eq!(blocks(&english), blocks(&chinese));
    let levels = |text: &str| all(r"(?m)^(#+) ", text).into_iter().map(str::len).collect::<Vec<_>>();
    assert_eq!(levels(&english), levels(&chinese));
    let tables = |text: &str| all(r"(?m)^\| (`[^|]*`) \|", text).join("\n").replace('、', ", ");
    assert_eq!(tables(&english), tables(&chinese));
}

#[test]
fn transcripts_are_those_of_real_runs() {
    let desk = TempDir::new().unwrap();
    let put = |name: &str, content: &[u8]| {
        let path = desk.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    for name in samples() {
        put(&format!("raw/{name}"), &fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("raw").join(&name)).unwrap());
    }
    let blocks = blocks(&read("README.md"));
    for block in &blocks {
        if let Some(file) = &block.file {
            put(file, block.text.as_bytes());
        }
    }
    let mut run = 0;
    for block in blocks.iter().filter(|block| block.language == "console") {
        for part in format!("\n{}", block.text).split("\n$ ").skip(1) {
            let (command, expected) = part.split_once('\n').unwrap();
            let mut words = command.split(' ');
            assert_eq!(words.next(), Some("jianbao"), "{command}");
            let mut jianbao = Command::new(env!("CARGO_BIN_EXE_jianbao"));
            let output = jianbao.current_dir(desk.path()).args(words).output().unwrap();
            let said = String::from_utf8(output.stdout).unwrap();
            assert!(
                is_told_by(expected, &said),
                "`{command}` does not print what README.md says, but:\n{said}{}",
                String::from_utf8_lossy(&output.stderr)
            );
            assert_eq!(output.status.code(), Some(0), "{command}");
            run += 1;
        }
    }
    assert!(run >= 5);
}

/// Whether `told` is `whole`, with `…` on a line of its own for any lines; times and sizes may differ.
fn is_told_by(told: &str, whole: &str) -> bool {
    let stable = |text: &str| -> Vec<String> {
        let text = Regex::new(r"\([\d.]+ [KM]?i?B\)").unwrap().replace_all(text, "(size)");
        let text = Regex::new(r"read in [\d.]+ s, [\d.]+ [KMG]?i?B/s").unwrap().replace_all(&text, "read in (time)");
        text.trim_end().lines().map(str::to_owned).collect()
    };
    let (told, whole) = (stable(told), stable(whole));
    let parts: Vec<&[String]> = told.split(|line| line == "…").collect();
    let mut from = 0;
    for (place, part) in parts.iter().enumerate() {
        let (first, last) = (place == 0, place + 1 == parts.len());
        let fits = |at: &usize| whole[*at..].starts_with(part) && (!last || at + part.len() == whole.len());
        let candidates = if first { from..=from } else { from..=whole.len() };
        // What stands last may stand earlier too; an empty last part stands at the end.
        let Some(at) = candidates.into_iter().find(fits) else { return false };
        from = at + part.len();
    }
    true
}

#[test]
fn elisions_stand_for_any_lines_and_nothing_else() {
    for (told, whole, is_told) in [
        ("a\nb", "a\nb\n", true),
        ("a", "a\nb", false),
        ("a\n…", "a\nb", true),
        ("…\nb", "a\nb", true),
        ("…\na", "a\nb", false),
        ("a\n…\nc", "a\nb\nc", true),
        ("a\n…\nb\n…", "a\nc", false),
        ("1 B read in 0.1 s, 3 B/s", "1 B read in 2.0 s, 4 KiB/s", true),
    ] {
        assert_eq!(is_told_by(told, whole), is_told, "{told:?} {whole:?}");
    }
}

#[test]
fn recipes_that_the_readme_names_exist() {
    let justfile = read("justfile");
    let recipes: BTreeSet<&str> = all(r"(?m)^([a-z-]+)(?: [^:=\n]*)?:(?:[^=]|$)", &justfile).into_iter().collect();
    for readme in READMES.map(read) {
        let commands: String = blocks(&readme).into_iter().filter(|it| it.language == "sh").map(|it| it.text).collect();
        let named = all(r"\bjust ([a-z][a-z-]*)", &commands);
        assert!(named.contains(&"run") && named.contains(&"test"));
        for recipe in named {
            assert!(recipes.contains(recipe), "the justfile has no recipe `{recipe}`");
        }
    }
}

#[test]
fn every_column_and_file_of_the_dataset_is_in_the_readme() {
    let tables = jianbao::dataset::tables();
    let mut files: BTreeSet<String> = BTreeSet::from(["run.json".to_owned()]);
    for table in &tables {
        files.insert(format!("{}.parquet", table.name));
        files.extend(table.jsonl.then(|| format!("{}.jsonl", table.name)));
    }
    let columns: BTreeSet<&str> = tables[0].columns.iter().map(|column| column.name).collect();
    for readme in READMES.map(read) {
        let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with('|')).collect();
        let of_items = rows.iter().flat_map(|row| all(r"^\| [^`|]+ \| (`[a-z_]+`(?: `[a-z_]+`)+) \|$", row));
        let named: Vec<&str> = of_items.flat_map(|row| all(r"`([a-z_]+)`", row)).collect();
        assert_eq!(named.len(), columns.len(), "a column is named twice");
        assert_eq!(named.into_iter().collect::<BTreeSet<_>>(), columns);
        let written = rows.iter().flat_map(|row| all(r"`([a-z]+\.(?:parquet|jsonl|json))`", row));
        assert_eq!(written.map(str::to_owned).collect::<BTreeSet<_>>(), files);
    }
}

#[test]
fn every_sample_is_in_the_readme() {
    for readme in READMES.map(read) {
        let named: BTreeSet<String> =
            all(r"(?m)^\| `([a-z0-9-]+\.(?:txt|md|pdf|tif))` \|", &readme).into_iter().map(str::to_owned).collect();
        assert_eq!(named, samples());
    }
}

fn samples() -> BTreeSet<String> {
    let entries = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("raw")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn the_readme_names_the_oldest_rust_that_will_do() {
    let manifest = read("Cargo.toml");
    let version = all(r#"(?m)^rust-version = "([^"]+)"$"#, &manifest)[0];
    for readme in READMES {
        assert!(read(readme).contains(version), "{readme} does not name Rust {version}");
    }
}

#[test]
fn links_and_file_names_lead_somewhere() {
    for document in DOCUMENTS {
        let text = read(document);
        let links = all(r"\]\(([^)#]+)\)", &text);
        let files = all(r"`((?:src|rules|tests|raw)/[A-Za-z0-9_./-]*)`", &text);
        for path in links.into_iter().chain(files) {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(path).exists(), "{document}: there is no {path}");
        }
    }
}

//! The pages that `jianbao report` writes: what is there, where links lead, that nothing of a document becomes markup, and that
//! the same dataset gives the same bytes. `test_browser.py` and `test_changes.py` look at them in a real browser.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod changes;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;
use tempfile::TempDir;
use walkdir::WalkDir;

/// A document whose name, headline and text are markup.
const EVIL: (&str, &str) = (
    "<img src=x onerror=alert(1)>.md",
    "# <script>alert(2)</script>\n\n5月6日召开会议。</script><script>alert(3)</script>会后\u{2028}参观\" onfocus=\"alert(4)。\n",
);

/// A folder with the samples that are text and a PDF file, read into `out`.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        fs::create_dir(desk.path().join("in")).unwrap();
        for name in ["bulletin-with-faults.txt", "bulletin-gb18030.txt", "bulletin.pdf", "bulletin-scan.tif"] {
            fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("raw").join(name), desk.path().join("in").join(name))
                .unwrap();
        }
        fs::write(desk.path().join("in").join(EVIL.0), EVIL.1).unwrap();
        fs::write(desk.path().join("in/empty.txt"), "").unwrap();
        fs::write(desk.path().join("in/broken.pdf"), "no PDF").unwrap();
        desk.run(&["ingest", "in", "--quiet"]);
        desk
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianbao"));
        // The networks of this machine change nothing here.
        command.current_dir(self.path()).args(args).env("JIANBAO_MODELS", "no-models").output().unwrap()
    }

    fn report(&self, args: &[&str]) -> String {
        let output = self.run(&[&["report"], args].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// All files of a report by their paths in it.
    fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.path().join(folder);
        let entries = WalkDir::new(&root).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
        entries
            .map(|entry| (entry.path().strip_prefix(&root).unwrap().to_owned(), fs::read(entry.path()).unwrap()))
            .collect()
    }

    /// Follows all links of the pages; says how many there are.
    fn links_lead_somewhere(&self) -> usize {
        let (files, pages) = (self.files("out/report"), self.pages());
        let mut links = 0;
        for (name, text) in &pages {
            for link in all(r#"(?:href|src)="([^"]*)""#, text) {
                let link = &link.replace("&#x2f;", "/");
                links += 1;
                let (path, place) = link.split_once('#').unwrap_or((link.as_str(), ""));
                assert!(!link.contains(':') && !link.starts_with('/'), "{link} leads out of the folder");
                let target = if path.is_empty() { name.clone() } else { straight(&name.parent().unwrap().join(path)) };
                assert!(files.contains_key(&target), "{}: there is no {link}", name.display());
                if !place.is_empty() && (target.starts_with("documents") || target.starts_with("changes")) {
                    assert!(pages[&target].contains(&format!("id=\"{place}\"")), "{}: no place {link}", name.display());
                }
            }
        }
        links
    }

    /// The rows of a list.
    fn rows(&self, list: &str) -> Vec<serde_json::Value> {
        let pieces = self.files("out/report/data").into_iter();
        let pieces = pieces.filter(|(name, _)| name.to_str().unwrap().starts_with(&format!("{list}-")));
        pieces
            .flat_map(|(_, bytes)| {
                let text = String::from_utf8(bytes).unwrap();
                let json = text.trim_end().strip_suffix(");").unwrap().splitn(3, ',').nth(2).unwrap().to_owned();
                serde_json::from_str::<Vec<serde_json::Value>>(&json).unwrap()
            })
            .collect()
    }

    fn pages(&self) -> BTreeMap<PathBuf, String> {
        let html =
            self.files("out/report").into_iter().filter(|(name, _)| name.extension().is_some_and(|it| it == "html"));
        html.map(|(name, text)| (name, String::from_utf8(text).unwrap())).collect()
    }
}

fn all<'t>(pattern: &str, text: &'t str) -> Vec<&'t str> {
    Regex::new(pattern).unwrap().captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

#[test]
fn every_link_leads_to_a_file_and_place_that_is_there() {
    let desk = Desk::new();
    desk.report(&["--sources", "in"]);
    let pages = desk.pages();
    assert_eq!(pages.len(), 7 + 4);
    let links = desk.links_lead_somewhere();
    assert!(links > 200);
    let files = desk.files("out/report");
    // The pictures: of the scan two pages; those of bulletin.pdf cannot be drawn, since its font is not in the file.
    let pictures: BTreeSet<_> = files.keys().filter(|name| name.extension().is_some_and(|it| it == "png")).collect();
    assert_eq!(pictures.len(), 2);
}

/// A path with `..` taken out.
fn straight(path: &Path) -> PathBuf {
    let mut straight = PathBuf::new();
    for part in path {
        if part == ".." {
            straight.pop()
        } else {
            straight.push(part);
            true
        };
    }
    straight
}

/// Nothing in a page runs but its own script, and its policy lets nothing else run.
fn is_harmless(name: &Path, text: &str) {
    assert!(all(r"<(script[^>]*)>", text).iter().all(|tag| tag.contains(" src=")), "{}", name.display());
    assert!(!text.contains("<img src=x") && !text.contains("\" onfocus="), "{}", name.display());
    let text = text.replace("onerror=alert", "").replace("onfocus=", "");
    assert!(all(r"(\son[a-z]+=|\sstyle=|javascript:)", &text).is_empty(), "{}", name.display());
    let policy = all(r#"Content-Security-Policy" content="([^"]*)""#, &text);
    assert_eq!(policy.len(), 1);
    assert!(policy[0].starts_with("default-src 'none'; ") && !policy[0].contains("unsafe"));
}

#[test]
fn nothing_of_a_document_becomes_markup() {
    let desk = Desk::new();
    desk.report(&[]);
    desk.pages().iter().for_each(|(name, text)| is_harmless(name, text));
    let evil = desk.pages().into_values().find(|text| text.contains("<title>&lt;img src=x onerror=alert(1)&gt;.md"));
    assert!(evil.unwrap().contains("&lt;script&gt;alert(2)&lt;&#x2f;script&gt;"));
    for (name, bytes) in desk.files("out/report/data") {
        let text = String::from_utf8(bytes).unwrap();
        assert!(!text.contains(['<', '\u{2028}', '\u{2029}']), "{}", name.display());
        // A piece is one call with one value.
        let json = text.trim_end().strip_suffix(");").unwrap().splitn(3, ',').nth(2).unwrap();
        serde_json::from_str::<serde_json::Value>(json).unwrap();
    }
    assert!(
        String::from_utf8_lossy(&desk.files("out/report/data")[Path::new("items-0001.js")]).contains("\\u003cscript")
    );
}

#[test]
fn the_same_dataset_gives_the_same_report() {
    let desk = Desk::new();
    desk.report(&["--sources", "in"]);
    let first = desk.files("out/report");
    desk.report(&["--sources", "in"]);
    assert!(first == desk.files("out/report"));
    desk.report(&["--sources", "in", "--to", "elsewhere"]);
    assert!(first == desk.files("elsewhere"));
    let left: Vec<_> = fs::read_dir(desk.path().join("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".report-")), "{left:?}");
}

#[test]
fn a_folder_that_is_no_report_is_left_alone() {
    let desk = Desk::new();
    let output = desk.run(&["report", "--to", "in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("in holds something else than a report"));
    assert!(desk.path().join("in/bulletin.pdf").exists());
    let output = desk.run(&["report", "in"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!desk.path().join("in/report").exists());
}

#[test]
fn a_source_that_changed_gives_no_pictures() {
    let desk = Desk::new();
    let mut scan = fs::read(desk.path().join("in/bulletin-scan.tif")).unwrap();
    scan.push(0);
    fs::write(desk.path().join("in/bulletin-scan.tif"), scan).unwrap();
    let said = desk.report(&["--sources", "in"]);
    assert!(said.contains("without pictures: 1 source missing or changed"), "{said}");
    assert!(!desk.path().join("out/report/pages").exists());
}

#[test]
fn fields_and_sentences_name_the_lines_they_were_read_from() {
    let desk = Desk::new();
    desk.report(&[]);
    let page = desk.pages().into_values().find(|text| text.contains("<title>bulletin-with-faults.txt")).unwrap();
    let lines_of = |text: &str| {
        let link = format!(r#"data-lines="([0-9 ]+)">{}<"#, regex::escape(text));
        all(&link, &page).first().map(|lines| (*lines).to_owned())
    };
    assert_eq!(lines_of("《江津方言志》编纂工作座谈会召开").as_deref(), Some("11"));
    assert_eq!(lines_of("2023-11-22").as_deref(), Some("12"));
    assert_eq!(lines_of("工作动态").as_deref(), Some("10"));
    assert_eq!(lines_of("区地方志办公室编研科").as_deref(), Some("21"));
    assert_eq!(
        lines_of("会议议定，分几江、白沙、四面山三个片区同步采录，每个片区不少于12名发音人，录音一律双份保存。")
            .as_deref(),
        Some("16 17")
    );
    // The doubtful join stands where it is in the text.
    assert!(page.contains(r##"就编纂原则和采录办法交换意见。</a><a class="doubt" href="#L14""##));
}

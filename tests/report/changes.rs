//! The pages of a report against an older dataset: each change that was made is on its page, and nowhere else.

use std::fs;

use serde_json::Value;

use crate::{Desk, EVIL, all, is_harmless};

/// A desk whose dataset is held against an older one, `old`, that differs in known ways.
fn desk() -> Desk {
    let desk = Desk::new();
    let old = desk.path().join("in-old");
    fs::create_dir(&old).unwrap();
    for entry in fs::read_dir(desk.path().join("in")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), old.join(entry.file_name())).unwrap();
    }
    let path = old.join("bulletin-with-faults.txt");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("录音一律双份保存"));
    fs::write(&path, text.replace("录音一律双份保存", "录音一律两份保存")).unwrap();
    fs::write(old.join(EVIL.0), EVIL.1.replace("参观", "走访")).unwrap();
    fs::rename(old.join("bulletin-gb18030.txt"), old.join("before.txt")).unwrap();
    fs::remove_file(old.join("empty.txt")).unwrap();
    fs::write(old.join("gone.md"), "# 万州区举办展览\n\n3月5日，万州区博物馆举办展览。\n").unwrap();
    desk.run(&["ingest", "in-old", "--out", "old", "--quiet"]);
    desk
}

/// The page of the document `name`.
fn page_of(desk: &Desk, name: &str) -> String {
    let title = format!("<title>{name} ");
    let mut pages =
        desk.pages().into_iter().filter(|(path, text)| path.starts_with("changes") && text.contains(&title));
    pages.next().unwrap_or_else(|| panic!("no page of {name}")).1
}

#[test]
fn every_link_of_the_differences_leads_somewhere() {
    let desk = desk();
    let said = desk.report(&["--against", "old"]);
    assert!(said.contains(", 4 documents changed; open out/report/index.html"), "{said}");
    assert!(desk.links_lead_somewhere() > 250);
    let pages = desk.pages();
    for row in desk.rows("differences") {
        let (path, place) = row[1].as_str().map(|href| href.split_once('#').unwrap_or((href, ""))).unwrap();
        let text = &pages[std::path::Path::new(path)];
        assert!(place.is_empty() || text.contains(&format!("id=\"{place}\"")), "{row}");
    }
    desk.report(&[]);
    assert!(!desk.path().join("out/report/changes.html").exists());
    assert!(!desk.pages().values().any(|text| text.contains("changes.html")));
}

#[test]
fn each_change_is_on_its_page() {
    let desk = desk();
    desk.report(&["--against", "old"]);
    let page = page_of(&desk, "bulletin-with-faults.txt");
    assert!(page.contains("录音一律<del>两</del>份保存") && page.contains("录音一律<ins>双</ins>份保存"), "{page}");
    // Only one of its items is on a card with two sides.
    assert_eq!(all(r#"(class="pair titles")"#, &page).len(), 1);
    let gone = page_of(&desk, "gone.md");
    assert!(gone.contains("万州区博物馆举办展览") && gone.contains("k-removed"));
    let evil = page_of(&desk, "&lt;img src=x onerror=alert(1)&gt;.md");
    assert!(evil.contains("<del>走访</del>") && evil.contains("<ins>参观</ins>"));
    // What was only moved is on the list, and has no page.
    assert_eq!(desk.pages().keys().filter(|path| path.starts_with("changes")).count(), 4);
    let moved: Vec<Value> = desk.rows("differences").into_iter().filter(|row| row[0][1] == "file_moved").collect();
    assert_eq!((moved.len(), &moved[0][2], &moved[0][4]), (1, &"bulletin-gb18030.txt".into(), &"before.txt".into()));
}

#[test]
fn every_number_of_the_differences_is_the_length_of_its_list() {
    let desk = desk();
    desk.report(&["--against", "old"]);
    let page = desk.pages().remove(std::path::Path::new("changes.html")).unwrap();
    let rows = desk.rows("differences");
    let links =
        regex::Regex::new(r##"href="differences.html#what=([a-z_]+)(?:&amp;group=([a-z0-9]+))?">(?:<b>)?([0-9,]+)<"##);
    let mut found = 0;
    for link in links.unwrap().captures_iter(&page) {
        let holds = |list: &Value, word: &str| list.as_array().unwrap().iter().any(|it| it == word);
        let of =
            |row: &&Value| holds(&row[0], &link[1]) && link.get(2).is_none_or(|group| holds(&row[6], group.as_str()));
        assert_eq!(rows.iter().filter(of).count().to_string(), link[3].replace(',', ""), "{}", &link[0]);
        found += 1;
    }
    assert!(found > 10, "{found}");
}

#[test]
fn nothing_of_a_document_becomes_markup_where_it_differs() {
    let desk = desk();
    desk.report(&["--against", "old"]);
    desk.pages().iter().for_each(|(name, text)| is_harmless(name, text));
}

#[test]
fn the_same_two_datasets_give_the_same_report() {
    let desk = desk();
    desk.report(&["--against", "old"]);
    let first = desk.files("out/report");
    desk.report(&["--against", "old"]);
    assert!(first == desk.files("out/report"));
}

#[test]
fn a_report_against_itself_says_so() {
    let desk = Desk::new();
    let said = desk.report(&["--against", "out"]);
    assert!(said.contains(", 0 documents changed;"), "{said}");
    assert!(desk.pages()[std::path::Path::new("changes.html")].contains("数据相同"));
    assert!(!desk.path().join("out/report/changes").exists());
    let output = desk.run(&["report", "--against", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_people_decided_is_named_on_the_card() {
    let desk = Desk::new();
    let documents = fs::read_to_string(desk.path().join("out/documents.jsonl")).unwrap();
    let document = documents.lines().find(|line| line.contains("bulletin-with-faults.txt")).unwrap();
    let document: Value = serde_json::from_str(document).unwrap();
    let text = fs::read_to_string(desk.path().join("in/bulletin-with-faults.txt")).unwrap();
    let line = text.lines().nth(10).unwrap().trim();
    let overrides = format!(
        "sha256 = {}\n[[override]]\nline = 11\ntext = {line:?}\nset = {{ district = \"巴南区\" }}\n",
        document["sha256"]
    );
    fs::create_dir(desk.path().join("overrides")).unwrap();
    fs::write(desk.path().join("overrides/a.toml"), overrides).unwrap();
    desk.run(&["ingest", "in", "--out", "new", "--quiet"]);
    let said = desk.report(&["new", "--against", "out", "--to", "out/report"]);
    assert!(said.contains(", 1 document changed;"), "{said}");
    let page = page_of(&desk, "bulletin-with-faults.txt");
    let by_hand = r#"<span class="zh" lang="zh">人工更正</span><span class="en" lang="en">Decided by hand</span>"#;
    let of_district = r#"<span class="zh" lang="zh">区县</span><span class="en" lang="en">district</span>"#;
    assert!(page.contains(&format!(r#"<span class="only">{by_hand} {of_district}</span>"#)), "{page}");
    assert!(page.contains("<ins>巴南区</ins>"));
    let whole = desk.pages().remove(std::path::Path::new("changes.html")).unwrap();
    assert!(whole.contains(by_hand) && whole.contains("overrides&#x2f;a.toml"), "{whole}");
}

//! Files of recognised pages come in, ALTO goes out, and what goes out comes in again.

use std::collections::BTreeSet;
use std::fs;

use insta::assert_snapshot;
use quick_xml::Reader;
use quick_xml::events::Event;
use regex::Regex;

use crate::{Desk, transcript};

/// A page of a bulletin as lines of text, the first of each paragraph two cells in.
const LINES: [&str; 8] = [
    "【工作动态】",
    "渝北区档案馆开展“国际档案日”宣传活动",
    "　　6月9日，渝北区档案馆在两路街道开展以“档案话百年”",
    "为主题的宣传活动，向群众发放宣传册300余份，展出老照片",
    "40余幅。",
    "　　活动期间，工作人员现场解答群众关于查档利用的问题。",
    "（渝北区档案馆供稿）",
    "— 2 —",
];

/// Cell of a character in pixels of 300 to the inch: 12 points.
const EM: usize = 50;

/// The line of this number as text and box: x, y, width, height.
fn place(order: usize) -> (&'static str, [usize; 4]) {
    let text = LINES[order].trim_start();
    let indent = LINES[order].chars().take_while(|c| *c == '　').count();
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    (text, [300 + indent * EM, 300 + order * 90, halves * EM / 2, EM])
}

fn alto() -> String {
    let lines: String = (0..LINES.len())
        .map(|order| {
            let (text, [x, y, width, height]) = place(order);
            let place = format!("HPOS='{x}' VPOS='{y}' WIDTH='{width}' HEIGHT='{height}'");
            format!("<TextLine {place}><String CONTENT='{text}' WC='0.9' {place}/></TextLine>")
        })
        .collect();
    format!(
        "<?xml version='1.0'?><alto xmlns='http://www.loc.gov/standards/alto/ns-v2#'><Description><MeasurementUnit>pixel</MeasurementUnit>\
         <OCRProcessing ID='o'><ocrProcessingStep><processingSoftware><softwareName>eye</softwareName><softwareVersion>2.1</softwareVersion>\
         </processingSoftware></ocrProcessingStep></OCRProcessing></Description><Layout><Page ID='p' PHYSICAL_IMG_NR='1' WIDTH='2480' HEIGHT='3508'>\
         <PrintSpace><TextBlock ID='b'>{lines}</TextBlock></PrintSpace></Page></Layout></alto>"
    )
}

fn page_xml() -> String {
    let lines: String = (0..LINES.len())
        .map(|order| {
            let (text, [x, y, width, height]) = place(order);
            let (right, bottom) = (x + width, y + height);
            format!(
                "<TextLine id='l{order}'><Coords points='{x},{y} {right},{y} {right},{bottom} {x},{bottom}'/>\
                 <TextEquiv conf='0.9'><Unicode>{text}</Unicode></TextEquiv></TextLine>"
            )
        })
        .collect();
    format!(
        "<PcGts xmlns='http://schema.primaresearch.org/PAGE/gts/pagecontent/2013-07-15'><Page imageFilename='1.tif' imageWidth='2480' \
         imageHeight='3508'><TextRegion id='r'>{lines}</TextRegion></Page></PcGts>"
    )
}

fn hocr() -> String {
    let lines: String = (0..LINES.len())
        .map(|order| {
            let (text, [x, y, width, height]) = place(order);
            let bbox = format!("bbox {x} {y} {} {}", x + width, y + height);
            format!("<span class='ocr_line' title='{bbox}'><span class='ocrx_word' title='{bbox}; x_wconf 90'>{text}</span></span><br>\n")
        })
        .collect();
    format!(
        "<html><head><meta charset=utf-8><meta name='ocr-system' content='eye 2.1'></head><body>\
         <div class='ocr_page' title='bbox 0 0 2480 3508'><p class='ocr_par'>{lines}</div></body></html>"
    )
}

/// What does not depend on the file an item came from.
fn items(desk: &Desk, out: &str) -> Vec<serde_json::Value> {
    let rows = fs::read_to_string(desk.path().join(out).join("items.jsonl")).unwrap();
    let without = |row: &str| {
        let mut row: serde_json::Value = serde_json::from_str(row).unwrap();
        let fields = row.as_object_mut().unwrap();
        for field in ["item_id", "doc_id", "source", "ocr_confidence"] {
            fields.remove(field);
        }
        row
    };
    rows.lines().map(without).collect()
}

#[test]
fn files_of_recognised_pages_are_read_and_other_markup_is_left_out() {
    let desk = Desk::new(&[
        ("raw/1.xml", alto().as_bytes()),
        ("raw/2.xml", page_xml().as_bytes()),
        ("raw/3.hocr", hocr().as_bytes()),
        ("raw/4.html", hocr().replace("2.1", "2.2").as_bytes()),
        ("raw/catalogue.xml", b"<records><record/></records>"),
        ("raw/index.html", b"<html><body>index</body></html>"),
    ]);
    assert_snapshot!("recognised_pages", transcript(&desk.run(&["ingest"])));
    let rows = desk.documents();
    let said: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row["format"].as_str().unwrap(),
                row["pages_ocr"].as_i64().unwrap(),
                row["page_sizes"][0].as_str().unwrap(),
            )
        })
        .collect();
    let size = "595.2x841.92";
    assert_eq!(said, [("alto", 1, size), ("page", 1, size), ("hocr", 1, size), ("hocr", 1, size)]);
    assert_eq!(rows[0]["producer"], "eye 2.1");
    let items = items(&desk, "out");
    assert_eq!((items.len(), items[0]["text_source"].as_str()), (4, Some("ocr")));
    assert_eq!(items[0]["body"].as_str().unwrap().lines().count(), 2);
    assert!(items.iter().all(|item| *item == items[0]), "{items:#?}");
}

#[test]
fn markup_that_breaks_off_is_partial_or_failed() {
    let whole = alto();
    let cut = &whole[..whole.find("— 2 —").unwrap()];
    let desk = Desk::new(&[
        ("raw/cut.xml", cut.as_bytes()),
        ("raw/empty.alto", b"<alto>"),
        ("raw/not.alto", b"<html></html>"),
    ]);
    assert_snapshot!("damaged_markup", transcript(&desk.run(&["ingest"])));
    let expected = ["cut.xml partial damaged-xml", "empty.alto failed damaged-xml", "not.alto failed unknown-markup"];
    assert_eq!(desk.statuses(), expected);
}

#[test]
fn what_is_exported_is_read_as_the_same_items() {
    let desk = Desk::new(&[("raw/2021/1.xml", alto().as_bytes()), ("raw/1.txt", "没有页\n".as_bytes())]);
    desk.run(&["ingest"]);
    assert_snapshot!("export", transcript(&desk.run(&["export", "--alto", "--to", "alto"])));
    let exported = fs::read_to_string(desk.path().join("alto/2021/1.xml/0001.xml")).unwrap();
    assert_snapshot!("exported_page", exported);
    desk.run(&["ingest", "alto", "--out", "again"]);
    let once: Vec<_> = items(&desk, "out").into_iter().filter(|item| item["text_source"] == "ocr").collect();
    assert_eq!(once, items(&desk, "again"));
    let text = |file: &str| String::from_utf8(desk.run(&["inspect", file, "--stage", "text"]).stdout).unwrap();
    assert_eq!(text("raw/2021/1.xml"), text("alto/2021/1.xml/0001.xml"));
    desk.run(&["export", "--alto", "--to", "alto2"]);
    assert_eq!(desk.files("alto/2021/1.xml"), desk.files("alto2/2021/1.xml"));
}

#[test]
fn exported_pages_keep_the_rules_of_alto() {
    let pdf = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/raw/bulletin.pdf")).unwrap();
    let desk = Desk::new(&[
        ("raw/1.pdf", &pdf),
        ("raw/2.xml", alto().as_bytes()),
        ("raw/3.xml", b"<alto><Layout><Page/></Layout></alto>"),
    ]);
    desk.run(&["ingest"]);
    desk.run(&["export", "--alto", "--to", "alto"]);
    let mut pages = 0;
    for folder in ["1.pdf", "2.xml", "3.xml"] {
        for (name, bytes) in desk.files(&format!("alto/{folder}")) {
            assert_eq!(misses(std::str::from_utf8(&bytes).unwrap()), [""; 0], "{folder}/{name}");
            pages += 1;
        }
    }
    assert_eq!(pages, 4);
    assert_snapshot!("export_of_nothing", transcript(&desk.run(&["export", "raw", "--alto", "--to", "alto"])));
}

/// Each element that is written: its children in order, as a pattern, and its attributes, those it must have with `!`.
const RULES: &[(&str, &str, &str)] = &[
    (
        "alto",
        "Description (Styles )?(Tags )?(ReadingOrder )?Layout ",
        "xmlns xmlns:xsi xsi:schemaLocation SCHEMAVERSION",
    ),
    ("Description", "MeasurementUnit (sourceImageInformation )?(OCRProcessing )*(Processing )*", ""),
    ("MeasurementUnit", "", ""),
    ("sourceImageInformation", "(fileName )?(fileIdentifier )*(documentIdentifier )*", ""),
    ("fileName", "", ""),
    ("Processing", "(processingSoftware )?", "ID!"),
    ("processingSoftware", "(softwareCreator )?(softwareName )?(softwareVersion )?", ""),
    ("softwareName", "", ""),
    ("softwareVersion", "", ""),
    ("Styles", "(TextStyle )*(ParagraphStyle )*", ""),
    ("TextStyle", "", "ID FONTSIZE"),
    ("Tags", "(StructureTag )*", ""),
    ("StructureTag", "", "ID! TYPE LABEL!"),
    ("Layout", "(Page )+", ""),
    ("Page", "(PrintSpace )?", "ID! PHYSICAL_IMG_NR! WIDTH HEIGHT"),
    ("PrintSpace", "(TextBlock )*", "HPOS VPOS WIDTH HEIGHT"),
    ("TextBlock", "(TextLine )+", "ID! TAGREFS HPOS VPOS WIDTH HEIGHT"),
    ("TextLine", "(String (SP )?)+(HYP )?", "ID STYLEREFS HPOS VPOS WIDTH HEIGHT"),
    ("String", "", "CONTENT! WC HPOS VPOS WIDTH HEIGHT"),
    ("SP", "", "HPOS VPOS WIDTH HEIGHT"),
];

/// What the schema of ALTO 4.4 would not have in `text`.
fn misses(text: &str) -> Vec<String> {
    let mut misses = Vec::new();
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<(String, String)> = vec![(String::new(), String::new())];
    let (mut ids, mut references) = (BTreeSet::new(), BTreeSet::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = start.name().into_inner().to_owned();
                open.last_mut().unwrap().1 += &format!("{name} ");
                let attributes: Vec<_> = start.attributes().map(|it| it.unwrap()).collect();
                let rule = RULES.iter().find(|rule| rule.0 == name).map_or("", |rule| rule.2);
                let has = |name: &str| attributes.iter().any(|it| it.key.into_inner() == name);
                let lacking = rule.split(' ').filter_map(|it| it.strip_suffix('!')).filter(|it| !has(it));
                misses.extend(lacking.map(|it| format!("{name} lacks {it}")));
                for attribute in &attributes {
                    let (key, value) = (attribute.key.into_inner(), &*attribute.value);
                    if !rule.split(' ').any(|it| it.trim_end_matches('!') == key) {
                        misses.push(format!("{name} has {key}"));
                    }
                    let number: Option<f32> = value.parse().ok();
                    match key {
                        "ID" if !ids.insert(value.to_owned()) => misses.push(format!("{value} is twice")),
                        "ID" if !value.starts_with(|c: char| c.is_ascii_alphabetic()) => misses.push(value.to_owned()),
                        "TAGREFS" | "STYLEREFS" => references.extend(value.split(' ').map(str::to_owned)),
                        "WC" if !number.is_some_and(|it| (0.0..=1.0).contains(&it)) => misses.push(value.to_owned()),
                        "HPOS" | "VPOS" | "WIDTH" | "HEIGHT" | "FONTSIZE" | "PHYSICAL_IMG_NR" if number.is_none() => {
                            misses.push(format!("{key} is {value}"));
                        }
                        _ => {}
                    }
                }
                open.push((name, String::new()));
            }
            Event::End(_) => {
                let (name, children) = open.pop().unwrap();
                match RULES.iter().find(|rule| rule.0 == name) {
                    Some(rule) if Regex::new(&format!("^(?:{})$", rule.1)).unwrap().is_match(&children) => {}
                    _ => misses.push(format!("{name} holds {children}")),
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    misses.extend(references.difference(&ids).map(|it| format!("{it} is nowhere")));
    misses
}

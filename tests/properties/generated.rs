//! Made-up issues in every layout: nothing is lost, and the paragraphs come back.

use jianbao::model::{Document, Format, Item, Role};
use proptest::prelude::*;

use crate::conserved::{assert_conserved, shape};
use crate::layouts::{self, Blanks, Indent, Layout, Lengths, Pages, Piece, Print, Random};
use crate::{config, process};

fn layout(indent: impl Strategy<Value = Indent>) -> impl Strategy<Value = Layout> {
    let pages = prop_oneof![Just(Pages::Nothing), Just(Pages::FormFeed), Just(Pages::StrayBlank)];
    let blanks = prop_oneof![Just(Blanks::None), Just(Blanks::Lost), Just(Blanks::Shown), Just(Blanks::Typed)];
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (20usize..=45, indent, pages, blanks, flags).prop_map(|(cells, indent, pages, blanks, flags)| {
        let (blank_lines, folios, hang, contents) = flags;
        Layout { cells, indent, blank_lines, pages, folios, hang, blanks, contents }
    })
}

fn any_indent() -> impl Strategy<Value = Indent> {
    prop_oneof![Just(Indent::Kept), Just(Indent::Lost), Just(Indent::None)]
}

/// A made-up issue of one to four articles, and its layout.
#[derive(Debug)]
struct Issue {
    seed: u64,
    articles: usize,
    lengths: Lengths,
    layout: Layout,
}

impl Issue {
    fn print(&self) -> Print {
        layouts::print(&layouts::bulletin(&mut Random::new(self.seed), self.articles, self.lengths), self.layout)
    }
}

fn issue(indent: impl Strategy<Value = Indent>) -> impl Strategy<Value = Issue> {
    let lengths = prop_oneof![Just(Lengths::Short), Just(Lengths::Long), Just(Lengths::Mixed)];
    (any::<u64>(), 1usize..=4, lengths, layout(indent)).prop_map(|(seed, articles, lengths, layout)| Issue {
        seed,
        articles,
        lengths,
        layout,
    })
}

fn read(print: &Print) -> Document {
    process(print.text.as_bytes(), Format::Text)
}

/// What `document` takes for headlines and text, and what the print has of them.
fn texts(document: &Document, print: &Print) -> (String, String) {
    let is_text = |role| matches!(role, Role::Headline | Role::Kicker | Role::Subhead | Role::Body);
    let found = document.lines.iter().filter(|line| is_text(line.role)).map(|line| shape(&line.text)).collect();
    let printed = print.lines.iter().filter(|line| matches!(line.piece, Piece::Headline | Piece::Body { .. }));
    (found, printed.map(|line| shape(&line.raw)).collect())
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn nothing_is_lost(issue in issue(any_indent())) {
        let print = issue.print();
        let document = read(&print);
        assert_conserved(&document, &print.text);
        prop_assert_eq!(document.chars.unassigned, 0);
        let (found, printed) = texts(&document, &print);
        prop_assert_eq!(found, printed);
    }

    #[test]
    fn paragraphs_come_back_where_the_indent_is_kept(issue in issue(Just(Indent::Kept))) {
        // One short article may be five lines, too few to measure.
        prop_assume!(issue.articles > 1 || issue.lengths == Lengths::Long);
        let print = issue.print();
        let document = read(&print);
        let found: Vec<&str> = document.items.iter().flat_map(|item| item.body.split('\n')).collect();
        let mut rest = found.iter();
        for paragraph in &print.paragraphs {
            prop_assert!(rest.any(|it| it == paragraph), "{}\nis not in {:#?}", paragraph, found);
        }
    }
}

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn the_encoding_changes_nothing(issue in issue(any_indent())) {
        let print = issue.print();
        let expected = read(&print);
        for (name, bytes) in encodings(&print.text) {
            let found = process(&bytes, Format::Text);
            prop_assert_eq!(&found.items, &expected.items, "{}", name);
            prop_assert_eq!(&found.lines, &expected.lines, "{}", name);
            prop_assert_eq!(found.chars, expected.chars, "{}", name);
        }
    }

    #[test]
    fn line_ends_change_nothing(issue in issue(any_indent())) {
        let print = issue.print();
        let items = |text: String| -> Vec<Item> { process(text.as_bytes(), Format::Text).items };
        let expected = items(print.text.clone());
        prop_assert_eq!(&items(print.text.replace('\n', "\r\n")), &expected);
        prop_assert_eq!(&items(print.text.replace('\n', "\r")), &expected);
    }
}

fn encodings(text: &str) -> [(&'static str, Vec<u8>); 4] {
    let utf_16 = |to_bytes: fn(u16) -> [u8; 2]| {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
    };
    [
        ("UTF-8 with a mark", format!("\u{feff}{text}").into_bytes()),
        ("GB18030", encoding_rs::GB18030.encode(text).0.into_owned()),
        ("UTF-16LE", utf_16(u16::to_le_bytes)),
        ("UTF-16BE", utf_16(u16::to_be_bytes)),
    ]
}

//! An issue → the text of its file as a text layer gives it, and what each line of it is.

use super::phrases::{Article, Bulletin};
use super::wrap::{Blanks, Measure, wrap};

/// How an issue is laid out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    /// Cells in a full line, 20..=45 in the bulletins there are.
    pub(crate) cells: usize,
    pub(crate) indent: Indent,
    /// A blank line after every line.
    pub(crate) blank_lines: bool,
    pub(crate) pages: Pages,
    /// A page number between pages, on a line of its own.
    pub(crate) folios: bool,
    /// Marks hang over the last cell; otherwise they take a character down with them.
    pub(crate) hang: bool,
    pub(crate) blanks: Blanks,
    /// The issue has a contents list.
    pub(crate) contents: bool,
}

/// What became of the first-line indent of two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Indent {
    /// Two U+3000.
    Kept,
    /// Printed, but not in the text.
    Lost,
    /// Not printed: first lines are as long as others.
    None,
}

/// What the text shows of page ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    Nothing,
    /// A form feed after each page.
    FormFeed,
    /// A stray blank before the first line of each page.
    StrayBlank,
}

/// A printed issue.
#[derive(Debug, Clone)]
pub(crate) struct Print {
    pub(crate) text: String,
    /// Every line that is not blank.
    pub(crate) lines: Vec<Line>,
    /// The paragraphs of all articles.
    pub(crate) paragraphs: Vec<String>,
}

/// A printed line and what it is.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) raw: String,
    pub(crate) piece: Piece,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Piece {
    Masthead,
    Contents,
    Section,
    Folio,
    Headline,
    Contributor,
    /// A line of running text; `last` of its paragraph or not.
    Body {
        last: bool,
    },
}

/// Lines on a page, as the national layout for official papers has it (GB/T 9704).
const PAGE_LINES: usize = 22;

/// `bulletin` in `layout`.
pub(crate) fn print(bulletin: &Bulletin, layout: Layout) -> Print {
    let mut press = Press { layout, lines: Vec::new(), paragraphs: Vec::new() };
    press.masthead(bulletin);
    for section in &bulletin.sections {
        press.add(format!("【{}】", section.name), Piece::Section);
        for article in &section.articles {
            press.article(article);
        }
    }
    press.bound()
}

struct Press {
    layout: Layout,
    lines: Vec<Line>,
    paragraphs: Vec<String>,
}

impl Press {
    fn add(&mut self, raw: String, piece: Piece) {
        self.lines.push(Line { raw, piece });
    }

    fn masthead(&mut self, bulletin: &Bulletin) {
        self.add("党史工作简报".to_owned(), Piece::Masthead);
        self.add(format!("第{}期", bulletin.number), Piece::Masthead);
        self.add("中共某市委党史研究室编 2023年12月28日".to_owned(), Piece::Masthead);
        if self.layout.contents {
            self.add("目录".to_owned(), Piece::Contents);
            for section in &bulletin.sections {
                self.add(format!("【{}】", section.name), Piece::Contents);
                for article in &section.articles {
                    for line in self.set(&format!("●{}", article.headline), 0, self.layout.cells) {
                        self.add(line, Piece::Contents);
                    }
                }
            }
        }
    }

    fn article(&mut self, article: &Article) {
        let cells = self.layout.cells;
        for line in self.set(&article.headline, 0, cells - 4) {
            let raw = self.moved_in(line, |room| room / 2);
            self.add(raw, Piece::Headline);
        }
        let indent = if self.layout.indent == Indent::None { 0 } else { 2 };
        for paragraph in &article.paragraphs {
            let lines = self.set(paragraph, indent, cells);
            let last = lines.len() - 1;
            for (at, line) in lines.into_iter().enumerate() {
                let kept = self.layout.indent == Indent::Kept && at == 0;
                let raw = if kept { format!("\u{3000}\u{3000}{line}") } else { line };
                self.add(raw, Piece::Body { last: at == last });
            }
            self.paragraphs.push(paragraph.clone());
        }
        let contributor = self.moved_in(format!("（{}供稿）", article.contributor), |room| room);
        self.add(contributor, Piece::Contributor);
    }

    fn set(&self, text: &str, indent: usize, cells: usize) -> Vec<String> {
        let Layout { hang, blanks, .. } = self.layout;
        wrap(text, Measure { cells, indent, hang, blanks })
    }

    /// `line` moved in by `part` of the cells it leaves free, if the text keeps such blanks.
    fn moved_in(&self, line: String, part: fn(usize) -> usize) -> String {
        if self.layout.indent == Indent::Lost {
            return line;
        }
        let room = self.layout.cells.saturating_sub(line.chars().count());
        "\u{3000}".repeat(part(room)) + &line
    }

    /// The lines on pages, with what the layout puts between pages.
    fn bound(self) -> Print {
        let Self { layout, lines, paragraphs } = self;
        let mut print = Print { text: String::new(), lines: Vec::new(), paragraphs };
        let count = lines.len();
        for (at, mut line) in lines.into_iter().enumerate() {
            if at % PAGE_LINES == 0 && at > 0 && layout.pages == Pages::StrayBlank {
                line.raw.insert(0, ' ');
            }
            print.add(line, layout);
            if (at + 1) % PAGE_LINES == 0 || at + 1 == count {
                if layout.folios {
                    print.add(Line { raw: format!("— {} —", at / PAGE_LINES + 1), piece: Piece::Folio }, layout);
                }
                if layout.pages == Pages::FormFeed {
                    print.text.push('\u{c}');
                }
            }
        }
        print
    }
}

impl Print {
    fn add(&mut self, line: Line, layout: Layout) {
        self.text += &line.raw;
        self.text += if layout.blank_lines { "\n\n" } else { "\n" };
        self.lines.push(line);
    }
}

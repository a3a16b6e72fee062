//! The layouts that are counted: every width with blank lines and without, the rest of the layout by lot.

use jianbao::model::{Format, Source};
use jianbao::pipeline::{self, Extractor};
use jianbao::rules::RuleSet;

use crate::count::Counts;
use crate::layouts::{self, Blanks, Indent, Layout, Lengths, Pages, Random};

/// Widths of the columns there are, in cells.
const CELLS: std::ops::RangeInclusive<usize> = 20..=45;

/// Layouts for each width, with blank lines and without.
const EACH: usize = 3;

/// What became of the line ends of all layouts with this indent. Prints the first `show` wrong ones.
pub(crate) fn count(indent: Indent, rules: &RuleSet, show: usize) -> Counts {
    let mut counts = Counts::default();
    for cells in CELLS {
        for blank_lines in [false, true] {
            for lot in 0..EACH {
                let random = &mut Random::new((cells * 100 + lot * 10 + usize::from(blank_lines)) as u64);
                let lengths = [Lengths::Short, Lengths::Long, Lengths::Mixed][random.within(0, 2)];
                let articles = random.within(3, 8);
                let layout = Layout {
                    cells,
                    indent,
                    blank_lines,
                    pages: [Pages::Nothing, Pages::FormFeed, Pages::StrayBlank][random.within(0, 2)],
                    folios: random.chance(50),
                    hang: random.chance(50),
                    blanks: [Blanks::None, Blanks::Lost, Blanks::Shown, Blanks::Typed][random.within(0, 3)],
                    contents: random.chance(67),
                };
                let print = layouts::print(&layouts::bulletin(random, articles, lengths), layout);
                let source = Source {
                    path: String::new(),
                    sha256: String::new(),
                    bytes: print.text.len() as u64,
                    format: Format::Text,
                };
                let document = pipeline::process(source, print.text.as_bytes(), rules, &Extractor::without_ocr());
                let left = show.saturating_sub(counts.wrong());
                counts.add(&print, &document, &layout, left);
            }
        }
    }
    counts
}

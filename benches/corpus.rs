//! The corpus: 10,000 bulletins of 2 to 20 KB in the layouts and encodings there are, from fixed seeds; and the first
//! 1,000 of them once more in a folder of their own.

use std::fs;
use std::path::Path;

use crate::layouts::{self, Blanks, Indent, Layout, Lengths, Pages, Random};

const DOCUMENTS: usize = 10_000;
const SMALL: usize = 1_000;

/// The small corpus, in memory.
pub(crate) fn small() -> Vec<Vec<u8>> {
    (0..SMALL as u64).map(document).collect()
}

/// Writes the corpus below `folder`.
pub(crate) fn write(folder: &Path) {
    let folders = [(folder.join("10000"), DOCUMENTS), (folder.join("1000"), SMALL)];
    for (folder, _) in &folders {
        fs::create_dir_all(folder).expect("target can be written");
    }
    for number in 0..DOCUMENTS {
        let bytes = document(number as u64);
        for (folder, _) in folders.iter().filter(|(_, count)| number < *count) {
            fs::write(folder.join(format!("{number:05}.txt")), &bytes).expect("target can be written");
        }
    }
}

fn document(seed: u64) -> Vec<u8> {
    let random = &mut Random::new(seed);
    let articles = random.within(1, 8);
    let lengths = [Lengths::Long, Lengths::Mixed][random.within(0, 1)];
    // One in five is a paragraph per line, as vision models write.
    let cells = if random.chance(20) { 10_000 } else { random.within(24, 36) };
    let indent = if cells == 10_000 { Indent::Lost } else { [Indent::Kept, Indent::Lost][random.within(0, 1)] };
    let layout = Layout {
        cells,
        indent,
        blank_lines: random.chance(33),
        pages: [Pages::Nothing, Pages::FormFeed, Pages::StrayBlank][random.within(0, 2)],
        folios: random.chance(67),
        hang: random.chance(50),
        blanks: [Blanks::None, Blanks::Shown][random.within(0, 1)],
        contents: random.chance(67),
    };
    let text = layouts::print(&layouts::bulletin(random, articles, lengths), layout).text;
    if random.chance(25) { encoding_rs::GB18030.encode(&text).0.into_owned() } else { text.into_bytes() }
}

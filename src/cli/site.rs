//! `jianbao report`: a dataset in, a folder of pages for a browser out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::EXIT_CLEAN;
use super::ingest::{inputs, raised_on_interrupt};
use super::style::{STRONG, plural};
use crate::dataset::{LineRow, RunRecord, WholeDocument};
use crate::model::{Code, Format, Picture, Source, hex};
use crate::pipeline::intake::{self, Finding, Found, GroupWhen};
use crate::pipeline::{Limits, content, label, page_pictures};
use crate::report::{self, Against};

/// Pixels an inch of the pictures of pages.
const DPI: f32 = 110.0;

/// Least share of ink in the boxes of lines: Han characters cover 10 to 25 % of theirs.
const LEAST_INK: f64 = 0.04;

/// Show a dataset in a browser
///
/// Writes a folder of pages that open with a double click, without server and network: what was read, where it was read,
/// and what is worth a look. With the files the dataset was read from, the pages of PDF files and scans are shown as printed.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of a dataset, written with Parquet
    #[arg(value_name = "DATASET", default_value = "out")]
    dataset: PathBuf,
    /// Folder of the report [default: report in the folder of the dataset]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
    /// Show pages as printed, from the files the dataset was read from: the inputs of the run, as it was given them
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    sources: Vec<PathBuf>,
    /// Also show what changed since an older dataset, before and after side by side
    #[arg(long, value_name = "OLD")]
    against: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let cancel = raised_on_interrupt()?;
    let to = args.to.clone().unwrap_or_else(|| args.dataset.join("report"));
    let mut printed = Printed { files: args.files()?, cancel: cancel.clone(), changed: 0, undrawn: 0 };
    let names = args.against.as_deref().map(|old| [label::display(old), label::display(&args.dataset)]);
    let against = args.against.as_deref().zip(names.as_ref());
    let against = against.map(|(folder, [old, new])| Against { folder, names: [old, new] });
    let draw = &mut |document: &WholeDocument, folder: &Path| printed.draw(document, folder);
    let written = report::write(&args.dataset, &to, against, draw, &cancel)?;
    let mut out = anstream::stdout().lock();
    write!(out, "{STRONG}{}{STRONG:#} of ", plural(written.items, "item"))?;
    write!(out, "{STRONG}{}{STRONG:#} shown", plural(written.documents, "document"))?;
    if !args.sources.is_empty() {
        write!(out, ", with {}", plural(written.pictures, "picture"))?;
    }
    if args.against.is_some() {
        write!(out, ", {} changed", plural(written.changed, "document"))?;
    }
    writeln!(out, "; open {}", label::display(&to.join("index.html")))?;
    if printed.changed > 0 {
        writeln!(out, "without pictures: {} missing or changed", plural(printed.changed, "source"))?;
    }
    if printed.undrawn > 0 {
        writeln!(out, "without pictures: {} that could not be drawn", plural(printed.undrawn, "page"))?;
    }
    out.flush()?;
    Ok(EXIT_CLEAN)
}

impl Args {
    /// The files of the inputs, called as the run called them.
    fn files(&self) -> anyhow::Result<BTreeMap<String, Found>> {
        if self.sources.is_empty() {
            return Ok(BTreeMap::new());
        }
        let group = GroupWhen::of_run(&RunRecord::read(&self.dataset)?);
        let found = intake::find(&inputs(&self.sources)?, &self.dataset, group)?.files;
        let there = found.into_iter().filter(|file| !matches!(file.finding, Finding::Lost(_)));
        Ok(there.map(|file| (file.label.clone(), file)).collect())
    }
}

/// The files that pages are drawn from.
struct Printed {
    files: BTreeMap<String, Found>,
    cancel: Arc<AtomicBool>,
    /// Sources that are not as they were read.
    changed: u64,
    /// Pages that have no picture although their source is there.
    undrawn: u64,
}

impl Printed {
    /// Draws the pages of a document into `folder` and says which.
    fn draw(&mut self, whole: &WholeDocument, folder: &Path) -> BTreeSet<u32> {
        let document = &whole.document;
        let format = match document.format.as_str() {
            "pdf" => Format::Pdf,
            "image" => Format::Image,
            _ => return BTreeSet::new(),
        };
        if self.files.is_empty() {
            return BTreeSet::new();
        }
        let most = Limits::default().file_bytes.of(format);
        let found = self.files.get(&document.source);
        let content = found.and_then(|found| content::of(found, most, &self.cancel).ok());
        let content = content.filter(|content| hex(&content.sha256) == document.sha256);
        let Some(bytes) = content.and_then(|content| content.bytes) else {
            self.changed += 1;
            return BTreeSet::new();
        };
        let source = Source {
            path: document.source.clone(),
            sha256: document.sha256.clone(),
            bytes: bytes.len() as u64,
            format,
        };
        let sizes = document.sizes();
        // These were read otherwise than they lie in the file.
        let turned = whole.diagnostics.iter().filter(|remark| remark.code == Code::TurnedPage.as_str());
        let turned: BTreeSet<u32> = turned.filter_map(|remark| u32::try_from(remark.page?).ok()).collect();
        let drawn = page_pictures(&source, &bytes, |number, picture| {
            let size = sizes.get(usize::try_from(number).ok()?.checked_sub(1)?)?;
            let picture = picture.ok().filter(|_| !turned.contains(&number))?;
            let lines = whole.lines.iter().filter(|line| line.page.is_some_and(|page| page.unsigned_abs() == number));
            if !has_ink(&picture, *size, lines) {
                return None;
            }
            fs::write(folder.join(format!("{number:04}.png")), png(&picture, *size)?).ok()?;
            Some(number)
        });
        let there: BTreeSet<u32> = drawn.unwrap_or_default().into_iter().flatten().collect();
        self.undrawn += (sizes.len() as u64).saturating_sub(there.len() as u64);
        there
    }
}

/// A page of `size` points as PNG at [`DPI`], in 16 shades. `None` if it cannot be written.
fn png(picture: &Picture, size: (f32, f32)) -> Option<Vec<u8>> {
    let length = |points: f32, most: usize| ((points * DPI / 72.0).round() as usize).clamp(1, most);
    let (width, height) = (length(size.0, picture.width), length(size.1, picture.height));
    let mut packed = Vec::with_capacity(width.div_ceil(2) * height);
    for y in 0..height {
        let shades: Vec<u8> = (0..width).map(|x| mean(picture, (x, width), (y, height))).collect();
        // Two pixels a byte.
        packed.extend(shades.chunks(2).map(|two| (two[0] & 0xf0) | (two.get(1).copied().unwrap_or(0) >> 4)));
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, u32::try_from(width).ok()?, u32::try_from(height).ok()?);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Four);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(&packed).ok()?;
    writer.finish().ok()?;
    Some(out)
}

/// Whether there is ink where lines were read. There is none where the fonts of a page are not in its file: such a page
/// cannot be drawn as it is printed.
fn has_ink<'l>(picture: &Picture, size: (f32, f32), lines: impl Iterator<Item = &'l LineRow>) -> bool {
    let scale = (picture.width as f32 / size.0, picture.height as f32 / size.1);
    let place = |points: f32, scale: f32, most: usize| ((points * scale).max(0.0) as usize).min(most);
    let (mut dark, mut all) = (0_u64, 0_u64);
    for bbox in lines.filter_map(LineRow::bbox) {
        let columns = place(bbox.x0(), scale.0, picture.width)..place(bbox.x1(), scale.0, picture.width);
        for row in place(bbox.top(), scale.1, picture.height)..place(bbox.bottom(), scale.1, picture.height) {
            let start = row * picture.width;
            let shades = picture.grey.get(start + columns.start..start + columns.end.max(columns.start));
            let shades = shades.unwrap_or_default();
            dark += shades.iter().map(|shade| u64::from(u8::MAX - shade)).sum::<u64>();
            all += shades.len() as u64 * u64::from(u8::MAX);
        }
    }
    all == 0 || dark as f64 >= all as f64 * LEAST_INK
}

/// The mean shade of the part of a picture that becomes pixel `x` of `width`, `y` of `height`.
fn mean(picture: &Picture, (x, width): (usize, usize), (y, height): (usize, usize)) -> u8 {
    let part = |at: usize, of: usize, length: usize| {
        let start = at * length / of;
        start..((at + 1) * length / of).max(start + 1)
    };
    let (columns, rows) = (part(x, width, picture.width), part(y, height, picture.height));
    let count = (columns.len() * rows.len()) as u64;
    let sum: u64 = rows
        .map(|row| {
            let start = row * picture.width;
            let shades = picture.grey.get(start + columns.start..start + columns.end).unwrap_or_default();
            shades.iter().map(|shade| u64::from(*shade)).sum::<u64>()
        })
        .sum();
    u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_brought_to_the_pixels_of_the_screen() {
        let picture = Picture { width: 300, height: 600, grey: vec![128; 180_000], red: None, dpi: None };
        let bytes = png(&picture, (72.0, 144.0)).unwrap();
        let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        assert_eq!((reader.info().width, reader.info().height), (110, 220));
    }

    #[test]
    fn a_page_without_ink_where_lines_were_read_is_not_as_printed() {
        let line = LineRow { x0: Some(0.0), top: Some(0.0), x1: Some(10.0), bottom: Some(10.0), ..LineRow::default() };
        let picture = |shade| Picture { width: 10, height: 10, grey: vec![shade; 100], red: None, dpi: None };
        assert!(has_ink(&picture(200), (10.0, 10.0), [&line].into_iter()));
        assert!(!has_ink(&picture(250), (10.0, 10.0), [&line].into_iter()));
        assert!(has_ink(&picture(255), (10.0, 10.0), [].into_iter()));
    }
}

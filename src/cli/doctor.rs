//! `jianbao doctor`: what this program finds on the machine, and what to do about what is missing.

use std::io::{self, Write};

use super::style::{BAD, STRONG};
use super::{EXIT_CLEAN, EXIT_FAILED, OcrArgs};
use crate::pipeline::{ModelsError, Network};

/// Say what is there for recognising scans, and what is missing
///
/// Everything but the recognition of scans works without the networks. Exit code 1 if they are missing or unfit.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    ocr: OcrArgs,
}

/// Where the networks come from, for those who have no copy of the sources.
const BY_HAND: &str = "\
  pip download --no-deps rapidocr==3.10.0
  unzip -j rapidocr-3.10.0-py3-none-any.whl 'rapidocr/models/PP-OCRv6_*_small.onnx' '*/MODEL_LICENSES.md' '*/LICENSE' -d DIR";

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let mut out = anstream::stdout().lock();
    let folder = args.ocr.folder();
    writeln!(out, "{STRONG}jianbao{STRONG:#} {}", env!("CARGO_PKG_VERSION"))?;
    writeln!(out, "text, Markdown, PDF text, ALTO, PAGE XML, hOCR: read by the program itself")?;
    writeln!(out, "networks for scans: {}", folder.display())?;
    let found = args.ocr.load().networks();
    match &found {
        Ok(networks) => known(&mut out, networks)?,
        Err(error) => {
            writeln!(out, "  {BAD}{error}{BAD:#}")?;
            missing(&mut out, error)?;
        }
    }
    out.flush()?;
    Ok(if found.is_ok() { EXIT_CLEAN } else { EXIT_FAILED })
}

fn known(out: &mut impl Write, networks: &[Network]) -> io::Result<()> {
    for Network { name, sha256, is_published } in networks {
        let verdict =
            if *is_published { "as published" } else { "another network than the one this version was measured with" };
        writeln!(out, "  {name}  {verdict}  SHA-256 {sha256}")?;
    }
    Ok(())
}

fn missing(out: &mut impl Write, error: &ModelsError) -> io::Result<()> {
    if matches!(error, ModelsError::Missing(_)) {
        writeln!(out, "scanned pages are not read until they are there. In a copy of the sources:\n  just models")?;
        writeln!(out, "elsewhere, with the folder above for DIR:\n{BY_HAND}")?;
    } else {
        writeln!(out, "fetch them again: just models")?;
    }
    Ok(())
}

//! What holds for every document: no character is lost or counted twice, whatever the layout, the encoding or the bytes.
//!
//! Layouts are laid out anew for every case, from seeds that stay the same from run to run.

mod conserved;
mod generated;
#[path = "../layouts/mod.rs"]
mod layouts;
mod total;

use std::sync::LazyLock;

use jianbao::model::{Document, Format, Source};
use jianbao::pipeline::{self, Extractor};
use jianbao::rules::RuleSet;
use proptest::test_runner::{Config, RngSeed};

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// `cases` cases, the same in every run; a case that fails is shrunk and shown, not kept in a file.
fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(20_231_228), failure_persistence: None, ..Config::default() }
}

fn process(bytes: &[u8], format: Format) -> Document {
    let source = Source { path: String::new(), sha256: String::new(), bytes: bytes.len() as u64, format };
    pipeline::process(source, bytes, &RULES, &Extractor::without_ocr())
}

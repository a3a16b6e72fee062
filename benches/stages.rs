//! Time of each stage on one core, documents in memory.

use std::time::{Duration, Instant};

use jianbao::model::{Format, Source};
use jianbao::rules::RuleSet;
use jianbao::segment::Parts;
use jianbao::{layout, outline, pipeline, read, reflow, segment};

/// Rounds over all documents; the fastest counts, since nothing but a disturbance makes one slower.
const ROUNDS: usize = 5;

/// The stages of [`pipeline::process`], in order.
const STAGES: [&str; 6] = ["read", "layout", "recognise", "outline", "reflow", "segment"];

/// Prints MB/s of source and the share of time, for each stage and for all.
pub(crate) fn print(documents: &[Vec<u8>]) {
    let rules = RuleSet::builtin();
    let bytes: usize = documents.iter().map(Vec::len).sum();
    let mb = bytes as f64 / 1e6;
    let (mut best, mut whole) = ([Duration::MAX; STAGES.len()], Duration::MAX);
    for _ in 0..ROUNDS {
        let mut round = [Duration::ZERO; STAGES.len()];
        for document in documents {
            for (sum, time) in round.iter_mut().zip(stages(document, &rules)) {
                *sum += time;
            }
        }
        for (best, time) in best.iter_mut().zip(round) {
            *best = time.min(*best);
        }
        whole = whole.min(timed(|| documents.iter().map(|it| process(it, &rules)).sum::<usize>()).1);
    }
    let sum: Duration = best.iter().sum();
    let mut table = format!("stages on one core, {} documents, {mb:.1} MB\n", documents.len());
    for (name, time) in STAGES.iter().zip(best) {
        let (rate, share) = (mb / time.as_secs_f64(), 100.0 * time.as_secs_f64() / sum.as_secs_f64());
        table += &format!("  {name:<10} {rate:>8.1} MB/s  {share:>5.1} %\n");
    }
    let seconds = whole.as_secs_f64();
    table += &format!(
        "  {:<10} {:>8.1} MB/s  {:.0} documents/s\n",
        "process",
        mb / seconds,
        documents.len() as f64 / seconds
    );
    #[expect(clippy::print_stdout, reason = "this is what was asked for")]
    {
        println!("{table}");
    }
}

fn process(bytes: &[u8], rules: &RuleSet) -> usize {
    let source = Source { path: String::new(), sha256: String::new(), bytes: bytes.len() as u64, format: Format::Text };
    pipeline::process(source, bytes, rules, &pipeline::Extractor::without_ocr()).items.len()
}

/// The time each stage takes on one document.
fn stages(bytes: &[u8], rules: &RuleSet) -> [Duration; STAGES.len()] {
    let (file, read) = timed(|| read::text::read(bytes).expect("made-up issues are text"));
    let (mut lines, layout) = timed(|| layout::text_lines(file.pages));
    let (profile, recognise) = timed(|| rules.recognise(lines.iter().take(240).map(|line| line.text.as_str())));
    let (outline, outlined) = timed(|| outline::outline(&mut lines, profile));
    let (flow, reflowed) = timed(|| reflow::reflow(&mut lines, &outline, profile));
    let (items, segmented) = timed(|| segment::items(&mut lines, Parts { outline, flow }, profile, rules));
    std::hint::black_box((items, lines));
    [read, layout, recognise, outlined, reflowed, segmented]
}

fn timed<T>(task: impl FnOnce() -> T) -> (T, Duration) {
    #[expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]
    let now = Instant::now;
    let start = now();
    let result = std::hint::black_box(task());
    (result, now() - start)
}

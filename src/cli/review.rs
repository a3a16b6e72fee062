//! `jianbao review`: walks the flagged items of a dataset in the terminal; decisions go to override files.

use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use clap::ValueEnum;

use super::style::{BAD, DOUBTFUL, FAINT, STRONG, plural};
use super::{EXIT_CLEAN, OverridesArgs};
use crate::dataset::{Reader, WholeDocument};
use crate::model::{Code, Severity};
use crate::overrides::{Override, OverrideFile, Overrides, Written};
use crate::pipeline::label;
use crate::review::{self, Case, Wanted};

/// So many lines are shown above and below one that a remark is about.
const AROUND: i32 = 2;

/// Decide about flagged items
///
/// Shows every item that something was remarked on, with the lines the remarks are about, and asks: accept it as it is,
/// edit it in $VISUAL or $EDITOR, skip it, or quit. Decisions are written at once, as small TOML files that name the
/// source by its SHA-256 and the line by its text. The next `jianbao ingest` applies them, and says where it could not.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of a dataset, written with Parquet
    #[arg(value_name = "DATASET", default_value = "out")]
    dataset: PathBuf,
    #[command(flatten)]
    overrides: OverridesArgs,
    /// Remarks with these codes alone, as doubtful-join
    #[arg(long = "code", value_name = "CODE", value_delimiter = ',', value_parser = code)]
    codes: Vec<Code>,
    /// Remarks at least so grave
    #[arg(long, value_name = "SEVERITY", default_value = "info")]
    severity: SeverityWord,
    /// Documents whose source holds this text alone
    #[arg(long, value_name = "TEXT", default_value = "")]
    source: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SeverityWord {
    Info,
    Warning,
    Error,
}

fn code(word: &str) -> Result<Code, String> {
    let known = Written::<Code>::parse(word).map(|it| it.0);
    known.map_err(|_| "no such code; the column `code` of diagnostics has them".to_owned())
}

/// What was answered.
enum Answer {
    Accept,
    Edit,
    Skip,
    Quit,
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let severity = match args.severity {
        SeverityWord::Info => Severity::Info,
        SeverityWord::Warning => Severity::Warning,
        SeverityWord::Error => Severity::Error,
    };
    let wanted = Wanted { codes: args.codes.clone(), severity: Some(severity) };
    let folder = args.overrides.folder(None);
    let known = args.overrides.load(None)?;
    let flagged = args.count(&wanted, &known)?;
    let mut desk = Desk { folder, flagged, seen: 0, decided: 0, documents: 0 };
    let mut out = anstream::stdout().lock();
    if flagged == 0 {
        writeln!(out, "no flagged items left to decide about")?;
        return Ok(EXIT_CLEAN);
    }
    if severity == Severity::Info {
        writeln!(out, "{flagged} flagged; --severity warning leaves out what is only worth knowing")?;
    }
    drop(out);
    let mut reader = Reader::open(&args.dataset)?;
    while let Some(whole) = reader.next_document()? {
        let known = known.of(&whole.document.sha256);
        let cases = args.cases(&whole, &wanted, &known);
        if !cases.is_empty() && !desk.document(&whole, &cases, known)? {
            break;
        }
    }
    desk.finish()?;
    Ok(EXIT_CLEAN)
}

impl Args {
    fn cases<'w>(
        &self,
        whole: &'w WholeDocument,
        wanted: &Wanted,
        known: &Option<(&str, &OverrideFile)>,
    ) -> Vec<Case<'w>> {
        if !whole.document.source.contains(&self.source) {
            return Vec::new();
        }
        review::cases(whole, wanted, known.map(|(_, file)| file))
    }

    fn count(&self, wanted: &Wanted, known: &Overrides) -> anyhow::Result<usize> {
        let mut reader = Reader::open(&self.dataset)?;
        let mut count = 0;
        while let Some(whole) = reader.next_document()? {
            count += self.cases(&whole, wanted, &known.of(&whole.document.sha256)).len();
        }
        Ok(count)
    }
}

/// What has been done so far.
struct Desk {
    folder: PathBuf,
    flagged: usize,
    seen: usize,
    decided: usize,
    documents: usize,
}

impl Desk {
    /// Asks about the cases of a document; whether to go on.
    fn document(
        &mut self,
        whole: &WholeDocument,
        cases: &[Case],
        known: Option<(&str, &OverrideFile)>,
    ) -> anyhow::Result<bool> {
        let document = &whole.document;
        let doc_id: String = document.sha256.chars().take(16).collect();
        let name = known.map_or_else(|| format!("{doc_id}.toml"), |(name, _)| name.to_owned());
        let fresh =
            || OverrideFile { source: document.source.clone(), sha256: document.sha256.clone(), overrides: Vec::new() };
        let mut file = known.map_or_else(fresh, |(_, file)| file.clone());
        let before = self.decided;
        for case in cases {
            self.seen += 1;
            show(case, self.seen, self.flagged)?;
            let mut draft = None;
            loop {
                let decisions = match ask(case)? {
                    Answer::Quit => return Ok(false),
                    Answer::Skip => break,
                    Answer::Accept => case.accept(),
                    Answer::Edit => match edit(case, &mut draft)? {
                        Some(decisions) => decisions,
                        None => continue,
                    },
                };
                if decisions.is_empty() {
                    writeln!(anstream::stdout().lock(), "nothing was changed")?;
                    continue;
                }
                if self.decided == before {
                    self.documents += 1;
                }
                self.decided += decisions.len();
                decisions.into_iter().for_each(|decision| file.add(decision));
                write(&self.folder.join(&name), &file)?;
                break;
            }
        }
        Ok(true)
    }

    fn finish(&self) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        if self.decided == 0 {
            return writeln!(out, "nothing was decided");
        }
        writeln!(
            out,
            "{STRONG}{}{STRONG:#} about {} written to {}; jianbao ingest applies them",
            plural(self.decided as u64, "decision"),
            plural(self.documents as u64, "document"),
            label::display(&self.folder)
        )
    }
}

/// Shows an item, what was remarked on it, and the lines this is about.
fn show(case: &Case, place: usize, of: usize) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let item = case.item;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    writeln!(
        out,
        "\n{FAINT}{place} of {of}{FAINT:#}  {STRONG}{}{STRONG:#}, item {} of {}",
        case.whole.document.source,
        item.ordinal.unwrap_or_default(),
        case.whole.items.len()
    )?;
    writeln!(out, "  {STRONG}{}{STRONG:#}", item.headline.as_deref().unwrap_or("(no headline)"))?;
    let basis = |value: &Option<String>| value.as_deref().map(|basis| format!(" ({basis})")).unwrap_or_default();
    let date = item.date.map(|date| date.to_string());
    writeln!(
        out,
        "  section {}, {}, date {}{}, district {}{}, by {}",
        or_none(item.section.clone()),
        item.kind,
        or_none(date),
        basis(&item.date_basis),
        or_none(item.district.clone()),
        basis(&item.district_basis),
        if item.contributors.is_empty() { "none".to_owned() } else { item.contributors.join(", ") }
    )?;
    for (at, remark) in case.remarks.iter().enumerate() {
        let style = if remark.severity == "error" { BAD } else { DOUBTFUL };
        writeln!(out, "  {style}{}{style:#}: {}", remark.code, remark.message)?;
        let is_last_of_line = case.remarks.get(at + 1).is_none_or(|next| next.line != remark.line);
        let Some(about) = remark.line.filter(|_| is_last_of_line) else { continue };
        for number in about - AROUND..=about + AROUND {
            let Some(line) = review::line_at(case.whole, number) else { continue };
            let mark = if number == about { '>' } else { ' ' };
            let join = line.join.as_deref().map(|join| {
                let rule = line.join_rule.as_deref().unwrap_or_default();
                let score = line.join_score.map(|score| format!(" {score:.2}")).unwrap_or_default();
                format!("  {FAINT}{join} {rule}{score}{FAINT:#}")
            });
            writeln!(out, "  {mark}{number:>5} {:<12} {}{}", line.role, line.text, join.unwrap_or_default())?;
        }
    }
    out.flush()
}

/// Asks until there is an answer. The end of the input is one: quit.
fn ask(case: &Case) -> anyhow::Result<Answer> {
    loop {
        let mut out = anstream::stdout().lock();
        write!(
            out,
            "item {}: {STRONG}a{STRONG:#}ccept, {STRONG}e{STRONG:#}dit, {STRONG}s{STRONG:#}kip, {STRONG}q{STRONG:#}uit? ",
            case.item.ordinal.unwrap_or_default()
        )?;
        out.flush()?;
        drop(out);
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line).context("cannot read the answer")? == 0 {
            writeln!(anstream::stdout().lock())?;
            return Ok(Answer::Quit);
        }
        match line.trim() {
            "a" | "accept" => return Ok(Answer::Accept),
            "e" | "edit" => return Ok(Answer::Edit),
            "s" | "skip" | "n" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => writeln!(anstream::stdout().lock(), "answer a, e, s or q")?,
        }
    }
}

/// Has the item edited; `None` if what came of it is not understood, which is said. What was typed is kept in `draft`.
fn edit(case: &Case, draft: &mut Option<String>) -> anyhow::Result<Option<Vec<Override>>> {
    let sheet = match draft.take() {
        Some(draft) => draft,
        None => review::sheet(case).map_err(anyhow::Error::msg)?,
    };
    let mut file = tempfile::Builder::new().prefix("jianbao-").suffix(".toml").tempfile()?;
    file.write_all(sheet.as_bytes())?;
    file.flush()?;
    // Some editors write another file in its place, so that it is read by its name.
    if !open_editor(file.path())? {
        writeln!(anstream::stdout().lock(), "the editor did not end well; nothing was changed")?;
        return Ok(None);
    }
    let text = fs::read_to_string(file.path()).context("cannot read what was edited")?;
    match review::edited(case, &text) {
        Ok(decisions) => Ok(Some(decisions)),
        Err(why) => {
            writeln!(anstream::stdout().lock(), "{BAD}not understood:{BAD:#} {why}; e shows what you wrote again")?;
            *draft = Some(text);
            Ok(None)
        }
    }
}

/// Opens a file in the editor of the user and waits; whether it ended well.
fn open_editor(path: &Path) -> anyhow::Result<bool> {
    let editor = editor();
    // The variable may hold options too, as `code --wait` does: the shell takes it apart, as it does for others.
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("{editor} \"$1\"")).arg("sh");
        shell
    } else {
        Command::new(&editor)
    };
    let status = command.arg(path).status().with_context(|| format!("cannot start the editor {editor}; set EDITOR"))?;
    Ok(status.success())
}

#[expect(clippy::disallowed_methods, reason = "which editor a person uses changes no result")]
fn editor() -> String {
    let named = |name| std::env::var(name).ok().filter(|it| !it.trim().is_empty());
    named("VISUAL").or_else(|| named("EDITOR")).unwrap_or_else(|| "vi".to_owned())
}

/// Writes a file of decisions: whole, or not at all.
fn write(path: &Path, file: &OverrideFile) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let cannot = || format!("cannot write {}", label::display(path));
    fs::create_dir_all(folder).with_context(cannot)?;
    let mut pending =
        tempfile::Builder::new().prefix(".jianbao-").suffix(".tmp").tempfile_in(folder).with_context(cannot)?;
    pending.write_all(file.text()?.as_bytes()).with_context(cannot)?;
    pending.as_file().sync_all().with_context(cannot)?;
    pending.persist(path).with_context(cannot)?;
    Ok(())
}

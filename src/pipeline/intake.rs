//! Files, folders and lists of paths in; the files of a run out, each with the label it has in the dataset, sorted by
//! the bytes of that label.
//!
//! Folders are walked with links followed. Nothing found is dropped in silence: what cannot be read stays in the list
//! with the reason ([`Finding::Lost`]), and files of a kind that is not read are counted in [`Intake::skipped`].

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

pub use super::groups::GroupWhen;
use super::groups::{Group, groups};
use super::{failure, label};
use crate::model::{Failure, Format};
use crate::read::recognised;

/// What [`Intake::skipped`] calls hidden files and folders.
pub const HIDDEN: &str = "hidden";

/// One thing the user asked to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file or folder named on the command line. If it cannot be opened there is nothing to run.
    Named(PathBuf),
    /// A file or folder from a list. If it cannot be opened it is one failed file among many.
    Listed(PathBuf),
}

/// What a run is going to read.
#[derive(Debug, Clone, Default)]
pub struct Intake {
    /// The files, in strictly ascending byte order of their labels.
    pub files: Vec<Found>,
    /// How many files were left out, by kind: `.pdf`, `without extension`, `hidden`.
    pub skipped: BTreeMap<String, u64>,
}

impl Intake {
    /// Bytes of all files, as far as the file system tells.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// How many pictures were taken as pages of documents, and of how many.
    pub fn grouped(&self) -> (u64, u64) {
        let groups = self.files.iter().filter_map(|file| match &file.finding {
            Finding::Pages(pages) => Some(pages.len() as u64),
            _ => None,
        });
        groups.fold((0, 0), |(pictures, documents), pages| (pictures + pages, documents + 1))
    }
}

/// One file that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What the file is called in the dataset; see [`label`].
    pub label: String,
    /// Where it is. Pictures that are one document have a name that says which: `vol3-[001-012].tif`.
    pub path: PathBuf,
    /// Its length when it was found; 0 if it is not a regular file.
    pub bytes: u64,
    /// What its name says it is. [`Format::Text`] where the name does not say.
    pub format: Format,
    /// Whether it can be read.
    pub finding: Finding,
}

/// Whether a file that was found can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Finding {
    /// A regular file of a kind that is read.
    Readable,
    /// Pictures that are the pages of one document, in order.
    Pages(Vec<PageFile>),
    /// A regular file of a kind that is not read, asked for by name.
    Unsupported(Failure),
    /// Not a regular file, or out of reach.
    Lost(Failure),
}

impl Finding {
    /// Why it was not found fit to be read, if it was not.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Readable | Self::Pages(_) => None,
            Self::Unsupported(failure) | Self::Lost(failure) => Some(failure),
        }
    }
}

impl Found {
    /// The files it is: one, or those of its pages.
    pub fn paths(&self) -> Vec<&Path> {
        match &self.finding {
            Finding::Pages(pages) => pages.iter().map(|page| &*page.path).collect(),
            _ => vec![&self.path],
        }
    }
}

/// A picture file that is a page of a document, or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its length when it was found.
    pub bytes: u64,
    /// Why it cannot be read, if that is known.
    pub lost: Option<Failure>,
}

/// Why there is nothing to run on.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// An input named by the user does not exist or cannot be opened.
    #[error(
        "cannot read the input {} ({}); name a file or folder of bulletins that exists and may be read",
        label::display(path),
        failure::reason(error)
    )]
    Input {
        /// The input as the user wrote it.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The output would be written into the folder that is read.
    #[error("{path} is both input and output; choose another output folder with --out")]
    OutputIsInput {
        /// The folder as the user wrote it.
        path: String,
    },
}

/// Finds the files of `inputs`; pictures are taken as one document as `group` says. What lies in the folder `out` is not
/// read.
pub fn find(inputs: &[Input], out: &Path, group: GroupWhen) -> Result<Intake, IntakeError> {
    let out = out.canonicalize().ok();
    let mut search = Search { out, ..Search::default() };
    for input in inputs {
        search.input(input)?;
    }
    Ok(search.finish(group))
}

/// The file at `path`, called `label`. A folder is no file.
pub fn file(path: &Path, label: String) -> Found {
    let (bytes, finding) = match path.metadata() {
        Ok(meta) => of_file(path, &meta),
        Err(error) => (0, Finding::Lost(failure::out_of_reach(path, &error))),
    };
    Found { label, path: path.to_owned(), bytes, format: format_of(path).unwrap_or(Format::Text), finding }
}

/// Length of a file given by name, and whether it can be read.
fn of_file(path: &Path, meta: &Metadata) -> (u64, Finding) {
    let finding = match format_of(path) {
        _ if !meta.is_file() => return (0, Finding::Lost(failure::not_a_file())),
        None => Finding::Unsupported(failure::unsupported_format(&kind_of(path))),
        Some(_) => Finding::Readable,
    };
    (meta.len(), finding)
}

/// The picture files `paths` as the pages of one document, in that order.
pub fn pages_of(paths: &[PathBuf]) -> Vec<PageFile> {
    let page = |path: &PathBuf| PageFile {
        path: path.clone(),
        bytes: path.metadata().map_or(0, |meta| meta.len()),
        lost: path.metadata().is_ok_and(|meta| !meta.is_file()).then(failure::not_a_file),
    };
    paths.iter().map(page).collect()
}

/// The paths of a list, separated by NUL if it holds one and by line ends if not. Empty entries are left out.
pub fn split_list(list: &[u8]) -> Vec<PathBuf> {
    let by_nul = list.contains(&0);
    let entries = list.split(|&byte| if by_nul { byte == 0 } else { byte == b'\n' });
    let entries = entries.map(|entry| if by_nul { entry } else { entry.strip_suffix(b"\r").unwrap_or(entry) });
    entries.filter(|entry| !entry.is_empty()).map(path_from_bytes).collect()
}

#[cfg(unix)]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

/// The kind of file a name stands for, or the content where the name leaves it open; `None` if it is not read.
pub fn format_of(path: &Path) -> Option<Format> {
    if content_tells(path) {
        return recognised_in(path);
    }
    Format::named(&format!(".{}", path.extension()?.to_str()?))
}

/// How [`Intake::skipped`] counts a file that has this path below the input; `None` if it may be a document. For files
/// that lie elsewhere: nothing is opened.
pub fn left_out(path: &Path) -> Option<String> {
    if path.iter().any(|part| part.as_encoded_bytes().starts_with(b".")) {
        return Some(HIDDEN.to_owned());
    }
    let may_be_read = content_tells(path) || format_of(path).is_some();
    (!may_be_read).then(|| kind_of(path))
}

/// Whether the name of a file leaves open what it is.
fn content_tells(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["xml", "html", "htm", "xhtml"].iter().any(|it| extension.eq_ignore_ascii_case(it))
}

/// The format of a file that may hold recognised pages, or anything: its first bytes tell. One that cannot be opened is
/// taken for what it may be, so that the reading of it says why.
fn recognised_in(path: &Path) -> Option<Format> {
    let mut head = Vec::new();
    // Opening a pipe would wait for somebody to write.
    if !path.metadata().is_ok_and(|meta| meta.is_file()) {
        return Some(Format::Alto);
    }
    match File::open(path).and_then(|file| file.take(recognised::HEAD as u64).read_to_end(&mut head)) {
        Ok(_) => recognised::format_of(&head),
        Err(_) => Some(Format::Alto),
    }
}

impl Entry {
    fn into_page(self, bases: &[PathBuf]) -> PageFile {
        let lost = match self.finding {
            Finding::Readable | Finding::Pages(_) => None,
            Finding::Unsupported(failure) | Finding::Lost(failure) => Some(failure),
        };
        PageFile { path: bases[self.base].join(self.relative), bytes: self.bytes, lost }
    }
}

#[derive(Default)]
struct Search {
    out: Option<PathBuf>,
    /// The folder each input's labels are relative to, with links resolved.
    bases: Vec<PathBuf>,
    entries: Vec<Entry>,
    skipped: BTreeMap<String, u64>,
}

struct Entry {
    base: usize,
    relative: PathBuf,
    bytes: u64,
    format: Option<Format>,
    finding: Finding,
}

impl Search {
    fn input(&mut self, input: &Input) -> Result<(), IntakeError> {
        let (Input::Named(path) | Input::Listed(path)) = input;
        // Opening a folder tells now what walking it would tell later, when the user's own input can no longer be told
        // from a folder somewhere below it.
        let opened =
            path.metadata().and_then(|meta| if meta.is_dir() { path.read_dir().map(|_| meta) } else { Ok(meta) });
        let meta = match (opened, input) {
            (Ok(meta), _) => meta,
            (Err(error), Input::Named(_)) => return Err(unopened(path, error)),
            (Err(error), Input::Listed(_)) => {
                self.file(path, 0, Finding::Lost(failure::out_of_reach(path, &error)));
                return Ok(());
            }
        };
        if !meta.is_dir() {
            let (bytes, finding) = of_file(path, &meta);
            self.file(path, bytes, finding);
            return Ok(());
        }
        let folder = path.canonicalize().map_err(|error| unopened(path, error))?;
        if self.out.as_ref() == Some(&folder) {
            return Err(IntakeError::OutputIsInput { path: label::display(path) });
        }
        self.folder(folder);
        Ok(())
    }

    /// One file given by the user, labelled by its name.
    fn file(&mut self, path: &Path, bytes: u64, finding: Finding) {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let relative = absolute.file_name().map_or_else(|| path.to_owned(), PathBuf::from);
        let parent = absolute.parent().map(Path::to_owned).unwrap_or_default();
        self.bases.push(parent.canonicalize().unwrap_or(parent));
        let format = format_of(path);
        self.entries.push(Entry { base: self.bases.len() - 1, relative, bytes, format, finding });
    }

    fn folder(&mut self, folder: PathBuf) {
        let mut walk = WalkDir::new(&folder).follow_links(true).min_depth(1).into_iter();
        self.bases.push(folder.clone());
        let base = self.bases.len() - 1;
        while let Some(step) = walk.next() {
            let (path, found) = match step {
                Ok(entry) => (entry.path().to_owned(), Ok(entry)),
                Err(error) => (error.path().unwrap_or(&folder).to_owned(), Err(error)),
            };
            if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
                *self.skipped.entry(HIDDEN.to_owned()).or_default() += 1;
                if found.is_ok_and(|entry| entry.file_type().is_dir()) {
                    walk.skip_current_dir();
                }
                continue;
            }
            let format = format_of(&path);
            let (bytes, finding) = match found {
                Ok(entry) if entry.file_type().is_dir() => {
                    if self.out.is_some() && path.canonicalize().ok() == self.out {
                        walk.skip_current_dir();
                    }
                    continue;
                }
                Ok(entry) if !entry.file_type().is_file() => (0, Finding::Lost(failure::not_a_file())),
                Ok(_) if format.is_none() => {
                    *self.skipped.entry(kind_of(&path)).or_default() += 1;
                    continue;
                }
                Ok(entry) => match entry.metadata() {
                    Ok(meta) => (meta.len(), Finding::Readable),
                    Err(error) => (0, lost(&path, error)),
                },
                Err(error) => (0, lost(&path, error)),
            };
            let relative = path.strip_prefix(&folder).unwrap_or(&path).to_owned();
            self.entries.push(Entry { base, relative, bytes, format, finding });
        }
    }

    fn finish(mut self, group: GroupWhen) -> Intake {
        // The same file may be reached through two inputs; the input given first names it.
        let mut seen = BTreeSet::new();
        if self.bases.len() > 1 {
            self.entries.retain(|entry| seen.insert(self.bases[entry.base].join(&entry.relative)));
        }
        self.group(group);
        let places: Vec<(usize, &Path)> = self.entries.iter().map(|entry| (entry.base, &*entry.relative)).collect();
        let labels = label::labels(&self.bases, &places);
        let found = |(entry, label): (&Entry, String)| Found {
            label,
            path: self.bases[entry.base].join(&entry.relative),
            bytes: entry.bytes,
            format: entry.format.unwrap_or(Format::Text),
            finding: entry.finding.clone(),
        };
        let mut files: Vec<Found> = self.entries.iter().zip(labels).map(found).collect();
        files.sort_unstable_by(|a, b| a.label.cmp(&b.label));
        Intake { files, skipped: self.skipped }
    }

    /// Puts one entry in the place of those that are pages of one document.
    fn group(&mut self, when: GroupWhen) {
        let is_picture = |entry: &&Entry| entry.format == Some(Format::Image);
        let pictures: Vec<usize> =
            self.entries.iter().enumerate().filter(|(_, entry)| is_picture(entry)).map(|(index, _)| index).collect();
        let folders: Vec<PathBuf> = pictures.iter().map(|at| self.folder_of(&self.entries[*at])).collect();
        let name = |at: &usize| self.entries[*at].relative.file_name().and_then(OsStr::to_str);
        let named: Vec<(&Path, &str)> =
            folders.iter().zip(&pictures).map(|(folder, at)| (folder.as_path(), name(at).unwrap_or(""))).collect();
        let groups = groups(&named, when);
        let mut entries: Vec<Option<Entry>> = self.entries.drain(..).map(Some).collect();
        for Group { files, name } in groups {
            let mut members = files.iter().filter_map(|file| entries[pictures[*file]].take()).peekable();
            let Some((base, relative)) = members.peek().map(|first| (first.base, first.relative.with_file_name(name)))
            else {
                continue;
            };
            let pages: Vec<PageFile> = members.map(|entry| entry.into_page(&self.bases)).collect();
            let bytes = pages.iter().map(|page| page.bytes).sum();
            let finding = Finding::Pages(pages);
            self.entries.push(Entry { base, relative, bytes, format: Some(Format::Image), finding });
        }
        self.entries.extend(entries.into_iter().flatten());
    }

    fn folder_of(&self, entry: &Entry) -> PathBuf {
        let mut folder = self.bases[entry.base].join(&entry.relative);
        folder.pop();
        folder
    }
}

fn unopened(path: &Path, error: io::Error) -> IntakeError {
    IntakeError::Input { path: path.to_owned(), error }
}

/// How files are counted that are no documents: by how their names end.
pub(super) fn kind_of(path: &Path) -> String {
    match path.extension() {
        Some(extension) => format!(".{}", label::escape(extension).to_lowercase()),
        None => "without extension".to_owned(),
    }
}

fn lost(path: &Path, error: walkdir::Error) -> Finding {
    let loops = error.loop_ancestor().is_some();
    Finding::Lost(match error.into_io_error() {
        _ if loops => failure::symlink_loop(),
        Some(error) => failure::out_of_reach(path, &error),
        None => failure::symlink_loop(),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::left_out;

    #[test]
    fn a_file_elsewhere_is_left_out_for_its_path_alone() {
        let kind = |path: &str| left_out(Path::new(path));
        for path in ["a.pdf", "2020 年/b.TXT", "c.Xml", "d.html", "e.jp2"] {
            assert_eq!(kind(path), None, "{path}");
        }
        assert_eq!(kind(".git/a.pdf").as_deref(), Some("hidden"));
        assert_eq!(kind("a/.b.pdf").as_deref(), Some("hidden"));
        assert_eq!(kind("a/b.DOCX").as_deref(), Some(".docx"));
        assert_eq!(kind("a.d/README").as_deref(), Some("without extension"));
    }
}

//! A report that is being written: a folder beside its place, under a name that starts with `.report-`, which gets its own
//! name when all of it is there. Dropped before, it leaves nothing.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use tempfile::TempDir;

use super::ReportError;
use super::templates::Templates;

/// Files that every report has. A folder without one of them is none, and is not replaced.
const SIGNS: [&str; 3] = ["index.html", "report.js", "data/index.js"];

/// A report that is being written.
pub(super) struct Folder {
    dest: PathBuf,
    staging: TempDir,
}

impl Folder {
    /// Starts the report that is to be `dest`.
    pub(super) fn create(dest: &Path) -> Result<Self, ReportError> {
        let free = match fs::read_dir(dest) {
            Ok(mut entries) => entries.next().is_none() || SIGNS.iter().all(|sign| dest.join(sign).is_file()),
            Err(_) => dest.symlink_metadata().is_err(),
        };
        if !free {
            return Err(ReportError::Occupied { dir: dest.to_owned() });
        }
        let parent = dest.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
        let write = |source| ReportError::Write { path: dest.to_owned(), source };
        fs::create_dir_all(parent).map_err(write)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".report-").suffix(".tmp");
        // Temporary folders are private by default; this one becomes a folder for everyone, less the user's umask.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let staging = builder.tempdir_in(parent).map_err(write)?;
        for folder in ["data", "documents"] {
            fs::create_dir(staging.path().join(folder)).map_err(write)?;
        }
        Ok(Self { dest: dest.to_owned(), staging })
    }

    /// Makes a folder for pages that not every report has.
    pub(super) fn create_folder(&self, name: &str) -> Result<(), ReportError> {
        let made = fs::create_dir(self.staging.path().join(name));
        made.map_err(|source| ReportError::Write { path: self.dest.join(name), source })
    }

    /// Writes a text.
    pub(super) fn text(&self, name: &str, text: &str) -> Result<(), ReportError> {
        self.file(name, |file| file.write_all(text.as_bytes()))
    }

    /// Writes a page made of a template.
    pub(super) fn page(
        &self,
        name: &str,
        templates: &Templates,
        template: &str,
        view: &impl Serialize,
    ) -> Result<(), ReportError> {
        self.text(name, &templates.render(name, template, view)?)
    }

    /// Has pictures put into the folder of a document; without any there is no such folder.
    pub(super) fn pictures(
        &self,
        number: u64,
        put: impl FnOnce(&Path) -> BTreeSet<u32>,
    ) -> Result<BTreeSet<u32>, ReportError> {
        let place = self.staging.path().join("pages").join(format!("{number:05}"));
        let write = |source| ReportError::Write { path: place.clone(), source };
        fs::create_dir_all(&place).map_err(write)?;
        let there = put(&place);
        if there.is_empty() {
            fs::remove_dir(&place).map_err(write)?;
            // Others may have pictures: then the folder of all stays.
            let _ = fs::remove_dir(self.staging.path().join("pages"));
        }
        Ok(there)
    }

    fn file(&self, name: &str, write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), ReportError> {
        let path = self.staging.path().join(name);
        let done = File::create_new(&path).map(BufWriter::new).and_then(|mut file| {
            write(&mut file)?;
            file.flush()
        });
        done.map_err(|source| ReportError::Write { path: self.dest.join(name), source })
    }

    /// Gives the report its name. The one that had it goes away.
    pub(super) fn publish(self) -> Result<(), ReportError> {
        let Self { dest, staging } = self;
        let publish = || -> io::Result<()> {
            // Put aside and not removed: until the new one has its place, the old one can go back.
            let aside = staging.path().with_extension("old");
            let replaces = dest.symlink_metadata().is_ok();
            if replaces {
                fs::rename(&dest, &aside)?;
            }
            if let Err(error) = fs::rename(staging.path(), &dest) {
                if replaces {
                    fs::rename(&aside, &dest)?;
                }
                return Err(error);
            }
            if replaces { fs::remove_dir_all(&aside) } else { Ok(()) }
        };
        publish().map_err(|source| ReportError::Write { path: dest.clone(), source })?;
        // It has its own name now: there is nothing to clean up.
        let _ = staging.keep();
        Ok(())
    }
}

//! A dataset on disk → its pages as ALTO files, one a page, in a folder a document.

use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

use super::file::{PendingFile, publish};
use super::stored::{Stored, StoredDocument};
use super::{DatasetError, alto};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// Documents with pages.
    pub documents: u64,
    /// Their pages, one file each.
    pub pages: u64,
    /// Documents that have no pages of their own, or were not read.
    pub left_out: u64,
}

/// Writes the pages of the dataset in `dataset` as ALTO 4.4 into the folder `to`: `<source>/<page>.xml`. The files of a
/// document appear together, each whole. The same dataset gives the same bytes.
///
/// # Errors
/// If the dataset cannot be read or the files cannot be written.
pub fn export_alto(dataset: &Path, to: &Path) -> Result<Exported, DatasetError> {
    let mut stored = Stored::open(dataset)?;
    let mut exported = Exported::default();
    while let Some(document) = stored.next()? {
        if document.page_sizes.is_empty() {
            exported.left_out += 1;
            continue;
        }
        exported.pages += write(&document, to)?;
        exported.documents += 1;
    }
    Ok(exported)
}

/// Writes the pages of one document and says how many they are.
fn write(document: &StoredDocument, to: &Path) -> Result<u64, DatasetError> {
    let dir = to.join(within(&document.source)?);
    fs::create_dir_all(&dir).map_err(|source| DatasetError::Folder { dir: dir.clone(), source })?;
    let mut files = Vec::new();
    let mut rest = document.lines.as_slice();
    for (page, size) in (1..).zip(&document.page_sizes) {
        let end = rest.iter().position(|line| line.page > page).unwrap_or(rest.len());
        let (lines, after) = rest.split_at(end);
        rest = after;
        let name = format!("{page:04}.xml");
        let mut file = PendingFile::create(&dir, name.clone())?;
        let text = alto::page(&document.source, page, *size, lines);
        file.write_all(text.as_bytes()).map_err(|source| DatasetError::File { file: name, source })?;
        files.push(file.seal(lines.len() as u64)?);
    }
    let pages = files.len() as u64;
    publish(&dir, files)?;
    Ok(pages)
}

/// The name of a document as a path that leads down only.
pub(super) fn within(source: &str) -> Result<PathBuf, DatasetError> {
    let path = PathBuf::from(source);
    let leads_down = path.components().all(|part| matches!(part, Component::Normal(_)));
    if leads_down && !source.is_empty() {
        Ok(path)
    } else {
        Err(DatasetError::Astray { source_path: source.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn no_document_leads_out_of_the_folder() {
        assert!(within("2020/1.pdf").is_ok());
        for source in ["", "/etc/1.pdf", "../1.pdf", "2020/../../1.pdf"] {
            assert!(within(source).is_err(), "{source}");
        }
    }
}

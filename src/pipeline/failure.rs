//! Why a file is lost before it reaches a stage: each code and its sentence. None names a folder of this machine, since
//! they are data.

use std::io;
use std::path::Path;

use crate::extract;
use crate::model::Failure;

pub(super) fn unreadable_file(error: &io::Error) -> Failure {
    Failure::new("unreadable-file", format!("the file cannot be read ({}); allow it to be read", reason(error)))
}

/// For a path that could not be opened or listed, by what the path is.
pub(super) fn out_of_reach(path: &Path, error: &io::Error) -> Failure {
    let reason = reason(error);
    match path.symlink_metadata() {
        Ok(meta) if meta.is_symlink() => {
            let message = format!("the link cannot be followed ({reason}); restore what it points to or remove it");
            Failure::new("broken-link", message)
        }
        Ok(meta) if meta.is_dir() => {
            let message =
                format!("the folder cannot be listed ({reason}), so what is in it was not read; allow it to be");
            Failure::new("unreadable-folder", message)
        }
        Ok(_) => unreadable_file(error),
        Err(_) => Failure::new("not-found", format!("there is no such file ({reason}); correct the list of paths")),
    }
}

pub(super) fn symlink_loop() -> Failure {
    let message = "the link leads back to a folder it lies in; what is there is read once, so remove the link";
    Failure::new("symlink-loop", message.to_owned())
}

pub(super) fn not_a_file() -> Failure {
    Failure::new("not-a-file", "not a regular file but a pipe, socket or device; give a file".to_owned())
}

pub(super) fn unsupported_format(kind: &str) -> Failure {
    let message = format!(
        "files of this kind ({kind}) are not read; expected .pdf, .txt, .text, .md, .markdown, ALTO, PAGE XML or hOCR, or \
         pictures of pages: .tif, .tiff, .jpg, .jpeg, .png, .jp2, .j2k, .jpx, .bmp, .webp"
    );
    Failure::new(Failure::UNOPENED[0], message)
}

pub(super) fn too_large(bytes: u64, limit: u64) -> Failure {
    let message = format!(
        "the file has {bytes} bytes and the limit is {limit}; divide it, or raise the limit with --limit file-bytes={bytes}"
    );
    Failure::new(Failure::UNOPENED[1], message)
}

pub(super) fn internal_error(what: &str) -> Failure {
    Failure::new("internal-error", extract::internal_error(what))
}

/// What the system says, without the number of the error: `No such file or directory`.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

//! Why a file is lost before it reaches a stage: each code and its sentence. None names a folder of this machine, since
//! they are data.

use std::io;
use std::path::Path;

use crate::extract;
use crate::model::Failure;

pub(super) fn unreadable_file(error: &io::Error) -> Failure {
    let remedy = match error.kind() {
        io::ErrorKind::NotFound => "it was there when the run began, so run again over what is there now",
        io::ErrorKind::PermissionDenied => "allow it to be read",
        _ => "see to the disk or share it lies on, and run again",
    };
    Failure::new("unreadable-file", format!("the file cannot be read ({}); {remedy}", reason(error)))
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
        // The system takes no path of more than 4,096 bytes, and what lies below such a folder cannot be listed either.
        Err(_) if error.kind() == io::ErrorKind::InvalidFilename => {
            let message = format!(
                "the path is too long ({reason}), so what may be below it was not read; shorten the names of its folders"
            );
            Failure::new("path-too-long", message)
        }
        Err(_) => {
            let message = format!("there is no such file ({reason}); restore it, or take it from the list of paths");
            Failure::new("not-found", message)
        }
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

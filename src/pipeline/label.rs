//! What a file is called in the dataset: its path relative to the input folder, or its name if it was given itself.
//!
//! - Separators are `/`. Bytes that are not UTF-8, control characters and the backslash are written `\xNN`, so two
//!   names never become one.
//! - Labels are unique. Where files of several inputs would get the same one, all files of these inputs are prefixed
//!   with the name of their input's folder, and if that is not enough with the folder above it, and so on:
//!   `a/raw/1.txt` and `b/raw/1.txt` for the inputs `a/raw` and `b/raw`. The label depends on the inputs only, not on
//!   their order.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// One label for each place, where a place is a base folder and a path below it. Places must differ.
pub(super) fn labels(bases: &[PathBuf], places: &[(usize, &Path)]) -> Vec<String> {
    let names: Vec<Vec<String>> = bases.iter().map(|base| components(base)).collect();
    let mut prefix = vec![0; bases.len()];
    loop {
        let labels: Vec<String> = places
            .iter()
            .map(|&(base, relative)| {
                let folder = &names[base][names[base].len() - prefix[base]..];
                folder.iter().cloned().chain(components(relative)).collect::<Vec<_>>().join("/")
            })
            .collect();
        let mut clashing = vec![false; bases.len()];
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_unstable_by(|&a, &b| labels[a].cmp(&labels[b]));
        for pair in order.windows(2).filter(|pair| labels[pair[0]] == labels[pair[1]]) {
            clashing[places[pair[0]].0] = true;
            clashing[places[pair[1]].0] = true;
        }
        let mut grown = false;
        for (prefix, names) in
            prefix.iter_mut().zip(&names).zip(clashing).filter_map(|(base, clash)| clash.then_some(base))
        {
            if *prefix < names.len() {
                *prefix += 1;
                grown = true;
            }
        }
        if !grown {
            return labels;
        }
    }
}

/// What the file at `path` is called: by its path below `root`, if it lies there, else by its path as it is given.
pub fn of(path: &Path, root: Option<&Path>) -> String {
    let below = root.and_then(|root| path.strip_prefix(root).ok());
    components(below.unwrap_or(path)).join("/")
}

/// The path as it is shown to a person.
pub(crate) fn display(path: &Path) -> String {
    let start = if path.has_root() { "/" } else { "" };
    let parts: Vec<String> = path
        .components()
        .filter(|part| !matches!(part, Component::RootDir))
        .map(|part| escape(part.as_os_str()))
        .collect();
    format!("{start}{}", parts.join("/"))
}

/// A name as printable UTF-8, with `\xNN` for every other byte.
pub(super) fn escape(name: &OsStr) -> String {
    let mut escaped = String::with_capacity(name.len());
    let hex = |escaped: &mut String, bytes: &[u8]| {
        for byte in bytes {
            write!(escaped, "\\x{byte:02x}").expect("writing to a string cannot fail");
        }
    };
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            if letter == '\\' || letter.is_control() {
                hex(&mut escaped, letter.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                escaped.push(letter);
            }
        }
        hex(&mut escaped, chunk.invalid());
    }
    escaped
}

fn components(path: &Path) -> Vec<String> {
    path.components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir))
        .map(|part| escape(part.as_os_str()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(places: &[(&str, &str)], expected: &[&str]) {
        let bases: Vec<PathBuf> = places.iter().map(|(base, _)| PathBuf::from(base)).collect();
        let places: Vec<(usize, &Path)> =
            places.iter().enumerate().map(|(base, (_, relative))| (base, Path::new(relative))).collect();
        assert_eq!(labels(&bases, &places), expected);
    }

    #[test]
    fn a_label_is_the_path_below_the_input() {
        check(&[("/data/raw", "2020/1.txt")], &["2020/1.txt"]);
    }

    #[test]
    fn equal_labels_are_told_apart_by_the_folders_of_their_inputs() {
        check(&[("/d/a", "1.txt"), ("/d/b", "1.txt"), ("/d/c", "2.txt")], &["a/1.txt", "b/1.txt", "2.txt"]);
        check(&[("/a/raw", "1.txt"), ("/b/raw", "1.txt")], &["a/raw/1.txt", "b/raw/1.txt"]);
        check(&[("/raw", "1.txt"), ("/b/raw", "1.txt")], &["raw/1.txt", "b/raw/1.txt"]);
    }

    #[test]
    fn a_prefix_may_clash_in_turn() {
        check(&[("/x/a", "1.txt"), ("/y/b", "1.txt"), ("/z", "a/1.txt")], &["x/a/1.txt", "b/1.txt", "z/a/1.txt"]);
    }

    #[cfg(unix)]
    #[test]
    fn two_names_never_become_one() {
        use std::os::unix::ffi::OsStrExt;
        assert_eq!(escape(OsStr::from_bytes(b"\xb9\xab.txt")), "\\xb9\\xab.txt");
        assert_eq!(escape(OsStr::new("\\xb9\\xab.txt")), "\\x5cxb9\\x5cxab.txt");
        assert_eq!(escape(OsStr::new("第1期\n.txt")), "第1期\\x0a.txt");
    }
}

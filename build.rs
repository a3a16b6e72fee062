//! Names what this build is made of, so that results kept on disk are of use to the programs that would make the same.
//!
//! - `JIANBAO_EXTRACTOR`: the parts that extract documents, and the libraries.
//! - `JIANBAO_PROGRAM`: all parts.

use std::fs;
use std::path::{Path, PathBuf};

/// What extraction depends on.
const EXTRACTOR: [&str; 5] = ["Cargo.lock", "src/model", "src/read", "src/layout", "src/extract"];

fn main() {
    // Build scripts are run in the folder of the package.
    let root = PathBuf::from(".");
    for (name, parts) in [("JIANBAO_EXTRACTOR", &EXTRACTOR[..]), ("JIANBAO_PROGRAM", &["Cargo.lock", "src"][..])] {
        let mut files = Vec::new();
        for part in parts {
            println!("cargo::rerun-if-changed={part}");
            collect(&root.join(part), &mut files);
        }
        files.sort();
        let mut hash = Fnv::new();
        for file in files {
            let label = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
            hash.add(label.as_bytes());
            hash.add(&fs::read(&file).unwrap_or_default());
        }
        println!("cargo::rustc-env={name}={:032x}", hash.0);
    }
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}

/// FNV-1a of 128 bits: enough to tell builds apart, and the same with every compiler.
struct Fnv(u128);

impl Fnv {
    fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    /// Adds bytes and their number, so that where one ends and the next begins counts too.
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&(bytes.len() as u64).to_le_bytes()) {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}

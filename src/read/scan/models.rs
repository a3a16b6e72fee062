//! The two networks: loaded once, run by any number of workers at a time, each on one thread.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};
use sha2::{Digest, Sha256};

use crate::model::hex;

/// The networks this version was measured with: names of the files, and SHA-256. They come with the package `rapidocr`
/// 3.10.0 under the Apache License 2.0.
pub const KNOWN: [(&str, &str); 2] = [
    ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"),
    ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"),
];

/// A pair of PP-OCR networks: one finds the lines of a page, one reads a line.
pub struct Models {
    detection: Model,
    recognition: Model,
    /// What the classes of `recognition` print; the first is nothing.
    characters: Vec<Option<char>>,
    /// Name and SHA-256 of both files, 64 lower-case hex digits each.
    files: [(String, String); 2],
    /// Pools of one thread that no run uses just now.
    idle: Mutex<Vec<Arc<ThreadPool>>>,
}

/// Why a pair of networks cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelsError {
    /// A file is not there.
    #[error("{} is not there; `just models` fetches it, `jianbao doctor` says more", .0.display())]
    Missing(PathBuf),
    /// A file is there and cannot be read.
    #[error("{} cannot be read: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's or the runtime's words.
        reason: String,
    },
    /// A file is no network of the kind.
    #[error("{} is no PP-OCR {kind} network: {reason}", .path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// `detection` or `recognition`.
        kind: &'static str,
        /// What is missing.
        reason: &'static str,
    },
    /// A run of a network failed.
    #[error("the {kind} network failed: {reason}")]
    Run {
        /// `detection` or `recognition`.
        kind: &'static str,
        /// The runtime's words.
        reason: String,
    },
}

/// Shares of one in rows: what `detection` says of each pixel.
pub(super) struct Map {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) shares: Vec<f32>,
}

/// What `recognition` says: for each step along a line the share of each class.
pub(super) struct Steps {
    pub(super) classes: usize,
    pub(super) shares: Vec<f32>,
}

impl Models {
    /// The pair in `folder`: under the names of [`KNOWN`], or, if they are not there, the first files whose names end in
    /// `.onnx` and have `_det` and `_rec` in them.
    ///
    /// # Errors
    /// If a file is missing, cannot be read or is not such a network.
    pub fn load(folder: &Path) -> Result<Self, ModelsError> {
        let [detection, recognition] = paths(folder);
        Self::of_files(&detection, &recognition)
    }

    /// Any pair of the same shape: detection `[1, 3, h, w]` → `[1, 1, h, w]`, recognition `[1, 3, 48, w]` →
    /// `[1, steps, classes]` with its list of characters under `character` in its metadata.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn of_files(detection: &Path, recognition: &Path) -> Result<Self, ModelsError> {
        let (detection_model, detection_hash) = load(detection)?;
        let (recognition_model, recognition_hash) = load(recognition)?;
        let unfit = |reason| ModelsError::Unfit { path: recognition.to_owned(), kind: "recognition", reason };
        let listed = recognition_model.metadata().get("character").ok_or(unfit("it has no list of characters"))?;
        let entries = listed.strip_suffix('\n').unwrap_or(listed).split('\n');
        let printed = entries.map(|entry| entry.trim_end_matches('\r').chars().next());
        let characters: Vec<Option<char>> = [None].into_iter().chain(printed).chain([Some(' ')]).collect();
        Ok(Self {
            detection: detection_model,
            recognition: recognition_model,
            characters,
            files: [(name(detection), detection_hash), (name(recognition), recognition_hash)],
            idle: Mutex::new(Vec::new()),
        })
    }

    /// Name and SHA-256 of the two files, detection first.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(name, hash)| (name.as_str(), hash.as_str()))
    }

    /// What a class prints; `None` for nothing.
    pub(super) fn character(&self, class: usize) -> Option<char> {
        self.characters.get(class).copied().flatten()
    }

    /// How sure the network is of text, pixel by pixel. Both sides are multiples of 32.
    pub(super) fn detect(&self, shades: &[u8], width: usize, height: usize) -> Result<Map, ModelsError> {
        let (shape, shares) = self.run("detection", &self.detection, shades, width, height)?;
        let [.., height, width] = shape.as_slice() else {
            return Err(ModelsError::Run { kind: "detection", reason: "it answers with no map".to_owned() });
        };
        if width * height != shares.len() || shares.is_empty() {
            return Err(ModelsError::Run { kind: "detection", reason: "it answers with more than a map".to_owned() });
        }
        Ok(Map { width: *width, height: *height, shares })
    }

    /// What stands in a line, step by step.
    pub(super) fn recognise(&self, shades: &[u8], width: usize, height: usize) -> Result<Steps, ModelsError> {
        let (shape, shares) = self.run("recognition", &self.recognition, shades, width, height)?;
        match shape.as_slice() {
            [1, _, classes] if *classes == self.characters.len() => Ok(Steps { classes: *classes, shares }),
            _ => {
                let reason = format!("it answers with the shape {shape:?} to {} characters", self.characters.len());
                Err(ModelsError::Run { kind: "recognition", reason })
            }
        }
    }

    fn run(
        &self,
        kind: &'static str,
        model: &Model,
        shades: &[u8],
        width: usize,
        height: usize,
    ) -> Result<(Vec<usize>, Vec<f32>), ModelsError> {
        let failed = |reason: String| ModelsError::Run { kind, reason };
        // Shades from −1 to 1, in three planes alike.
        let data: Vec<f32> = shades.iter().map(|shade| f32::from(*shade) / 127.5 - 1.0).collect::<Vec<_>>().repeat(3);
        if width * height != shades.len() || shades.is_empty() {
            return Err(failed("its input is not as large as it should be".to_owned()));
        }
        let input = NdTensor::from_data([1, 3, height, width], data);
        let pool = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let pool = pool.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&pool)));
        let output = model.run_one(input.into(), Some(options)).map_err(|error| failed(error.to_string()));
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(pool);
        let output: Tensor<f32> = output?.try_into().map_err(|_| failed("it answers with no numbers".to_owned()))?;
        Ok((output.shape().to_vec(), output.into_data()))
    }
}

/// Name and SHA-256 of the two networks in `folder`, detection first, without loading them.
///
/// # Errors
/// If a file is missing or cannot be read.
pub fn networks(folder: &Path) -> Result<[(String, String); 2], ModelsError> {
    let [detection, recognition] = paths(folder);
    let network = |path: &Path| bytes(path).map(|bytes| (name(path), hex(&Sha256::digest(&bytes))));
    Ok([network(&detection)?, network(&recognition)?])
}

/// The pair in `folder`; see [`Models::load`].
fn paths(folder: &Path) -> [PathBuf; 2] {
    let [detection, recognition] = KNOWN.map(|(name, _)| folder.join(name));
    let other = |usual: PathBuf, part| if usual.exists() { usual } else { other(folder, part).unwrap_or(usual) };
    [other(detection, "_det"), other(recognition, "_rec")]
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The first network in `folder`, by name, that has `part` in its name.
fn other(folder: &Path, part: &str) -> Option<PathBuf> {
    let names = std::fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let name = names.filter(|name| name.contains(part) && name.ends_with(".onnx")).min()?;
    Some(folder.join(name))
}

fn bytes(path: &Path) -> Result<Vec<u8>, ModelsError> {
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ModelsError::Missing(path.to_owned()),
        _ => ModelsError::Unreadable { path: path.to_owned(), reason: error.to_string() },
    })
}

fn load(path: &Path) -> Result<(Model, String), ModelsError> {
    let unreadable = |reason: String| ModelsError::Unreadable { path: path.to_owned(), reason };
    let bytes = bytes(path)?;
    let hash = hex(&Sha256::digest(&bytes));
    let model = ModelOptions::with_all_ops().load(bytes).map_err(|error| unreadable(error.to_string()))?;
    Ok((model, hash))
}

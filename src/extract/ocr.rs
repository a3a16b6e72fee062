//! Whether pages are recognised from their pictures, and with which networks.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::read::scan::{self, KNOWN, Models, ModelsError};

/// Which pages are recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum OcrWhen {
    /// Those without usable text; and those with a hidden text layer, which is kept unless recognition is clearly better.
    #[default]
    Auto,
    /// All.
    Always,
    /// None.
    Never,
}

impl OcrWhen {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// A network that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Name of its file.
    pub name: String,
    /// SHA-256 of its file, 64 lower-case hex digits.
    pub sha256: String,
    /// It is, byte for byte, what this version was measured with.
    pub is_published: bool,
}

/// Recognition: which pages, and the networks, which are loaded for the first page that needs them.
pub struct Ocr {
    when: OcrWhen,
    folder: PathBuf,
    loaded: OnceLock<Result<Models, ModelsError>>,
    present: OnceLock<Vec<(String, String)>>,
}

impl Ocr {
    /// Recognises the pages that `when` says with the networks in `folder`.
    pub fn new(when: OcrWhen, folder: &Path) -> Self {
        Self { when, folder: folder.to_owned(), loaded: OnceLock::new(), present: OnceLock::new() }
    }

    /// Recognises nothing.
    pub fn never() -> Self {
        Self::new(OcrWhen::Never, Path::new(""))
    }

    /// Which pages are recognised.
    pub fn when(&self) -> OcrWhen {
        self.when
    }

    /// The networks.
    pub(super) fn models(&self) -> Result<&Models, &ModelsError> {
        self.loaded.get_or_init(|| Models::load(&self.folder)).as_ref()
    }

    /// The networks as they lie in their folder.
    ///
    /// # Errors
    /// If one is missing or unfit.
    pub fn networks(&self) -> Result<Vec<Network>, ModelsError> {
        let models = Models::load(&self.folder)?;
        let network = |(name, sha256): (&str, &str)| Network {
            name: name.to_owned(),
            sha256: sha256.to_owned(),
            is_published: KNOWN.iter().any(|(_, known)| *known == sha256),
        };
        Ok(models.files().map(network).collect())
    }

    /// Name and SHA-256 of the networks as they lie in their folder, nothing if they cannot be used.
    pub(crate) fn present(&self) -> &[(String, String)] {
        self.present.get_or_init(|| scan::networks(&self.folder).map_or_else(|_| Vec::new(), Vec::from))
    }

    /// The folder of the networks.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Name and SHA-256 of the networks, if a page has needed them.
    pub fn used(&self) -> Vec<(String, String)> {
        match self.loaded.get() {
            Some(Ok(models)) => models.files().map(|(name, hash)| (name.to_owned(), hash.to_owned())).collect(),
            _ => Vec::new(),
        }
    }
}

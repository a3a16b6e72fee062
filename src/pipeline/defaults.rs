//! What a run takes where nobody says otherwise. None of it changes a result.

use std::path::{Path, PathBuf};

/// How many documents are worked on at a time: one a core.
#[expect(clippy::disallowed_methods, reason = "the number of jobs changes the speed, not the result")]
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The folder of the networks: the one named, else the one of the environment, else the user's own.
#[expect(
    clippy::disallowed_methods,
    reason = "where the networks are changes no output; which they are is in run.json"
)]
pub fn models_folder(named: Option<&Path>) -> PathBuf {
    let environment = || std::env::var_os("JIANBAO_MODELS").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let own = || dirs::data_dir().unwrap_or_default().join("jianbao").join("models");
    named.map(Path::to_owned).or_else(environment).unwrap_or_else(own)
}

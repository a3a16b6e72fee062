//! `just bench`: makes a corpus, times each stage on one core, then the whole program beside a reference in Python. With
//! `--stages` the stages only.

mod corpus;
#[path = "../tests/layouts/mod.rs"]
mod layouts;
mod stages;

use std::path::Path;
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("target/bench");
    stages::print(&corpus::small());
    #[expect(clippy::disallowed_methods, reason = "a program of its own reads its arguments")]
    if std::env::args().any(|arg| arg == "--stages") {
        return ExitCode::SUCCESS;
    }
    corpus::write(&folder);
    // Processor time and memory of a child are had from Python without unsafe code.
    let whole = Command::new("python3")
        .arg(root.join("benches/whole.py"))
        .args([env!("CARGO_BIN_EXE_jianbao").as_ref(), root.as_os_str(), folder.as_os_str()])
        .status();
    match whole {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "the run says why it ended")]
            {
                eprintln!("python3 cannot be run: {error}; the bench needs it to measure the whole program");
            }
            ExitCode::FAILURE
        }
    }
}

//! The `jianbao` program: parse, run, say what went wrong, exit.

use std::process::ExitCode;

use jianbao::cli;
use jianbao::pipeline::WorkerProgram;

/// Much of the work on a document is small pieces of memory, which the system's own allocator takes longer over. Without
/// huge pages, since the many small buffers of the writers would take one each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let args = cli::Args::parse_or_exit(words());
    cli::run(&args, worker()).unwrap_or_else(|error| cli::report(&error)).into()
}

#[expect(clippy::disallowed_methods, reason = "arguments are parsed once, by cli")]
fn words() -> std::env::ArgsOs {
    std::env::args_os()
}

/// This program as a worker.
fn worker() -> Option<WorkerProgram> {
    let path = std::env::current_exe().ok()?;
    Some(WorkerProgram { path, args: vec!["worker".into()] })
}

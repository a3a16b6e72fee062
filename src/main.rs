//! The `jianbao` program: parse, run, say what went wrong, exit.

use std::process::ExitCode;

use jianbao::cli;

/// Much of the work on a document is small pieces of memory: over all, the system's own allocator takes a quarter longer.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run(&cli::Args::parse_or_exit()).unwrap_or_else(|error| cli::report(&error))
}

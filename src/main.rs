//! The `jianbao` program: parse, run, say what went wrong, exit.

use std::process::ExitCode;

use jianbao::cli;

fn main() -> ExitCode {
    cli::run(&cli::Args::parse_or_exit()).unwrap_or_else(|error| cli::report(&error))
}

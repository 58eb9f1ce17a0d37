//! The command line of dabir. What it does is in the library; its arguments are in [`cli`].

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}

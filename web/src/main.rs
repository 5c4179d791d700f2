//! Starts the one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    match web::cli::run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

//! Starts the one binary.

use std::process::ExitCode;

// Pages are many small allocations on many threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match web::cli::run() {
        Ok(code) if web::out::is_whole() => code,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            web::out::complain(format_args!("error: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

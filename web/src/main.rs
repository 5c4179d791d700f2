//! Starts the one binary.

use std::process::ExitCode;

use platform::out;

// Pages are many small allocations on many threads, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match web::cli::run(web::cli::PRODUCT) {
        Ok(code) if out::all_output_written() => code,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            out::complain(format_args!("error: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

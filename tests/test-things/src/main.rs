//! The product with things in it, for a browser to walk: the same commands as
//! `groundwork`.

use std::process::ExitCode;

use core_base::config::Environment;
use core_db::Migrations;
use platform::{App, out};

fn apps(environment: Environment) -> Vec<App> {
    let mut apps = web::apps(environment);
    apps.insert(0, test_things::app());
    apps
}

fn main() -> ExitCode {
    let tenant = [migrations::ALL.tenant, test_things::LIST].concat().leak();
    let product = web::cli::Product { apps, migrations: Migrations { tenant, ..migrations::ALL } };
    match web::cli::run(product) {
        Ok(code) if out::all_output_written() => code,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            out::complain(format_args!("error: {error:#}\n"));
            ExitCode::FAILURE
        }
    }
}

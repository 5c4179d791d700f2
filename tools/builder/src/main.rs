//! The tools of whoever builds on this house: `cargo run -p builder -- app invoices`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use builder::{Template, css, dev, make_app, rename, root};

const USAGE: &str =
    "make app name=NAME [singular=ONE]    a new app: a table and the pages around it
make app name=NAME empty=yes         a new app with one page and no table
  NAME  plural and snake_case: invoices, purchase_orders
  ONE   one of them, where it is not plain: name=people singular=person
make rename NAME='Your Product' [HOST=your-product.com]    the product's own name and host
make dev                             serve, and build again on each save";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.is_empty()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["app", name, "--empty"] => make_app(&root()?, Template::Empty, name, None),
        ["app", name, singular, "--empty"] => {
            make_app(&root()?, Template::Empty, name, Some(singular))
        }
        ["app", name] => make_app(&root()?, Template::Full, name, None),
        ["app", name, singular] => make_app(&root()?, Template::Full, name, Some(singular)),
        ["css"] => {
            css(&root()?);
            Ok(())
        }
        ["dev"] => dev(&root()?),
        ["rename", name] => rename(&root()?, name, None),
        ["rename", name, host] => rename(&root()?, name, Some(host)),
        _ => bail!("nothing to do.\n{USAGE}"),
    }
}

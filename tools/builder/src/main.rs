//! The tools of whoever builds on this house: `cargo run -p builder -- app invoices`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use builder::{Template, css, dev, make_app, rename, root};

const USAGE: &str =
    "make app name=NAME [singular=ONE] [fields='number:text amount:money due:date?']
                                     a new app: a table and the pages around it
make app name=NAME empty=yes         a new app with one page and no table
  NAME  plural and snake_case: invoices, purchase_orders
  ONE   one of them, where it is not plain: name=people singular=person
  fields: names and kinds, `?`: may be left empty; the first is what people know one by
        kinds: text long email url colour int money date time bool tags json
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
    let mut words: Vec<String> = std::env::args().skip(1).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| word.starts_with("--fields="));
    let fields = at.map(|at| words.remove(at)).map(|word| word["--fields=".len()..].to_owned());
    let fields = fields.as_deref().filter(|fields| !fields.trim().is_empty());
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (full, empty) = (Template::Full, Template::Empty);
    if fields.is_some() && (words.first() != Some(&"app") || words.contains(&"--empty")) {
        bail!("fields= is for an app with a table.\n{USAGE}");
    }
    match words.as_slice() {
        ["app", name, "--empty"] => make_app(&root()?, empty, name, None, None),
        ["app", name, singular, "--empty"] => make_app(&root()?, empty, name, Some(singular), None),
        ["app", name] => make_app(&root()?, full, name, None, fields),
        ["app", name, singular] => make_app(&root()?, full, name, Some(singular), fields),
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

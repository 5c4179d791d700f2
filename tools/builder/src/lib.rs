//! What the builders' tools do: apps copied, the product renamed, migrations put into their list.

/// A line on the standard output; whoever reads it may stop reading, which is an ordinary end.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stdout(), $($words)*);
    }};
}

mod app;
mod changes;
mod copy;
mod css;
mod dev;
mod fields;
mod list;
mod name;
mod rename;
mod words;

use std::path::PathBuf;

use anyhow::{Context, Result};

pub use app::{make as make_app, settle};
pub use changes::Changes;
pub use copy::Template;
pub use css::css;
pub use dev::dev;
pub use list::{List, add_migration, today};
pub use rename::rename;

/// The folder of the whole tree, from anywhere inside it.
pub fn root() -> Result<PathBuf> {
    let here = std::env::current_dir()?;
    let root = here.ancestors().find(|folder| folder.join("tools/builder").is_dir());
    root.map(PathBuf::from).context("this is not the tree: change into its folder first")
}

//! What commands print. Whoever reads it may stop reading (`| head -1`): that is an ordinary end, and a
//! command does all of its work and ends as it would have.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    sync::atomic::{AtomicBool, Ordering},
};

/// Something could not be written, other than because nobody reads on.
static IS_CUT: AtomicBool = AtomicBool::new(false);

/// A line on the standard output, as `println!` takes it.
#[macro_export]
macro_rules! say {
    () => { $crate::out::print(format_args!("")) };
    ($($words:tt)*) => { $crate::out::print(format_args!($($words)*)) };
}

/// A line on the standard output: [`say!`](crate::say) is how it is called.
pub fn print(words: fmt::Arguments) {
    let mut out = io::stdout().lock();
    if let Err(error) = writeln!(out, "{words}")
        && error.kind() != ErrorKind::BrokenPipe
        && !IS_CUT.swap(true, Ordering::Relaxed)
    {
        complain(format_args!("error: writing to the standard output: {error}\n"));
    }
}

/// Does the standard output hold all that was printed? A full disk must not look like a success.
pub fn all_output_written() -> bool {
    !IS_CUT.load(Ordering::Relaxed)
}

/// A value as JSON on the standard output, for `--json`.
pub fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    crate::say!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Words on the standard error; where that is closed too, there is nobody to tell.
pub fn complain(words: fmt::Arguments) {
    let mut out = io::stderr().lock();
    let _ = out.write_fmt(words).and_then(|()| out.flush());
}

//! What an app makes for itself at start-up.

use core_base::{Extensions, config::Reader};

use crate::App;

/// Reads the settings it needs and adds a value; `false` where one of its type is there already.
pub(crate) type Make = Box<dyn FnOnce(&mut Reader, &mut Extensions) -> bool>;

impl App {
    /// A service or the settings of the app, made once from the environment: handlers take it as
    /// [`Extension<T>`](core_http::Extension), jobs ask for it with `run.extension::<T>()`. Whatever is read of the
    /// `Reader` is listed by `groundwork settings`; note there what is wrong with
    /// [`Reader::problem`], and give back a value all the same.
    #[must_use]
    pub fn extension<T: Send + Sync + 'static>(
        mut self,
        make: impl FnOnce(&mut Reader) -> T + 'static,
    ) -> Self {
        self.extensions.push(Box::new(move |env, extension| extension.add(make(env))));
        self
    }
}

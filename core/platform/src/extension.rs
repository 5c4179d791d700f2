//! What an app makes for itself at start-up.

use std::{pin::Pin, sync::Arc};

use core_base::{Extensions, config::Reader};
use core_db::Plans;
use core_http::{FormTarget, Services};

use crate::App;

/// Reads the settings it needs and adds a value; `false` where one of its type is there already.
pub(crate) type Make = Box<dyn FnOnce(&mut Reader, &mut Extensions) -> bool>;

/// Makes the plans of what apps made for themselves.
pub(crate) type MakePlans = Box<dyn FnOnce(&Extensions) -> Plans>;

/// Makes of what an app made for itself where its forms may lead.
pub(crate) type MakeFormTarget = Box<dyn FnOnce(&Extensions) -> FormTarget>;

/// Do people see the app?
pub(crate) type IsThere = Box<dyn FnOnce(&Extensions) -> bool>;

/// What begins when `serve` does.
pub type OnServe =
    Arc<dyn Fn(Arc<Services>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

impl App {
    /// People see nothing of it.
    pub(crate) fn hide(&mut self) {
        self.routes.clear();
        self.nav.clear();
        self.settings.clear();
        self.home.clear();
        self.shell.clear();
        self.permissions.clear();
        self.asked.clear();
        self.on_serve.clear();
        self.after_founding = None;
        self.searched_at = None;
    }

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

    /// What workspaces may have by their plan, made of the app's own extensions. It comes before what an app declares
    /// as usual, and behind what an operator set for one workspace.
    #[must_use]
    pub fn plans(mut self, make: impl FnOnce(&Extensions) -> Plans + 'static) -> Self {
        self.plans = Some(Box::new(make));
        self
    }

    /// Where forms of the app's pages may lead besides their own site, made of its own extensions: to the pages of
    /// whoever takes the money. Without it a browser stops them there.
    #[must_use]
    pub fn forms_lead_to(mut self, make: impl FnOnce(&Extensions) -> FormTarget + 'static) -> Self {
        self.form_target = Some(Box::new(make));
        self
    }

    /// Takes what people see of the app away, where its settings say so: routes, entries, cards, permissions. Its
    /// tables, jobs and commands stay. `is_there` is asked once its own extensions are made.
    #[must_use]
    pub fn only_if(mut self, is_there: impl FnOnce(&Extensions) -> bool + 'static) -> Self {
        self.is_there = Some(Box::new(is_there));
        self
    }

    /// Something that begins when `serve` does, beside the first requests: `async fn(Arc<Services>)`. It ends with the
    /// process, so it is for what may be done again.
    #[must_use]
    pub fn on_serve<F, Fut>(mut self, begin: F) -> Self
    where
        F: Fn(Arc<Services>) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        self.on_serve.push(Arc::new(move |core| Box::pin(begin(core))));
        self
    }
}

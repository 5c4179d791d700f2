//! The pages for everybody: a bar that stays, the page in its full width, and a foot.

use askama::{Template, filters::HtmlSafe};

use super::{Frame, draw};

/// What stands around every public page.
#[derive(Debug, Clone, Copy)]
pub struct Front<'a> {
    /// What the product is, in one line at the foot.
    pub tagline: &'a str,
    /// The public pages, as label and address.
    pub links: &'a [(&'a str, &'a str)],
    /// Where strangers start; none: they cannot by themselves.
    pub sign_up: Option<&'a str>,
}

/// The shell of landing, prices and their like, for strangers and for those who are signed in.
#[derive(Template)]
#[template(path = "shell/public.html")]
pub struct PublicShell<'a> {
    /// Page, product and request.
    pub frame: Frame<'a>,
    /// What stands around it.
    pub front: Front<'a>,
    /// The path of this page.
    pub path: &'a str,
    /// Whether the bar leads on to what the person has, instead of in.
    pub signed_in: bool,
}

impl PublicShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        draw(self, &self.frame)
    }

    fn is_here(&self, href: &str) -> bool {
        href == self.path
    }

    /// The ways in, or on, as label and address; the last one is the main one.
    fn ways(&self) -> Vec<(&str, &str)> {
        if self.signed_in {
            return vec![("Account", "/account"), ("Workspaces", "/workspaces")];
        }
        let log_in = ("Log in", "/login");
        [log_in].into_iter().chain(self.front.sign_up.map(|path| ("Get started", path))).collect()
    }
}

/// The product's lines of ground, drawn behind whatever stands above them in a `relative` box.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "shell/_strata.html")]
pub struct Strata;

impl HtmlSafe for Strata {}

/// The lines of ground.
pub fn strata() -> Strata {
    Strata
}

//! Error pages: they know the product and nothing else, so they work when everything else fails.

use std::borrow::Cow;

use askama::Template;

use super::{Frame, error_words::words};
use crate::{Brand, Fragment, Locale, Theme, Tone};

/// What an error page says. The texts of [`ErrorPage::of`] can be made more precise.
#[derive(Debug, Clone)]
pub struct ErrorPage<'a> {
    status: u16,
    icon: &'static str,
    tone: Tone,
    title: Cow<'a, str>,
    text: Cow<'a, str>,
    actions: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    who: Option<&'a str>,
    cause: Option<String>,
}

impl<'a> ErrorPage<'a> {
    /// The page for a status; an unknown one gets the page of its class.
    pub fn of(status: u16) -> Self {
        let (icon, tone, title, text) = words(status);
        let actions = match status {
            400 | 408 | 429 | 503 => Vec::new(),
            _ => vec![("Go to the home page".into(), "/".into())],
        };
        let (title, text) = (title.into(), text.into());
        Self { status, icon, tone, title, text, actions, who: None, cause: None }
    }

    /// The page of a form that was not taken when it was sent: `why` stands before "this was saved".
    pub fn unsaved(why: &str) -> Self {
        Self {
            status: 200,
            icon: "undo-2",
            tone: Tone::Warning,
            title: format!("{why} before this was saved").into(),
            text: "Nothing has changed. Go back and do it again if you still want to.".into(),
            actions: Vec::new(),
            who: None,
            cause: None,
        }
    }

    /// The page for a workspace that is switched off.
    pub fn suspended(workspace: &str) -> Self {
        Self {
            status: 403,
            icon: "circle-pause",
            tone: Tone::Warning,
            title: format!("{workspace} is paused").into(),
            text: "Nothing was deleted, and everything will be there when it opens again. If you \
                   think this is a mistake, contact the workspace's owner or us."
                .into(),
            actions: Vec::new(),
            who: None,
            cause: None,
        }
    }

    /// The page for a workspace that its owner deleted, until it is erased on this day.
    pub fn leaving(workspace: &str, day: &str) -> Self {
        Self {
            status: 403,
            icon: "trash-2",
            tone: Tone::Warning,
            title: format!("{workspace} is being deleted").into(),
            text: format!(
                "An owner deleted this workspace. On {day}, everything in it is permanently \
                 deleted. Until then, any owner can undo this from their list of workspaces."
            )
            .into(),
            actions: Vec::new(),
            who: None,
            cause: None,
        }
    }

    /// Says as whom somebody is logged in, by their address.
    #[must_use]
    pub fn logged_in_as(mut self, email: &'a str) -> Self {
        self.who = Some(email);
        self
    }

    /// What went wrong inside, for the developer who reads the page: never where customers do.
    #[must_use]
    pub fn cause(mut self, cause: String) -> Self {
        self.cause = Some(cause);
        self
    }

    /// What the page is called.
    pub fn name(&self) -> &str {
        &self.title
    }

    /// What it explains.
    pub fn explanation(&self) -> &str {
        &self.text
    }

    /// Another title.
    #[must_use]
    pub fn title(mut self, title: impl Into<Cow<'a, str>>) -> Self {
        self.title = title.into();
        self
    }

    /// Another explanation: what to do, and whether anything was saved.
    #[must_use]
    pub fn text(mut self, text: impl Into<Cow<'a, str>>) -> Self {
        self.text = text.into();
        self
    }

    /// Says when it is worth trying again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        let unit = if seconds == 1 { "second" } else { "seconds" };
        self.text = format!("{} Try again in {seconds} {unit}.", self.text).into();
        self
    }

    /// A way on, as label and address; the first one is the main one.
    #[must_use]
    pub fn action(mut self, label: impl Into<Cow<'a, str>>, href: impl Into<Cow<'a, str>>) -> Self {
        self.actions.insert(0, (label.into(), href.into()));
        self
    }

    /// This way on and no other.
    #[must_use]
    pub fn only(mut self, label: impl Into<Cow<'a, str>>, href: impl Into<Cow<'a, str>>) -> Self {
        self.actions.clear();
        self.action(label, href)
    }
}

/// What was typed into the form that ended in an error.
#[derive(Debug, Clone, Copy)]
pub struct Typed<'a> {
    /// Name and value of each field, in order; neither tokens nor passwords.
    pub fields: &'a [(String, String)],
    /// How to send the same once more, where that can help.
    pub again: Option<SendAgain<'a>>,
}

/// A form that sends the same once more.
#[derive(Debug, Clone, Copy)]
pub struct SendAgain<'a> {
    /// Where to.
    pub action: &'a str,
    /// Its token.
    pub csrf: &'a str,
}

impl<'a> Typed<'a> {
    /// What a person wrote, for them to read and copy: a label and the text.
    fn texts(&self) -> Vec<(String, &'a str)> {
        let fields = self.fields.iter();
        let texts = fields.filter(|(name, value)| !is_ours(name) && is_written(value));
        texts.map(|(name, value)| (label(name), value.as_str())).collect()
    }
}

/// Fields that our pages put beside what people fill in.
fn is_ours(name: &str) -> bool {
    // What a page shows of the state it was drawn from.
    name.starts_with("seen_")
        || matches!(
            name,
            "action" | "all" | "count" | "grant" | "id" | "sure" | "username" | "version"
        )
}

/// Ids, versions, tokens and codes stand in forms too, but nobody wrote them.
fn is_written(value: &str) -> bool {
    let is_code = value.contains('_') && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let is_number = value.bytes().all(|b| b.is_ascii_digit());
    let is_id = value.len() >= 32 && value.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    !value.trim().is_empty() && !is_number && !is_id && !is_code
}

/// `due_on` as “Due on”, and the fields of the platform as their pages call them.
fn label(name: &str) -> String {
    match name {
        "due" => return "Due date".to_owned(),
        "locale" => return "Date format".to_owned(),
        "slug" => return "Address".to_owned(),
        "zone" => return "Time zone".to_owned(),
        _ => {}
    }
    let words = name.replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The shell of error pages.
pub struct ErrorShell<'a> {
    /// The product.
    pub brand: &'a Brand,
    /// The theme a person chose, where the request could be read.
    pub theme: Option<Theme>,
    /// What it says.
    pub page: ErrorPage<'a>,
    /// What was typed, so that it is not lost.
    pub typed: Option<Typed<'a>>,
    /// What people can mention when they write; may be empty.
    pub request_id: &'a str,
}

#[derive(Template)]
#[template(path = "shell/error.html")]
struct Drawn<'a> {
    frame: Frame<'a>,
    page: &'a ErrorPage<'a>,
    again: Option<(SendAgain<'a>, &'a [(String, String)])>,
    texts: Vec<(String, &'a str)>,
    request_id: &'a str,
}

/// An error as the content of another shell, for somebody who is at home there.
#[derive(Template)]
#[template(path = "shell/error_content.html")]
pub struct ErrorContent<'a> {
    page: &'a ErrorPage<'a>,
    again: Option<(SendAgain<'a>, &'a [(String, String)])>,
    texts: Vec<(String, &'a str)>,
    request_id: &'a str,
}

impl<'a> ErrorContent<'a> {
    /// What `page` says, with what was typed.
    pub fn new(page: &'a ErrorPage<'a>, typed: Option<Typed<'a>>, request_id: &'a str) -> Self {
        let again = typed.and_then(|typed| Some((typed.again?, typed.fields)));
        let texts = typed.map(|typed| typed.texts()).unwrap_or_default();
        Self { page, again, texts, request_id }
    }
}

impl ErrorShell<'_> {
    /// The whole page. It prints text only, so there is nothing in it that could fail.
    pub fn render(&self) -> String {
        let &Self { brand, theme, ref page, typed, request_id } = self;
        let frame = Frame {
            title: &page.title,
            description: "",
            brand,
            locale: Locale::default(),
            theme,
            csrf: "",
            flash: None,
            // The page is the shell.
            content: &Fragment::default(),
        };
        let again = typed.and_then(|typed| Some((typed.again?, typed.fields)));
        let texts = typed.map(|typed| typed.texts()).unwrap_or_default();
        let html = Drawn { frame, page, again, texts, request_id }.render();
        html.expect("a template that only prints text cannot fail")
    }
}

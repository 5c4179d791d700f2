//! A control of a form that an app draws itself.

use std::{
    fmt::{self, Write},
    sync::Arc,
};

use askama::filters::HtmlSafe;

/// What a control that is drawn by hand must show. Give it the id `name`, so that the list of mistakes at
/// the top of a form leads to it.
#[derive(Clone, Copy, Debug)]
pub struct Widget<'a> {
    /// Under which it is sent, and its id.
    pub name: &'a str,
    /// What people call it.
    pub label: &'a str,
    /// What stands in it, as the field's kind writes it.
    pub value: &'a str,
    /// What is wrong with that.
    pub error: Option<&'a str>,
    /// A sentence under it; empty: none.
    pub help: &'a str,
    /// Must something stand in it?
    pub is_needed: bool,
}

pub(crate) type WidgetFn = Arc<dyn Fn(&Widget<'_>, &mut dyn Write) -> fmt::Result + Send + Sync>;

/// A control, to be printed by a template.
pub(crate) struct Drawn<'a> {
    pub(crate) draw: &'a WidgetFn,
    pub(crate) widget: Widget<'a>,
}

impl HtmlSafe for Drawn<'_> {}

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.draw)(&self.widget, to)
    }
}

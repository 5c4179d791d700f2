//! Finished HTML, and how components write themselves into a page.

use std::fmt;

use askama::{DynTemplate, FastWritable, Template, Values, filters::HtmlSafe};

/// A piece of finished HTML: templates print it as it is.
///
/// It can only be made by rendering a template, which escapes what it prints.
#[derive(Debug, Clone, Default)]
pub struct Fragment(String);

impl Fragment {
    /// Renders a component or a page now, instead of where it is printed.
    pub fn of(content: &dyn DynTemplate) -> askama::Result<Self> {
        content.dyn_render().map(Self)
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML, to be sent.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Fragment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FastWritable for Fragment {
    fn write_into(&self, to: &mut dyn fmt::Write, _: &dyn Values) -> askama::Result<()> {
        Ok(to.write_str(&self.0)?)
    }
}

impl HtmlSafe for Fragment {}

// So that a finished piece goes wherever a page does.
impl Template for Fragment {
    fn render_into_with_values(
        &self,
        to: &mut dyn fmt::Write,
        _: &dyn Values,
    ) -> askama::Result<()> {
        Ok(to.write_str(&self.0)?)
    }

    const SIZE_HINT: usize = 0;
}

/// A page inside a shell: written straight into the shell's buffer.
pub(crate) struct Content<'a>(pub(crate) &'a dyn DynTemplate);

impl fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.dyn_render_into(f).map_err(|_| fmt::Error)
    }
}

impl FastWritable for Content<'_> {
    fn write_into(&self, to: &mut dyn fmt::Write, values: &dyn Values) -> askama::Result<()> {
        self.0.dyn_render_into_with_values(to, values)
    }
}

impl HtmlSafe for Content<'_> {}

/// Text in HTML: markup becomes harmless, and nothing is allocated.
pub fn escape(to: &mut dyn fmt::Write, text: &str) -> fmt::Result {
    use askama::filters::{Escaper, Html};
    Html.write_escaped_str(to, text)
}

/// Implements what askama asks of a hand-written component, from its `write(&self, to)`.
macro_rules! component {
    ($type:ty) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.write(f)
            }
        }
        impl askama::FastWritable for $type {
            fn write_into(
                &self,
                to: &mut dyn std::fmt::Write,
                _: &dyn askama::Values,
            ) -> askama::Result<()> {
                Ok(self.write(to)?)
            }
        }
        impl askama::filters::HtmlSafe for $type {}
    };
}
pub(crate) use component;

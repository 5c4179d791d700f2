//! Extra attributes of a control. Their names are fixed in code, their values are escaped.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use crate::fragment::{component, escape};

/// Attributes, each with a space before it; an empty value prints the name alone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Attrs<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> Attrs<'a> {
    pub(crate) fn set(&mut self, name: &'static str, value: &'a str) {
        self.put(name, Cow::Borrowed(value));
    }

    pub(crate) fn set_number(&mut self, name: &'static str, value: usize) {
        self.put(name, Cow::Owned(value.to_string()));
    }

    fn put(&mut self, name: &'static str, value: Cow<'a, str>) {
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name, value));
    }

    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        for (name, value) in &self.0 {
            to.write_char(' ')?;
            to.write_str(name)?;
            if !value.is_empty() {
                to.write_str("=\"")?;
                escape(to, value)?;
                to.write_char('"')?;
            }
        }
        Ok(())
    }
}
component!(Attrs<'_>);

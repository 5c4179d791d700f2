//! What a kind of field is: how its values are typed, shown, sent and ordered.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use core_ui::{Calendar, escape};
use sea_orm::{Value, sea_query::Expr};
use serde_json::Value as Json;

use crate::Stored;

/// What is wrong with a value, in words for whoever typed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub Cow<'static, str>);

impl From<&'static str> for Wrong {
    fn from(text: &'static str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Wrong {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

/// The control in which a value is typed or chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control<'a> {
    /// A line, of this type of input: `text`, `email`, `date`…
    Line {
        /// The type of the input.
        input: &'static str,
        /// The greatest number of characters; 0: no limit.
        max: usize,
    },
    /// Several lines.
    Lines {
        /// The greatest number of characters.
        max: usize,
    },
    /// A checkbox.
    Check,
    /// One of these: what is sent, and what people read.
    Choice(Cow<'a, [(&'static str, &'static str)]>),
}

/// How the values of a field are read, written, shown and ordered. Form, list, API, import, export, audit
/// and history all ask here.
///
/// No method is called with nothing: neither with an empty text nor with null.
pub trait Kind: Send + Sync + 'static {
    /// Can a column that holds this take the values?
    fn fits(&self, column: Stored) -> bool;

    /// What stands in a control, in a sheet and in an address.
    fn text<'v>(&self, value: &'v Value, calendar: &Calendar) -> Cow<'v, str>;

    /// The other way round, from what somebody typed.
    fn read(&self, text: &str, calendar: &Calendar) -> Result<Value, Wrong>;

    /// What people read, where they compare two values.
    fn words<'v>(&self, value: &'v Value, calendar: &Calendar) -> Cow<'v, str> {
        self.text(value, calendar)
    }

    /// A cell of a list, as HTML.
    fn show(&self, value: &Value, calendar: &Calendar, to: &mut dyn Write) -> fmt::Result {
        escape(to, &self.words(value, calendar))
    }

    /// What a program reads.
    fn json(&self, value: &Value) -> Json;

    /// The other way round, from what a program sent.
    fn read_json(&self, json: &Json) -> Result<Value, Wrong>;

    /// Something that could be typed, another one for each number: for whatever tries a resource.
    fn sample(&self, number: u32) -> String {
        crate::samples::of_control(&self.control(), number)
    }

    /// In what it is typed.
    fn control(&self) -> Control<'_>;

    /// By what a list is ordered. Rows without a value come last either way: the resource sees to it.
    fn order(&self, column: Expr) -> Vec<Expr> {
        vec![column]
    }
}

//! The small pieces that a table repeats: icon, badge, avatar. They write without allocating.

use std::{
    borrow::Borrow,
    fmt::{self, Write},
};

use crate::{
    Tone,
    fragment::{component, escape},
};

/// A drawing from the sprite; decorative, so the control beside it carries the label.
#[derive(Debug, Clone, Copy)]
pub struct Icon<'a> {
    name: &'a str,
    class: &'a str,
}

/// The icon called `name` in `icons.svg`.
pub fn icon(name: &str) -> Icon<'_> {
    Icon { name, class: "" }
}

/// An icon with classes of its own, such as `w-4! h-4!`.
pub fn icon_with<'a>(name: &'a str, class: &'a str) -> Icon<'a> {
    Icon { name, class }
}

impl Icon<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        const USE: &str = concat!(
            "\" aria-hidden=\"true\"><use href=\"/assets/",
            env!("ASSETS_HASH"),
            "/icons.svg#"
        );
        to.write_str("<svg class=\"icon")?;
        if !self.class.is_empty() {
            to.write_char(' ')?;
            escape(to, self.class)?;
        }
        to.write_str(USE)?;
        escape(to, self.name)?;
        to.write_str("\"/></svg>")
    }
}
component!(Icon<'_>);

/// A word about the state of something.
#[derive(Debug, Clone, Copy)]
pub struct Badge<'a> {
    text: &'a str,
    tone: Tone,
    dot: bool,
}

/// A badge; a status always has its dot, a count has none.
pub fn badge(text: &str, tone: impl Borrow<Tone>, dot: bool) -> Badge<'_> {
    Badge { text, tone: *tone.borrow(), dot }
}

impl Badge<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("<span class=\"badge ")?;
        to.write_str(self.tone.badge())?;
        to.write_str(if self.dot { "\"><span class=\"dot\"></span>" } else { "\">" })?;
        escape(to, self.text)?;
        to.write_str("</span>")
    }
}
component!(Badge<'_>);

/// The initials of a person or a workspace on a colour of their own.
#[derive(Debug, Clone, Copy)]
pub struct Avatar<'a> {
    name: &'a str,
    class: &'a str,
}

/// An avatar. Classes: `ava-xs`, `ava-lg`, and `ava-sq` for workspaces.
pub fn avatar<'a>(name: &'a str, class: &'a str) -> Avatar<'a> {
    Avatar { name, class }
}

impl Avatar<'_> {
    /// Writes it.
    pub fn write(&self, to: &mut dyn Write) -> fmt::Result {
        const OPEN: [&str; 6] = [
            "<span class=\"ava tint-1",
            "<span class=\"ava tint-2",
            "<span class=\"ava tint-3",
            "<span class=\"ava tint-4",
            "<span class=\"ava tint-5",
            "<span class=\"ava tint-6",
        ];
        to.write_str(OPEN[tint(self.name)])?;
        if !self.class.is_empty() {
            to.write_char(' ')?;
            escape(to, self.class)?;
        }
        to.write_str("\" aria-hidden=\"true\">")?;
        let (first, second) = initials(self.name);
        for letter in first.into_iter().chain(second).flat_map(char::to_uppercase) {
            escape(to, letter.encode_utf8(&mut [0; 4]))?;
        }
        to.write_str("</span>")
    }
}
component!(Avatar<'_>);

/// The same name has the same colour everywhere: the sum of its UTF-16 units decides.
fn tint(name: &str) -> usize {
    let sum = name.encode_utf16().fold(0_usize, |sum, unit| sum.wrapping_add(usize::from(unit)));
    sum % 6
}

/// First letters of the first two words, or the first two letters of the only one.
fn initials(name: &str) -> (Option<char>, Option<char>) {
    let separates = |letter: char| letter.is_whitespace() || letter == '&';
    let mut words = name.split(separates).filter(|word| !word.is_empty());
    let mut first = words.next().unwrap_or_default().chars();
    let initial = first.next();
    (initial, words.next().and_then(|word| word.chars().next()).or_else(|| first.next()))
}

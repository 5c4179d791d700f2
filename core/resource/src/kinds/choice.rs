//! One of several words.

use std::{
    borrow::Cow,
    fmt::{self, Write},
};

use core_ui::{Calendar, Tone, badge, escape};
use sea_orm::{ExprTrait, Value, sea_query::Expr};
use serde_json::Value as Json;

use crate::{Choices, Control, Kind, Stored, Wrong};

/// What is stored, what people read, and how it looks where it stands out.
pub(crate) struct Choice {
    pub(crate) words: Vec<(&'static str, &'static str)>,
    pub(crate) tones: Vec<Option<Tone>>,
}

impl Choice {
    /// The words of an enum.
    pub(crate) fn of<T: Choices>() -> Self {
        let words = T::all().map(|one| (one.word(), one.label())).collect();
        Self { words, tones: T::all().map(Choices::tone).collect() }
    }

    fn place(&self, value: &Value) -> Option<usize> {
        let Value::String(Some(word)) = value else { return None };
        self.words.iter().position(|(known, _)| known == word)
    }

    fn label<'v>(&self, value: &'v Value) -> &'v str {
        match (self.place(value), value) {
            (Some(place), _) => self.words[place].1,
            // A word of another release.
            (None, Value::String(Some(word))) => word,
            _ => "",
        }
    }

    fn known(&self, word: &str) -> Option<Value> {
        let found = self.words.iter().find(|(known, _)| *known == word);
        found.map(|(word, _)| (*word).into())
    }
}

impl Kind for Choice {
    fn fits(&self, column: Stored) -> bool {
        column == Stored::Text
    }

    fn text<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        match value {
            Value::String(Some(word)) => word.as_str().into(),
            _ => "".into(),
        }
    }

    fn read(&self, text: &str, _: &Calendar) -> Result<Value, Wrong> {
        let by_label = || {
            let found = self.words.iter().find(|(_, label)| label.eq_ignore_ascii_case(text));
            found.map(|(word, _)| Value::from(*word))
        };
        self.known(text).or_else(by_label).ok_or_else(|| "Choose one of the list.".into())
    }

    fn words<'v>(&self, value: &'v Value, _: &Calendar) -> Cow<'v, str> {
        self.label(value).into()
    }

    fn show(&self, value: &Value, _: &Calendar, to: &mut dyn Write) -> fmt::Result {
        let tone = self.place(value).and_then(|place| self.tones[place]);
        match tone {
            Some(tone) => write!(to, "{}", badge(self.label(value), tone, true)),
            None => escape(to, self.label(value)),
        }
    }

    fn json(&self, value: &Value) -> Json {
        match value {
            Value::String(Some(word)) => word.as_str().into(),
            _ => Json::Null,
        }
    }

    fn read_json(&self, json: &Json) -> Result<Value, Wrong> {
        let words = || {
            let all: Vec<_> = self.words.iter().map(|(word, _)| *word).collect();
            Wrong::from(format!("Send one of {}.", all.join(", ")))
        };
        json.as_str().and_then(|word| self.known(word)).ok_or_else(words)
    }

    fn control(&self) -> Control<'_> {
        Control::Choice(self.words.as_slice().into())
    }

    fn order(&self, column: Expr) -> Vec<Expr> {
        let rank = self.words.iter().enumerate().fold(None, |rank, (place, (word, _))| {
            let is = column.clone().eq(*word);
            let place = i32::try_from(place).unwrap_or(i32::MAX);
            Some(match rank {
                None => Expr::case(is, place),
                Some(rank) => sea_orm::sea_query::CaseStatement::case(rank, is, place),
            })
        });
        rank.map(Into::into).into_iter().collect()
    }
}

//! How a project goes.

use platform::{resource::Choices, ui::Tone};
use sea_orm::{DeriveActiveEnum, EnumIter, Iterable, sea_query::StringLen};
use serde::Deserialize;

/// In the order in which lists sort them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// As planned.
    #[default]
    OnTrack,
    /// It needs help to end as planned.
    AtRisk,
    /// It will not end as planned.
    OffTrack,
    /// It has ended.
    Done,
}

impl Choices for Status {
    fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    fn word(self) -> &'static str {
        self.as_str()
    }

    fn label(self) -> &'static str {
        Self::label(self)
    }

    fn tone(self) -> Option<Tone> {
        Some(Self::tone(self))
    }
}

impl Status {
    /// The word that is stored and sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OnTrack => "on_track",
            Self::AtRisk => "at_risk",
            Self::OffTrack => "off_track",
            Self::Done => "done",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::iter().find(|status| status.as_str() == word)
    }

    /// The words that people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::OnTrack => "On track",
            Self::AtRisk => "At risk",
            Self::OffTrack => "Off track",
            Self::Done => "Done",
        }
    }

    /// Its colour.
    pub fn tone(self) -> Tone {
        match self {
            Self::OnTrack => Tone::Success,
            Self::AtRisk => Tone::Warning,
            Self::OffTrack => Tone::Error,
            Self::Done => Tone::Neutral,
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::ActiveEnum;

    use super::{Choices, Status};

    #[test]
    fn the_word_sent_is_the_word_stored() {
        for status in Status::all() {
            assert_eq!(status.to_value(), status.as_str());
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
        assert_eq!(Status::parse("On track"), None);
    }
}

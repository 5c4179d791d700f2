//! What a colour means: never decoration, always beside a word or an icon.

/// A meaning that has a colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// No meaning: grey.
    #[default]
    Neutral,
    /// The colour of the product.
    Primary,
    /// Worth knowing.
    Info,
    /// It worked, it is well.
    Success,
    /// It needs a look.
    Warning,
    /// It failed, or it destroys something.
    Error,
}

// Whole class names, never put together, so that the stylesheet's build finds them.
impl Tone {
    /// The word for it in the script and in data attributes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neutral | Self::Primary | Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    pub(crate) const fn badge(self) -> &'static str {
        match self {
            Self::Neutral => "badge-ghost",
            Self::Primary => "badge-soft badge-primary",
            Self::Info => "badge-soft badge-info",
            Self::Success => "badge-soft badge-success",
            Self::Warning => "badge-soft badge-warning",
            Self::Error => "badge-soft badge-error",
        }
    }

    pub(crate) const fn alert(self) -> &'static str {
        match self {
            Self::Neutral | Self::Primary | Self::Info => "alert-info",
            Self::Success => "alert-success",
            Self::Warning => "alert-warning",
            Self::Error => "alert-error",
        }
    }

    /// For tiles and toasts.
    pub(crate) const fn tile(self) -> &'static str {
        match self {
            Self::Neutral | Self::Primary => "",
            Self::Info => "t-info",
            Self::Success => "t-success",
            Self::Warning => "t-warning",
            Self::Error => "t-error",
        }
    }

    pub(crate) const fn button(self) -> &'static str {
        match self {
            Self::Error => "btn-error",
            _ => "btn-primary",
        }
    }

    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Neutral | Self::Primary | Self::Info => "info",
            Self::Success => "circle-check",
            Self::Warning => "triangle-alert",
            Self::Error => "circle-x",
        }
    }
}

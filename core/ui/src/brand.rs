//! What a fork renames: the product's name. Its logo is the symbol `logo` in `icons.svg`.

/// The product, as it introduces itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// From the setting `PRODUCT_NAME`.
    pub name: String,
}

impl Brand {
    /// A product of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self::new("Groundwork")
    }
}

/// Light or dark, as a person chose, or as their system is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Whatever the system has.
    #[default]
    System,
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

impl Theme {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Reads the choice from a `Cookie` header.
    pub fn from_cookies(header: &str) -> Option<Self> {
        let choices = header.split(';').filter_map(|cookie| cookie.trim().strip_prefix("theme="));
        choices.into_iter().find_map(Self::of)
    }

    /// The one of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The value of `data-theme`, which is also what is stored.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What people choose it by.
    pub const fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// Its icon in the sprite.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::System => "monitor",
            Self::Light => "sun",
            Self::Dark => "moon",
        }
    }
}

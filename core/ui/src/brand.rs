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

/// Light or dark, where a person chose; without a choice the system's applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

impl Theme {
    /// Reads the choice from a `Cookie` header.
    pub fn from_cookies(header: &str) -> Option<Self> {
        header.split(';').find_map(|cookie| match cookie.trim() {
            "theme=light" => Some(Self::Light),
            "theme=dark" => Some(Self::Dark),
            _ => None,
        })
    }

    /// The value of `data-theme`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

//! A setting as it was asked for, for lists of all of them.

/// One setting: what it is called, who asks for it, what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The variable.
    pub name: String,
    /// The app that asks for it; `core`: the platform.
    pub app: &'static str,
    /// What holds where nothing is set.
    pub default: Option<String>,
    /// What is set; never that of a secret.
    pub value: Option<String>,
    /// Is anything set?
    pub is_set: bool,
    /// Is what is set a secret?
    pub is_secret: bool,
}

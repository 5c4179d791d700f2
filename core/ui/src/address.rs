//! The address of a list, from which its links are made.

use std::fmt;

/// Where a list is and how it is narrowed: a path and parameters that links carry on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    path: String,
    pairs: Vec<(String, String)>,
}

impl Address {
    /// A list without parameters.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), pairs: Vec::new() }
    }

    /// This address with a parameter set; an empty value takes it away.
    #[must_use]
    pub fn with(&self, name: &str, value: impl ToString) -> Self {
        let (mut address, value) = (self.without(name), value.to_string());
        if !value.is_empty() {
            address.pairs.push((name.to_owned(), value));
        }
        address
    }

    /// This address with one more value for a parameter.
    #[must_use]
    pub fn and(&self, name: &str, value: impl ToString) -> Self {
        let mut address = self.clone();
        address.pairs.push((name.to_owned(), value.to_string()));
        address
    }

    /// This address without a parameter.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let mut address = self.clone();
        address.pairs.retain(|(known, _)| known != name);
        address
    }

    /// These parameters at another path, such as that of an action on what is listed.
    #[must_use]
    pub fn at(&self, path: impl Into<String>) -> Self {
        Self { path: path.into(), pairs: self.pairs.clone() }
    }

    /// The path alone.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The parameters in the order they were set.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if self.pairs.is_empty() {
            return Ok(());
        }
        f.write_str("?")?;
        f.write_str(&serde_urlencoded::to_string(&self.pairs).map_err(|_| fmt::Error)?)
    }
}

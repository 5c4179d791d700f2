//! Changes to files, kept back until all of them are known to work.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

/// Files as they shall be, by their paths below the root.
pub struct Changes {
    root: PathBuf,
    files: BTreeMap<PathBuf, String>,
}

impl Changes {
    /// None yet, to the tree at `root`.
    pub fn to(root: &Path) -> Self {
        Self { root: root.to_owned(), files: BTreeMap::new() }
    }

    /// A file as it is, or as it shall be by now.
    pub fn read(&self, path: impl AsRef<Path>) -> Result<String> {
        let path = path.as_ref();
        if let Some(text) = self.files.get(path) {
            return Ok(text.clone());
        }
        let text = fs::read_to_string(self.root.join(path));
        text.with_context(|| format!("{} cannot be read", path.display()))
    }

    /// What a file shall be.
    pub fn write(&mut self, path: impl Into<PathBuf>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// Gives each line of a file to `change`. A file that stays as it is is not written.
    pub(crate) fn edit(&mut self, path: &str, change: impl Fn(&str) -> String) -> Result<()> {
        let text = self.read(path)?;
        let new: String = text.split_inclusive('\n').map(change).collect();
        if new != text {
            self.write(path, new);
        }
        Ok(())
    }

    /// Puts `new` behind the first `anchor`.
    pub(crate) fn add_behind(&mut self, path: &str, anchor: &str, new: &str) -> Result<()> {
        let text = self.read(path)?;
        let Some(at) = text.find(anchor) else {
            bail!(
                "{path} has no `{}`, behind which a part belongs: put it back, even as a comment",
                anchor.trim()
            );
        };
        let at = at + anchor.len();
        self.write(path, [&text[..at], new, &text[at..]].concat());
        Ok(())
    }

    /// Puts a line into the sorted lines of a section of a manifest.
    pub(crate) fn add_sorted(&mut self, path: &str, section: &str, line: &str) -> Result<()> {
        let text = self.read(path)?;
        let heading = format!("{section}\n");
        let start = text.find(&heading).with_context(|| format!("{path} has no {section}"))?;
        let mut at = start + heading.len();
        for other in text[at..].split_inclusive('\n') {
            if other.trim().is_empty() || other.starts_with('[') || other > line {
                break;
            }
            at += other.len();
        }
        self.write(path, format!("{}{line}\n{}", &text[..at], &text[at..]));
        Ok(())
    }

    /// Writes everything down, and tells the paths.
    pub fn keep(self) -> Result<Vec<PathBuf>> {
        for (path, text) in &self.files {
            let path = self.root.join(path);
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&path, text).with_context(|| format!("{} stays", path.display()))?;
        }
        Ok(self.files.into_keys().collect())
    }
}

/// Every file below a folder, as paths below the root, sorted.
pub(crate) fn files_below(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (vec![], vec![PathBuf::from(folder)]);
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(root.join(&folder));
        for entry in entries.with_context(|| format!("{} is not there", folder.display()))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            let kind = if entry.file_type()?.is_dir() { &mut folders } else { &mut found };
            kind.push(path);
        }
    }
    found.sort();
    Ok(found)
}

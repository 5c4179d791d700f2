//! The mailbox of development and tests: emails that were delivered nowhere else, a file each.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::PathBuf,
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use core_base::Config;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Email;

/// Older ones are thrown away.
const MAX_EMAILS: usize = 500;

/// An email in the mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeptEmail {
    /// What it was delivered under.
    pub id: Uuid,
    /// When it was sent, UTC.
    pub at: DateTime<Utc>,
    /// What it says.
    #[serde(flatten)]
    #[serde(alias = "letter")]
    pub email: Email,
    /// What would have travelled.
    pub source: String,
}

/// The mailbox of development: `DATA_DIR/mail`.
#[derive(Clone, Debug)]
pub struct DevelopmentMailbox(PathBuf);

impl DevelopmentMailbox {
    /// That of this site.
    pub fn of(config: &Config) -> Self {
        Self(config.data_dir.join("mail"))
    }

    /// Every email, the newest first.
    pub fn emails(&self) -> anyhow::Result<Vec<KeptEmail>> {
        let names = self.names()?;
        names.iter().rev().filter_map(|name| self.read(name).transpose()).collect()
    }

    /// One email.
    pub fn email(&self, id: Uuid) -> anyhow::Result<Option<KeptEmail>> {
        match self.names()?.iter().find(|name| is_of(name, id)) {
            Some(name) => self.read(name),
            None => Ok(None),
        }
    }

    /// Puts an email in, once for each id.
    pub(crate) fn keep(&self, email: &KeptEmail) -> anyhow::Result<()> {
        let place = || format!("writing to the mailbox {}", self.0.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.0).with_context(place)?;
        let mut names = self.names()?;
        if names.iter().any(|name| is_of(name, email.id)) {
            return Ok(());
        }
        let name = format!("{:020}_{}.json", email.at.timestamp_micros(), email.id.simple());
        self.write(&name, &serde_json::to_vec(email)?).with_context(place)?;
        names.push(name);
        names.sort();
        for old in names.iter().rev().skip(MAX_EMAILS) {
            // Another process may have been quicker.
            let _ = fs::remove_file(self.0.join(old));
        }
        Ok(())
    }

    /// Written beside and renamed: nobody reads half an email.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let half = self.0.join(format!(".{name}"));
        let mut file = fs::OpenOptions::new();
        let mut file = file.create(true).write(true).truncate(true).mode(0o600).open(&half)?;
        file.write_all(bytes)?;
        fs::rename(&half, self.0.join(name))
    }

    /// Names begin with the time, so that their order is that of the emails.
    fn names(&self) -> anyhow::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            Err(error) => return Err(error).context(format!("reading {}", self.0.display())),
        };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut names: Vec<_> =
            names.filter(|name| !name.starts_with('.') && name.ends_with(".json")).collect();
        names.sort();
        Ok(names)
    }

    /// None: it was thrown away meanwhile.
    fn read(&self, name: &str) -> anyhow::Result<Option<KeptEmail>> {
        let path = self.0.join(name);
        match fs::read(&path) {
            Ok(bytes) => {
                let what = || format!("{} is no email; remove it", path.display());
                serde_json::from_slice(&bytes).with_context(what).map(Some)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context(format!("reading {}", path.display())),
        }
    }
}

fn is_of(name: &str, id: Uuid) -> bool {
    name.strip_suffix(".json").is_some_and(|name| name.ends_with(&id.simple().to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use chrono::TimeDelta;
    use core_base::clock;
    use uuid::Uuid;

    use super::{DevelopmentMailbox, KeptEmail, MAX_EMAILS};
    use crate::{Email, Mailbox};

    fn email(number: usize) -> KeptEmail {
        let to = Mailbox::unknown("ada@acme.example");
        let subject = format!("Email {number}");
        let email = Email { to, subject, text: "Hi".into(), html: "<p>Hi".into() };
        let at = clock::now() + TimeDelta::seconds(number.try_into().unwrap());
        KeptEmail { id: Uuid::new_v4(), at, email, source: String::new() }
    }

    #[test]
    fn the_newest_comes_first_each_once_and_the_oldest_go() {
        let dir = tempfile::tempdir().unwrap();
        let mailbox = DevelopmentMailbox(dir.path().join("mail"));
        assert!(mailbox.emails().unwrap().is_empty());
        let emails: Vec<_> = (0..MAX_EMAILS + 3).map(email).collect();
        for email in &emails {
            mailbox.keep(email).unwrap();
            mailbox.keep(email).unwrap();
        }
        let kept = mailbox.emails().unwrap();
        assert_eq!(kept.len(), MAX_EMAILS);
        assert_eq!(kept[0].email.subject, format!("Email {}", MAX_EMAILS + 2));
        assert_eq!(kept[MAX_EMAILS - 1].email.subject, "Email 3");
        assert!(mailbox.email(emails[0].id).unwrap().is_none());
        let found = mailbox.email(emails[10].id).unwrap().unwrap();
        assert_eq!(found.email, emails[10].email);
        for entry in std::fs::read_dir(&mailbox.0).unwrap() {
            let mode = entry.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::metadata(&mailbox.0).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

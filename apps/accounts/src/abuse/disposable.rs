//! Domains of mailboxes that anybody opens for minutes, by a list that the operator has.

use std::{collections::HashSet, path::Path};

/// The domains; none by default.
#[derive(Default)]
pub(super) struct Disposable(HashSet<String>);

impl Disposable {
    /// A domain a line; what begins with `#` is a comment.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        let all: HashSet<_> =
            lines.filter(|line| !line.is_empty()).map(str::to_lowercase).collect();
        match all.iter().find(|line| !is_domain(line)) {
            Some(wrong) => Err(format!("“{wrong}” is no domain")),
            None if all.is_empty() => Err("there is no domain in it".to_owned()),
            None => Ok(Self(all)),
        }
    }

    /// Is it an address of one of them, or of a domain below one?
    pub(super) fn knows(&self, email: &str) -> bool {
        let Some((_, domain)) = email.rsplit_once('@') else { return false };
        let domain = domain.to_lowercase();
        let above = domain.match_indices('.').map(|(at, _)| &domain[at + 1..]);
        std::iter::once(&*domain).chain(above).any(|one| self.0.contains(one))
    }
}

fn is_domain(text: &str) -> bool {
    text.contains('.') && text.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::Disposable;

    fn of(text: &str) -> Result<Disposable, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Disposable::read(file.path())
    }

    #[test]
    fn a_domain_stands_for_those_below_it_and_for_no_other() {
        let list = of("# thrown away\nTrash.example\n\nten.minutes.example # ours\n").unwrap();
        for known in ["a@trash.example", "a@x.TRASH.example", "a@ten.minutes.example"] {
            assert!(list.knows(known), "{known}");
        }
        for other in ["a@nottrash.example", "a@example", "a@minutes.example", "trash.example", ""] {
            assert!(!list.knows(other), "{other}");
        }
    }

    #[test]
    fn a_file_without_domains_is_said_to_be_wrong() {
        for wrong in ["", "# nothing\n", "<html>\n", "trash\n"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
        assert!(Disposable::read("/nowhere".as_ref()).is_err());
    }
}

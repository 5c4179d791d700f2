//! The two lists of migrations, and their next places.

use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::changes::Changes;

/// Whose tables a migration changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The catalogue's.
    Catalog,
    /// Every tenant's.
    Tenant,
}

impl List {
    fn dir(self) -> &'static str {
        match self {
            Self::Catalog => "migrations/catalog",
            Self::Tenant => "migrations/tenant",
        }
    }
}

/// Adds a migration of an app: its text, the kind of its step, the function that does it. Gives the
/// path of its file.
pub fn add_migration(
    changes: &mut Changes,
    of: List,
    (app, what): (&str, &str),
    (text, kind, function): (&str, &str, &str),
    today: &str,
) -> Result<String> {
    let (dir, mod_rs) = (of.dir(), format!("{}/mod.rs", of.dir()));
    let list = changes.read(&mod_rs)?;
    let name = format!("{}_{what}", next_number(&list, today)?);
    let path = format!("{dir}/{app}/{name}.rs");
    changes.write(&path, text);
    let module = format!("#[path = \"{app}/{name}.rs\"]\nmod {name};\n\n");
    let heading = "/// In the order in which they were written.";
    let list = list.replacen(&format!("\n{heading}"), &format!("{module}{heading}"), 1);
    let entry =
        format!("    Migration {{ name: \"{name}\", step: Step::{kind}({name}::{function}) }},\n");
    let end =
        list.rfind("];").with_context(|| format!("{mod_rs} has no list that ends in `];`"))?;
    changes.write(&mod_rs, [&list[..end], &entry, &list[end..]].concat());
    Ok(path)
}

/// Date and number of the next migration, behind all that are there.
fn next_number(list: &str, today: &str) -> Result<String> {
    let names = list.lines().filter_map(|line| line.strip_prefix("mod m")?.strip_suffix(';'));
    let Some(last) = names.max() else { return Ok(format!("m{today}_000001")) };
    let mut parts = last.split('_');
    let (date, number) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    if date < today {
        return Ok(format!("m{today}_000001"));
    }
    let number: u32 = number.parse().with_context(|| format!("{last} has no number"))?;
    Ok(format!("m{date}_{:06}", (number / 10 + 1) * 10))
}

/// The day in UTC, as the names of migrations carry it.
pub fn today() -> Result<String> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let days = since.context("the clock stands before 1970")?.as_secs() / 86_400;
    let (year, month, day) = civil(days);
    Ok(format!("{year:04}{month:02}{day:02}"))
}

/// Year, month and day of a day since 1970.
fn civil(mut days: u64) -> (u64, u64, u64) {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let lengths = [31, 28 + u64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 1;
    for length in lengths {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    (year, month, days + 1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{civil, next_number};

    #[test]
    fn a_new_migration_comes_after_all_others() {
        let list = "mod m20261121_000002_projects;\nmod m20261121_000010_jobs;\n";
        for (today, wanted) in [
            ("20261120", "m20261121_000020"),
            ("20261121", "m20261121_000020"),
            ("20261122", "m20261122_000001"),
        ] {
            assert_eq!(next_number(list, today).unwrap(), wanted);
        }
        assert_eq!(next_number("", "20261121").unwrap(), "m20261121_000001");
    }
    #[test]
    fn days_have_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(59), (1970, 3, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(20_778), (2026, 11, 21));
    }
}

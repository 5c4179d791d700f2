//! `make rename`: the product's own name and address, wherever people read them.
//!
//! What machines read keeps its name, so that a fork can take what comes later: the binary, metrics,
//! alerts, the database and its logins. The licence keeps whom it is from.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::changes::Changes;

const CONFIG: &str = "core/base/src/config.rs";
const SETTINGS: &str = "infra/kubernetes/settings.env";

/// Files in which the name stands as people read it.
const NAMED: [&str; 16] = [
    CONFIG,
    SETTINGS,
    "core/ui/src/brand.rs",
    "README.md",
    "ARCHITECTURE.md",
    ".env.example",
    "infra/deploy.env.example",
    "infra/compose.yaml",
    "infra/grafana/groundwork.json",
    "infra/kubernetes/kustomization.yaml",
    "infra/pgbouncer/pgbouncer.ini",
    "infra/postgres/init.sh",
    "infra/postgres/postgresql.conf",
    "infra/prometheus/alerts.yaml",
    "infra/systemd/groundwork.service",
    "docs/deploy.md",
];

/// Files in which the address stands.
const ADDRESSED: [&str; 6] = [
    SETTINGS,
    ".env.example",
    "infra/deploy.env.example",
    "infra/kubernetes/ingress.yaml",
    "infra/kubernetes/kustomization.yaml",
    "docs/deploy.md",
];

/// Files with names of images and of things in a cluster, and what marks their lines; none: all.
const DEPLOYED: [(&str, &[&str]); 11] = [
    ("infra/Dockerfile", &["--tag "]),
    ("infra/compose.yaml", &["name: ", "image: "]),
    ("infra/kubernetes/account.yaml", &[]),
    ("infra/kubernetes/ingress.yaml", &[]),
    ("infra/kubernetes/kustomization.yaml", &[]),
    ("infra/kubernetes/migrate.yaml", &[]),
    ("infra/kubernetes/namespace.yaml", &[]),
    ("infra/kubernetes/serve.yaml", &[]),
    ("infra/kubernetes/worker.yaml", &[]),
    ("infra/kubernetes/secret.env.example", &["kubectl "]),
    ("docs/deploy.md", &["kubectl "]),
];

/// Gives the product this name and host, and says what it changed.
pub fn rename(root: &Path, name: &str, host: Option<&str>) -> Result<()> {
    check_name(name)?;
    let mut changes = Changes::to(root);
    let config = changes.read(CONFIG)?;
    let old = between(&config, "const PRODUCT_NAME: &str = \"", "\";").with_context(|| {
        format!("{CONFIG} has no PRODUCT_NAME, from which the old name is read")
    })?;
    let settings = changes.read(SETTINGS)?;
    let old_host = between(&settings, "BASE_URL=https://", "\n")
        .with_context(|| format!("{SETTINGS} has no BASE_URL, from which the old host is read"))?;
    for file in NAMED {
        put(&mut changes, (file, &[]), old, name)?;
    }
    for place in DEPLOYED {
        put(&mut changes, place, &slug(old), &slug(name))?;
    }
    if let Some(host) = host {
        check_host(host)?;
        for file in ADDRESSED {
            put(&mut changes, (file, &[]), old_host, host)?;
        }
    }
    tell(changes.keep()?, name, host.unwrap_or(old_host));
    Ok(())
}

/// Puts one word in the place of another, in the lines that are meant. Where the new one stands for
/// something else already, nobody could tell the two apart afterwards.
fn put(changes: &mut Changes, (file, marks): (&str, &[&str]), old: &str, new: &str) -> Result<()> {
    if old == new {
        return Ok(());
    }
    let is_meant = |line: &str| marks.is_empty() || marks.iter().any(|mark| line.contains(mark));
    let text = changes.read(file)?;
    let is_taken = |line: &&str| is_meant(line) && swap(line, new, "") != **line;
    if let Some(line) = text.lines().find(is_taken) {
        bail!(
            "`{new}` stands in {file} for something else: choose another name\n  {}",
            line.trim()
        );
    }
    changes.edit(file, |line| if is_meant(line) { swap(line, old, new) } else { line.to_owned() })
}

fn tell(files: Vec<std::path::PathBuf>, name: &str, host: &str) {
    if files.is_empty() {
        say!("Nothing to change: the product is called {name}, at {host}, already.");
        return;
    }
    say!("The product is called {name} now, at {host}. Changed:");
    for file in files {
        say!("  {}", file.display());
    }
    say!(
        "\nUnchanged on purpose: the binary `groundwork`, its metrics, database and logins; the licence.\n\
         Left to you:\n  \
         README.md                         what it is, in your words\n  \
         apps/site                         the front page (src/words.rs, templates/site)\n  \
         apps/billing/src/plan/offer.rs    the plans\n  \
         core/ui/css/marks.svg             the symbol `logo`; and core/ui/assets/favicon.svg\n  \
         core/ui/css/theme.css             the hue; then `make css`\n  \
         core/ui/assets/hero-*.webp        pictures on the front page, and docs/screenshots/projects.png in\n  \
                                           README.md: `make pictures` takes them of the product as it is"
    );
}

fn check_name(name: &str) -> Result<()> {
    let fits = name.starts_with(char::is_alphabetic)
        && name.chars().all(|c| c.is_alphanumeric() || c == ' ' || c == '-')
        && !name.ends_with(' ')
        && !name.contains("  ")
        && slug(name).starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().count() <= 40;
    ensure!(
        fits,
        "`{name}` is no name of letters, digits, spaces and hyphens (40 at most, a plain letter first): \
         make rename NAME='Fleet Base' HOST=fleetbase.com"
    );
    Ok(())
}

fn check_host(host: &str) -> Result<()> {
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    ensure!(
        host.contains('.') && host.split('.').all(is_label) && host.len() <= 200,
        "`{host}` is no host name: write it without https:// and in small letters, like fleetbase.com"
    );
    Ok(())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split(start).nth(1)?.split(end).next().filter(|found| !found.is_empty())
}

/// The name as images and manifests carry it.
fn slug(name: &str) -> String {
    let dashed = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    name.chars().map(dashed).collect::<String>().trim_matches('-').to_owned()
}

/// Replaces a word where it is not a part of another one.
fn swap(line: &str, old: &str, new: &str) -> String {
    let (mut out, mut done) = (String::new(), 0);
    for (at, _) in line.match_indices(old) {
        let (before, after) =
            (line[..at].chars().next_back(), line[at + old.len()..].chars().next());
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if at < done || joins(before) || joins(after) {
            continue;
        }
        out += &line[done..at];
        out += new;
        done = at + old.len();
    }
    out + &line[done..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_swapped_and_parts_of_words_are_not() {
        let swap = |line| swap(line, "Groundwork", "Fleet Base");
        assert_eq!(swap("# Groundwork"), "# Fleet Base");
        assert_eq!(
            swap("alert: GroundworkSlow, Groundwork."),
            "alert: GroundworkSlow, Fleet Base."
        );
        assert_eq!(swap("MAIL_FROM=Groundwork <a@b>"), "MAIL_FROM=Fleet Base <a@b>");
        assert_eq!(slug("Fleet Base 2"), "fleet-base-2");
    }

    #[test]
    fn bad_names_and_hosts_are_refused() {
        for bad in ["", " ", "2fast", "A\"b", "A  b", "A ", "<b>", "Ä", "A\nb", &"x".repeat(41)] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
        for good in ["Fleet Base", "Fleet-Base 2", "Büro"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in
            ["", "localhost", "https://a.com", "A.com", "a.com/", "-a.com", "a..com", "a.com:80"]
        {
            assert!(check_host(bad).is_err(), "{bad}");
        }
        assert!(check_host("app.fleet-base.co.uk").is_ok());
    }
}

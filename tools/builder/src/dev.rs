//! `make dev`: builds and starts the site again whenever a file of it is saved. Open pages load
//! themselves again once the new one answers.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};

use crate::css::css;

/// What the program is made of.
const SOURCES: [&str; 6] = ["apps", "core", "migrations", "web", "Cargo.toml", "Cargo.lock"];
const ENDINGS: [&str; 8] = ["rs", "html", "css", "js", "svg", "toml", "lock", "txt"];
/// How often files are looked at; a save may be several writes.
const PAUSE: Duration = Duration::from_millis(300);

/// Never ends by itself: whatever ends it ends the site too.
pub fn dev(root: &Path) -> Result<()> {
    let mut site: Option<Site> = None;
    loop {
        css(root);
        let seen = fingerprint(root)?;
        let start = Instant::now();
        match build(root)? {
            Some(program) => {
                // Only now: until the build is there, the old one answers.
                drop(site.take());
                site = Some(Site::start(root, &program)?);
                say!("dev: built in {:.1} s. Waiting for a save.", start.elapsed().as_secs_f64());
            }
            None => say!("dev: it does not build; the last build goes on. Waiting for a save."),
        }
        while fingerprint(root)? == seen {
            sleep(PAUSE);
            if let Some(ended) = site.as_mut().and_then(Site::ended) {
                say!("dev: the site ended ({ended}). Waiting for a save.");
                site = None;
            }
        }
    }
}

/// The running site; it ends with this, and as its standard input does when this process is killed.
struct Site(Child);

impl Site {
    fn start(root: &Path, program: &Path) -> Result<Self> {
        let mut serve = Command::new(program);
        serve.args(["serve", "--until-eof"]).current_dir(root).stdin(Stdio::piped());
        let child = serve.spawn();
        Ok(Self(child.with_context(|| format!("{} cannot be started", program.display()))?))
    }

    fn ended(&mut self) -> Option<String> {
        self.0.try_wait().ok().flatten().map(|status| status.to_string())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        // Its stores stand that: every answer it gave is kept.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, unless it does not build: cargo says why.
fn build(root: &Path) -> Result<Option<PathBuf>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let build = ["build", "--package", "web", "--bin", "groundwork"];
    let mut command = Command::new(&cargo);
    // What `cargo run` says of this program: some packages are built anew where it differs.
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    let built = command.args(build).current_dir(root).status();
    if !built.context("cargo cannot be run")?.success() {
        return Ok(None);
    }
    let about = ["metadata", "--format-version=1", "--no-deps", "--offline"];
    let about = Command::new(cargo).args(about).current_dir(root).output()?;
    let text = String::from_utf8_lossy(&about.stdout).into_owned();
    let target =
        text.split("\"target_directory\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let program = Path::new(target.context("cargo does not say where it builds")?);
    let program = program.join("debug/groundwork");
    ensure!(program.exists(), "{} is not there after the build", program.display());
    Ok(Some(program))
}

/// Changes whenever a source is saved, added or taken away.
fn fingerprint(root: &Path) -> Result<u64> {
    let mut hash = DefaultHasher::new();
    let mut waiting: Vec<PathBuf> = SOURCES.iter().map(|source| root.join(source)).collect();
    let settings = root.join(".env");
    waiting.extend(settings.exists().then_some(settings));
    while let Some(path) = waiting.pop() {
        // A file may go while we look: then the next look differs.
        let Ok(about) = fs::metadata(&path) else { continue };
        let name = path.file_name().unwrap_or_default();
        if about.is_dir() {
            if name == "node_modules" || name == "target" {
                continue;
            }
            let entries = fs::read_dir(&path)?.filter_map(|entry| Some(entry.ok()?.path()));
            let mut entries: Vec<_> = entries.collect();
            entries.sort();
            waiting.extend(entries);
        } else if name == ".env"
            || path.extension().is_some_and(|end| ENDINGS.iter().any(|e| end == *e))
        {
            (path, about.len(), about.modified()?).hash(&mut hash);
        }
    }
    Ok(hash.finish())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_save_an_addition_and_a_removal_are_seen_and_nothing_else() {
        let root = std::env::temp_dir().join(format!("builder-dev-{}", std::process::id()));
        let put = |path: &str, text: &str| {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        };
        put("apps/a/src/lib.rs", "one");
        put("core/ui/css/node_modules/x.js", "one");
        let first = fingerprint(&root).unwrap();
        assert_eq!(first, fingerprint(&root).unwrap());
        put("core/ui/css/node_modules/x.js", "another");
        put("apps/a/notes.swp", "typing");
        assert_eq!(first, fingerprint(&root).unwrap(), "neither is a source");
        put("apps/a/src/lib.rs", "other");
        let saved = fingerprint(&root).unwrap();
        put("apps/a/templates/a/b.html", "new");
        let added = fingerprint(&root).unwrap();
        fs::remove_file(root.join("apps/a/templates/a/b.html")).unwrap();
        let removed = fingerprint(&root).unwrap();
        assert!(first != saved && saved != added && added != removed);
        fs::remove_dir_all(root).unwrap();
    }
}

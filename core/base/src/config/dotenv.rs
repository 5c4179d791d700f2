//! Reading `.env`, and saying which of its lines cannot be read without repeating what may be secret.

use std::{fs, path::Path};

use anyhow::{Context, Result, anyhow};

/// The settings in a file; none where there is none.
pub(super) fn read(path: &Path) -> Result<Vec<(String, String)>> {
    let lines = match dotenvy::from_path_iter(path) {
        Ok(lines) => lines,
        Err(error) if error.not_found() => return Ok(vec![]),
        Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
    };
    let read = |line: Result<(String, String), dotenvy::Error>| {
        line.map_err(|error| anyhow!("{}: {}", path.display(), what_to_do(path, &error)))
    };
    lines.map(read).collect()
}

fn what_to_do(path: &Path, error: &dotenvy::Error) -> String {
    let dotenvy::Error::LineParse(rest, _) = error else { return error.to_string() };
    let text = fs::read_to_string(path).unwrap_or_default();
    // A value in quotes may go on over lines, and one whose quote stays open goes on to the end.
    let rest = rest.trim_end().lines().next().unwrap_or_default();
    let here = |line: &&str| !rest.is_empty() && line.trim_end().ends_with(rest);
    let found = text.lines().enumerate().find(|(_, line)| here(line));
    let Some((number, line)) = found else { return "a line is no NAME=value".to_owned() };
    match line.split_once('=') {
        Some((name, value)) if value.trim_start().starts_with(['"', '\'']) => {
            let name = name.trim();
            format!("line {}: the quote after {name}= must end where the value does", number + 1)
        }
        Some((name, _)) => {
            let name = name.trim();
            format!("line {}: a value with spaces stands in quotes: {name}=\"…\"", number + 1)
        }
        None => format!("line {} is no NAME=value", number + 1),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::read;

    fn of(text: &str) -> anyhow::Result<Vec<(String, String)>> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".env");
        std::fs::write(&path, text).unwrap();
        read(&path)
    }

    #[test]
    fn a_value_with_spaces_needs_quotes_and_the_refusal_says_which_and_keeps_secrets() {
        let good = of("# ours\nA=1\nMAIL_FROM=\"Us <us@example.com>\"\n").unwrap();
        assert_eq!(good[1], ("MAIL_FROM".to_owned(), "Us <us@example.com>".to_owned()));
        let error = of("A=1\n\nMAIL_FROM=Us <us@example.com>\n").unwrap_err().to_string();
        assert!(error.ends_with("line 3: a value with spaces stands in quotes: MAIL_FROM=\"…\""));
        let error = of("SECRET_KEY=hush hush\n").unwrap_err().to_string();
        assert!(error.contains("SECRET_KEY") && !error.contains("hush"), "{error}");
        for open in [
            "A=1\nSECRET_KEY=\"hush\nB=2\n",
            "A=1\nSECRET_KEY='hush",
            "A=1\nSECRET_KEY=\"hu\"sh \"x\n",
        ] {
            let error = of(open).unwrap_err().to_string();
            let why = "line 2: the quote after SECRET_KEY= must end where the value does";
            assert!(error.ends_with(why) && !error.contains("hush"), "{open}: {error}");
        }
        let error = of("hello there\n").unwrap_err().to_string();
        assert!(error.ends_with("line 1 is no NAME=value"), "{error}");
    }

    #[test]
    fn no_file_is_no_settings() {
        assert!(read("/nowhere/.env".as_ref()).unwrap().is_empty());
    }

    #[test]
    fn the_example_can_be_read_with_every_setting_in_it() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let text = std::fs::read_to_string(root.join(".env.example")).unwrap();
        let lines = text.lines().map(|line| match line.strip_prefix('#') {
            Some(setting) if !setting.starts_with(' ') => setting,
            _ => line,
        });
        let settings = of(&lines.collect::<Vec<_>>().join("\n")).unwrap();
        assert!(settings.len() > 10, "{settings:?}");
    }
}

//! Passwords of known breaches, looked up in a file on this machine: nothing of a password leaves it.
//!
//! The file is what the downloader of Have I Been Pwned writes: a SHA-1 in hexadecimal digits a line, in their
//! order, each with `:` and how often it was seen. All of it has a billion lines; a look-up reads about thirty.

use std::{fs::File, io, os::unix::fs::FileExt, path::Path, sync::Arc};

use platform::{Result, text};
use sha1::{Digest, Sha1};

/// Digits of a hash.
const DIGITS: usize = 40;
/// A line is no longer.
const LINE: usize = 64;
/// Places that are looked at before the file is believed.
const SAMPLES: u64 = 64;

/// The open file.
pub(super) struct Breached {
    file: Arc<File>,
    size: u64,
}

impl Breached {
    /// Opens it and looks whether it is such a file.
    pub(super) fn open(path: &Path) -> std::result::Result<Self, String> {
        let file = File::open(path).map_err(|error| error.to_string())?;
        let size = file.metadata().map_err(|error| error.to_string())?.len();
        let mut before = String::new();
        for sample in 0..SAMPLES.min(size.div_ceil(LINE as u64)) {
            let found = line_from(&file, size, size / SAMPLES * sample);
            let Some((hash, _)) = found.map_err(|error| error.to_string())? else { break };
            if hash < before {
                return Err("its lines are not in order".to_owned());
            }
            before = hash;
        }
        match before.is_empty() {
            true => Err("there is no hash in it".to_owned()),
            false => Ok(Self { file: Arc::new(file), size }),
        }
    }

    /// Is it in the file? In the form in which passwords are kept here.
    pub(super) async fn knows(&self, password: &str) -> Result<bool> {
        let wanted = hex::encode_upper(Sha1::digest(text::password(password).as_bytes()));
        let (file, size) = (self.file.clone(), self.size);
        match tokio::task::spawn_blocking(move || is_in(&file, size, &wanted)).await? {
            Ok(found) => Ok(found),
            // Nobody is kept from signing up by a file that somebody damaged meanwhile.
            Err(error) => {
                tracing::error!("BREACHED_PASSWORDS_FILE cannot be read: {error}");
                Ok(false)
            }
        }
    }
}

/// Halves what may hold the line until one is left.
fn is_in(file: &File, size: u64, wanted: &str) -> io::Result<bool> {
    // Lines that begin before `low` are smaller, those from `high` on are not.
    let (mut low, mut high) = (0, size);
    while low < high {
        let middle = low + (high - low) / 2;
        match line_from(file, size, middle)? {
            Some((hash, end)) if *hash < *wanted => low = end,
            _ => high = middle,
        }
    }
    Ok(line_from(file, size, low)?.is_some_and(|(hash, _)| hash == wanted))
}

/// The first line that begins at this place or after it: its hash, and where the next begins. None: there is no more.
fn line_from(file: &File, size: u64, at: u64) -> io::Result<Option<(String, u64)>> {
    // The end of the line before is one byte earlier.
    let from = at.saturating_sub(1);
    let mut bytes = [0; 2 * LINE];
    let many = read(file, from, &mut bytes)?;
    let bytes = &bytes[..many];
    let begin = match at {
        0 => 0,
        _ => match bytes.iter().position(|byte| *byte == b'\n') {
            Some(end) => end + 1,
            None if from + many as u64 >= size => return Ok(None),
            None => return Err(wrong()),
        },
    };
    let rest = &bytes[begin..];
    let is_end = from + many as u64 >= size && rest.iter().all(u8::is_ascii_whitespace);
    if is_end {
        return Ok(None);
    }
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let hash = rest.get(..DIGITS).filter(|hash| hash.iter().all(u8::is_ascii_hexdigit));
    // What is longer is a hash of another kind.
    let hash = hash.filter(|_| matches!(rest.get(DIGITS), None | Some(b':' | b'\r' | b'\n')));
    let hash = hash.and_then(|hash| std::str::from_utf8(hash).ok()).ok_or_else(wrong)?;
    let next = from + (begin + end + 1) as u64;
    Ok(Some((hash.to_ascii_uppercase(), next)))
}

fn read(file: &File, mut at: u64, bytes: &mut [u8]) -> io::Result<usize> {
    let mut many = 0;
    while many < bytes.len() {
        match file.read_at(&mut bytes[many..], at)? {
            0 => break,
            some => (many, at) = (many + some, at + some as u64),
        }
    }
    Ok(many)
}

fn wrong() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "a line is no SHA-1 in hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use sha1::{Digest, Sha1};

    use super::Breached;

    fn hash(word: &str) -> String {
        hex::encode_upper(Sha1::digest(word.as_bytes()))
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    fn list(count: usize, end: &str) -> (Vec<String>, String) {
        let words: Vec<_> = (0..count).map(|n| format!("the {n} kites above")).collect();
        let mut lines: Vec<_> =
            words.iter().enumerate().map(|(n, word)| format!("{}:{n}", hash(word))).collect();
        lines.sort();
        (words, lines.join(end))
    }

    #[tokio::test]
    async fn each_password_of_a_list_is_found_and_no_other() {
        for count in [1, 2, 3, 7, 500] {
            for end in ["\n", "\r\n"] {
                let (words, text) = list(count, end);
                // With and without an end of the last line.
                for text in [text.clone(), format!("{text}{end}"), format!("{text}{end}{end}")] {
                    let file = file(&text);
                    let list = Breached::open(file.path()).unwrap();
                    for word in &words {
                        assert!(list.knows(word).await.unwrap_or_default(), "{word} of {count}");
                    }
                    for n in count..count + 200 {
                        let other = format!("the {n} kites above");
                        let found = list.knows(&other).await;
                        assert!(!found.map_err(platform::Error::into_anyhow).unwrap(), "{other}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_such_list_is_refused_when_it_is_opened() {
        let (_, text) = list(500, "\n");
        let mut lines: Vec<_> = text.lines().collect();
        lines.reverse();
        let longer = format!("{}00:1\n", hash("one"));
        for wrong in ["", "\n", "password\n", &longer, &lines.join("\n"), &"x".repeat(5000)] {
            assert!(
                Breached::open(file(wrong).path()).is_err(),
                "{}",
                &wrong[..wrong.len().min(20)]
            );
        }
        assert!(Breached::open("/nowhere".as_ref()).is_err());
    }
}

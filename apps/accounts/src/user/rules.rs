//! Which passwords are good: long, and nothing that a guesser tries first (NIST 800-63B-4).

use platform::{text, ui::Errors};

/// The longest name of a person, in characters.
pub const NAME: usize = 80;
/// Passwords are the only factor, so they are long. Counted in code points.
pub const MIN_LENGTH: usize = 15;
/// Enough for any sentence; what is longer is a mistake.
pub const MAX_LENGTH: usize = 200;
/// Guesses that a good password withstands, as a power of ten.
const GUESSES: f64 = 8.0;

/// Says what is wrong with what somebody wants to be called.
pub fn check_name(name: &str, errors: &mut Errors) {
    if let Some(problem) = name_problem(name) {
        errors.add("name", problem);
    }
}

/// What is wrong with a person's name.
pub fn name_problem(name: &str) -> Option<&'static str> {
    match text::one_line(name).trim().chars().count() {
        0 => Some("Enter your name."),
        1..=NAME => None,
        _ => Some("Use at most 80 characters."),
    }
}

/// Letters and digits that have nothing to do with who one is.
const OWN: usize = 6;

/// What is wrong with a new password. `about` is what a guesser would know: name, address, product.
pub fn problem(password: &str, about: &[&str]) -> Option<&'static str> {
    let password = &*text::password(password);
    match password.chars().count() {
        0 => Some("Choose a password."),
        count if count < MIN_LENGTH => {
            Some("Use 15 characters or more. A short sentence works well.")
        }
        count if count > MAX_LENGTH => Some("Use at most 200 characters."),
        _ if is_easy(password, about) => Some(
            "This password is easy to guess. Avoid common words, repetition and your own name or \
             email.",
        ),
        _ => None,
    }
}

fn is_easy(password: &str, about: &[&str]) -> bool {
    let about: Vec<&str> = about.iter().flat_map(|text| parts(text)).collect();
    // Several such words in a row are many combinations to the estimate, and none to a guesser.
    let words = about.iter().filter(|word| !word.is_empty());
    let rest =
        words.fold(password.to_lowercase(), |rest, word| rest.replace(&word.to_lowercase(), ""));
    if rest.chars().filter(|c| c.is_alphanumeric()).count() < OWN {
        return true;
    }
    // The estimate takes longer for longer texts and learns nothing more from them.
    let start: String = password.chars().take(64).collect();
    zxcvbn::zxcvbn(&start, &about).guesses_log10() < GUESSES
}

/// The whole, and its words: `maya@acme.example` also stands for `maya` and `acme`.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 2);
    std::iter::once(text).chain(words)
}

#[cfg(test)]
mod tests {
    fn problem(password: &str) -> Option<&'static str> {
        super::problem(password, &["Maya Chen", "maya@acme.example", "Groundwork"])
    }

    #[test]
    fn sentences_are_good_and_nothing_is_demanded_of_their_letters() {
        for good in [
            "the kettle sings at noon",
            "ein langer satz ohne ziffern",
            "Zuckerwatte im Regen",
            "π ist ungefähr drei",
            "7h2k-99xq-mm0p-vv31",
            &"long words ".repeat(15),
        ] {
            assert_eq!(problem(good), None, "{good}");
        }
    }

    #[test]
    fn what_is_short_common_or_about_the_person_is_refused() {
        for (bad, why) in [
            ("", "Choose"),
            ("kettle at noon", "15 characters"),
            ("passwordpassword", "easy"),
            ("123456789012345", "easy"),
            ("aaaaaaaaaaaaaaaaaaaa", "easy"),
            ("qwertyuiopasdfgh", "easy"),
            ("abcabcabcabcabcabc", "easy"),
            ("maya@acme.example", "easy"),
            ("groundworkgroundwork", "easy"),
            ("maya@acme.example maya@acme.example", "easy"),
            ("Chen, Maya; Groundwork 2026", "easy"),
            (&"x".repeat(201), "at most 200"),
        ] {
            assert!(
                problem(bad).is_some_and(|text| text.contains(why)),
                "{bad}: {:?}",
                problem(bad)
            );
        }
    }
}

//! What people type, in one form: names of one line, passwords, and what makes two names one.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A text of one line, such as a name: composed (NFC), without what nobody sees. Line breaks and
/// blanks of all kinds become one space, as a page shows them, so that what holds nothing visible trims
/// to nothing. An accent that stands on no letter goes.
pub fn one_line(text: &str) -> String {
    let all: Vec<char> = text.nfc().collect();
    let mut line = String::with_capacity(text.len());
    for (at, c) in all.iter().copied().enumerate() {
        if is_space(c) {
            if !line.ends_with(' ') {
                line.push(' ');
            }
        } else if is_mark(c) && (line.is_empty() || line.ends_with(' ')) {
            // Nothing to stand on.
        } else if !is_ignorable(c) || means_something(&all, at) {
            line.push(c);
        }
    }
    line
}

/// A text of several lines: composed, and otherwise as it was typed.
pub fn many_lines(text: &str) -> String {
    text.nfc().collect()
}

/// What names that look alike have in common: two with one key are twins. Case, width, ligatures,
/// spaces and all that cannot be seen make no difference.
pub fn name_key(name: &str) -> String {
    let visible: String = name.nfkc().filter(|c| !is_ignorable(*c)).collect();
    // Up and down again is nearly case folding: ß and SS become one.
    let folded = visible.to_uppercase().to_lowercase();
    let folded: String = folded.nfkc().map(|c| if is_space(c) { ' ' } else { c }).collect();
    folded.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A password as it is hashed: NFKC, as NIST SP 800-63B asks for, so that é is the same as one
/// character and as two, on whichever keyboard it is typed. Case and spaces count.
pub fn password(typed: &str) -> String {
    typed.nfkc().collect()
}

/// Is it an accent or a vowel sign, which belongs to the letter before it?
pub fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

fn is_space(c: char) -> bool {
    // The braille pattern without a dot is a letter to Unicode and a blank to people.
    c.is_whitespace() || c.is_control() || c == '\u{2800}'
}

/// Unicode's default ignorable code points and its signs for notes and objects: they are drawn as
/// nothing at all, or as nothing that belongs into a name.
fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Some change how their neighbours are drawn: joiners between letters of Persian and Indic scripts
/// and inside emoji, and the selectors behind emoji, Han and Mongolian characters.
fn means_something(all: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| all[at]);
    let after = all.get(at + 1).copied();
    let (Some(before), c) = (before, all[at]) else { return false };
    match c {
        '\u{200c}' => after.is_some_and(|after| joins(before) && joins(after)),
        '\u{200d}' => after.is_some_and(|after| {
            let emoji = (is_emoji(before) || before == '\u{fe0f}') && is_emoji(after);
            emoji || (joins(before) && joins(after))
        }),
        '\u{fe0e}' | '\u{fe0f}' => {
            let keycap = matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20e3}');
            is_emoji(before) || keycap
        }
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}' => {
            matches!(before, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        }
        _ => false,
    }
}

/// Letters and marks of scripts in which a joiner between two of them is spelling.
fn joins(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{f00}'..='\u{109f}'
        | '\u{1780}'..='\u{18aa}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
        && !is_ignorable(c)
}

fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}'
        | '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{27bf}'
        | '\u{2934}'..='\u{2935}' | '\u{2b00}'..='\u{2bff}' | '\u{3030}' | '\u{303d}' | '\u{3297}'
        | '\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// The same text with a capital at its beginning: "project" is "Project".
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::{name_key, one_line, password};

    #[test]
    fn what_nobody_sees_makes_no_name() {
        for blank in [
            "",
            " ",
            "\u{200b}",
            "\u{2060}",
            "\u{feff}",
            "\u{3164}",
            "\u{ffa0}",
            "\u{2800}",
            "\u{ad}",
            "\u{e0041}\u{e007f}",
            "\u{200d}",
            "\u{200c}\u{200d}",
            "\u{fe0f}",
            "\u{a0}\u{2003}",
            "\r\n",
            "\u{115f}\u{1160}",
            "\u{180e}",
            "\u{2028}",
            "\u{fff9}\u{fffb}",
            "\u{fffc}",
            "\u{300}\u{301}",
        ] {
            assert_eq!(one_line(blank).trim(), "", "{}", blank.escape_unicode());
        }
    }

    #[test]
    fn a_name_stays_as_people_write_it() {
        for name in [
            "Ada Lovelace",
            "M\u{fc}ller & S\u{f6}hne",
            "\u{646}\u{6cc}\u{645}\u{200c}\u{641}\u{627}\u{635}\u{644}\u{647}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "\u{845b}\u{e0100}\u{57ce}",
            "\u{d55c}\u{ae00}",
        ] {
            assert_eq!(one_line(name), name, "{}", name.escape_unicode());
        }
    }

    #[test]
    fn a_line_is_one_line_composed_and_without_what_is_invisible() {
        for (typed, kept) in [
            ("Ada\r\nBcc: x", "Ada Bcc: x"),
            ("Twin  proj", "Twin proj"),
            ("Ad\u{200b}min", "Admin"),
            ("Admin\u{200d}", "Admin"),
            ("a\u{200c}b", "ab"),
            ("Rene\u{301}", "Ren\u{e9}"),
        ] {
            assert_eq!(one_line(typed), kept, "{}", typed.escape_unicode());
        }
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for twin in ["Admin", "ADMIN", " admin ", "Admin\u{200b}", "\u{ff21}dmin", "Ad\u{ad}min"] {
            assert_eq!(name_key(twin), "admin", "{}", twin.escape_unicode());
        }
        assert_eq!(name_key("Stra\u{df}e"), name_key("STRASSE"));
        assert_eq!(name_key("Night  shift"), name_key("night\u{a0}shift"));
        assert_ne!(name_key("Admin"), name_key("Admins"));
    }

    #[test]
    fn a_password_is_the_same_however_its_letters_are_put_together() {
        assert_eq!(password("caf\u{e9}"), password("cafe\u{301}"));
        assert_ne!(password("Caf\u{e9} "), password("caf\u{e9}"));
    }
}

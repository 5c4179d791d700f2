//! A log-in by email: the link and the code of an email belong to the browser that asked for it.

use platform::people::Token;

/// What makes tokens that nobody else can make, for a purpose.
pub(crate) trait Mac: Fn(&str, &str) -> Token {}
impl<F: Fn(&str, &str) -> Token> Mac for F {}

/// What stands in the link: it follows from the address and the browser's own number.
pub(crate) fn token(mac: impl Mac, email: &str, nonce: &str) -> Token {
    mac("log_in_link", &format!("{nonce}|{email}"))
}

/// Six digits that follow from the link.
pub(crate) fn code(mac: impl Mac, token: &Token) -> String {
    let hash = mac("log_in_code", token.expose()).hash();
    let number = hash[..8].iter().fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// In two groups, to be read.
pub(crate) fn shown(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first} {second}")
}

/// What somebody typed, as a code.
pub(crate) fn typed(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).take(12).collect()
}

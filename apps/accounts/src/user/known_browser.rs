//! Browsers that somebody signed in with before: an attack on an account does not shut them out.

use platform::{
    UserId,
    people::Token,
    process::Services,
    request::{Cookies, Response, SetCookie},
};

/// Outlives sessions: it lets nobody in, and only keeps a count of its own.
const COOKIE: &str = "__Host-known";
const AGE: std::time::Duration = std::time::Duration::from_hours(365 * 24);
/// So many people of one browser are known.
const PEOPLE: usize = 5;
const DIGITS: usize = 64;

/// A browser, by a number of its own, and the marks of those who signed in with it. A mark is the
/// seal of number and person: nobody can make one, and none can be read.
pub struct KnownBrowser {
    device: Token,
    marks: Vec<Token>,
}

impl KnownBrowser {
    /// What the cookie says; a new number where there is none.
    pub fn of(cookies: &Cookies) -> Self {
        let text = cookies.get(COOKIE).unwrap_or_default();
        let parts = text.as_bytes().chunks(DIGITS).take(1 + PEOPLE);
        let mut parts = parts.map_while(|part| Token::parse(std::str::from_utf8(part).ok()?));
        let device = parts.next().unwrap_or_else(Token::random);
        Self { device, marks: parts.collect() }
    }

    /// Has this person signed in with it?
    pub fn knows(&self, core: &Services, user: UserId) -> bool {
        let mark = self.mark(core, user).hash();
        self.marks.iter().any(|known| known.hash() == mark)
    }

    /// What its attempts on one account are counted by.
    pub fn count_of(&self, user: UserId) -> String {
        format!("{}:{user}", self.device.hash_hex())
    }

    /// Keeps in the browser that this person signed in with it.
    pub fn remember(mut self, core: &Services, user: UserId, response: &mut Response) {
        let mark = self.mark(core, user);
        self.marks.retain(|known| known.hash() != mark.hash());
        self.marks.insert(0, mark);
        let parts = std::iter::once(&self.device).chain(self.marks.iter().take(PEOPLE));
        let text: String = parts.map(Token::expose).collect();
        SetCookie::new(COOKIE, text, Some(AGE)).put(response);
    }

    fn mark(&self, core: &Services, user: UserId) -> Token {
        core.config.mac_token("known_browser", &format!("{}/{user}", self.device.expose()))
    }
}

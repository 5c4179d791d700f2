//! The template's word for what it is about, replaced by another in code, pages and prose: `widgets`
//! becomes `purchase_orders` in code and “purchase orders” in a sentence.

use std::path::Path;

/// What an app is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// `purchase_orders`
    pub(crate) plural: String,
    /// `purchase_order`
    pub(crate) singular: String,
}

/// What stands around a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Around {
    Code,
    Text,
    /// Quoted inside code.
    Quoted,
    /// Quoted inside the code of a page.
    Shown,
}

impl Words {
    /// A path, or any other text that nobody reads as a sentence.
    pub(crate) fn in_path(&self, path: &str) -> String {
        path.replace("widgets", &self.plural).replace("widget", &self.singular)
    }

    /// The text of a file of this path.
    pub(crate) fn in_file(&self, path: &Path, text: &str) -> String {
        let around: fn(&str) -> Vec<Around> = match path.extension().and_then(|end| end.to_str()) {
            Some("rs") => rust,
            Some("html") => template,
            Some("md") => |text| vec![Around::Text; text.len()],
            _ => return self.in_path(text),
        };
        self.rename(text, &around(text))
    }

    fn rename(&self, text: &str, around: &[Around]) -> String {
        let (mut out, mut done) = (String::new(), 0);
        for (at, _) in text.match_indices("idget").map(|(at, found)| (at - 1, found)) {
            let is_many = text.as_bytes().get(at + 6) == Some(&b's');
            let end = at + if is_many { 7 } else { 6 };
            out += &text[done..at];
            let word = if is_many { &self.plural } else { &self.singular };
            let next = text[end..].chars().next().unwrap_or('\n');
            let before = &text[..at];
            let new = if text[at..].starts_with('W') && next.is_uppercase() {
                camel(word)
            } else if text[at..].starts_with('W') {
                capital(&word.replace('_', " "))
            } else if is_prose(before, &text[end..], around[at]) {
                word.replace('_', " ")
            } else {
                word.clone()
            };
            if !is_many && starts_with_a_vowel(&new) {
                mend_article(&mut out, around[at]);
            }
            out += &new;
            done = end;
        }
        out + &text[done..]
    }
}

/// Is the word between these part of a sentence?
fn is_prose(before: &str, after: &str, around: Around) -> bool {
    let previous = before.chars().next_back().unwrap_or('\n');
    let next = after.chars().next().unwrap_or('\n');
    let is_quoted = previous == '"' && next == '"';
    match around {
        Around::Code => false,
        // In code a word alone is a name, in a page it is for people; `{ "widgets" }` too.
        Around::Quoted if is_quoted => before.ends_with("{ \"") || is_noun(before),
        Around::Shown if is_quoted => true,
        Around::Quoted | Around::Shown | Around::Text => {
            let opens = matches!(previous, ' ' | '\n' | '(' | '}' | '>' | '“');
            let opens = opens || previous == '"' && next == ' ';
            let goes_on = matches!(next, '_' | '/' | '`') || after.starts_with("::");
            opens && !goes_on && !before.ends_with("-p ")
        }
    }
}

/// What a description calls its rows is for people.
fn is_noun(before: &str) -> bool {
    let call = before.rsplit_once('(').map_or("", |(call, _)| call);
    call.ends_with("Builder::new") || call.ends_with("Audit::of")
}

/// The last word before a name that begins with a vowel is `an`.
fn mend_article(out: &mut String, around: Around) {
    let articles: &[&str] = if around == Around::Code { &["a_"] } else { &["a ", "A "] };
    for article in articles {
        let Some(rest) = out.strip_suffix(article) else { continue };
        if !rest.ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            out.insert(rest.len() + 1, 'n');
            return;
        }
    }
}

fn starts_with_a_vowel(word: &str) -> bool {
    let word = word.to_lowercase();
    let says_you = ["uni", "use", "eu", "one"].iter().any(|start| word.starts_with(start));
    word.starts_with(['a', 'e', 'i', 'o', 'u']) && !says_you
}

/// `PurchaseOrders`
fn camel(word: &str) -> String {
    word.split('_').map(capital).collect()
}

pub(crate) fn capital(word: &str) -> String {
    let mut emails = word.chars();
    emails.next().map_or_else(String::new, |first| first.to_uppercase().chain(emails).collect())
}

/// Comments and quoted text are read by people.
fn rust(text: &str) -> Vec<Around> {
    let (mut all, mut rest) = (Vec::with_capacity(text.len()), text);
    while !rest.is_empty() {
        let (length, around) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), Around::Text)
        } else if rest.starts_with("'\"'") {
            (3, Around::Code)
        } else if rest.starts_with('"') {
            (quoted(rest), Around::Quoted)
        } else {
            (rest.chars().next().map_or(1, char::len_utf8), Around::Code)
        };
        all.resize(all.len() + length, around);
        rest = &rest[length..];
    }
    all
}

/// Between braces stands code, the rest is a page.
fn template(text: &str) -> Vec<Around> {
    let (mut all, mut rest, mut inside) = (Vec::with_capacity(text.len()), text, false);
    while !rest.is_empty() {
        if rest.starts_with("{{") || rest.starts_with("{%") {
            inside = true;
        } else if rest.starts_with("}}") || rest.starts_with("%}") {
            inside = false;
        }
        let (length, around) = match inside {
            true if rest.starts_with('"') => (quoted(rest), Around::Shown),
            true => (rest.chars().next().map_or(1, char::len_utf8), Around::Code),
            false => (rest.chars().next().map_or(1, char::len_utf8), Around::Text),
        };
        all.resize(all.len() + length, around);
        rest = &rest[length..];
    }
    all
}

/// How long a quoted text is that starts here, with its quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn orders(file: &str, text: &str) -> String {
        let words = Words { plural: "order_items".into(), singular: "order_item".into() };
        words.in_file(Path::new(file), text)
    }

    #[test]
    fn code_keeps_names_and_sentences_get_words() {
        for (file, text, wanted) in [
            ("a.rs", "let widget = widget::find(1);", "let order_item = order_item::find(1);"),
            ("a.rs", "struct WidgetForm;", "struct OrderItemForm;"),
            ("a.rs", "f(\"Another widget has it.\")", "f(\"Another order item has it.\")"),
            ("a.rs", "\"2 widgets: done\"", "\"2 order items: done\""),
            ("a.rs", "f(\"/widgets/{id}\")", "f(\"/order_items/{id}\")"),
            ("a.rs", "App::new(\"widgets\")", "App::new(\"order_items\")"),
            ("a.rs", "index(\"a\", \"widgets\")", "index(\"a\", \"order_items\")"),
            (
                "a.rs",
                "Builder::new(\"widget\", \"widgets\")",
                "Builder::new(\"order item\", \"order items\")",
            ),
            ("a.rs", "Audit::of(\"widget\")", "Audit::of(\"order item\")"),
            ("a.rs", "else { \"widgets\" }", "else { \"order items\" }"),
            ("a.rs", "\"widgets_name_key\"", "\"order_items_name_key\""),
            ("a.rs", "/// A widget of `widgets`.", "/// An order item of `order_items`."),
            ("a.rs", "fn a_widget_is_made()", "fn an_order_item_is_made()"),
            ("a.rs", "&'a widget::Model", "&'a order_item::Model"),
            ("a.rs", "\"Widgets\"; \"1 widget\"", "\"Order items\"; \"1 order item\""),
            ("a.rs", "f('\"', widget)", "f('\"', order_item)"),
            (
                "a.html",
                "<h1 id=\"widgets\">Widgets</h1>",
                "<h1 id=\"order_items\">Order items</h1>",
            ),
            ("a.html", "{{ widget.name }} widget", "{{ order_item.name }} order item"),
            ("a.html", "{% x %}widget{% y %}", "{% x %}order item{% y %}"),
            ("a.html", "{{ pager(total, \"widgets\") }}", "{{ pager(total, \"order items\") }}"),
            (
                "a.html",
                "{% include \"widgets/_a.html\" %}",
                "{% include \"order_items/_a.html\" %}",
            ),
            (
                "a.md",
                "`cargo test -p widgets`, apps/widgets",
                "`cargo test -p order_items`, apps/order_items",
            ),
            ("a.toml", "name = \"widgets\"", "name = \"order_items\""),
        ] {
            assert_eq!(orders(file, text), wanted);
        }
    }

    #[test]
    fn an_article_fits_what_is_said() {
        let text = |singular: &str| {
            let words = Words { plural: format!("{singular}s"), singular: singular.to_owned() };
            words.in_file(Path::new("a.md"), "A widget; a widget; data widget; Start a widget.")
        };
        assert_eq!(text("invoice"), "An invoice; an invoice; data invoice; Start an invoice.");
        assert_eq!(text("unit"), "A unit; a unit; data unit; Start a unit.");
        assert_eq!(text("bill"), "A bill; a bill; data bill; Start a bill.");
    }

    #[test]
    fn every_byte_of_a_file_is_one_or_the_other() {
        for file in ["src/words.rs", "../blank_widgets/templates/blank_widgets/page.html"] {
            let text = std::fs::read_to_string(file).unwrap();
            assert_eq!(rust(&text).len(), text.len());
            assert_eq!(template(&text).len(), text.len());
        }
    }
}

//! Just enough HTML to read our own pages: a flat list of tags, each with the text after it.

/// A tag and the text up to the next one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tag {
    /// In small letters; closing ones start with a slash; empty: only text.
    pub(crate) name: String,
    attrs: Vec<(String, String)>,
    pub(crate) after: String,
}

impl Tag {
    /// The value of an attribute, or nothing.
    pub(crate) fn attr(&self, name: &str) -> &str {
        let found = self.attrs.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.attrs.iter().any(|(other, _)| other == name)
    }
}

/// All tags in order.
pub(crate) fn tags(html: &str) -> Vec<Tag> {
    let mut tags = vec![];
    let (first, mut rest) = html.split_at(html.find('<').unwrap_or(html.len()));
    tags.push(Tag { after: decode(first), ..Tag::default() });
    while let Some(open) = rest.strip_prefix('<') {
        if let Some(comment) = open.strip_prefix("!--") {
            let end = comment.find("-->").map_or(comment.len(), |at| at + 3);
            rest = &comment[end..];
            rest = &rest[rest.find('<').unwrap_or(rest.len())..];
            continue;
        }
        let end = end_of_tag(open);
        let mut tag = read(&open[..end]);
        rest = open.get(end + 1..).unwrap_or_default();
        // Nothing in these is a tag, whatever it looks like.
        let next = match tag.name.as_str() {
            name @ ("script" | "style" | "textarea" | "title") => rest.find(&format!("</{name}")),
            _ => rest.find('<'),
        };
        let (after, next) = rest.split_at(next.unwrap_or(rest.len()));
        tag.after = decode(after);
        rest = next;
        tags.push(tag);
    }
    tags
}

/// Attribute values may hold a `>`.
fn end_of_tag(open: &str) -> usize {
    let mut quote = None;
    for (at, letter) in open.char_indices() {
        match (quote, letter) {
            (None, '"' | '\'') => quote = Some(letter),
            (Some(mark), _) if mark == letter => quote = None,
            (None, '>') => return at,
            _ => {}
        }
    }
    open.len()
}

fn read(tag: &str) -> Tag {
    let end = tag.find(|c: char| c.is_whitespace()).unwrap_or(tag.len());
    let (name, mut rest) = tag.split_at(end);
    let mut attrs = vec![];
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (key, tail) = rest.split_at(end.max(1));
        let (value, tail) = match tail.strip_prefix('=') {
            None => ("", tail),
            Some(tail) => match tail.chars().next() {
                Some(mark @ ('"' | '\'')) => tail[1..].split_once(mark).unwrap_or((&tail[1..], "")),
                _ => tail.split_at(tail.find(char::is_whitespace).unwrap_or(tail.len())),
            },
        };
        attrs.push((key.to_lowercase(), decode(value)));
        rest = tail;
    }
    Tag { name: name.trim_end_matches('/').to_lowercase(), attrs, after: String::new() }
}

/// What follows the first tag up to its end.
pub(crate) fn until_end(tags: &[Tag]) -> &[Tag] {
    let Some(first) = tags.first() else { return tags };
    let (close, mut depth) = (format!("/{}", first.name), 0_usize);
    for (at, tag) in tags.iter().enumerate() {
        depth += usize::from(tag.name == first.name);
        depth -= usize::from(tag.name == close);
        if depth == 0 {
            return &tags[..at];
        }
    }
    tags
}

/// What stands inside the first element of this name.
pub(crate) fn inside<'a>(tags: &'a [Tag], name: &str) -> Option<&'a [Tag]> {
    let at = tags.iter().position(|tag| tag.name == name)?;
    Some(until_end(&tags[at..]))
}

/// The text, with single spaces; scripts and styles say nothing.
pub(crate) fn words(tags: &[Tag]) -> String {
    let said = tags.iter().filter(|tag| !matches!(tag.name.as_str(), "script" | "style"));
    let mut text = String::new();
    for tag in said {
        // Blocks are words apart, what stands in a line is not.
        if !matches!(
            tag.name.trim_start_matches('/'),
            "a" | "b" | "bdi" | "strong" | "em" | "span" | "mark" | "abbr" | "time"
        ) {
            text.push(' ');
        }
        text.push_str(&tag.after);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let Some(end) = rest.find(';').filter(|end| *end < 10) else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        let letter = match &rest[1..end] {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            number => number.strip_prefix('#').and_then(|number| {
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16).ok(),
                    None => number.parse().ok(),
                };
                code.and_then(char::from_u32)
            }),
        };
        match letter {
            Some(letter) => out.push(letter),
            None => out.push_str(&rest[..=end]),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{inside, tags, words};

    #[test]
    fn a_page_is_read_as_a_person_reads_it() {
        let html = "<!doctype html><body><script>if (a<b) x</script><main><h1>A &amp;\n B</h1>\
                    <!-- <p>no</p> --><p>One<b>Two</b></p><input value=\"a>b\" disabled></main>C";
        let tags = tags(html);
        assert_eq!(words(&tags), "A & B OneTwo C");
        let main = inside(&tags, "main").unwrap_or_default();
        assert_eq!(words(main), "A & B OneTwo");
        let input = tags.iter().find(|tag| tag.name == "input").cloned().unwrap_or_default();
        assert_eq!(
            (input.attr("value"), input.has("disabled"), input.has("x")),
            ("a>b", true, false)
        );
    }
}

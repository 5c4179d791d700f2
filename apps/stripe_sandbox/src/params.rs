//! Parameters of a request: nested fields of a form, each of which must be known.

use std::{cell::RefCell, ops::RangeInclusive};

use serde_json::{Map, Value};

use crate::error::{Fault, Outcome};

/// What a request sent. Whoever reads a parameter knows it; one that nobody read is refused.
#[derive(Debug, Default)]
pub struct Params {
    all: Map<String, Value>,
    known: RefCell<Vec<String>>,
    /// The first that was sent in another shape than it has: a list as a text.
    misshapen: RefCell<Option<String>>,
}

impl Params {
    /// Reads `a=1&b[c]=2&d[0][e]=3`.
    pub fn read(form: &str) -> Outcome<Self> {
        let mut all = Value::Object(Map::new());
        for (name, text) in url::form_urlencoded::parse(form.as_bytes()) {
            put(&mut all, &path(&name)?, &text, &name)?;
        }
        let Value::Object(mut all) = all else { return Ok(Self::default()) };
        all.iter_mut().for_each(|(name, value)| lists(name, value));
        Ok(Self { all, ..Self::default() })
    }

    /// The parameters below this one: none, where it was not sent.
    pub fn below(&self, name: &str) -> Option<Self> {
        match self.value(name)? {
            Value::Object(all) => Some(Self { all: all.clone(), ..Self::default() }),
            _ => self.misses(name),
        }
    }

    /// The entries of a list, each with parameters of its own.
    pub fn each(&self, name: &str) -> Vec<Self> {
        let of = |value: &Value| match value {
            Value::Object(all) => Some(Self { all: all.clone(), ..Self::default() }),
            _ => self.misses(name),
        };
        match self.value(name) {
            Some(Value::Array(all)) => all.iter().filter_map(of).collect(),
            // An empty text takes all of them away.
            Some(Value::String(text)) if text.is_empty() => vec![],
            Some(_) => self.misses(name).into_iter().collect(),
            None => vec![],
        }
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> Vec<String> {
        match self.value(name) {
            Some(Value::Array(all)) => {
                all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
            }
            _ => vec![],
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.known.borrow_mut().push(name.to_owned());
        self.all.get(name)
    }

    /// Was it sent as nothing, to take away what stands there?
    pub fn is_cleared(&self, name: &str) -> bool {
        self.value(name) == Some(&Value::String(String::new()))
    }

    /// Notes a shape that a parameter cannot have.
    fn misses<T>(&self, name: &str) -> Option<T> {
        self.misshapen.borrow_mut().get_or_insert_with(|| name.to_owned());
        None
    }

    /// A text, for whoever only looks: it is not known by that.
    pub fn glimpse(&self, name: &str) -> Option<&str> {
        self.all.get(name)?.as_str()
    }

    /// A text. An empty one is one: it takes away what stands there.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::String(text) => Some(text),
            // Such as `discounts`, which is a list or an empty text.
            Value::Array(_) => None,
            _ => self.misses(name),
        }
    }

    /// A text that must be there.
    pub fn needed(&self, name: &str) -> Outcome<&str> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.ok_or_else(|| Fault::missing(name))
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Outcome<Option<i64>> {
        match self.text(name).filter(|text| !text.is_empty()) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(Fault::invalid(name, format!("Invalid integer: {text}"))),
            },
        }
    }

    /// A whole number within bounds.
    pub fn number_in(&self, name: &str, range: RangeInclusive<i64>) -> Outcome<Option<i64>> {
        match self.number(name)? {
            Some(number) if !range.contains(&number) => {
                let (from, to) = (range.start(), range.end());
                let message = format!("This value must be between {from} and {to}.");
                Err(Fault::invalid(name, message))
            }
            number => Ok(number),
        }
    }

    /// Yes or no.
    pub fn flag(&self, name: &str) -> Outcome<Option<bool>> {
        match self.text(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(text) => Err(Fault::invalid(name, format!("Invalid boolean: {text}"))),
        }
    }

    /// One of these words.
    pub fn word(&self, name: &str, words: &[&str]) -> Outcome<Option<String>> {
        match self.text(name) {
            None => Ok(None),
            Some(text) if words.contains(&text) => Ok(Some(text.to_owned())),
            Some(text) => {
                let words = words.join(", ");
                Err(Fault::invalid(name, format!("Invalid {name}: {text}; must be one of {words}")))
            }
        }
    }

    /// `metadata`: an empty text takes an entry away, an empty field all of them.
    pub fn metadata(&self, of: &mut Value) {
        match self.value("metadata") {
            Some(Value::String(text)) if text.is_empty() => {
                of["metadata"] = Value::Object(Map::new());
            }
            Some(Value::Object(all)) => {
                for (name, text) in all {
                    match text.as_str() {
                        Some("") => {
                            of["metadata"].as_object_mut().map(|known| known.remove(name));
                        }
                        _ => of["metadata"][name] = text.clone(),
                    }
                }
            }
            _ => {}
        }
    }

    /// Copies texts of these names into an object; an empty one is nothing there.
    pub fn copy(&self, names: &[&str], to: &mut Value) {
        for name in names {
            match self.text(name) {
                None => {}
                Some("") => to[*name] = Value::Null,
                Some(text) => to[*name] = text.into(),
            }
        }
    }

    /// Copies what stands below these names as it was sent.
    pub fn copy_all(&self, names: &[&str], to: &mut Value) {
        for name in names {
            match self.value(name) {
                None => {}
                Some(Value::String(text)) if text.is_empty() => to[*name] = Value::Null,
                Some(value) => to[*name] = value.clone(),
            }
        }
    }

    /// Refuses the first parameter that nobody read, as Stripe does.
    pub fn finish(&self) -> Outcome<()> {
        if let Some(name) = self.misshapen.borrow().as_deref() {
            return Err(Fault::invalid(name, format!("Invalid {name}: it has another shape.")));
        }
        let known = self.known.borrow();
        let is_known = |name: &String| name == "expand" || known.contains(name);
        match self.all.keys().find(|name| !is_known(name)) {
            Some(name) => Err(Fault::unknown_parameter(name)),
            None => Ok(()),
        }
    }

    /// What the answer is to hold whole.
    pub fn expand(&self) -> Vec<String> {
        match self.all.get("expand") {
            Some(Value::Array(all)) => {
                all.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
            }
            _ => vec![],
        }
    }
}

/// `a[b][0]` as its parts.
fn path(name: &str) -> Outcome<Vec<&str>> {
    let (first, rest) = name.split_once('[').unwrap_or((name, ""));
    let mut parts = vec![first];
    if !rest.is_empty() {
        let inner = rest.strip_suffix(']').ok_or_else(|| Fault::unknown_parameter(name))?;
        parts.extend(inner.split("]["));
    }
    match parts.len() > 8 || first.is_empty() {
        true => Err(Fault::unknown_parameter(name)),
        false => Ok(parts),
    }
}

fn put(into: &mut Value, path: &[&str], text: &str, name: &str) -> Outcome<()> {
    let Value::Object(map) = into else { return Err(Fault::unknown_parameter(name)) };
    let key = match path[0] {
        // The next place of a list.
        "" => map.len().to_string(),
        key => key.to_owned(),
    };
    match path {
        [_] => {
            map.insert(key, text.into());
            Ok(())
        }
        [_, rest @ ..] => {
            let below = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
            put(below, rest, text, name)
        }
        [] => Ok(()),
    }
}

/// Objects whose names are places are lists; metadata may have any names.
fn lists(name: &str, value: &mut Value) {
    let Value::Object(map) = value else { return };
    if name == "metadata" {
        return;
    }
    map.iter_mut().for_each(|(name, value)| lists(name, value));
    if map.is_empty() || !map.keys().all(|name| name.parse::<usize>().is_ok()) {
        return;
    }
    let mut places: Vec<(usize, Value)> =
        std::mem::take(map).into_iter().map(|(at, one)| (at.parse().unwrap_or(0), one)).collect();
    places.sort_by_key(|(at, _)| *at);
    *value = Value::Array(places.into_iter().map(|(_, one)| one).collect());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Params;

    #[test]
    fn nested_fields_are_objects_and_lists() {
        let form = "items[0][price]=p&items[1][price]=q&expand[]=a&expand[]=b&metadata[x]=1&n=-5";
        let params = Params::read(form).unwrap();
        let prices: Vec<_> =
            params.each("items").iter().map(|one| one.text("price").unwrap().to_owned()).collect();
        assert_eq!(prices, ["p", "q"]);
        assert_eq!(params.expand(), ["a", "b"]);
        assert_eq!(params.number("n").unwrap(), Some(-5));
        let mut object = json!({ "metadata": { "y": "2" } });
        params.metadata(&mut object);
        assert_eq!(object["metadata"], json!({ "x": "1", "y": "2" }));
        params.finish().unwrap();
    }

    #[test]
    fn what_nobody_reads_is_refused() {
        let params = Params::read("email=a&emial=b").unwrap();
        params.text("email");
        let fault = params.finish().unwrap_err();
        assert_eq!(fault.json()["error"]["code"], "parameter_unknown");
        assert_eq!(fault.json()["error"]["param"], "emial");
        for bad in ["a[b=1", "[a]=1", "a=1&a[b]=2"] {
            assert!(Params::read(bad).is_err(), "{bad}");
        }
        let params = Params::read("items[id]=x&tax=true&0=a").unwrap();
        assert!(params.each("items").is_empty() && params.below("tax").is_none());
        assert_eq!(params.finish().unwrap_err().json()["error"]["param"], "items");
        let metadata = Params::read("metadata[1]=x").unwrap();
        let mut object = json!({ "metadata": {} });
        metadata.metadata(&mut object);
        assert_eq!(object["metadata"], json!({ "1": "x" }));
    }
}

//! What is wrong with a description: found when the program starts, not when somebody opens a page.

use std::collections::BTreeSet;

use crate::{Control, Resource, Stored, resource::Spec};

/// Everything that is wrong, for the developer.
pub(crate) fn problems(of: &Resource, has_title: bool) -> Vec<String> {
    let mut all = vec![];
    let table = &of.name;
    if !has_title {
        all.push(format!("{table}: no field is the `.title()`: people know a row by nothing"));
    }
    let keys: Vec<_> = of.columns.iter().filter(|column| column.is_key).collect();
    if keys.len() != 1 || keys[0].stored != Some(Stored::Uuid) {
        all.push(format!("{table}: a resource has one key, of an id"));
    }
    let mut names = BTreeSet::new();
    for field in &of.fields {
        let (parts, column) = (&field.parts, &of.columns[field.at]);
        let mut add = |what: &str| all.push(format!("{table}.{}: {what}", column.name));
        if !names.insert(parts.name) {
            add(&format!("two fields are called {}", parts.name));
        }
        if RESERVED.contains(&parts.name) || !is_word(parts.name) {
            add("a field can't be called so: say another `.name(…)`");
        }
        if !parts.kind.fits(field.stored) {
            add("this kind of field does not fit what the column holds");
        }
        if let Control::Choice(words) = parts.kind.control()
            && parts.referred.is_none()
        {
            if words.is_empty() {
                add("there is nothing to choose");
            }
            for (word, label) in words.iter() {
                if label.trim().is_empty() {
                    add(&format!("the choice {word} has no label"));
                }
                if !of.writes.takes(field.at, &(*word).into()) {
                    add(&format!("the entity does not take the choice {word}"));
                }
            }
        }
        all.extend(unusable(field).map(|what| format!("{table}.{}: {what}", column.name)));
        let mut add = |what: &str| all.push(format!("{table}.{}: {what}", column.name));
        if parts.taken.is_some() != column.is_unique && of.managed_at.is_none() {
            add(match column.is_unique {
                true => {
                    "the column is unique: say what whoever sends a taken value reads, `.unique(…)`"
                }
                false => "the entity does not say that the column is unique",
            });
        }
        if let Some(default) = &parts.default
            && !field
                .stored
                .fit(default.clone())
                .is_some_and(|value| of.writes.takes(field.at, &value))
        {
            add("the entity does not take the default");
        }
        if of.version == Some(field.at) || of.columns[field.at].is_key {
            add("the key and the version are nobody's to type");
        }
    }
    all.extend(actions(of));
    if of.managed_at.is_some() {
        return all;
    }
    // A column that must be filled and that nobody fills.
    let filled: BTreeSet<_> = [Some(of.key), of.version, of.created, of.updated]
        .into_iter()
        .flatten()
        .chain(of.fields.iter().filter(|field| is_filled(of, field)).map(|field| field.at))
        .collect();
    for (at, column) in of.columns.iter().enumerate() {
        if !column.is_nullable && !filled.contains(&at) {
            let field = of.fields.iter().find(|field| field.at == at && field.parts.is_in_form);
            let needs = field.and_then(|field| field.parts.set_by.or(field.parts.seen_by));
            let what = match needs {
                Some(needs) => format!(
                    "whoever lacks `{}` makes rows without it: give it a `.default(…)`",
                    needs.key
                ),
                None => "no new row has it: give it a field that people type, or a `.default(…)`"
                    .to_owned(),
            };
            all.push(format!("{table}.{}: {what}", column.name));
        }
    }
    all
}

/// Does a new row have it, whoever makes it?
fn is_filled(of: &Resource, field: &Spec) -> bool {
    let parts = &field.parts;
    let is_everybodys = parts.seen_by.is_none() && parts.set_by.is_none();
    let is_given = parts.default.is_some() || parts.is_mine || parts.own_unless.is_some();
    parts.is_in_form && (is_everybodys || of.nothing(field).is_some() || is_given)
        || parts.default.is_some()
}

/// What is wrong with its actions.
fn actions(of: &Resource) -> Vec<String> {
    let mut all = vec![];
    let mut names = BTreeSet::new();
    for action in &of.actions {
        let mut add = |what: &str| all.push(format!("{}, {}: {what}", of.name, action.name));
        if !names.insert(action.name) {
            add("two actions are called so");
        }
        if !action.name.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            add("the name of an action is small letters and `-`");
        }
        if action.label.trim().is_empty() {
            add("the action has no label");
        }
        let mut asks = BTreeSet::new();
        for ask in &action.asks {
            let name = ask.parts.name;
            if RESERVED.contains(&name) || !is_word(name) || !asks.insert(name) {
                add(&format!("a question can't be called {name}, or two are: say another name"));
            }
        }
    }
    all
}

/// Words of a description that nothing could come of for this kind of field.
fn unusable(field: &Spec) -> impl Iterator<Item = &'static str> + use<> {
    let parts = &field.parts;
    let is_relation = parts.referred.is_some();
    let is_person = parts.referred.as_ref().is_some_and(|referred| referred.are_people);
    let is_text = field.stored == Stored::Text;
    let is_choice = !is_relation && matches!(parts.kind.control(), Control::Choice(_));
    let is_ranged = matches!(field.stored, Stored::Date | Stored::Instant);
    let can_filter = is_relation || is_choice || is_ranged || field.stored == Stored::Bool;
    let can_bulk = (is_relation || is_choice) && parts.is_in_form && parts.taken.is_none();
    [
        (parts.is_title && !is_text, "the `.title()` is a text"),
        (parts.is_searched && !is_text && !is_relation, "words can't be searched for in it"),
        (parts.is_filtered && !can_filter, "a list can't be filtered by this kind of field"),
        (parts.bulk.is_some() && !can_bulk, "`.bulk(…)` is for choices and relations in the form"),
        (parts.is_mine && !is_person, "only a person can be `.mine()`"),
        (parts.own_unless.is_some() && !is_person, "only a person's rows are `.own_unless(…)`"),
        (parts.is_title && parts.seen_by.is_some(), "everybody sees the `.title()`"),
    ]
    .into_iter()
    .filter_map(|(is_wrong, what)| is_wrong.then_some(what))
}

/// What addresses and forms of every resource say themselves.
pub(crate) const RESERVED: [&str; 15] = [
    "q", "sort", "page", "per_page", "id", "all", "action", "version", "offered", "sure", "count",
    "value", "from_row", "of", "csrf",
];

fn is_word(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

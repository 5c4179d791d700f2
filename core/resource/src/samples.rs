//! What a row can have and what its pages take, made up from the description: for whatever tries a resource.

use crate::{Control, Resource, parts::Parts, resource::Spec, search::NONE};

/// Something that can be sent under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The field's name.
    pub name: &'static str,
    /// What is sent; of a field that refers to other rows nothing, for only the store knows them.
    pub text: String,
    /// It refers to a row of another table.
    pub refers: Option<Refers>,
}

/// To what a field refers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refers {
    /// A member.
    Person,
    /// Something whose names stand at `/options?of=` and this.
    Other(String),
}

/// A button under a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it sends as `action`.
    pub action: String,
    /// A page comes first, which asks for [`samples`](Self::samples) or whether it is meant.
    pub is_asking: bool,
    /// What is sent along.
    pub samples: Vec<Sample>,
}

impl Resource {
    /// The name of its table.
    pub fn table(&self) -> &str {
        &self.name
    }

    /// What can be sent for each field of its form; another number gives another row.
    pub fn samples(&self, number: u32) -> Vec<Sample> {
        let in_form = self.fields.iter().filter(|field| field.parts.is_in_form);
        in_form.map(|field| sample(&field.parts, "", number)).collect()
    }

    /// What its list can be narrowed by: pairs of an address.
    pub fn filter_samples(&self) -> Vec<Sample> {
        let mut all = vec![];
        for (at, field) in self.fields.iter().enumerate().filter(|(_, one)| one.parts.is_filtered) {
            let one = sample(&field.parts, "", 1);
            if self.is_ranged(at) {
                for end in ["_from", "_to"] {
                    let name = format!("{}{end}", field.parts.name).leak();
                    all.push(Sample { name, text: "2027-01-01".to_owned(), refers: None });
                }
            } else if self.columns[field.at].is_nullable {
                all.push(Sample { text: NONE.to_owned(), refers: None, ..one.clone() });
                all.push(one);
            } else {
                all.push(one);
            }
        }
        all
    }

    /// The buttons under its list. What ends a row comes last.
    pub fn buttons(&self) -> Vec<Button> {
        let mut all = vec![];
        for field in self.fields.iter().filter(|field| field.parts.bulk.is_some()) {
            let parts = &field.parts;
            if let (None, Control::Choice(words)) = (&parts.referred, parts.kind.control()) {
                let set = |(word, _): &(&str, &str)| format!("set-{}-{word}", parts.name);
                let button = |action| Button { action, is_asking: false, samples: vec![] };
                all.extend(words.iter().map(set).map(button));
            } else {
                let samples = vec![Sample { name: "value", ..sample(parts, "", 1) }];
                all.push(Button {
                    action: format!("ask-{}", parts.name),
                    is_asking: true,
                    samples,
                });
            }
        }
        let shared = |field: &&Spec| field.parts.is_in_form && field.parts.taken.is_none();
        if let Some(field) = self.fields.iter().find(shared) {
            let touch = Sample { name: "touch", text: field.parts.name.to_owned(), refers: None };
            let samples = vec![touch, sample(&field.parts, "", 1)];
            all.push(Button { action: "edit".to_owned(), is_asking: true, samples });
        }
        for action in &self.actions {
            let samples = action.asks.iter().map(|ask| sample(&ask.parts, action.name, 1));
            all.push(Button {
                action: format!("do-{}", action.name),
                is_asking: action.is_asking(),
                samples: samples.collect(),
            });
        }
        all.push(Button { action: "delete".to_owned(), is_asking: true, samples: vec![] });
        all
    }

    /// The columns whose texts are the program's own words, and nobody's.
    pub fn word_columns(&self) -> impl Iterator<Item = &'static str> {
        let is_choice = |parts: &Parts| {
            parts.referred.is_none() && matches!(parts.kind.control(), Control::Choice(_))
        };
        let choices = self.fields.iter().filter(move |field| is_choice(&field.parts));
        choices.map(|field| self.columns[field.at].name)
    }

    /// Names under which nothing may be changed by its form, whoever sends them: columns that are in no form.
    pub fn unchangeable(&self) -> Vec<&'static str> {
        let is_free = |name: &str| {
            self.fields.iter().all(|field| field.parts.name != name || !field.parts.is_in_form)
        };
        let columns = self.columns.iter().map(|column| column.name);
        let fields = self.fields.iter().map(|field| field.parts.name);
        // The form itself sends which version it saw.
        columns.chain(fields).filter(|name| *name != "version" && is_free(name)).collect()
    }
}

fn sample(parts: &Parts, of: &str, number: u32) -> Sample {
    let name = parts.name;
    let refers = parts.referred.as_ref().map(|referred| match (referred.are_people, of) {
        (true, _) => Refers::Person,
        (false, "") => Refers::Other(name.to_owned()),
        (false, of) => Refers::Other(format!("{of}.{name}")),
    });
    let text = match (&refers, parts.sample) {
        (Some(_), _) => String::new(),
        (None, "") => parts.kind.sample(number),
        (None, sample) => sample.to_owned(),
    };
    Sample { name, text, refers }
}

pub(crate) fn of_control(control: &Control<'_>, number: u32) -> String {
    let day = number % 28 + 1;
    match control {
        Control::Line { input, max } => match *input {
            "email" => format!("sample{number}@example.test"),
            "url" => format!("https://example.test/{number}"),
            "date" => format!("2027-01-{day:02}"),
            "datetime-local" => format!("2027-01-{day:02}T09:30"),
            "color" => format!("#2f6f{:02x}", number % 256),
            "number" => number.to_string(),
            _ if (1..12).contains(max) => format!("{number:0max$}"),
            _ => format!("Sample {number}"),
        },
        Control::Lines { max: 1..12 } => number.to_string(),
        Control::Lines { .. } => format!("Sample {number}\nof several lines"),
        Control::Check => "true".to_owned(),
        Control::Choice(words) => {
            let place = number as usize % words.len().max(1);
            words.get(place).map_or_else(String::new, |(word, _)| (*word).to_owned())
        }
    }
}

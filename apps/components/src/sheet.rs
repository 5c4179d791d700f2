//! The page: components with their states, and a form that says what arrived.

use askama::Template;
use chrono::{NaiveDate, NaiveDateTime};
use platform::{
    Form, Public, Result, Submitted, Ui, day, see_other_with,
    ui::{self, Address, Calendar, Currency, Errors, FormState, Fragment, NavLink, Toast, avatar},
};
use serde::Deserialize;

/// What the form of the page sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sample {
    name: String,
    seats: String,
    team: String,
    owner: String,
    due: String,
    at: String,
    note: String,
    plan: String,
    terms: String,
    weekly: String,
}

impl Form for Sample {
    fn check(&self, errors: &mut Errors) {
        let Self { name, seats, team, owner, due, at, note, plan, terms, weekly } = self;
        errors.ensure(!name.trim().is_empty(), "name", "Enter a name.");
        for (field, text, most) in [("name", name, 80), ("owner", owner, 80), ("note", note, 500)] {
            let fits = text.chars().count() <= most;
            errors.ensure(fits, field, &format!("Use at most {most} characters."));
        }
        let is_seats = seats.is_empty() || seats.parse().is_ok_and(|n| (1..=99).contains(&n));
        errors.ensure(is_seats, "seats", "Enter a whole number from 1 to 99.");
        let is_day = due.is_empty() || due.parse::<NaiveDate>().is_ok();
        errors.ensure(is_day, "due", "Enter a date like 2026-12-31.");
        let is_time = at.is_empty() || NaiveDateTime::parse_from_str(at, "%Y-%m-%dT%H:%M").is_ok();
        errors.ensure(is_time, "at", "Enter a date and a time.");
        errors.ensure(TEAMS.iter().any(|(key, _)| key == team), "team", "Choose a team.");
        errors.ensure(["", "team", "business"].contains(&&**plan), "plan", "Choose a plan.");
        errors.ensure(terms == "true", "terms", "Accept the terms to continue.");
        errors.ensure(["", "true"].contains(&&**weekly), "weekly", "Switch it on or off.");
    }
}

impl Sample {
    /// What arrived, in the order of the form.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let Self { name, seats, team, owner, due, at, note, plan, terms, weekly } = self;
        let all = [
            ("Name", name),
            ("Seats", seats),
            ("Team", team),
            ("Owner", owner),
            ("Due", due),
            ("Starts", at),
            ("Note", note),
            ("Plan", plan),
            ("Terms", terms),
            ("Weekly summary", weekly),
        ];
        let given = all.into_iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name, value.clone())).collect()
    }
}

const TEAMS: [(&str, &str); 3] = [("", "No team"), ("e", "Engineering"), ("d", "Design")];
const OWNERS: [&str; 3] = ["Maya Chen", "Priya Nair", "Tom Okafor"];

#[derive(Template)]
#[template(path = "components/sheet.html")]
struct Sheet<'a> {
    answer: FormState,
    /// What a note can list.
    theirs: [(&'static str, String); 2],
    /// A form with a mistake at each field.
    wrong: FormState,
    owner: Fragment,
    status: Fragment,
    tabs: [NavLink<'a>; 3],
    address: Address,
    calendar: Calendar,
    csrf: &'a str,
}

pub(crate) async fn show(_: Public, ui: Ui) -> Result {
    let answer = FormState::empty().with("plan", "team").with("weekly", "true").with("seats", 5);
    let today = platform::zone::day_in("UTC", platform::clock::now());
    let answer = answer.with("due", day::plus_days(today, 21));
    let ui = ui.wide();
    ui.page("Components", &Sheet::new(answer, &ui)?)
}

/// Shows what arrived; nothing is kept.
pub(crate) async fn send(_: Public, ui: Ui, Submitted(form): Submitted<Sample>) -> Result {
    let ui = ui.wide();
    match form {
        Err(answer) => ui.invalid("Components", &Sheet::new(answer, &ui)?),
        Ok(sample) => {
            let fields = sample.fields();
            let said = fields.iter().map(|(name, value)| format!("{name}: {value}"));
            let said = said.collect::<Vec<_>>().join(", ");
            see_other_with("/dev/components", &Toast::success("The form arrived").text(said))
        }
    }
}

impl<'a> Sheet<'a> {
    fn new(answer: FormState, ui: &'a Ui) -> Result<Self> {
        let tab = |label, path, current| NavLink { label, path, icon: "", current };
        let wrong = FormState::empty()
            .with("wrong_name", "Falcon")
            .reject("wrong_name", "Another project has this name. Choose a different one.")
            .reject("wrong_terms", "Accept the terms to continue.")
            .reject("wrong_plan", "Choose a plan.");
        Ok(Self {
            answer,
            wrong,
            theirs: [("Name", "Falcon 9".into()), ("Due", "12 Dec 2026".into())],
            owner: Fragment::of(&Together(&avatar("Maya Chen", "ava-xs"), "Maya Chen"))?,
            status: Fragment::of(&Status)?,
            tabs: [
                tab("Open", "/dev/components", true),
                tab("Done", "/dev/components?tab=done", false),
                tab("All", "/dev/components?tab=all", false),
            ],
            address: Address::new("/dev/components"),
            calendar: ui.calendar(),
            csrf: ui.csrf(),
        })
    }
}

/// A picture and a name beside it.
#[derive(Template)]
#[template(
    source = r#"<span class="flex items-center gap-2">{{ self.0 }}{{ self.1 }}</span>"#,
    ext = "html"
)]
struct Together<'a>(&'a ui::Avatar<'a>, &'a str);

#[derive(Template)]
#[template(source = r#"{{ ui::badge("Paid", ui::Tone::Success, true) }}"#, ext = "html")]
struct Status;

//! Every form of the site, as its pages show it, with every kind of nonsense in every field.

mod kept;
pub(crate) mod rows;
mod scene;
mod values;
mod verdict;
mod walk;

use std::collections::BTreeSet;

use axum::http::Method;
use core_http::BodyKind;
use core_testing::{Answer, Control, Form, Stage, StoreKind, core_stores};

use crate::{billing::shop::selling, world::apps};
use rows::{Look, Rows, changed};
use scene::Scene;
pub(crate) use scene::code;
use values::{Value, good};
use verdict::Case;
use walk::{Found, walk};

const ONLY_A_KEY: &str = "only a key can fill it: doors/passkeys.rs";

/// Routes that no page has a form for that could be filled in here, and why.
const NO_FORM: [(&str, &str); 11] = [
    ("/stripe/webhook", "Stripe signs what it sends: billing/webhook.rs"),
    ("/login/link/code", "whoever asked has a cookie for it: doors/log_in_link.rs"),
    ("/login/link/confirm", "the same"),
    ("/login/passkey", ONLY_A_KEY),
    ("/login/mfa/passkey", ONLY_A_KEY),
    ("/account/prove/passkey", ONLY_A_KEY),
    ("/account/security/passkeys", ONLY_A_KEY),
    ("/login/mfa", "whoever is between two steps has a cookie for it: doors/second_step.rs"),
    ("/signup/connected", "whoever comes from a provider has a cookie for it: doors/connected"),
    ("/signup/connected/email", "the same"),
    ("/account/connections/new", "the same"),
];

/// Forms that change nothing when they are good, and why.
const KEEPS_NOTHING: [(&str, &str); 3] = [
    ("/dev/components", "a sheet of all fields: it says what arrived"),
    ("/settings/billing/details", "kept at Stripe alone"),
    ("/settings/billing/portal", "leads to Stripe"),
];

/// Fields that are of no consequence when they are spoiled, and why.
const HARMLESS: [(&str, &str); 6] = [
    (
        "as-opened",
        "read where somebody else saved meanwhile: without it every field that differs is asked about",
    ),
    ("seen_name", "compared with what is typed, and shown and stored nowhere"),
    ("seen_zone", "compared with what is typed, and shown and stored nowhere"),
    ("next", "whoever spoils the way back still gets in or out, and lands where everybody does"),
    ("theme", "an unknown one changes nothing, and the page is there again"),
    ("username", "it tells a password manager whose password this is; nobody else reads it"),
];

#[tokio::test]
async fn every_form_refuses_nonsense_and_keeps_what_was_typed_in_files() {
    sweep(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn every_form_refuses_nonsense_and_keeps_what_was_typed_on_a_server() {
    sweep(StoreKind::Postgres).await;
}

#[tokio::test]
async fn no_form_loses_what_was_typed_when_its_session_ends_in_files() {
    kept::sweep(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn no_form_loses_what_was_typed_when_its_session_ends_on_a_server() {
    kept::sweep(StoreKind::Postgres).await;
}

/// Two tests, since it takes a while.
async fn sweep(kind: StoreKind) {
    if core_stores(&[kind]).is_empty() {
        return;
    }
    let (stage, _) = selling(kind, apps(), &[]).await;
    let look = Look::at(&stage.home).await;
    let hash = accounts::user::hash(scene::PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    let mut sweep = Sweep {
        stage: &stage,
        look,
        rows: None,
        hash,
        scenes: 0,
        cases: 0,
        taken: BTreeSet::new(),
        asking: BTreeSet::new(),
        wrong: vec![],
    };
    sweep.everything().await;
    let only: Vec<_> = sweep.asking.difference(&sweep.taken).collect();
    assert!(only.is_empty(), "{only:?} only ask, and no page in the samples shows the answer");
    eprintln!("{} cases in {} scenes", sweep.cases, sweep.scenes);
    assert!(sweep.wrong.is_empty(), "\n{}", sweep.wrong.join("\n"));
    sweep.look.close().await;
    stage.close().await;
}

struct Sweep<'a> {
    stage: &'a Stage,
    look: Look,
    /// As they were after the last case of this scene: its pages, too, must change nothing.
    rows: Option<Rows>,
    hash: String,
    scenes: usize,
    cases: usize,
    /// Routes of which a form was taken, and those that asked “are you sure?” first.
    taken: BTreeSet<&'static str>,
    asking: BTreeSet<&'static str>,
    wrong: Vec<String>,
}

impl Sweep<'_> {
    async fn everything(&mut self) {
        let mut scene = self.scene(true).await;
        let forms = walk(self.stage, &scene).await;
        self.assert_all_are_met(&forms);
        for found in &forms {
            let with_plans = found.to.starts_with("/settings/billing");
            if with_plans && scene.others.is_empty() {
                scene = self.scene(true).await;
            }
            for control in [None].into_iter().chain(found.controls.iter().map(Some)) {
                let values: &[Option<Value>] = &match control {
                    None => vec![None],
                    Some(_) => Value::ALL.map(Some).to_vec(),
                };
                for value in values {
                    if self.case(&scene, found, control.zip(*value)).await {
                        scene = self.scene(with_plans).await;
                    }
                }
            }
        }
    }

    async fn scene(&mut self, with_plans: bool) -> Scene {
        (self.scenes, self.rows) = (self.scenes + 1, None);
        Scene::set(self.stage, self.scenes, &self.hash, with_plans).await
    }

    fn assert_all_are_met(&self, forms: &[Found]) {
        let met: BTreeSet<_> = forms.iter().map(|form| (form.site, form.to)).collect();
        // What a script sends as it is stands in no form.
        let posts =
            self.stage.routes.iter().filter(|route| {
                route.method == Method::POST && route.policy.body != BodyKind::Stream
            });
        let missed: Vec<_> = posts
            .filter(|route| !met.contains(&(route.site, route.path)))
            .filter(|route| !walk::is_repeated(self.stage, route.path))
            .filter(|route| NO_FORM.iter().all(|(path, _)| *path != route.path))
            .map(|route| route.path)
            .collect();
        assert!(
            missed.is_empty(),
            "no page has a form for {missed:?}: add a page that shows it to the samples of its app, or a \
             line to NO_FORM that says why there is none"
        );
        for (path, _) in KEEPS_NOTHING {
            assert!(
                met.iter().any(|(_, to)| *to == path),
                "KEEPS_NOTHING: no form leads to {path}"
            );
        }
    }

    /// Sends one form; says whether it changed anything. Without a field, it is sent as it should
    /// be, and must work: otherwise refusing it would prove nothing.
    async fn case(
        &mut self,
        scene: &Scene,
        found: &Found,
        spoilt: Option<(&Control, Value)>,
    ) -> bool {
        self.cases += 1;
        let form = found.again(self.stage, scene).await;
        let sent = fields(found, scene, &form, spoilt);
        let who = found.who(scene);
        let pairs: Vec<_> = sent.iter().map(|(name, value)| (&**name, &**value)).collect();
        let before = match self.rows.take() {
            Some(rows) => rows,
            None => self.look.rows(&self.stage.home, &scene.workspace).await,
        };
        let answer = who.post(&form.action, &pairs).await;
        let after = self.look.rows(&self.stage.home, &scene.workspace).await;
        let changed = &*changed(&before, &after);
        self.rows = Some(after);
        let redirected = (300..400).contains(&answer.status);
        let seen = if redirected { who.follow(answer.clone()).await } else { answer.clone() };
        let (form, sent, answer, seen) = (&form, &*sent, &answer, &seen);
        if let Some((control, value)) = spoilt {
            let harmless = HARMLESS.iter().any(|(field, _)| *field == control.name);
            let bad = value.is_bad_in(control) && !harmless;
            let case = Case { form, control, value, sent, bad, answer, seen, changed };
            let place = format!("{}, {} ({}) {value:?}", found.name(), control.name, control.kind);
            self.wrong.extend(case.problems().iter().map(|what| format!("{place}: {what}")));
        } else if answer.status == 200 && changed.is_empty() && is_asked(found, answer) {
            self.asking.insert(found.to);
        } else if answer.status < 400 && changed.is_empty() == keeps_nothing(found) {
            self.taken.insert(found.to);
        } else {
            let (status, words) = (answer.status, answer.words());
            self.wrong.push(format!("{}, all good: {status} {sent:?} {words}", found.name()));
        }
        !changed.is_empty()
    }
}

fn keeps_nothing(found: &Found) -> bool {
    KEEPS_NOTHING.iter().any(|(path, _)| *path == found.to)
}

/// Does the answer hold the same form again, to be sent for good?
fn is_asked(found: &Found, answer: &Answer) -> bool {
    let path = found.to.split('{').next().unwrap_or_default();
    answer.forms().iter().any(|form| form.method == "post" && form.path().starts_with(path))
}

/// All that is sent: what the page holds, what is typed, and one field spoilt.
fn fields(
    found: &Found,
    scene: &Scene,
    form: &Form,
    spoilt: Option<(&Control, Value)>,
) -> Vec<(String, String)> {
    let mut fields = vec![];
    for control in &found.controls {
        let now = form.controls.iter().find(|other| other.name == control.name).unwrap();
        let good = good(found, scene, now);
        match spoilt {
            Some((one, value)) if one.name == control.name => {
                let values = value.instead_of(&good, control);
                fields.extend(values.into_iter().map(|value| (control.name.clone(), value)));
            }
            _ => fields.push((control.name.clone(), good)),
        }
    }
    fields
}

//! Every form of the site is sent when its session has ended, in three ways: what was typed comes back.

use core_http::{Access, Route, SECRETS, SESSION_COOKIE};
use core_testing::{Answer, Control, Form, Stage, StoreKind, core_stores};

use super::{
    scene::{PASSWORD, Scene, other_device},
    values::good,
    walk::{Found, walk},
};
use crate::{billing::shop::selling, world::apps};

/// How a page stops fitting its session.
#[derive(Clone, Copy, Debug)]
enum Lost {
    /// It was ended elsewhere: the cookie is there and opens nothing.
    Ended,
    /// Logged out in another tab: the cookie is gone.
    Gone,
    /// Logged out and in again in another tab: the page is of the session before.
    Another,
}

pub(super) async fn sweep(kind: StoreKind) {
    if core_stores(&[kind]).is_empty() {
        return;
    }
    let (stage, _) = selling(kind, apps(), &[]).await;
    let hash = accounts::user::hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    let scene = Scene::set(&stage, 1, &hash, true).await;
    let (mut wrong, mut kept, mut again) = (vec![], 0, 0);
    for found in walk(&stage, &scene).await {
        for control in found.controls.iter().filter(|control| control.kind == "password") {
            let name = control.name.as_str();
            assert!(SECRETS.contains(&name), "{}: {name} would be kept and shown", found.name());
        }
        // What consists of choices and buttons alone is chosen again at once.
        if !found.controls.iter().any(is_written) {
            continue;
        }
        if route(&stage, &found).is_none_or(|route| route.access == Access::Public) {
            continue;
        }
        for lost in [Lost::Ended, Lost::Gone, Lost::Another] {
            let case = Case { stage: &stage, scene: &scene, found: &found };
            let problem = match lost {
                Lost::Another => case.sent_again(&mut again).await,
                _ => case.brought_back(lost, &mut kept).await,
            };
            if let Some(problem) = problem {
                wrong.push(format!("{} {lost:?}: {problem}", found.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(
        kept == 2 * again && again >= 10,
        "hardly anything was tried: {kept} brought back, {again} sent again"
    );
    stage.close().await;
}

fn route<'a>(stage: &'a Stage, found: &Found) -> Option<&'a Route> {
    stage.routes.iter().find(|route| {
        route.method == axum::http::Method::POST
            && (route.path, route.site) == (found.to, found.site)
    })
}

fn is_written(control: &Control) -> bool {
    matches!(&*control.kind, "" | "text" | "textarea" | "email" | "date")
}

struct Case<'a> {
    stage: &'a Stage,
    scene: &'a Scene,
    found: &'a Found,
}

impl Case<'_> {
    /// Sends it without a session, logs in, and follows the way back.
    async fn brought_back(&self, lost: Lost, count: &mut usize) -> Option<String> {
        let (stage, who) = (self.stage, self.found.who(self.scene));
        let home = self.found.workspace(self.scene);
        let form = self.found.again(stage, self.scene).await;
        let fields = self.fields(&form);
        stage.core.sessions.end_all(who.user, None).await.unwrap_or_else(|_| panic!("the store"));
        if let Lost::Gone = lost {
            for origin in [who.account_origin(), &home.origin] {
                who.forget_cookie(origin, SESSION_COOKIE);
            }
        }
        let answer = self.send(&form, &fields).await;
        stage.log_in_again(who, home).await;
        other_device(stage, who).await;
        if answer.status != 303 {
            return Some(format!("{} instead of the way to log in", answer.status));
        }
        *count += 1;
        let way = url::Url::parse(&format!("http://x{}", answer.location())).unwrap();
        let next = way.query_pairs().find(|(name, _)| name == "next").map(|(_, next)| next);
        let next = format!("{}{}", answer.origin, next?);
        if !next.contains("kept=") || !answer.location().contains("ended=yes") {
            return Some(format!("nothing is kept: {}", answer.location()));
        }
        let page = who.get(&next).await;
        // Rows that the person may no longer change are shown in words.
        lacking(&page, &fields)
    }

    /// Sends it from a page of the session before: refused, and sent again from the page that says so.
    async fn sent_again(&self, count: &mut usize) -> Option<String> {
        let (stage, who) = (self.stage, self.found.who(self.scene));
        let home = self.found.workspace(self.scene);
        let form = self.found.again(stage, self.scene).await;
        let fields = self.fields(&form);
        stage.log_in_again(who, home).await;
        let answer = self.send(&form, &fields).await;
        if answer.status != 400 {
            return Some(format!("{} instead of a page to send it from", answer.status));
        }
        *count += 1;
        let again = answer.forms().into_iter().find(|again| again.action == form.action);
        let Some(again) = again else { return Some("can't be sent again".to_owned()) };
        let is_new = again.value("_csrf") != form.value("_csrf");
        let lost = lacking(&answer, &fields);
        (!is_new).then(|| "the same token".to_owned()).or(lost)
    }

    async fn send(&self, form: &Form, fields: &[(String, String)]) -> Answer {
        let who = self.found.who(self.scene);
        let token = form.value("_csrf").unwrap_or_default();
        let mut pairs: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        pairs.push(("_csrf", token));
        match self.found.page(self.scene) {
            Some(page) => who.browse(&page, &form.action, &pairs).await,
            None => who.post_raw(&form.action, &pairs).await,
        }
    }

    /// What a person would type, without passwords.
    fn fields(&self, form: &Form) -> Vec<(String, String)> {
        let controls = form.controls.iter().filter(|one| one.name != "_csrf");
        let typed =
            controls.filter(|one| !matches!(&*one.kind, "password" | "checkbox" | "button"));
        let all = typed.map(|one| {
            let good = good(self.found, self.scene, one);
            let value = match &*one.kind {
                "" | "text" | "textarea" => format!("{good} as I typed it"),
                _ => good,
            };
            (one.name.clone(), value)
        });
        all.collect()
    }
}

/// The first of the fields that no form of the page holds any more, nor says.
fn lacking(page: &Answer, fields: &[(String, String)]) -> Option<String> {
    if page.status >= 500 {
        return Some(format!("{} on the way back", page.status));
    }
    let there: Vec<_> = page.forms().into_iter().flat_map(|form| form.controls).collect();
    let is_there = |value: &str| {
        value.is_empty()
            || there.iter().any(|control| control.value == value)
            || page.has_text(value)
    };
    let lost = fields.iter().find(|(_, value)| !is_there(value));
    lost.map(|(name, value)| format!("{name} ({value}) is lost: {} {}", page.status, page.words()))
}

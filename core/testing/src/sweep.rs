//! Sweeps over the table of routes: what every route must do, also one that is added tomorrow.

use axum::http::Method;
use core_base::SiteKey;
use core_http::{Access, BodyKind, Route};

use crate::{Actor, Answer, Role, Samples, Stage, Workspace};

/// Whoever isn't signed in, holds the cookie of another workspace, or isn't a member gets in nowhere
/// but where the gate says `Public`.
pub async fn assert_strangers_are_turned_away(stage: &Stage, at: &Workspace, samples: &Samples) {
    let elsewhere = stage.tenant("elsewhere").await;
    let removed = stage.stranger_at(at).await;
    let foreign = stage.member(&elsewhere, Role::Owner).await;
    let session = foreign.cookie(&elsewhere.origin, core_http::SESSION_COOKIE);
    let carrier = stage.visitor_at(at);
    carrier.set_cookie(&at.origin, core_http::SESSION_COOKIE, &session.expect("a member has one"));
    let mut wrong = vec![];
    for route in guarded(stage) {
        let sign_in_path = stage.core.sites.get(route.site).expect("routes are on sites").sign_in;
        // Programs are told what to send, people are shown where to log in.
        let is_sent_away = |answer: &Answer| match route.policy.body {
            BodyKind::Json => answer.status == 401 && answer.text.contains("request_id"),
            _ => answer.status == 303 && answer.header("location").starts_with(sign_in_path),
        };
        let nobody = match route.site {
            SiteKey::WORKSPACE => stage.visitor_at(at),
            _ => stage.visitor(),
        };
        let answer = send(stage, &nobody, route, samples).await;
        note(&mut wrong, is_sent_away(&answer), route, "nobody", &answer);
        if route.site == SiteKey::WORKSPACE {
            let answer = send(stage, &carrier, route, samples).await;
            let who = "the cookie of another workspace";
            note(&mut wrong, is_sent_away(&answer), route, who, &answer);
            let answer = send(stage, &removed, route, samples).await;
            note(&mut wrong, answer.status == 403, route, "somebody who isn't a member", &answer);
        }
    }
    finish(&wrong, "strangers");
}

/// A viewer changes nothing, except where the samples say `for_all`.
pub async fn assert_viewers_cannot_change(stage: &Stage, at: &Workspace, samples: &Samples) {
    let viewer = stage.member(at, Role::Viewer).await;
    let mut wrong = vec![];
    for route in changes(stage).filter(|route| !samples.is_for_all(route)) {
        let answer = send(stage, &viewer, route, samples).await;
        note(&mut wrong, answer.status == 403, route, "a viewer", &answer);
    }
    finish(&wrong, "viewers");
}

/// What exists in `at`, or for a person there, does not exist for the owner of another workspace:
/// 404, never 403. Pages that belong to nobody are left out by `for_all`.
pub async fn assert_foreign_ids_do_not_exist(stage: &Stage, at: &Workspace, samples: &Samples) {
    let other = stage.tenant("foreign").await;
    let owner = stage.member(&other, Role::Owner).await;
    let at_home = stage.member(at, Role::Owner).await;
    let mut wrong = vec![];
    let with_ids = stage.routes.iter().filter(|route| route.path.contains('{'));
    for route in with_ids.filter(|route| !samples.is_for_all(route)) {
        let answer = send(stage, &owner, route, samples).await;
        note(&mut wrong, answer.status == 404, route, "the owner of another workspace", &answer);
        // The sample must be something: a 404 for a page that nobody has would prove nothing.
        let is_seen = !samples.is_redirect(route) && !samples.is_of_one(route);
        if route.method == Method::GET && is_seen {
            let answer = send(stage, &at_home, route, samples).await;
            note(&mut wrong, answer.status == 200, route, "its own owner", &answer);
        }
    }
    finish(&wrong, "foreign ids");
}

/// More than any page needs: whoever asks again for each row is over it soon.
const QUERIES: usize = 12;

/// An owner sees every page, of the workspace and of the account site, and none asks the databases
/// more than a dozen times.
pub async fn assert_owner_sees_every_get(stage: &Stage, at: &Workspace, samples: &Samples) {
    let owner = stage.member(at, Role::Owner).await;
    let mut wrong = vec![];
    for route in stage.routes.iter().filter(|route| route.method == Method::GET) {
        let answer = send(stage, &owner, route, samples).await;
        let good = if samples.is_redirect(route) {
            (300..400).contains(&answer.status)
        } else if samples.is_of_one(route) {
            answer.status == 404
        } else {
            answer.status == 200
        };
        note(&mut wrong, good, route, "an owner", &answer);
        let asked = answer.queries.len();
        if asked > QUERIES {
            let Route { method, path, app, .. } = route;
            wrong.push(format!("{method} {path} ({app}): {asked} queries, {QUERIES} at most"));
        }
    }
    finish(&wrong, "owner");
}

fn guarded(stage: &Stage) -> impl Iterator<Item = &Route> {
    stage.routes.iter().filter(|route| route.access != Access::Public)
}

/// The routes of workspaces that may change something, by whatever method.
fn changes(stage: &Stage) -> impl Iterator<Item = &Route> {
    let there = |route: &&Route| route.site == SiteKey::WORKSPACE && route.method != Method::GET;
    stage.routes.iter().filter(there)
}

/// Tries a route on its own site, with a good token: the gate alone must decide.
async fn send(stage: &Stage, actor: &Actor, route: &Route, samples: &Samples) -> Answer {
    let path = samples.path_of(route);
    // A workspace's is where the actor is.
    let origin = stage.core.sites.origin(route.site).unwrap_or_default();
    let path = format!("{origin}{path}");
    actor.call(route, &path, &samples.fields_of(route)).await
}

fn note(wrong: &mut Vec<String>, good: bool, route: &Route, who: &str, answer: &Answer) {
    if !good {
        let Route { method, path, app, .. } = route;
        let location = answer.header("location");
        wrong.push(format!("{method} {path} ({app}): {who} got {} {location}", answer.status));
    }
}

fn finish(wrong: &[String], sweep: &str) {
    assert!(wrong.is_empty(), "{sweep}:\n{}", wrong.join("\n"));
}

//! An app of the tests alone: a site of its own, and a route of every kind of body.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, StatusCode, request::Parts},
    response::IntoResponse,
};
use core_access::{NewSession, PermissionKeys, Session};
use core_base::{Secret, SiteKey, Token, config::derive};
use core_http::{
    Access, AppState, BodyStream, CurrentSession, FormAction, Gate, Hosts, Json, Key, Policy,
    Problem, RawBody, SESSION_COOKIE, SetCookie, ShownKey, Site,
};
use platform::{
    App, Can, Error, Extension, Form, Job, Later, Path, Permission, Public, Result, Role, Routes,
    Submitted, TenantDb, TenantId, Ui, UserId,
    process::Platform,
    see_other,
    ui::{AccountShell, Errors, Person},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    own::{self, Greeter},
    shell,
};

pub(super) const KEY: SiteKey = SiteKey::new("lab");
pub(super) const SIGNED_WITH: &str = "the secret of the hook";
pub(super) const LARGEST: u64 = 256 << 20;

/// A third site, whose host no workspace can have.
static LAB: Site = Site {
    key: KEY,
    hosts: Hosts::Label("staff"),
    sign_in: "/door",
    prove: "/door",
    form_action: FormAction::SelfOnly,
    shell: own_shell,
};

fn own_shell(ui: &Ui, title: &str, content: &dyn askama::DynTemplate) -> Result<Option<String>> {
    let Some(session) = ui.session() else { return Ok(None) };
    let nav = [ui.link(("The lab", "/", "user"))];
    let person = Person { name: &session.name, email: &session.email };
    Ok(Some(AccountShell { frame: ui.frame(title, content), nav: &nav, person }.render()?))
}

pub(super) struct Use;

impl Permission for Use {
    const KEY: &'static str = "lab.use";
    const LABEL: &'static str = "Use the lab";
    const FROM: Role = Role::Member;
}

pub(super) fn app() -> App {
    App::new("lab")
        .permission::<Use>()
        .keys(read_key)
        .extension(Greeter::read)
        .shell::<Use>(shell::part)
        .command(own::greet)
        .job(look_who)
        .job(pass)
        .job(own::note_greeting)
        .at(
            &LAB,
            Routes::new()
                .get("/door", door)
                .post("/door", open)
                .get("/", inside)
                .post("/note", note),
        )
        .account(Routes::new().route(Method::POST, "/hooks/lab", Policy::WEBHOOK, hook))
        .workspace(
            Routes::new()
                .get("/lab/greeting", greeting)
                .route(Method::PUT, "/api/lab/{id}", Policy::JSON, put)
                .route(Method::DELETE, "/api/lab/{id}", Policy::JSON, delete)
                .route(Method::POST, "/lab/files", Policy::UPLOAD.limit(LARGEST), upload),
        )
}

/// Whoever has a session of the lab, and of no other site.
struct Staff(Arc<Session>);

impl Gate for Staff {
    const ACCESS: Access = Access::SignedIn;
    const SITE: Option<SiteKey> = Some(KEY);
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let CurrentSession(session) = CurrentSession::from_request_parts(parts, state).await?;
        session.map(Self).ok_or(Error::SignInRequired)
    }
}

#[derive(askama::Template)]
#[template(source = "<h2>{{ text }}</h2>", ext = "html")]
struct Text<'a> {
    text: &'a str,
}

async fn door(_: Public, ui: Ui) -> Result {
    ui.page("Door", &Text { text: "Who are you?" })
}

#[derive(Deserialize)]
struct Door {
    user: uuid::Uuid,
}

impl Form for Door {
    fn check(&self, _: &mut Errors) {}
}

async fn open(
    _: Public,
    Platform(core): Platform,
    ui: Ui,
    Submitted(form): Submitted<Door>,
) -> Result {
    let Ok(form) = form else { return ui.invalid("Door", &Text { text: "That is nobody" }) };
    let new = NewSession {
        user: UserId(form.user),
        parent: None,
        site: KEY,
        tenant: None,
        born: None,
        method: "test".into(),
        proved_at: None,
        user_agent: String::new(),
        address: String::new(),
    };
    let token = core.sessions.open(new).await?;
    let mut response = see_other("/")?;
    SetCookie::new(SESSION_COOKIE, token.expose(), None).put(&mut response);
    Ok(response)
}

async fn inside(Staff(session): Staff, ui: Ui) -> Result {
    ui.page("Inside", &Text { text: &format!("{} is inside", session.name) })
}

async fn note(_: Staff) -> Result {
    Ok("noted".into_response())
}

/// What another service calls: its signature is all that it proves itself by.
async fn hook(
    _: Public,
    CurrentSession(session): CurrentSession,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result {
    let signature = headers.get("x-signature").and_then(|value| value.to_str().ok());
    let right = derive(&Secret::new(SIGNED_WITH), &String::from_utf8_lossy(&body));
    if signature != Some(right.expose()) {
        return Ok(Problem::new(StatusCode::FORBIDDEN, "The signature is wrong.").into_response());
    }
    let said = serde_json::json!({ "bytes": body.len(), "knows_a_person": session.is_some() });
    Ok(Json(said).into_response())
}

async fn greeting(_: Can<Use>, greeter: Extension<Greeter>) -> Result {
    Ok(greeter.to("you").into_response())
}

/// Leaves a note of a greeting.
#[derive(Deserialize, Serialize)]
pub(super) struct Greeting {
    pub(super) name: String,
}

impl Job for Greeting {
    const NAME: &'static str = "lab.greet";
}

#[derive(Deserialize, Serialize)]
struct Thing {
    name: String,
}

async fn put(_: Can<Use>, db: TenantDb, Path(id): Path<u32>, Json(thing): Json<Thing>) -> Result {
    let mut errors = Errors::default();
    errors.ensure(!thing.name.is_empty(), "name", "Enter a name.");
    if !errors.is_empty() {
        return Ok(Problem::invalid(&errors).into_response());
    }
    let actor = format!("{:?}", db.actor());
    Ok(Json(serde_json::json!({ "id": id, "name": thing.name, "actor": actor })).into_response())
}

async fn delete(_: Can<Use>, Path(_): Path<u32>) -> Result {
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Reads a file without keeping it, and asks again at its end who sent it.
async fn upload(who: Can<Use>, db: TenantDb, mut body: BodyStream) -> Result {
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    while let Some(piece) = body.next().await? {
        hash.update(&piece);
        bytes += piece.len();
    }
    who.recheck(&db).await?;
    let hash = hash.finalize().to_vec();
    Ok(Json(serde_json::json!({ "bytes": bytes, "sha256": hash })).into_response())
}

type Keys = HashMap<(TenantId, Vec<u8>), Key>;
static KEYS: Mutex<Option<Keys>> = Mutex::new(None);

/// A new key of this person, good for these permissions in one workspace.
pub(super) fn give_key(tenant: TenantId, user: UserId, scope: &[&str]) -> Token {
    let token = Token::random();
    let scope = PermissionKeys(scope.iter().map(|&key| key.to_owned()).collect());
    let key = Key { id: uuid::Uuid::new_v4(), user, scope };
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    keys.get_or_insert_default().insert((tenant, token.hash()), key);
    token
}

async fn read_key(shown: ShownKey) -> Result<Option<Key>> {
    let Some(token) = Token::parse(shown.secret.expose()) else { return Ok(None) };
    let keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(keys.as_ref().and_then(|keys| keys.get(&(shown.tenant.id, token.hash())).cloned()))
}

/// Says whom its transaction takes it for.
#[derive(Deserialize, Serialize)]
pub(super) struct LookWho;

impl Job for LookWho {
    const NAME: &'static str = "lab.look_who";
}

pub(super) static SEEN: Mutex<Option<core_base::Actor>> = Mutex::new(None);

async fn look_who(_: LookWho, db: TenantDb) -> Result<()> {
    *SEEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(db.actor());
    Ok(())
}

/// Leaves itself so many times more, and then asks who is taken for whom.
#[derive(Deserialize, Serialize)]
pub(super) struct Pass {
    pub(super) on: u32,
}

impl Job for Pass {
    const NAME: &'static str = "lab.pass";
}

async fn pass(job: Pass, db: TenantDb) -> Result<()> {
    db.audit_event("passed", "");
    match job.on {
        0 => LookWho.later(&db).await.map(drop),
        on => Pass { on: on - 1 }.later(&db).await.map(drop),
    }
}

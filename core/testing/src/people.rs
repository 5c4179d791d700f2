//! People and their workspaces, made as the platform makes them.

use std::sync::{Arc, atomic::Ordering};

use core_access::{
    AnyRole, NewMember, NewSession, Role, add_member, confirm_membership, entity::user,
    reserve_membership,
};
use core_base::{Error, MemberId, SessionId, SiteKey, Slug, Token, UserId, clock};
use core_db::{NewTenant, Tenant};
use core_http::SESSION_COOKIE;
use sea_orm::ActiveValue::Set;

use crate::{Actor, Stage};

/// A tenant and its address.
#[derive(Clone, Debug)]
pub struct Workspace {
    /// As the directory knows it.
    pub tenant: Arc<Tenant>,
    /// `http://acme.localhost:8000`, without a slash at the end.
    pub origin: String,
}

impl Stage {
    /// A new workspace without members.
    pub async fn tenant(&self, slug: &str) -> Workspace {
        let slug = Slug::parse(slug).expect("a test uses good addresses");
        let name = slug.as_str()[..1].to_uppercase() + &slug.as_str()[1..];
        let made = self.store.create_tenant(NewTenant::new(slug, name), &()).await;
        let tenant = good(made);
        Workspace { origin: self.config().workspace_origin(&tenant.slug), tenant }
    }

    /// A person with this role, signed in at the account site and in the workspace.
    pub async fn member(&self, workspace: &Workspace, role: Role) -> Actor {
        self.member_as(workspace, role.label(), role.into()).await
    }

    /// A member with a role of the workspace's own.
    pub async fn member_as(&self, workspace: &Workspace, what: &str, role: AnyRole) -> Actor {
        let mut actor = self.person(what).await;
        let (user, tenant) = (actor.user, &workspace.tenant);
        good(reserve_membership(self.store.catalog(), user, tenant.id).await);
        let new = NewMember { user, name: actor.name.clone(), email: actor.email.clone(), role };
        let add = |db| async move { add_member(&db, new).await };
        actor.member = Some(self.write_in(workspace, add).await);
        good(confirm_membership(&self.store, user, tenant.id).await);
        self.enter(&mut actor, workspace).await;
        actor
    }

    /// A person who is signed in and holds a session of the workspace, but is not a member of it:
    /// somebody who was removed a moment ago.
    pub async fn stranger_at(&self, workspace: &Workspace) -> Actor {
        let mut actor = self.person("Stranger").await;
        self.enter(&mut actor, workspace).await;
        actor
    }

    /// A person signed in at the account site who belongs nowhere.
    pub async fn person(&self, what: &str) -> Actor {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let (name, email) =
            (format!("{what} {number}"), format!("{}{number}@example.test", what.to_lowercase()));
        let user = UserId::new();
        let row = user::ActiveModel {
            id: Set(user),
            email: Set(email.clone()),
            name: Set(name.clone()),
            locale: Set("en-GB".into()),
            zone: Set(String::new()),
            theme: Set("system".into()),
            password_hash: Set(String::new()),
            created_at: Set(clock::now()),
        };
        good(self.store.catalog().insert(row).await.map_err(Error::from));
        let mut actor = Actor::new(self, self.config().account_origin());
        (actor.user, actor.name, actor.email) = (user, name, email);
        let token = self.open(&actor, None, None).await;
        actor.set_cookie(&self.config().account_origin(), SESSION_COOKIE, token.expose());
        let session = good(self.core.sessions.find(&token).await).expect("it was just opened");
        actor.session = Some(session.id);
        actor
    }

    /// Somebody who isn't signed in, at the account site.
    pub fn visitor(&self) -> Actor {
        Actor::new(self, self.config().account_origin())
    }

    /// Somebody who isn't signed in, at a workspace.
    pub fn visitor_at(&self, workspace: &Workspace) -> Actor {
        Actor::new(self, workspace.origin.clone())
    }

    /// Opens a session of the workspace for somebody who is signed in, and takes them there.
    pub async fn enter(&self, actor: &mut Actor, workspace: &Workspace) {
        let parent = actor.session;
        let token = self.open(actor, parent, Some(workspace)).await;
        actor.set_cookie(&workspace.origin, SESSION_COOKIE, token.expose());
        actor.origin.clone_from(&workspace.origin);
    }

    /// Signs somebody in anew, at the account site and in the workspace, in the same browser.
    pub async fn log_in_again(&self, actor: &Actor, workspace: &Workspace) {
        let token = self.open(actor, None, None).await;
        actor.set_cookie(&self.config().account_origin(), SESSION_COOKIE, token.expose());
        let session = good(self.core.sessions.find(&token).await).expect("it was just opened");
        let token = self.open(actor, Some(session.id), Some(workspace)).await;
        actor.set_cookie(&workspace.origin, SESSION_COOKIE, token.expose());
    }

    async fn open(
        &self,
        actor: &Actor,
        parent: Option<SessionId>,
        at: Option<&Workspace>,
    ) -> Token {
        let new = NewSession {
            user: actor.user,
            parent,
            site: if at.is_some() { SiteKey::WORKSPACE } else { SiteKey::ACCOUNT },
            tenant: at.map(|at| at.tenant.id),
            born: None,
            method: if at.is_some() { "ticket" } else { "password" }.into(),
            proved_at: Some(clock::now()),
            user_agent: "test".into(),
            address: "127.0.0.1".into(),
        };
        good(self.core.sessions.open(new).await)
    }
}

/// The member that an actor is.
impl Actor {
    /// Fails the test for somebody who is no member.
    pub fn member_id(&self) -> MemberId {
        self.member.expect("this actor is not a member")
    }
}

fn good<T>(result: core_base::Result<T>) -> T {
    result.map_err(Error::into_anyhow).expect("the store works")
}

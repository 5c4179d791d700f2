//! Gates: the first argument of every handler says who may call it, and runs before all others.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{Method, request::Parts},
};
use core_access::{Decision, Member, Permission, PermissionDef, Session, audit, find_member};
use core_base::{Actor, Error, Result, SiteKey, Through};
use core_db::{Acting, TenantDb};

use crate::{AppState, CurrentSession, CurrentTenant, Host, Services, key::Key, policy::Incoming};

/// Who may call a route, for the table of routes and the sweeps over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody.
    Public,
    /// Anybody signed in at the account site.
    SignedIn,
    /// Any member of the workspace.
    Member,
    /// Members whose role holds all of these.
    Permissions(&'static [PermissionDef]),
}

/// An argument that decides who may call.
pub trait Gate: FromRequestParts<AppState> {
    /// What it decides.
    const ACCESS: Access;
    /// Where it makes sense; none: everywhere.
    const SITE: Option<SiteKey>;
}

/// A gate that lets members of a workspace through by what their role holds.
pub trait MemberGate: Gate + Send + Sync + 'static {
    /// All that it must hold.
    const NEEDS: &'static [PermissionDef];

    /// Who came through.
    fn member(&self) -> &Arc<Member>;
}

/// Anybody may call.
pub struct Public;

/// Somebody signed in at the account site.
pub struct SignedIn(pub Arc<Session>);

/// A member of the workspace, whatever their role: in a browser, or by a key of theirs.
pub struct WorkspaceMember(pub Arc<Member>);

/// A member whose role holds `P`.
pub struct Can<P> {
    /// Who it is.
    pub member: Arc<Member>,
    key: Option<Arc<Key>>,
    core: Arc<Services>,
    proof: PhantomData<P>,
}

/// A member whose role holds both: what opens a part of the product, and what is done in it.
pub struct Both<A, P> {
    can: Can<P>,
    opened: PhantomData<A>,
}

impl<P: Permission> Can<P> {
    /// Begins a decision about members and roles that takes `P`: from here on nobody else decides, and
    /// everything is read anew.
    pub async fn decide<'a>(&'a self, db: &'a TenantDb) -> Result<Decision<'a>> {
        let Services { store, permissions, .. } = &*self.core;
        let needs = PermissionDef::of::<P>();
        let decision = Decision::begin(store, db, permissions, needs, self.member.user).await?;
        Ok(match &self.key {
            Some(key) => decision.within(&key.scope),
            None => decision,
        })
    }

    /// Asks once more, in the transaction that writes: for a handler that took long to read its body.
    pub async fn recheck(&self, db: &TenantDb) -> Result<()> {
        let member = find_member(db, self.member.user).await?;
        match member.filter(|member| member.may(&PermissionDef::of::<P>())) {
            Some(_) => Ok(()),
            None => Err(Error::Forbidden),
        }
    }
}

impl<P> Can<P> {
    /// May the member also do `Q`? For showing or hiding a button, never for guarding.
    pub fn may<Q: Permission>(&self) -> bool {
        self.member.may(&PermissionDef::of::<Q>())
    }
}

impl Gate for Public {
    const ACCESS: Access = Access::Public;
    const SITE: Option<SiteKey> = None;
}
impl Gate for SignedIn {
    const ACCESS: Access = Access::SignedIn;
    const SITE: Option<SiteKey> = Some(SiteKey::ACCOUNT);
}
impl Gate for WorkspaceMember {
    const ACCESS: Access = Access::Member;
    const SITE: Option<SiteKey> = Some(SiteKey::WORKSPACE);
}
impl<P: Permission> Gate for Can<P> {
    const ACCESS: Access = Access::Permissions(Self::NEEDS);
    const SITE: Option<SiteKey> = Some(SiteKey::WORKSPACE);
}
impl<P: Permission> MemberGate for Can<P> {
    const NEEDS: &'static [PermissionDef] = &[PermissionDef::of::<P>()];
    fn member(&self) -> &Arc<Member> {
        &self.member
    }
}
impl<A: Permission, P: Permission> Gate for Both<A, P> {
    const ACCESS: Access = Access::Permissions(Self::NEEDS);
    const SITE: Option<SiteKey> = Some(SiteKey::WORKSPACE);
}
impl<A: Permission, P: Permission> MemberGate for Both<A, P> {
    const NEEDS: &'static [PermissionDef] = &[PermissionDef::of::<A>(), PermissionDef::of::<P>()];
    fn member(&self) -> &Arc<Member> {
        &self.can.member
    }
}

impl FromRequestParts<AppState> for Public {
    type Rejection = Error;
    async fn from_request_parts(_: &mut Parts, _: &AppState) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        if Host::from_request_parts(parts, state).await?.key() != SiteKey::ACCOUNT {
            return Err(Error::NotFound);
        }
        let CurrentSession(session) = CurrentSession::from_request_parts(parts, state).await?;
        let session = session.ok_or(Error::SignInRequired)?;
        Acting::current().becomes(Actor::Account { user: session.user });
        Ok(Self(session))
    }
}

impl FromRequestParts<AppState> for WorkspaceMember {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let CurrentTenant(tenant) = CurrentTenant::from_request_parts(parts, state).await?;
        let key = parts.extensions.get::<Arc<Key>>().cloned();
        let CurrentSession(session) = CurrentSession::from_request_parts(parts, state).await?;
        let (user, through) = match (&key, session) {
            (Some(key), _) => (key.user, Through::Key(key.id)),
            (None, Some(session)) => (session.user, Through::Session(session.id)),
            (None, None) => return Err(Error::SignInRequired),
        };
        let db = crate::unit_of_work::of(parts)?;
        // A transaction must not stay open while a stream comes: who sends one is asked by `recheck`.
        let is_stream = parts.extensions.get::<Incoming>().is_some_and(Incoming::is_stream);
        let member = if matches!(parts.method, Method::GET | Method::HEAD) || is_stream {
            state.core.members.find(&tenant, user).await?
        } else {
            // Who writes is asked again, in the transaction that writes.
            find_member(&db, user).await?.map(Arc::new)
        };
        let mut member = member.ok_or(Error::Forbidden)?;
        if let Some(key) = &key {
            member = Arc::new(member.within(&key.scope, &state.core.permissions));
        }
        db.act_as(Actor::Member { user, member: member.id, through });
        parts.extensions.insert(member.clone());
        Ok(Self(member))
    }
}

impl<P: Permission> FromRequestParts<AppState> for Can<P> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let WorkspaceMember(member) = WorkspaceMember::from_request_parts(parts, state).await?;
        if member.may(&PermissionDef::of::<P>()) {
            let key = parts.extensions.get::<Arc<Key>>().cloned();
            Ok(Self { member, key, core: state.core.clone(), proof: PhantomData })
        } else {
            let db = crate::unit_of_work::of(parts)?;
            let (store, limiter) = (&state.core.store, &state.core.limiter);
            audit::record_refusal(store, limiter, &member, &db, P::LABEL);
            Err(Error::Forbidden)
        }
    }
}

impl<A: Permission, P: Permission> FromRequestParts<AppState> for Both<A, P> {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        Can::<A>::from_request_parts(parts, state).await?;
        let can = Can::<P>::from_request_parts(parts, state).await?;
        Ok(Self { can, opened: PhantomData })
    }
}

/// A handler whose first argument is a [`Gate`].
#[diagnostic::on_unimplemented(
    message = "this handler does not say who may call it",
    note = "make its first argument `Can<SomePermission>`, `WorkspaceMember`, `SignedIn` or `Public`"
)]
pub trait Gated {
    /// Who may call it.
    const ACCESS: Access;
    /// Where it makes sense.
    const SITE: Option<SiteKey>;
}

macro_rules! gated {
    ($($arg:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<M, G: Gate, $($arg),*> Gated for (M, G, $($arg,)*) {
            const ACCESS: Access = G::ACCESS;
            const SITE: Option<SiteKey> = G::SITE;
        }
    };
}
gated!();
gated!(A);
gated!(A B);
gated!(A B C);
gated!(A B C D);
gated!(A B C D E);
gated!(A B C D E F);
gated!(A B C D E F H);

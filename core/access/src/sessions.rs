//! Sessions: 256-bit tokens in host-only cookies, hashed at rest, ended everywhere within a second.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use core_base::{Error, Result, SessionId, SiteKey, TenantId, Token, UserId, clock};
use core_db::{CatalogDb, CatalogTx, Changes, ReadThroughCache, SignInPolicy, Stale};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::entity::{session, user};

const CACHE_CAPACITY: usize = 20_000;
/// Unused for so long, a session ends.
const IDLE: TimeDelta = TimeDelta::days(14);
/// However much it is used, it ends then.
pub const MAX_SESSION_AGE: Duration = Duration::from_hours(90 * 24);
/// Clocks of several machines differ by less; a session from later than that was opened before the
/// clock was put back.
const SKEW: TimeDelta = TimeDelta::minutes(5);
/// Use is written down at most so often.
const TOUCH: TimeDelta = TimeDelta::hours(1);

/// A signed-in browser at one site.
#[derive(Clone, Debug)]
pub struct Session {
    /// Names it; not secret.
    pub id: SessionId,
    /// The person who is signed in.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// BCP 47 tag of their locale.
    pub locale: String,
    /// Their time zone; empty: the workspace's.
    pub zone: String,
    /// The name of the theme they read in.
    pub theme: String,
    /// The session on the account site that this one belongs to; none: it is one of those.
    pub parent: Option<SessionId>,
    /// The workspace it is good for; none: its site has no workspaces.
    pub tenant: Option<TenantId>,
    /// The key of the site it is good at.
    site: String,
    /// When it was last written down as used, UTC.
    pub seen_at: DateTime<Utc>,
    /// When it was opened, UTC.
    pub created_at: DateTime<Utc>,
    /// When it ends, UTC.
    pub expires_at: DateTime<Utc>,
    /// How it was opened, or the one that it belongs to: `password`, `password+totp`, `passkey`.
    pub method: String,
    /// When somebody last proved in it who they are, UTC.
    pub proved_at: Option<DateTime<Utc>>,
}

/// How long a proof is good for what is grave.
const PROOF: TimeDelta = TimeDelta::minutes(15);

impl Session {
    /// Did they prove a short while ago who they are? What is grave asks for it.
    pub fn is_proved(&self) -> bool {
        self.proved_at.is_some_and(|at| (clock::now() - at).abs() <= PROOF)
    }

    /// The same for a handler that goes on only then: whoever has not is asked, and comes back.
    pub fn proven(&self) -> Result<()> {
        if self.is_proved() { Ok(()) } else { Err(Error::ProofRequired) }
    }

    /// Did its person prove who they are in two steps: a password and a code, or a key whose device looked?
    pub fn is_two_step(&self) -> bool {
        self.method == "passkey" || self.method.contains('+')
    }

    /// What this workspace asks for and the session does not have. Every way into a workspace asks here.
    pub fn lacks(&self, policy: &SignInPolicy) -> Option<Lack> {
        let now = clock::now();
        if policy.two_step_from.is_some_and(|from| from <= now) && !self.is_two_step() {
            return Some(Lack::SecondStep);
        }
        let proved = self.proved_at.map_or(self.created_at, |at| at.max(self.created_at));
        let life = policy.session_hours.map(|hours| TimeDelta::hours(i64::from(hours)));
        // Clocks of several machines differ by less.
        let is_over = life.is_some_and(|life| now - proved > life || proved > now + SKEW);
        is_over.then_some(Lack::Proof)
    }

    /// Is it good at this site, and in this workspace where the site has them?
    pub fn is_for(&self, site: SiteKey, tenant: Option<TenantId>) -> bool {
        let known = match self.site.as_str() {
            "" if self.tenant.is_some() => SiteKey::WORKSPACE.as_str(),
            "" => SiteKey::ACCOUNT.as_str(),
            known => known,
        };
        known == site.as_str() && self.tenant == tenant
    }
}

/// What a workspace asks for and a session does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Its person proved who they are in one step.
    SecondStep,
    /// They did so too long ago.
    Proof,
}

/// What is needed to open one.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The person who signs in.
    pub user: UserId,
    /// The session on the account site that it belongs to.
    pub parent: Option<SessionId>,
    /// The site it is good at.
    pub site: SiteKey,
    /// The workspace it is good for.
    pub tenant: Option<TenantId>,
    /// When the session on the account site was opened: the longest life counts from there.
    pub born: Option<DateTime<Utc>>,
    /// `password`, `password+totp`, `passkey`; a workspace's: as the one that it belongs to.
    pub method: String,
    /// When its person last proved who they are: now, for whoever just did; what the session before it says,
    /// where it takes the place of one.
    pub proved_at: Option<DateTime<Utc>>,
    /// The browser's own words.
    pub user_agent: String,
    /// The client's IP address.
    pub address: String,
}

/// Opens, finds and ends sessions.
#[derive(Clone)]
pub struct Sessions {
    catalog: CatalogDb,
    changes: Changes,
    kept: ReadThroughCache<Vec<u8>, Arc<Session>>,
}

impl Sessions {
    /// Follows the `session` changes.
    pub fn new(catalog: CatalogDb, changes: Changes) -> Self {
        let kept = ReadThroughCache::new(&changes, CACHE_CAPACITY, |kind, subject| match kind {
            "session" => match hex::decode(subject) {
                Ok(hash) if hash.len() == 32 => Stale::One(hash),
                _ => Stale::All,
            },
            _ => Stale::No,
        });
        Self { catalog, changes, kept }
    }

    /// Opens a session; the token goes into the cookie and nowhere else.
    pub async fn open(&self, new: NewSession) -> Result<Token> {
        let tx = self.begin().await?;
        let token = Self::open_within(&tx, new).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// A transaction to open a session in. Lost with the power, the person signs in again.
    pub async fn begin(&self) -> Result<CatalogTx> {
        Ok(self.catalog.begin_without_fsync().await?)
    }

    /// Opens a session in the transaction of the caller.
    pub async fn open_within(tx: &CatalogTx, new: NewSession) -> Result<Token> {
        let (token, now) = (Token::random(), clock::now());
        let row = session::ActiveModel {
            id: Set(SessionId::new()),
            token_hash: Set(token.hash()),
            user_id: Set(new.user),
            parent_id: Set(new.parent),
            tenant_id: Set(new.tenant),
            site: Set(new.site.as_str().to_owned()),
            method: Set(new.method),
            user_agent: Set(new.user_agent.chars().take(300).collect()),
            address: Set(new.address),
            created_at: Set(new.born.unwrap_or(now)),
            seen_at: Set(now),
            expires_at: Set(now + IDLE),
            proved_at: Set(new.proved_at),
        };
        tx.insert(row).await?;
        Ok(token)
    }

    /// The session of a cookie, if it is good now.
    pub async fn find(&self, token: &Token) -> Result<Option<Arc<Session>>> {
        let hash = token.hash();
        let session = match self.kept.copy(&hash) {
            Some(session) => session,
            None => match self.kept.read(hash.clone(), self.read(&hash)).await? {
                Some(session) => session,
                None => return Ok(None),
            },
        };
        let now = clock::now();
        if session.expires_at <= now {
            return Ok(None);
        }
        if now - session.seen_at > TOUCH || session.seen_at > now + SKEW {
            self.touch(&session, now).await?;
            self.kept.forget(&hash);
        }
        Ok(Some(session))
    }

    async fn read(&self, hash: &[u8]) -> Result<Option<Arc<Session>>> {
        let found = self
            .catalog
            .find::<session::Entity>()
            .filter(session::Column::TokenHash.eq(hash))
            .one(&self.catalog)
            .await?;
        let Some(row) = found else { return Ok(None) };
        let user = user::Entity::find_by_id(row.user_id).one(&self.catalog).await?;
        let Some(user) = user else { return Ok(None) };
        Ok(Some(Arc::new(Session {
            id: row.id,
            user: row.user_id,
            name: user.name,
            email: user.email,
            locale: user.locale,
            zone: user.zone,
            theme: user.theme,
            parent: row.parent_id,
            tenant: row.tenant_id,
            site: row.site,
            seen_at: row.seen_at,
            created_at: row.created_at,
            expires_at: row.expires_at,
            method: row.method,
            proved_at: row.proved_at,
        })))
    }

    /// Puts the end off, for the session and the one it belongs to; or forward, where the clock was put
    /// back, so that nobody stays longer than allowed.
    async fn touch(&self, session: &Session, now: DateTime<Utc>) -> Result<()> {
        let created = session.created_at.min(now);
        let end = (now + IDLE).min(created + MAX_SESSION_AGE);
        let ids = [Some(session.id), session.parent].into_iter().flatten().map(|id| id.0);
        self.catalog
            .update_many::<session::Entity>()
            .col_expr(session::Column::CreatedAt, Expr::value(created))
            .col_expr(session::Column::SeenAt, Expr::value(now))
            .col_expr(session::Column::ExpiresAt, Expr::value(end))
            .filter(session::Column::Id.is_in(ids))
            .exec(&self.catalog)
            .await?;
        Ok(())
    }

    /// Somebody proved in this session that it is them. It goes on with the token that is given back: a copy of the
    /// one before is worth nothing. What hangs on it goes on, and is read anew everywhere.
    pub async fn prove(&self, session: &Session) -> Result<Token> {
        let token = Token::random();
        let tx = self.catalog.begin().await?;
        // Before its token is another one, and after: either may be kept somewhere.
        let mut changed = self.refresh_within(&tx, session.user).await?;
        tx.update_many::<session::Entity>()
            .filter(session::Column::Id.eq(session.id))
            .col_expr(session::Column::TokenHash, Expr::value(token.hash()))
            .col_expr(session::Column::ProvedAt, Expr::value(Some(clock::now())))
            .exec(&tx)
            .await?;
        changed.0.extend(self.refresh_within(&tx, session.user).await?.0);
        tx.commit().await?;
        self.publish(changed);
        Ok(token)
    }

    /// The identity sessions of a person, the latest first.
    pub async fn of_user(&self, user: UserId) -> Result<Vec<session::Model>> {
        let rows = self
            .catalog
            .find::<session::Entity>()
            .filter(session::Column::UserId.eq(user))
            .filter(session::Column::ParentId.is_null())
            .filter(session::Column::Site.is_in(["", SiteKey::ACCOUNT.as_str()]))
            .filter(session::Column::ExpiresAt.gt(clock::now()))
            .order_by_desc(session::Column::SeenAt)
            .all(&self.catalog)
            .await?;
        Ok(rows)
    }

    /// Ends an identity session and all that hang on it. `false`: not this person's, or gone.
    pub async fn end(&self, user: UserId, id: SessionId) -> Result<bool> {
        self.end_where(this_and_below(id), user).await
    }

    /// The same in the transaction of the caller; after its commit, call [`publish`](Self::publish). `None`: not this
    /// person's, or gone.
    pub async fn end_within(
        &self,
        tx: &CatalogTx,
        user: UserId,
        id: SessionId,
    ) -> Result<Option<SessionChanges>> {
        let ended = end(tx, this_and_below(id), user).await?;
        Ok(Some(ended).filter(|ended| !ended.0.is_empty()))
    }

    /// Ends all sessions of a person, on every device; `except` stays, with those that hang on it.
    pub async fn end_all(&self, user: UserId, except: Option<SessionId>) -> Result<()> {
        let tx = self.catalog.begin().await?;
        let ended = self.end_all_within(&tx, user, except).await?;
        tx.commit().await?;
        self.publish(ended);
        Ok(())
    }

    /// Ends all sessions of a person in the transaction of the caller; after its commit, call
    /// [`publish`](Self::publish).
    pub async fn end_all_within(
        &self,
        tx: &CatalogTx,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<SessionChanges> {
        let mut all = Condition::all();
        if let Some(id) = except {
            let other = Condition::any()
                .add(session::Column::ParentId.is_null())
                .add(session::Column::ParentId.ne(id));
            all = all.add(session::Column::Id.ne(id)).add(other);
        }
        end(tx, all, user).await
    }

    /// Has the sessions of a person read anew, in the transaction that changes the person; after its
    /// commit, call [`publish`](Self::publish).
    pub async fn refresh_within(&self, tx: &CatalogTx, user: UserId) -> Result<SessionChanges> {
        let rows = tx.find::<session::Entity>().filter(session::Column::UserId.eq(user));
        note(tx, rows.all(tx).await?).await
    }

    /// Invalidates this process's cache now; other processes follow within a second. Call it after the
    /// commit.
    pub fn publish(&self, changed: SessionChanges) {
        for hash in changed.0 {
            self.changes.notify("session", &hash);
        }
    }

    /// Ends a person's sessions in one workspace.
    pub async fn end_in(&self, user: UserId, tenant: TenantId) -> Result<bool> {
        self.end_where(Condition::all().add(session::Column::TenantId.eq(tenant)), user).await
    }

    async fn end_where(&self, which: Condition, user: UserId) -> Result<bool> {
        let tx = self.catalog.begin().await?;
        let ended = end(&tx, which, user).await?;
        tx.commit().await?;
        let any = !ended.0.is_empty();
        self.publish(ended);
        Ok(any)
    }
}

/// Sessions that a transaction changed or ended; publish them after the commit.
#[must_use = "publish it after the commit"]
pub struct SessionChanges(Vec<String>);

fn this_and_below(id: SessionId) -> Condition {
    Condition::any().add(session::Column::Id.eq(id)).add(session::Column::ParentId.eq(id))
}

async fn end(tx: &CatalogTx, which: Condition, user: UserId) -> Result<SessionChanges> {
    let which = Condition::all().add(which).add(session::Column::UserId.eq(user));
    let rows = tx.find::<session::Entity>().filter(which).all(tx).await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    session::Entity::delete_many().filter(session::Column::Id.is_in(ids)).exec(tx).await?;
    note(tx, rows).await
}

async fn note(tx: &CatalogTx, rows: Vec<session::Model>) -> Result<SessionChanges> {
    let hashes: Vec<_> = rows.iter().map(|row| hex::encode(&row.token_hash)).collect();
    for hash in &hashes {
        Changes::record(tx, "session", hash).await?;
    }
    Ok(SessionChanges(hashes))
}

//! Entitlements: what a workspace may have, how many of it. Whoever runs the product has the first word, for one
//! workspace; then the workspace's plan; then what the app declares.

pub mod entity;

use chrono::{DateTime, Utc};
use core_base::{Result, Verdict, clock};
use core_db::{Store, Tenant, TenantDb, TenantEntity};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

/// How the table says "as many as it likes".
const UNLIMITED: i64 = -1;

/// How many of something a workspace may have.
pub trait Limit: Send + Sync + 'static {
    /// What it is called on the command line, for ever: `projects`.
    const KEY: &'static str;
    /// What people call it where it is listed: `Projects`.
    const LABEL: &'static str;
    /// One of the things, and many, as they stand in a sentence: `["project", "projects"]`.
    const THINGS: [&'static str; 2];
    /// Where nothing else was said; none: as many as they like.
    const DEFAULT: Option<u64>;
    /// The table that grows: nobody else may add to it between counting and writing.
    type Row: TenantEntity;

    /// How many there are.
    fn used(db: &TenantDb) -> impl Future<Output = Result<u64>> + Send;
}

/// Something that a workspace has or has not.
pub trait Feature: Send + Sync + 'static {
    /// What it is called on the command line, for ever.
    const KEY: &'static str;
    /// What people call it.
    const LABEL: &'static str;
    /// Where nothing else was said.
    const DEFAULT: bool;
}

/// A workspace has as many of something as it may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitReached {
    things: [&'static str; 2],
    limit: u64,
    used: u64,
    next: Option<NextPlan>,
}

/// The next plan that has more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPlan {
    /// What people call it.
    pub name: &'static str,
    /// What it costs: `$8 per member a month`.
    pub price: String,
    /// So many are included; none: as many as one likes.
    pub limit: Option<u64>,
    /// Where an owner changes to it.
    pub path: String,
}

impl LimitReached {
    /// What a person reads first.
    pub const TITLE: &'static str = "Limit reached";

    /// So many are in use of at most so many.
    fn of<L: Limit>(limit: u64, used: u64) -> Self {
        Self { things: L::THINGS, limit, used, next: None }
    }

    /// The plan that has room for more; none: there is no such plan.
    pub fn next(&self) -> Option<&NextPlan> {
        self.next.as_ref()
    }

    /// What the limit is: a sentence.
    pub fn state(&self) -> String {
        let Self { things: [thing, things], limit, used, .. } = self;
        let things = if *limit == 1 { thing } else { things };
        let are = if *used == 1 { "is" } else { "are" };
        format!("This workspace is limited to {limit} {things}, and {used} {are} in use.")
    }

    /// The same, and who can change it. `is_owner`: the reader owns the workspace.
    pub fn text(&self, is_owner: bool) -> String {
        let then = match (&self.next, is_owner) {
            (Some(next), true) => format!("{}.", self.offer(next)),
            (Some(next), false) => {
                format!("{}. An owner of the workspace can change to it.", self.offer(next))
            }
            (None, true) => "Contact us to have the limit raised.".to_owned(),
            (None, false) => "Ask an owner of the workspace to have it raised.".to_owned(),
        };
        format!("{} {then}", self.state())
    }

    /// What the next plan has, and what it costs.
    fn offer(&self, next: &NextPlan) -> String {
        let [thing, things] = self.things;
        let includes = match next.limit {
            None => format!("as many {things} as you like"),
            Some(1) => format!("1 {thing}"),
            Some(limit) => format!("{limit} {things}"),
        };
        format!("{} includes {includes} for {}", next.name, next.price)
    }
}

/// How many the workspace may have; none: as many as it likes.
pub async fn limit<L: Limit>(db: &TenantDb) -> Result<Option<u64>> {
    Ok(in_force::<L>(db).await?.0)
}

/// The same, and whether it is set for this workspace alone.
async fn in_force<L: Limit>(db: &TenantDb) -> Result<(Option<u64>, bool)> {
    let set = set(db, L::KEY).await?;
    let count = |value: i64| u64::try_from(value).ok();
    let limit = set.or_else(|| db.granted(L::KEY)).map_or(L::DEFAULT, count);
    Ok((limit, set.is_some()))
}

/// Whether the workspace has it.
pub async fn has<F: Feature>(db: &TenantDb) -> Result<bool> {
    let set = set(db, F::KEY).await?.or_else(|| db.granted(F::KEY));
    Ok(set.map_or(F::DEFAULT, |value| value > 0))
}

/// Is there room for so many more? From here to the end of the transaction nobody else who asks adds any:
/// ask before writing, in the same transaction.
pub async fn room_for<L: Limit>(db: &TenantDb, more: u64) -> Verdict<(), LimitReached> {
    let (Some(limit), is_set) = in_force::<L>(db).await? else { return Ok(Ok(())) };
    db.lock_table::<L::Row>().await?;
    let used = L::used(db).await?;
    if used + more <= limit {
        return Ok(Ok(()));
    }
    Ok(Err(reached::<L>(db, (limit, is_set), used, more)))
}

/// Do so many fit under the limit? For what is there already and is only counted.
pub async fn fits<L: Limit>(db: &TenantDb, used: u64) -> Verdict<(), LimitReached> {
    let (Some(limit), is_set) = in_force::<L>(db).await? else { return Ok(Ok(())) };
    if used < limit {
        return Ok(Ok(()));
    }
    Ok(Err(reached::<L>(db, (limit, is_set), used, 1)))
}

/// Another plan helps where the plan is what limits.
fn reached<L: Limit>(
    db: &TenantDb,
    (limit, is_set): (u64, bool),
    used: u64,
    more: u64,
) -> LimitReached {
    let next = match is_set {
        true => None,
        false => db.plan_with_room_for(L::KEY, used + more),
    };
    let next = next.map(|(plan, path)| NextPlan {
        name: plan.name,
        price: plan.price(),
        limit: plan.grants.get(L::KEY).and_then(|granted| u64::try_from(*granted).ok()),
        path: path.to_owned(),
    });
    LimitReached { next, ..LimitReached::of::<L>(limit, used) }
}

/// What was set for this workspace, and still holds.
async fn set(db: &TenantDb, key: &str) -> Result<Option<i64>> {
    let row = entity::Entity::find_by_id(key).one(db).await?;
    Ok(row.filter(holds).map(|row| row.value))
}

fn holds(row: &entity::Model) -> bool {
    row.until.is_none_or(|until| clock::now() < until)
}

type Used = fn(&TenantDb) -> BoxFuture<'_, Result<u64>>;

/// What an app declared, for lists and for the command.
#[derive(Clone, Copy, Debug)]
pub struct Entitlement {
    /// What it is called on the command line.
    pub key: &'static str,
    /// What people call it.
    pub label: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Limit { default: Option<u64>, used: Used },
    Feature { default: bool },
}

/// What a workspace has of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// So many of at most so many; no limit: as many as it likes.
    Counted {
        /// How many there are.
        used: u64,
        /// How many there may be.
        limit: Option<u64>,
    },
    /// It has it or not.
    Feature(bool),
}

/// Who said what a workspace may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Whoever runs the product, until then; none: until they say otherwise.
    Set(Option<DateTime<Utc>>),
    /// The plan of this name.
    Plan(&'static str),
    /// The app.
    Default,
}

/// What is to be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// So many.
    Count(u64),
    /// A feature.
    On,
    /// Of a limit: none. Of a feature: the workspace does not have it.
    Off,
    /// What the app declares.
    Default,
}

/// What the workspace has of each, and who said so.
pub async fn usage(
    db: &TenantDb,
    all: &[Entitlement],
) -> Result<Vec<(Entitlement, Usage, Source)>> {
    let rows = entity::Entity::find().all(db).await?;
    let said = |key: &str| match rows.iter().find(|row| row.key == key && holds(row)) {
        Some(row) => (Some(row.value), Source::Set(row.until)),
        None => match (db.granted(key), db.plan_name()) {
            (Some(value), Some(name)) => (Some(value), Source::Plan(name)),
            _ => (None, Source::Default),
        },
    };
    let mut usage = vec![];
    for one in all {
        let (set, source) = said(one.key);
        let has = match one.kind {
            Kind::Limit { default, used } => {
                let limit = set.map_or(default, |value| u64::try_from(value).ok());
                Usage::Counted { used: used(db).await?, limit }
            }
            Kind::Feature { default } => Usage::Feature(set.map_or(default, |value| value > 0)),
        };
        usage.push((*one, has, source));
    }
    Ok(usage)
}

impl Entitlement {
    /// Is it so many of something? Otherwise there or not.
    pub fn is_limit(&self) -> bool {
        matches!(self.kind, Kind::Limit { .. })
    }

    /// Of a limit.
    pub fn limit<L: Limit>() -> Self {
        let used: Used = |db| L::used(db).boxed();
        Self { key: L::KEY, label: L::LABEL, kind: Kind::Limit { default: L::DEFAULT, used } }
    }

    /// Of a feature.
    pub fn feature<F: Feature>() -> Self {
        Self { key: F::KEY, label: F::LABEL, kind: Kind::Feature { default: F::DEFAULT } }
    }

    /// Sets it for one workspace, as whoever runs the product, for good or until a moment; or says why not.
    pub async fn set(
        &self,
        store: &Store,
        tenant: &std::sync::Arc<Tenant>,
        to: Setting,
        until: Option<DateTime<Utc>>,
    ) -> Verdict<(), &'static str> {
        if until.is_some_and(|until| until <= clock::now()) {
            return Ok(Err("that day has passed: choose a later one"));
        }
        let value = match (self.kind, to) {
            (_, Setting::Default) => None,
            (Kind::Limit { .. }, Setting::Off) => Some(UNLIMITED),
            (Kind::Limit { .. }, Setting::Count(count)) => match i64::try_from(count) {
                Ok(count) => Some(count),
                Err(_) => return Ok(Err("that is more than can be counted: use `off`")),
            },
            (Kind::Limit { .. }, Setting::On) => {
                return Ok(Err("a limit is a number, `off` or `default`"));
            }
            (Kind::Feature { .. }, Setting::On) => Some(1),
            (Kind::Feature { .. }, Setting::Off) => Some(0),
            (Kind::Feature { .. }, Setting::Count(_)) => {
                return Ok(Err("a feature is `on`, `off` or `default`"));
            }
        };
        let key = self.key;
        let value = value.map(|value| (value, until));
        let write = |db: TenantDb| async move { write(&db, key, value).await };
        store.write_as_owner(tenant, write).await.map(Ok)
    }
}

async fn write(
    db: &TenantDb,
    key: &str,
    value: Option<(i64, Option<DateTime<Utc>>)>,
) -> Result<()> {
    let row = || entity::Column::Key.eq(key);
    let Some((value, until)) = value else {
        entity::Entity::delete_many().filter(row()).exec(db).await?;
        return Ok(());
    };
    let update = entity::Entity::update_many().filter(row());
    let update = update.col_expr(entity::Column::Value, Expr::value(value));
    let update = update.col_expr(entity::Column::Until, Expr::value(until)).exec(db).await?;
    if update.rows_affected == 0 {
        let row = entity::Model { key: key.to_owned(), value, until };
        db.insert(entity::ActiveModel::from(row)).await?;
    }
    Ok(())
}

//! Archives of workspaces, with the people who belong to them.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
    sync::Arc,
};

use async_trait::async_trait;
use core_base::{Error, Result, Slug, TenantId, UserId, clock};
use core_db::{
    CatalogTx, Changes, Mode, NewTenant, SignInPolicy, Status, Store, Tenant, TenantCreation,
    TenantDb,
    archive::{CatalogRows, Exported, Header, Person, Reader, Rows},
    catalog,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait,
};
use tokio::sync::Mutex;

pub use crate::archive_rules::{ValidateRows, invalid_workspaces, validate_rows};
use crate::{
    archive_rules,
    entity::{member, membership, user},
    member_cache, memberships,
};

/// People in one query.
const MANY: usize = 500;

/// Writes a workspace to a new file, as it is at this moment.
pub async fn export(store: &Store, tenant: &Arc<Tenant>, path: &Path) -> Result<Exported> {
    let people = async |db: &TenantDb| {
        let ids: Vec<_> = db.find::<member::Entity>().all(db).await?;
        let ids: Vec<_> = ids.into_iter().map(|member| member.user_id).collect();
        let mut people = vec![];
        for ids in ids.chunks(MANY) {
            let query = store.catalog().find::<user::Entity>();
            let query = query.filter(user::Column::Id.is_in(ids.iter().copied()));
            people.extend(query.all(store.catalog()).await?.into_iter().map(person));
        }
        Ok(people)
    };
    store.export_tenant(tenant, people, path).await
}

fn person(row: user::Model) -> Person {
    let user::Model { id, email, name, locale, zone, .. } = row;
    Person { id, email, name, locale, zone }
}

/// Makes the workspace of an archive, under the id it had, and at another address if one is given.
/// People whom nobody knows here get an account without a password: they choose one by “forgot it?”.
/// `tables` are asked whether they can read what it brought.
pub async fn import(
    store: &Store,
    path: &Path,
    slug: Option<Slug>,
    tables: &[ValidateRows],
) -> Result<Arc<Tenant>> {
    let reader = Reader::open(path)?;
    let header = reader.header.clone();
    store.accepts(&header)?;
    archive_rules::check_header(&header)?;
    refuse_known(store, &header).await?;
    let slug = match slug {
        Some(slug) => slug,
        None => {
            Slug::parse(&header.slug).map_err(|why| anyhow::anyhow!("{}: {why}", header.slug))?
        }
    };
    let Settled { users, others, made } = settle(store, &header.people).await?;
    let sign_in =
        SignInPolicy { two_step_from: header.two_step_from, session_hours: header.session_hours };
    let (name, zone, id) = (header.name, header.zone, Some(header.id));
    let new = NewTenant { slug, name, zone, id, sign_in };
    let rows = Mutex::new(Some(Rows::new(reader, others)));
    let (catalog, tables) = (Mutex::default(), tables.to_vec());
    let arrivals = Arrivals { store: store.clone(), users, rows, catalog, tables };
    let tenant = store.create_tenant(new, &arrivals).await;
    if tenant.is_err() {
        forget(store, &made).await?;
    }
    tenant
}

/// Puts a workspace back to what it was when the archive was made, in one transaction: people see
/// either all of it or nothing. Gives the number of rows.
pub async fn restore(
    store: &Store,
    tenant: &Arc<Tenant>,
    path: &Path,
    tables: &[ValidateRows],
) -> Result<u64> {
    let reader = Reader::open(path)?;
    if reader.header.id != tenant.id {
        let of = &reader.header.slug;
        let text = format!("This archive is of another workspace, which was at {of}.");
        return Err(Error::Conflict(text));
    }
    store.accepts(&reader.header)?;
    archive_rules::check_header(&reader.header)?;
    let Settled { users, others, made } = settle(store, &reader.header.people).await?;
    let db = store.tenant_db(tenant.clone(), Mode::Bulk).await?;
    let done = async {
        db.lock_table::<member::Entity>().await?;
        let written = Rows::new(reader, others).replace(&db).await?;
        archive_rules::check_rows(&db, &users, tables).await?;
        mark(store, &db, tenant.id).await?;
        let tx = store.catalog().begin().await?;
        written.catalog.write(store, &tx, tenant.id, &users).await?;
        Ok((written.rows, tx))
    };
    let done = done.await;
    db.finish(done.is_ok()).await?;
    // A kill between these two leaves the catalogue's rows as they were: the archive is put back again.
    let done = match done {
        Ok((rows, tx)) => tx.commit().await.map(|()| rows).map_err(Error::from),
        Err(error) => Err(error),
    };
    reconcile(store, tenant).await?;
    if done.is_err() {
        forget(store, &made).await?;
    }
    done
}

/// Notes in the catalogue who is about to come and to go: if we are killed after the commit, `repair`
/// looks at these.
async fn mark(store: &Store, db: &TenantDb, tenant: TenantId) -> Result<()> {
    let members = users_of(db.find::<member::Entity>().all(db).await?);
    let listed = listed(store.catalog(), tenant).await?;
    let listed: BTreeSet<_> = listed.into_iter().map(|one| one.user_id).collect();
    for user in members.difference(&listed) {
        memberships::reserve_membership(store.catalog(), *user, tenant).await?;
    }
    for user in listed.difference(&members) {
        memberships::mark_leaving(store.catalog(), *user, tenant).await?;
    }
    Ok(())
}

fn users_of(members: Vec<member::Model>) -> BTreeSet<UserId> {
    members.into_iter().map(|member| member.user_id).collect()
}

/// Whom the catalogue lists, but for those of whom it is not known yet whether they will belong.
async fn listed(
    catalog: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Vec<membership::Model>> {
    let query = membership::Entity::find().filter(membership::Column::TenantId.eq(tenant));
    Ok(query.filter(membership::Column::State.ne("reserved")).all(catalog).await?)
}

/// Brings the catalogue's index in line with who is a member. Gives how many it changed.
pub async fn reconcile(store: &Store, tenant: &Arc<Tenant>) -> Result<usize> {
    let members = |db: TenantDb| async move { Ok(db.find::<member::Entity>().all(&db).await?) };
    let members = users_of(store.read_in(tenant.clone(), members).await?);
    let tx = store.catalog().begin().await?;
    let listed = listed(&tx, tenant.id).await?;
    let active = listed.iter().filter(|one| one.state == "active");
    let active: BTreeSet<_> = active.map(|one| one.user_id).collect();
    for user in members.difference(&active) {
        memberships::activate(&tx, *user, tenant.id).await?;
    }
    let all = listed.iter().map(|one| one.user_id);
    let gone: BTreeSet<_> = all.filter(|user| !members.contains(user)).collect();
    membership::Entity::delete_many()
        .filter(membership::Column::TenantId.eq(tenant.id))
        .filter(membership::Column::UserId.is_in(gone.iter().copied()))
        .exec(&tx)
        .await?;
    // Everybody's, since names and roles may be others too.
    let subject = member_cache::subject(tenant.id, None);
    Changes::record(&tx, "member", &subject).await?;
    let changed: BTreeSet<_> = members.difference(&active).chain(&gone).copied().collect();
    for user in &changed {
        Changes::record(&tx, "member", &member_cache::subject(tenant.id, Some(*user))).await?;
    }
    tx.commit().await?;
    store.changes().notify("member", &subject);
    Ok(changed.len())
}

/// A workspace that is here, or was erased here, is not made again.
async fn refuse_known(store: &Store, header: &Header) -> Result<()> {
    let row = catalog::tenant::Entity::find_by_id(header.id).one(store.catalog()).await?;
    let Some(row) = row else { return Ok(()) };
    let slug = row.slug;
    Err(Error::Conflict(match row.status {
        Status::Deleted | Status::Deleting => {
            format!("This workspace was at {slug} and has been erased here: it stays erased.")
        }
        _ => {
            format!("This workspace is here already, at {slug}. Put it back with --replace {slug}.")
        }
    }))
}

/// The people of an archive, as they are here.
struct Settled {
    /// All of them.
    users: Vec<UserId>,
    /// Who had another id in the archive, and the id here.
    others: HashMap<UserId, UserId>,
    /// Whom nobody knew here before.
    made: Vec<UserId>,
}

/// Finds these people or makes them.
async fn settle(store: &Store, people: &[Person]) -> Result<Settled> {
    let (mut users, mut others, mut made) = (vec![], HashMap::new(), vec![]);
    let tx = store.catalog().begin().await?;
    for person in people {
        let by_id = tx.find::<user::Entity>().filter(user::Column::Id.eq(person.id));
        let by_email = tx.find::<user::Entity>().filter(user::Column::Email.eq(&person.email));
        let found = match by_id.one(&tx).await? {
            None => by_email.one(&tx).await?,
            found => found,
        };
        let id = match found {
            Some(found) => found.id,
            None => {
                made.push(person.id);
                tx.insert(row(person)).await?.id
            }
        };
        users.push(id);
        if id != person.id {
            others.insert(person.id, id);
        }
    }
    tx.commit().await?;
    Ok(Settled { users, others, made })
}

/// Takes back the accounts that an archive brought and that nothing came of: no workspace, no password.
async fn forget(store: &Store, made: &[UserId]) -> Result<()> {
    for ids in made.chunks(MANY) {
        let belong = membership::Entity::find().select_only().column(membership::Column::UserId);
        let unused = user::Entity::find()
            .filter(user::Column::Id.is_in(ids.iter().copied()))
            .filter(user::Column::PasswordHash.eq(""))
            .filter(user::Column::Id.not_in_subquery(belong.into_query()));
        let tx = store.catalog().begin().await?;
        for user in unused.all(&tx).await? {
            store.erase_user(&tx, user.id, &user.email).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn row(person: &Person) -> user::ActiveModel {
    user::ActiveModel {
        id: Set(person.id),
        email: Set(person.email.clone()),
        name: Set(person.name.clone()),
        locale: Set(person.locale.clone()),
        zone: Set(person.zone.clone()),
        theme: Set("system".to_owned()),
        password_hash: Set(String::new()),
        created_at: Set(clock::now()),
    }
}

/// The rows of an archive and the people in it, in the steps of a new tenant.
struct Arrivals {
    store: Store,
    users: Vec<UserId>,
    rows: Mutex<Option<Rows>>,
    /// What the archive brings for the catalogue, once its rows were read.
    catalog: Mutex<CatalogRows>,
    tables: Vec<ValidateRows>,
}

#[async_trait]
impl TenantCreation for Arrivals {
    async fn first(&self, db: &TenantDb) -> Result<()> {
        match self.rows.lock().await.take() {
            Some(rows) => {
                *self.catalog.lock().await = rows.write(db).await?.catalog;
                archive_rules::check_rows(db, &self.users, &self.tables).await
            }
            None => Ok(()),
        }
    }

    async fn confirm(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        for user in &self.users {
            memberships::activate(catalog, *user, tenant).await?;
        }
        self.catalog.lock().await.write(&self.store, catalog, tenant, &self.users).await
    }
}

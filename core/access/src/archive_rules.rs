//! What an archive may say of a workspace and its people: what forms would have let through.

use std::{collections::HashSet, future::Future, pin::Pin};

use chrono::TimeDelta;
use core_base::{
    Finding, Result, RoleId, Slug, UserId, clock, normalise_email,
    text::{self, name_key},
    zone,
};
use core_db::{
    Status, Store, TenantDb, TenantEntity,
    archive::{Header, Person},
    catalog::tenant,
};
use sea_orm::{
    ColumnTrait, EntityTrait, Iterable, PrimaryKeyToColumn, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    MAX_SESSION_AGE, all_roles,
    entity::{invitation, member, role},
};

/// The longest name of a workspace, in characters.
const WORKSPACE: usize = 60;
/// The longest name of a person.
const PERSON: usize = 80;
/// The longest name of a role.
const ROLE: usize = 40;
/// However long an invitation may be good for.
const INVITATION: TimeDelta = TimeDelta::days(31);
/// The longest word for how somebody writes, such as `en-GB`.
const LOCALE: usize = 35;

/// What is wrong with a name; none: nothing.
fn name_problem(name: &str, most: usize) -> Option<String> {
    let seen = text::one_line(name);
    match seen.trim().chars().count() {
        0 => Some("is empty".to_owned()),
        count if count > most => {
            Some(format!("has {count} characters; at most {most} are allowed"))
        }
        _ if name.chars().any(char::is_control) => Some("has control characters".to_owned()),
        _ if seen != *name => Some("has characters that nobody sees".to_owned()),
        _ => None,
    }
}

fn zone_problem(zone: &str) -> Option<String> {
    (!zone::is_zone(zone)).then(|| format!("{} is no time zone", short(zone)))
}

/// With none nobody would ever be in.
fn hours_problem(hours: Option<u32>) -> Option<String> {
    let most = MAX_SESSION_AGE.as_secs() / 3_600;
    let is_good = hours.is_none_or(|hours| (1..=most).contains(&u64::from(hours)));
    (!is_good).then(|| format!("is {} hours; 1 to {most} are allowed", hours.unwrap_or_default()))
}

/// So much of it as a message has room for.
fn short(text: &str) -> String {
    let start: String = text.chars().take(60).collect();
    format!("{start:?}")
}

/// Refuses an archive by what stands at its top, before anything is written.
pub(crate) fn check_header(header: &Header) -> anyhow::Result<()> {
    let refuse = |what: &str, why: Option<String>| match why {
        Some(why) => Err(anyhow::anyhow!("the archive is refused: {what} {why}")),
        None => Ok(()),
    };
    refuse("the workspace's name", name_problem(&header.name, WORKSPACE))?;
    refuse("the workspace's time zone", zone_problem(&header.zone))?;
    refuse("the life of a session", hours_problem(header.session_hours))?;
    anyhow::ensure!(
        Slug::is_well_formed(&header.slug),
        "the archive is refused: {} is no address of a workspace",
        short(&header.slug)
    );
    for person in &header.people {
        let of = |what: &str| format!("the {what} of the person {}", person.id);
        let Person { email, name, locale, zone, .. } = person;
        refuse(&of("email address"), email_problem(email))?;
        refuse(&of("name"), name_problem(name, PERSON))?;
        // Both may be left to the workspace.
        refuse(&of("time zone"), zone_problem(zone).filter(|_| !zone.is_empty()))?;
        refuse(&of("language"), name_problem(locale, LOCALE).filter(|_| !locale.is_empty()))?;
    }
    Ok(())
}

fn email_problem(email: &str) -> Option<String> {
    let good = normalise_email(email).is_some_and(|normal| normal == email);
    (!good).then(|| format!("is {}, which is none", short(email)))
}

/// Reads every row of one table, and fails at the first that does not decode or breaks its rules.
pub type ValidateRows =
    for<'a> fn(&'a TenantDb) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// Rows that are read at once.
const MANY: u64 = 1000;

/// Reads every row of `E` and fails at the first that does not decode (such as an unknown word of a
/// choice) or breaks its entity's rules: it would be an error on every page that shows it.
pub fn validate_rows<E: TenantEntity>(
    db: &TenantDb,
) -> Pin<Box<dyn Future<Output = Result<()>> + Send + '_>> {
    Box::pin(async move {
        let keys = || E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
        let all = keys().fold(db.find::<E>(), |all, key| all.order_by_asc(key));
        for page in 0.. {
            let rows = all.clone().limit(MANY).offset(page * MANY).all(db).await;
            let rows = rows.map_err(|error| {
                let table = E::default().table_name().to_owned();
                anyhow::anyhow!("the archive is refused: a row of {table} cannot be read: {error}")
            })?;
            if let Some(problem) = rows.iter().find_map(E::problem) {
                let table = E::default().table_name().to_owned();
                let text = format!("the archive is refused: a row of {table}: {problem}");
                return Err(anyhow::anyhow!(text).into());
            }
            if (rows.len() as u64) < MANY {
                break;
            }
        }
        Ok(())
    })
}

/// Refuses the rows of an archive that have just been written: the transaction is undone. `people` are
/// those whom it brought.
pub(crate) async fn check_rows(
    db: &TenantDb,
    people: &[UserId],
    tables: &[ValidateRows],
) -> Result<()> {
    for validate_rows in tables {
        validate_rows(db).await?;
    }
    let refuse = |what: String, why: Option<String>| match why {
        Some(why) => Err(anyhow::anyhow!("the archive is refused: {what} {why}")),
        None => Ok(()),
    };
    let members = db.find::<member::Entity>().all(db).await?;
    for member in &members {
        let of = |what: &str| format!("the {what} of the member {}", member.id);
        refuse(of("name"), name_problem(&member.name, PERSON))?;
        refuse(of("email address"), email_problem(&member.email))?;
    }
    for role in db.find::<role::Entity>().all(db).await? {
        let of = |what: &str| format!("the {what} of the role {}", role.id);
        refuse(of("name"), name_problem(&role.name, ROLE))?;
        refuse(of("id"), role.id.parse::<RoleId>().err().map(|_| "is none".to_owned()))?;
    }
    let mut names = HashSet::new();
    for (_, name, _) in all_roles(db).await? {
        let is_twin = !names.insert(name_key(&name));
        let why = is_twin.then(|| "is another role's as well".to_owned());
        refuse(format!("the name {}", short(&name)), why)?;
    }
    for one in db.find::<invitation::Entity>().all(db).await? {
        let of = |what: &str| format!("the {what} of the invitation {}", one.id);
        refuse(of("email address"), email_problem(&one.email))?;
        refuse(of("role"), one.role.is_owner().then(|| "is the owner's".to_owned()))?;
        let is_late = one.expires_at > clock::now() + INVITATION;
        refuse(of("end"), is_late.then(|| "is too far away".to_owned()))?;
    }
    let belong: HashSet<_> = members.iter().map(|member| member.user_id).collect();
    if let Some(stranger) = people.iter().find(|person| !belong.contains(person)) {
        let text = format!("the archive is refused: the person {stranger} is no member");
        return Err(anyhow::anyhow!(text).into());
    }
    if !members.iter().any(|member| member.role.is_owner()) {
        let text = "the archive is refused: none of its members is an owner";
        return Err(anyhow::anyhow!(text).into());
    }
    Ok(())
}

/// Workspaces whose name or zone no form would have let through, however they came there.
pub async fn invalid_workspaces(store: &Store) -> Result<Vec<Finding>> {
    use tenant::Column::{Name, Slug, Status as State, Zone};
    let query = tenant::Entity::find().select_only().columns([Slug, Name, Zone]);
    let query = query.filter(State.is_in(Status::WHOLE));
    let rows: Vec<(String, String, String)> = query.into_tuple().all(store.catalog()).await?;
    let mut found = vec![];
    for (slug, name, zone) in rows {
        let name = name_problem(&name, WORKSPACE).map(|why| format!("its name {why}"));
        for why in name.into_iter().chain(zone_problem(&zone)) {
            let text = format!("the workspace {slug} is not as a form would have it: {why}");
            let hint = "give it another under Settings → Workspace";
            found.push(Finding::new("store.odd", text, hint));
        }
    }
    Ok(found)
}

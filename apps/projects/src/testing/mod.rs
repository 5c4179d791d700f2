//! Projects to test with, to look at and to measure with.

mod demo;

use std::time::Duration;

use platform::{Error, Result, TenantDb, UserId, clock, member};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder,
    prelude::{DateTimeUtc, Uuid},
};

use crate::project::{self, ActiveModel, Draft, Model, Status};

pub use demo::demo;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// A project of this name; with other fields as `Draft { due, ..named("Falcon") }`.
pub fn named(name: &str) -> Draft {
    Draft { name: name.to_owned(), ..Draft::default() }
}

/// The draft as a row.
pub async fn make(db: &TenantDb, draft: Draft) -> Result<Model> {
    let made = project::create(db, draft).await?;
    made.map_err(|_| Error::Conflict("a project of this name is there already".to_owned()))
}

/// The names of all, in the order of the alphabet.
pub async fn names(db: &TenantDb) -> Result<Vec<String>> {
    let rows = db.find::<project::Entity>().order_by_asc(project::Column::Name).all(db).await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// `count` projects named "`name` project 0001" and on.
pub async fn many(db: &TenantDb, users: &[UserId], name: &str, count: usize) -> Result<()> {
    let (owners, now) = (owners(db, users).await?, clock::now());
    let count = u32::try_from(count)?;
    let statuses: Vec<_> = Status::all().collect();
    let row = |number: u32| {
        let place = number as usize;
        let draft = Draft {
            summary: format!(
                "Work package {number}: plan, build and review the next step with the team; keep \
                 the notes short, name one owner, and close it when the customer agrees."
            ),
            status: statuses[place % statuses.len()],
            owner_id: owner(&owners, place),
            due: Some((now + HOUR * number).date_naive()),
            ..named(&format!("{name} project {number:04}"))
        };
        row(draft, now - HOUR / 10 * (count - number))
    };
    let rows: Vec<_> = (1..=count).map(row).collect();
    for batch in rows.chunks(200) {
        db.insert_many(batch.to_vec()).await?;
    }
    Ok(())
}

fn row(draft: Draft, changed: DateTimeUtc) -> ActiveModel {
    ActiveModel {
        id: Set(Uuid::now_v7()),
        version: Set(1),
        created_at: Set(changed - DAY * 7),
        updated_at: Set(changed),
        ..draft.into()
    }
}

async fn owners(db: &TenantDb, users: &[UserId]) -> Result<Vec<Uuid>> {
    let is_one = member::Column::UserId.is_in(users.iter().map(|user| user.0));
    let members = db.find::<member::Entity>().filter(is_one).all(db).await?;
    Ok(members.into_iter().map(|member| member.id).collect())
}

fn owner(owners: &[Uuid], number: usize) -> Option<Uuid> {
    owners.get(number % owners.len().max(1)).copied()
}

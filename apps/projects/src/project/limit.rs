//! How many projects a workspace may have, and who may not go while they answer for one.

use platform::{Limit, Objection, Result, TenantDb, Verdict, contracts::RemoveMember, member};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, QueryOrder};

use super::{Column, Entity, Status};

/// How many projects a workspace may have.
pub struct Projects;

impl Limit for Projects {
    const KEY: &'static str = "projects";
    const LABEL: &'static str = "Projects";
    const THINGS: [&'static str; 2] = ["project", "projects"];
    const DEFAULT: Option<u64> = None;
    type Row = Entity;

    async fn used(db: &TenantDb) -> Result<u64> {
        Ok(db.find::<Entity>().count(db).await?)
    }
}

/// A project at risk always has somebody who answers for it.
pub(crate) async fn keep_owner(asked: RemoveMember, db: TenantDb) -> Verdict<(), Objection> {
    let at_risk = db.find::<Entity>().filter(Column::OwnerId.eq(asked.member.0));
    let at_risk = at_risk.filter(Column::Status.eq(Status::AtRisk)).order_by_asc(Column::Name);
    let Some(first) = at_risk.one(&db).await? else { return Ok(Ok(())) };
    let member = db.find::<member::Entity>().filter(member::Column::Id.eq(asked.member));
    let name = member.one(&db).await?.map(|member| member.name).unwrap_or_default();
    let (name, project) = (platform::ui::isolated(&name), platform::ui::isolated(&first.name));
    Ok(Err(Objection(format!(
        "{name} owns the project {project}, which is at risk. Give it another owner first."
    ))))
}

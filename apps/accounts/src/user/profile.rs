//! What people say of themselves, and how they want to read times.

use platform::{
    Later, Result,
    people::{
        Session,
        entity::{
            membership,
            user::{Column, Entity},
        },
    },
    process::Services,
    ui::{Locale, Theme},
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use crate::jobs::CopyName;

/// What a person may change about themselves.
pub struct Profile<'a> {
    /// What they are called.
    pub name: &'a str,
    /// How they write.
    pub locale: Locale,
    /// Their time zone; empty: wherever they are, the workspace's.
    pub zone: &'a str,
    /// Light or dark.
    pub theme: Theme,
}

/// Keeps it. Each workspace has a copy of the name, which follows by a job.
pub async fn save_profile(core: &Services, session: &Session, profile: &Profile<'_>) -> Result<()> {
    let tx = core.store.catalog().begin().await?;
    tx.update_many::<Entity>()
        .filter(Column::Id.eq(session.user))
        .col_expr(Column::Name, Expr::value(profile.name))
        .col_expr(Column::Locale, Expr::value(profile.locale.tag()))
        .col_expr(Column::Zone, Expr::value(profile.zone))
        .col_expr(Column::Theme, Expr::value(profile.theme.name()))
        .exec(&tx)
        .await?;
    if profile.name != session.name {
        let all = tx.find::<membership::Entity>();
        let all = all.filter(membership::Column::UserId.eq(session.user)).all(&tx).await?;
        for one in all {
            let job = CopyName { user: session.user };
            job.later_for(&tx, one.tenant_id).await?;
        }
    }
    let changed = core.sessions.refresh_within(&tx, session.user).await?;
    tx.commit().await?;
    core.sessions.publish(changed);
    Ok(())
}

/// Keeps the theme alone, for every host where the person is signed in.
pub async fn save_theme(core: &Services, session: &Session, theme: Theme) -> Result<()> {
    let tx = core.store.catalog().begin().await?;
    tx.update_many::<Entity>()
        .filter(Column::Id.eq(session.user))
        .col_expr(Column::Theme, Expr::value(theme.name()))
        .exec(&tx)
        .await?;
    let changed = core.sessions.refresh_within(&tx, session.user).await?;
    tx.commit().await?;
    core.sessions.publish(changed);
    Ok(())
}

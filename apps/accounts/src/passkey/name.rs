//! What people call their passkeys and security keys.

use platform::{Result, UserId, process::Services, text};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Column, Entity, Kind};
use crate::security_log::{self, Place, What};

/// In characters.
const LONGEST: usize = 60;

/// What is wrong with a name, for whoever typed it.
pub(crate) fn name_problem(typed: &str) -> Option<&'static str> {
    match text::one_line(typed).trim().chars().count() {
        0 => Some("Enter a name."),
        1..=LONGEST => None,
        _ => Some("Use at most 60 characters."),
    }
}

/// The name that is kept, of what somebody typed.
pub(crate) fn called(typed: &str, kind: Kind) -> String {
    match text::one_line(typed).trim() {
        "" if kind == Kind::Passkey => "Passkey".to_owned(),
        "" => "Security key".to_owned(),
        name => name.chars().take(LONGEST).collect(),
    }
}

/// Calls a key something else. `false`: it is not theirs.
pub(crate) async fn rename(
    core: &Services,
    user: UserId,
    (id, name): (Uuid, &str),
    place: &Place,
) -> Result<bool> {
    let tx = core.store.catalog().begin().await?;
    let one = tx.update_many::<Entity>().filter(Column::Id.eq(id));
    let one = one.filter(Column::UserId.eq(user)).col_expr(Column::Name, Expr::value(name));
    if one.exec(&tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    security_log::note(&tx, user, (What::KeyRenamed, name), place).await?;
    tx.commit().await?;
    Ok(true)
}

//! What a member may see and set: the same resource with less in it. Lists, forms, bulk actions, history and
//! JSON follow, for all of them ask the resource.

use std::sync::Arc;

use core_access::{Member, PermissionDef};
use sea_orm::{ExprTrait, Value};

use crate::{Resource, parts::Parts};

impl Resource {
    /// The resource as this member has it: without what they may not see or do.
    #[must_use]
    pub fn for_member(self: &Arc<Self>, member: &Member) -> Arc<Self> {
        if self.permissions().next().is_none() {
            return self.clone();
        }
        let mut own = Self::clone(self);
        let lacks = |needs: Option<PermissionDef>| needs.is_some_and(|needs| !member.may(&needs));
        let mut scope = vec![];
        for field in &mut own.fields {
            let parts = &mut field.parts;
            let is_own = lacks(parts.own_unless);
            if lacks(parts.seen_by) {
                hide(parts);
            }
            if lacks(parts.set_by) || is_own {
                (parts.is_in_form, parts.bulk) = (false, None);
                if parts.is_mine || is_own {
                    parts.default = Some(member.id.0.into());
                }
            }
            if is_own {
                scope.push(field.at);
            }
        }
        for at in scope {
            own.scope.push(own.column(at).eq(Value::from(member.id.0)));
        }
        own.actions.retain(|action| !lacks(action.under));
        Arc::new(own)
    }

    /// The permissions that its fields and actions ask for, which its app declares.
    pub fn permissions(&self) -> impl Iterator<Item = PermissionDef> {
        let of_field =
            |parts: &Parts| [parts.seen_by, parts.set_by, parts.own_unless].into_iter().flatten();
        let fields = self.fields.iter().flat_map(move |field| of_field(&field.parts));
        fields.chain(self.actions.iter().filter_map(|action| action.under))
    }

    /// The same with every field in its form: for code of the app, which sets also what nobody types.
    pub(crate) fn unlocked(&self) -> Self {
        let mut own = self.clone();
        for field in &mut own.fields {
            let is_column = self.columns[field.at].computed.is_none();
            let is_kept = [self.version, self.created, self.updated].contains(&Some(field.at));
            field.parts.is_in_form = is_column && !is_kept;
        }
        own
    }
}

fn hide(parts: &mut Parts) {
    parts.is_hidden = true;
    parts.is_in_form = false;
    parts.is_listed = false;
    parts.is_subtitle = false;
    parts.is_under_title = false;
    parts.is_searched = false;
    parts.is_sorted = false;
    parts.is_filtered = false;
    (parts.bulk, parts.is_first) = (None, None);
}

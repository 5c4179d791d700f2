//! What the admin shows of members and invitations: to be read, for both have rules of their own.

use platform::{
    Role, member,
    resource::{Builder, Choices, choice, email, person, since, text},
    ui::Tone,
    workspaces::entity::{
        invitation::{self, State},
        role,
    },
};
use sea_orm::{
    ColumnTrait, EntityName, ExprTrait, Iterable,
    sea_query::{CaseStatement, Expr, IntoTableRef, Query},
};

/// The page where both are decided.
const MEMBERS: &str = "/settings/members";

pub(crate) fn members() -> Builder<member::Entity> {
    use member::COLUMN as C;
    Builder::new("member", "members")
        .field(text(C.name, 80).title().searched().sorted())
        .field(email(C.email).searched().sorted().listed().class("max-sm:hidden"))
        .field(
            text(C.name, 80)
                .computed("role", called(member::Column::Role))
                .listed()
                .class("whitespace-nowrap"),
        )
        .field(since(C.created_at).label("Joined").listed().first_down().class("max-md:hidden"))
        .managed_at(MEMBERS)
}

pub(crate) fn invitations() -> Builder<invitation::Entity> {
    use invitation::{COLUMN as C, Column};
    Builder::new("invitation", "invitations")
        .field(text(C.email, 254).title().searched().sorted())
        .field(choice::<Shown, _>(Column::State).filtered().under_title().listed())
        .field(
            text(C.email, 254)
                .computed("role", called(Column::Role))
                .listed()
                .class("max-sm:hidden"),
        )
        .field(
            person(Column::InviterId)
                .label("Invited by")
                .none("Former member")
                .listed()
                .class("max-lg:hidden"),
        )
        .field(since(C.sent_at).label("Sent").listed().first_down().class("max-md:hidden"))
        .managed_at(MEMBERS)
}

/// What people call a role: one of the built-in ones, or the name of one of the workspace's own.
fn called(column: impl ColumnTrait) -> Expr {
    let mut own = Query::select();
    own.column(role::Column::Name).from(role::Entity.table_ref().into_table_ref());
    own.and_where(role::Column::Id.into_expr().eq(column.into_expr()));
    let own = Expr::SubQuery(None, Box::new(own.into()));
    let known = Role::all().fold(CaseStatement::new(), |known, role| {
        known.case(column.into_expr().eq(role.as_str()), role.label())
    });
    known.finally(own).into()
}

/// The states of an invitation, as the admin shows them.
#[derive(Clone, Copy)]
pub(crate) struct Shown(State);

impl Choices for Shown {
    fn all() -> impl Iterator<Item = Self> {
        State::iter().map(Self)
    }

    fn word(self) -> &'static str {
        match self.0 {
            State::Pending => "pending",
            State::Accepted => "accepted",
            State::Declined => "declined",
            State::Revoked => "revoked",
            State::Undeliverable => "undeliverable",
        }
    }

    fn label(self) -> &'static str {
        State::label_of(self.word()).unwrap_or_default()
    }

    fn tone(self) -> Option<Tone> {
        Some(match self.0 {
            State::Pending => Tone::Info,
            State::Accepted => Tone::Success,
            State::Declined | State::Revoked => Tone::Neutral,
            State::Undeliverable => Tone::Warning,
        })
    }
}

//! The table of roles and permissions, as it is drawn.

use std::collections::{BTreeSet, HashMap};

use platform::{
    AnyRole, Member, PermissionDef, PermissionSet, Result, RoleId, TenantDb,
    process::Services,
    workspaces::{CustomRole, Rules, custom_roles, people_by_role},
};

use crate::permissions::Manage;

/// What the ticks say of each role: its version and the keys.
pub(super) type Ticks = HashMap<RoleId, (i32, BTreeSet<String>)>;

/// A role.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) people: u64,
    /// What the menu of a role that can be changed is called.
    pub(super) menu: String,
    /// One that the reader may change: its id and version.
    pub(super) own: Option<(RoleId, i32)>,
}

/// The permissions of one app.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
}

/// A permission.
pub(super) struct Row {
    pub(super) label: &'static str,
    /// One for each column.
    pub(super) cells: Vec<Cell>,
}

/// Does a role hold a permission?
pub(super) enum Cell {
    /// It can't be otherwise.
    Owner,
    /// As it is, and not to be changed here.
    Fixed(bool),
    /// To be ticked.
    Tick { value: String, on: bool, label: String, people: u64 },
}

/// All roles and permissions.
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) groups: Vec<Group>,
}

struct Shown {
    role: AnyRole,
    permissions: PermissionSet,
    column: Column,
}

impl Table {
    /// As `reader` sees it; `ticks` stand where the form came back.
    pub(super) async fn read(
        core: &Services,
        db: &TenantDb,
        reader: &Member,
        ticks: Option<&Ticks>,
    ) -> Result<Self> {
        let (own, people) = (custom_roles(db).await?, people_by_role(db).await?);
        let people = |role: AnyRole| people.get(&role).copied().unwrap_or_default();
        let rules = Rules::of(&core.permissions, PermissionDef::of::<Manage>());
        let built_in = platform::Role::all().rev().map(|role| Shown {
            role: role.into(),
            permissions: PermissionSet::BuiltIn(role),
            column: Column::new(role.label().into(), people(role.into()), None),
        });
        let own = own.into_iter().map(|role| {
            let CustomRole { id, name, permissions, version } = role;
            let may = rules.may_edit(&reader.permissions, &permissions, &permissions).is_ok();
            let (role, own) = (AnyRole::Custom(id), may.then_some((id, version)));
            Shown { role, permissions, column: Column::new(name, people(role), own) }
        });
        let shown: Vec<_> = built_in.chain(own).collect();
        let group = |group: &platform::process::PermissionGroup| Group {
            title: group.title.clone(),
            rows: group
                .permissions
                .iter()
                .map(|permission| row(permission, &shown, reader, ticks))
                .collect(),
        };
        let groups = core.permission_groups.iter().map(group).collect();
        Ok(Self { groups, columns: shown.into_iter().map(|shown| shown.column).collect() })
    }
}

impl Column {
    fn new(name: String, people: u64, own: Option<(RoleId, i32)>) -> Self {
        Self { menu: format!("Change {name}"), name, people, own }
    }
}

fn row(permission: &PermissionDef, roles: &[Shown], reader: &Member, ticks: Option<&Ticks>) -> Row {
    let cell = |Shown { role, permissions, column }: &Shown| match column.own {
        _ if role.is_owner() => Cell::Owner,
        Some((id, _)) if reader.may(permission) => {
            let typed = ticks.and_then(|ticks| ticks.get(&id));
            Cell::Tick {
                value: format!("{id}:{}", permission.key),
                on: typed.map_or(permissions.holds(permission), |(_, keys)| {
                    keys.contains(permission.key)
                }),
                label: format!("{}: {}", column.name, permission.label),
                people: column.people,
            }
        }
        _ => Cell::Fixed(permissions.holds(permission)),
    };
    Row { label: permission.label, cells: roles.iter().map(cell).collect() }
}

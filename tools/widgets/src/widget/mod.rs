//! A widget: the table, and what people see of it.

mod entity;

use std::sync::LazyLock;

use platform::{
    Audit, TenantEntity, ids,
    resource::{Builder, Resource, long_text, since, text},
};

pub use entity::{ActiveModel, COLUMN, Column, Entity, Model};

ids! {
    /// A widget.
    WidgetId
}

/// What people see of a widget, wherever they see it.
pub fn resource() -> Builder<Entity> {
    use COLUMN as C;
    let title = text(C.name, 80).title().unique("Another widget has this name.");
    Builder::new("widget", "widgets")
        .field(title.searched().sorted())
        .field(long_text(C.notes, 500).subtitle().searched())
        .field(since(C.updated_at).first_down().class("text-muted max-sm:hidden"))
        .version(C.version)
        .times(C.created_at, C.updated_at)
}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        let noise = [Column::Version, Column::CreatedAt, Column::UpdatedAt];
        Audit::of("widget").titled(Column::Name).without(noise).restorable()
    }

    fn problem(row: &Model) -> Option<String> {
        static RULES: LazyLock<Option<Resource>> = LazyLock::new(|| resource().build().ok());
        RULES.as_ref().and_then(|rules| rules.problem::<Self>(row))
    }
}

//! The pages of a resource: list, detail, form, deletion, bulk actions, under the app's own permissions.

mod bulk;
mod delete;
mod form;
mod list;
mod show;
mod typed;

use std::{fmt, sync::Arc};

use askama::filters::HtmlSafe;
use core_access::Permission;
use core_db::TenantDb;
use core_http::{Can, Path, Query, Routes, Submitted, Ui};
use core_ui::{Calendar, escape};
use uuid::Uuid;

use crate::{Resource, Row, resource::Spec, stored::is_null};
use typed::{Bulk, Typed};

/// A resource and where its pages are.
pub(crate) struct Screens {
    pub(crate) of: Arc<Resource>,
    pub(crate) path: &'static str,
    pub(crate) icon: &'static str,
}

/// What stands in an address.
pub(crate) type Pairs = Vec<(String, String)>;

/// The routes of a resource's pages: whoever has `V` sees rows, whoever has `M` changes them.
pub fn routes<V: Permission, M: Permission>(
    of: Arc<Resource>,
    path: &'static str,
    icon: &'static str,
) -> Routes {
    let all = Arc::new(Screens { of, path, icon });
    let at = |rest: &str| -> &'static str { format!("{path}{rest}").leak() };
    let [list, new, create, many] = [(); 4].map(|()| all.clone());
    let [show, edit, save, ask, delete] = [(); 5].map(|()| all.clone());
    Routes::new()
        .get(path, move |who: Can<V>, db: TenantDb, ui: Ui, Query(pairs): Query<Pairs>| {
            list::list(list.clone(), who.may::<M>(), db, ui, pairs)
        })
        .get(at("/new"), move |who: Can<M>, db: TenantDb, ui: Ui| {
            form::new(new.clone(), who.member, db, ui)
        })
        .post(path, move |who: Can<M>, db: TenantDb, ui: Ui, Submitted(form): Submitted<Typed>| {
            form::create(create.clone(), who.member, db, ui, form)
        })
        .post(
            at("/bulk"),
            move |_: Can<M>,
                  db: TenantDb,
                  ui: Ui,
                  Query(pairs): Query<Pairs>,
                  Submitted(form): Submitted<Bulk>| {
                bulk::bulk(many.clone(), db, ui, pairs, form)
            },
        )
        .get(at("/{id}"), move |who: Can<V>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
            show::show(show.clone(), who.may::<M>(), db, ui, id)
        })
        .get(at("/{id}/edit"), move |_: Can<M>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
            form::edit(edit.clone(), db, ui, id)
        })
        .post(
            at("/{id}"),
            move |_: Can<M>,
                  db: TenantDb,
                  ui: Ui,
                  Path(id): Path<Uuid>,
                  Submitted(form): Submitted<Typed>| {
                form::save(save.clone(), db, ui, id, form)
            },
        )
        .get(at("/{id}/delete"), move |_: Can<M>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
            delete::ask(ask.clone(), db, ui, id)
        })
        .post(at("/{id}/delete"), move |_: Can<M>, db: TenantDb, Path(id): Path<Uuid>| {
            delete::delete(delete.clone(), db, id)
        })
}

impl Screens {
    /// What people call several, where a sentence or a title begins.
    fn title(&self) -> String {
        core_base::text::capitalised(self.of.plural)
    }

    fn row_path(&self, id: impl std::borrow::Borrow<Uuid>) -> String {
        format!("{}/{}", self.path, id.borrow())
    }

    /// So many of them, in words.
    fn count(&self, many: impl std::borrow::Borrow<u64>) -> String {
        let many = *many.borrow();
        let noun = if many == 1 { self.of.noun } else { self.of.plural };
        format!("{} {noun}", core_ui::commas(many))
    }
}

/// What people see of a field in a row.
pub(crate) struct Cell<'a> {
    of: &'a Resource,
    field: &'a Spec,
    row: &'a Row,
    calendar: &'a Calendar,
    /// On the row's own page.
    is_detail: bool,
}

impl HtmlSafe for Cell<'_> {}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, field, row, calendar, is_detail } = self;
        let by_hand = field.parts.detail.as_ref().filter(|_| *is_detail);
        if let Some(draw) = by_hand.or(field.parts.cell.as_ref()) {
            return draw(row, calendar, to);
        }
        let value = row.value(field.at).filter(|value| !is_null(value));
        match (&field.parts.referred, value) {
            (Some(referred), Some(_)) => {
                let words = of.words(row, field, calendar);
                if referred.are_people {
                    to.write_str("<span class=\"flex items-center gap-2\">")?;
                    write!(to, "{}", core_ui::avatar(&words, "ava-xs"))?;
                }
                // A list has no room for a long name; the row's own page has.
                if *is_detail {
                    to.write_str("<span class=\"min-w-0 wrap-anywhere\" dir=\"auto\">")?;
                } else {
                    to.write_str("<span class=\"truncate\" dir=\"auto\" title=\"")?;
                    escape(to, &words)?;
                    to.write_str("\">")?;
                }
                escape(to, &words)?;
                to.write_str(if referred.are_people { "</span></span>" } else { "</span>" })
            }
            (None, Some(value)) => field.parts.kind.show(value, calendar, to),
            (_, None) => {
                to.write_str("<span class=\"text-muted\">")?;
                escape(to, field.parts.none)?;
                to.write_str("</span>")
            }
        }
    }
}

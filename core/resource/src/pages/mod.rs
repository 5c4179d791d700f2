//! The pages of a resource: list, detail, form, deletion, bulk actions, under the app's own permissions.

mod bulk;
mod cell;
mod deed;
mod delete;
mod edit_many;
mod export;
mod form;
mod import;
mod list;
mod merge;
mod offer;
mod question;
mod show;
mod then;
mod typed;
mod undo;

use std::sync::Arc;

use axum::http::Method;
use core_access::Member;
use core_base::Result;
use core_db::TenantDb;
use core_http::{
    BodyStream, CurrentTenant, MemberGate, Path, Platform, Policy, Query, Routes, Sender,
    Submitted, Ui,
};
use core_ui::{FormState, Fragment};
use uuid::Uuid;

use crate::{Resource, admin, import::LARGEST};
pub(crate) use cell::Cell;
use typed::{Bulk, Typed};

/// One of the pages of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// The list.
    List,
    /// The form of a new row.
    New,
    /// A row's own page.
    Row,
    /// The form of a row that there is.
    Edit,
    /// The question before a row is deleted.
    Delete,
}

/// A resource and where its pages are: for an app that draws one of them itself, with parts of these.
#[derive(Clone)]
pub struct Pages {
    pub(crate) of: Arc<Resource>,
    pub(crate) path: &'static str,
    pub(crate) icon: &'static str,
}

/// What stands in an address.
pub(crate) type Pairs = Vec<(String, String)>;

/// The routes of a resource's pages: whoever comes through `V` sees rows, whoever comes through `M` changes them.
pub fn routes<V: MemberGate, M: MemberGate>(
    of: Arc<Resource>,
    path: &'static str,
    icon: &'static str,
) -> Routes {
    let all = Pages::new(of, path, icon);
    let routes = reading::<V, M>(&all);
    if all.of.managed_at.is_some() { routes } else { writing::<M>(&all, routes) }
}

fn at(all: &Pages, rest: &str) -> &'static str {
    format!("{}{rest}", all.path).leak()
}

fn may<G: MemberGate>(member: &Member) -> bool {
    G::NEEDS.iter().all(|needs| member.may(needs))
}

/// List, row, what a search offers, and the file of all that is found.
fn reading<V: MemberGate, M: MemberGate>(all: &Arc<Pages>) -> Routes {
    let [file, offered, list, show, past] = [(); 5].map(|()| all.clone());
    let export = move |who: V,
                       (Platform(core), CurrentTenant(tenant)): (Platform, CurrentTenant),
                       db: TenantDb,
                       ui: Ui,
                       Query(pairs): Query<Pairs>| {
        let asker = export::Asker { user: who.member().user, needs: V::NEEDS, core, tenant };
        export::export((file.clone(), file.by(who.member())), asker, db, file.placed(ui), pairs)
    };
    let options = move |who: V, db: TenantDb, ui: Ui, Query(pairs): Query<Pairs>| {
        offer::options(offered.by(who.member()), db, ui, pairs)
    };
    let mut routes =
        Routes::new().get(at(all, "/export"), export).get(at(all, "/options"), options);
    if all.has(Screen::List) {
        let page = move |who: V, db: TenantDb, ui: Ui, Query(pairs): Query<Pairs>| {
            let may_manage = list.of.managed_at.is_none() && may::<M>(who.member());
            list::list(list.by(who.member()), may_manage, db, list.placed(ui), pairs)
        };
        routes = routes.get(all.path, page);
    }
    if all.has(Screen::Row) {
        let page = move |who: V, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
            let may_manage = show.of.managed_at.is_none() && may::<M>(who.member());
            show::show(show.by(who.member()), may_manage, db, show.placed(ui), id)
        };
        routes = routes.get(at(all, "/{id}"), page);
    }
    let then = move |who: V,
                     db: TenantDb,
                     ui: Ui,
                     Path(id): Path<Uuid>,
                     Query(when): Query<then::When>| {
        let may_manage = past.of.managed_at.is_none() && may::<M>(who.member());
        then::show(past.by(who.member()), may_manage, db, past.placed(ui), id, when)
    };
    routes.get(at(all, "/{id}/then"), then)
}

/// Forms, deletion, bulk actions, and undoing them.
fn writing<M: MemberGate>(all: &Arc<Pages>, mut routes: Routes) -> Routes {
    let [many, create, save, delete, past] = [(); 5].map(|()| all.clone());
    let bulk = move |who: M,
                     db: TenantDb,
                     ui: Ui,
                     Query(pairs): Query<Pairs>,
                     Submitted(form): Submitted<Bulk>| {
        bulk::bulk(many.by(who.member()), db, many.placed(ui), pairs, form)
    };
    let make = move |who: M, db: TenantDb, ui: Ui, Submitted(form): Submitted<Typed>| {
        let on = create.by(who.member());
        form::create(on, who.member().clone(), db, create.placed(ui), form)
    };
    let keep = move |who: M,
                     db: TenantDb,
                     ui: Ui,
                     Path(id): Path<Uuid>,
                     Submitted(form): Submitted<Typed>| {
        form::save(save.by(who.member()), db, save.placed(ui), id, form)
    };
    let remove = move |who: M, db: TenantDb, Path(id): Path<Uuid>| {
        delete::delete(delete.by(who.member()), db, id)
    };
    let restore = move |who: M,
                        db: TenantDb,
                        ui: Ui,
                        (Path(id), Query(when)): (Path<Uuid>, Query<then::When>),
                        Submitted(form): Submitted<then::Restored>| {
        then::restore(past.by(who.member()), db, past.placed(ui), (id, when), form)
    };
    routes = routes
        .post(at(all, "/{id}/restore"), restore)
        .post(at(all, "/bulk"), bulk)
        .post(all.path, make)
        .post(at(all, "/{id}"), keep)
        .post(at(all, "/{id}/delete"), remove);
    let [new, edit, ask] = [(); 3].map(|()| all.clone());
    if all.has(Screen::New) {
        let page = move |who: M, db: TenantDb, ui: Ui, Query(pairs): Query<Pairs>| {
            form::new(new.by(who.member()), who.member().clone(), db, new.placed(ui), pairs)
        };
        routes = routes.get(at(all, "/new"), page);
    }
    if all.has(Screen::Edit) {
        let page = move |who: M, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
            form::edit(edit.by(who.member()), db, edit.placed(ui), id)
        };
        routes = routes.get(at(all, "/{id}/edit"), page);
    }
    if all.has(Screen::Delete) {
        let page = move |who: M, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
            delete::ask(ask.by(who.member()), db, ask.placed(ui), id)
        };
        routes = routes.get(at(all, "/{id}/delete"), page);
    }
    importing::<M>(all, undoing::<M>(all, routes))
}

fn undoing<M: MemberGate>(all: &Arc<Pages>, routes: Routes) -> Routes {
    let [list, ask, undo] = [(); 3].map(|()| all.clone());
    let page = async move |who: M, db: TenantDb, ui: Ui, Query(pairs): Query<Pairs>| {
        undo::list(list.clone(), who.member(), db, list.placed(ui), pairs).await
    };
    let question = async move |who: M, db: TenantDb, ui: Ui, Path(id): Path<Uuid>| {
        undo::ask(ask.clone(), who.member(), db, ask.placed(ui), id).await
    };
    let answer = async move |who: M,
                             db: TenantDb,
                             Path(id): Path<Uuid>,
                             Submitted(form): Submitted<undo::Some>| {
        undo::undo(undo.clone(), who.member(), db, id, form).await
    };
    let one = at(all, "/undo/{id}");
    routes.get(at(all, "/undo"), page).get(one, question).post(one, answer)
}

fn importing<M: MemberGate>(all: &Arc<Pages>, routes: Routes) -> Routes {
    let [new, paste, upload, show, step, failed] = [(); 6].map(|()| all.clone());
    let page = async move |who: M, db: TenantDb, ui: Ui| {
        import::new(new.by(who.member()), who.member(), db, new.placed(ui)).await
    };
    let pasted =
        async move |who: M, db: TenantDb, ui: Ui, Submitted(form): Submitted<import::Pasted>| {
            import::pasted(paste.by(who.member()), who.member(), db, paste.placed(ui), form).await
        };
    let uploaded =
        async move |who: M, db: TenantDb, ui: Ui, Query(pairs): Query<Pairs>, body: BodyStream| {
            let by = (&**who.member(), M::NEEDS);
            import::uploaded(upload.by(who.member()), by, db, ui, pairs, body).await
        };
    let one = async move |who: M,
                          db: TenantDb,
                          ui: Ui,
                          Path(id): Path<Uuid>,
                          Query(pairs): Query<Pairs>| {
        let on = show.by(who.member());
        import::show(on, who.member(), db, show.placed(ui), id, pairs).await
    };
    let stepped = async move |who: M,
                              db: TenantDb,
                              ui: Ui,
                              Path(id): Path<Uuid>,
                              Submitted(form): Submitted<import::Step>| {
        import::step(step.by(who.member()), who.member(), db, step.placed(ui), id, form).await
    };
    let file = async move |who: M,
                           (Platform(core), CurrentTenant(tenant)): (Platform, CurrentTenant),
                           db: TenantDb,
                           Path(id): Path<Uuid>| {
        let asker = export::Asker { user: who.member().user, needs: M::NEEDS, core, tenant };
        import::failed(failed.by(who.member()), who.member(), asker, db, id).await
    };
    routes
        .get(at(all, "/import"), page)
        .route(Method::POST, at(all, "/import"), PASTED, pasted)
        .route(Method::POST, at(all, "/import/file"), FILE, uploaded)
        .get(at(all, "/import/{id}"), one)
        .post(at(all, "/import/{id}"), stepped)
        .get(at(all, "/import/{id}/failed"), file)
}

/// As much as somebody pastes.
const PASTED: Policy = Policy::FORM.limit(4 << 20);

/// A file of somebody's.
const FILE: Policy = Policy::UPLOAD.limit(LARGEST as u64).sender(Sender::Browser);

impl Pages {
    /// The pages of a resource at this path; `icon` is that of its entry in the navigation.
    pub fn new(of: Arc<Resource>, path: &'static str, icon: &'static str) -> Arc<Self> {
        Arc::new(Self { of, path, icon })
    }

    /// The pages as this member has them: [`Resource::for_member`].
    #[must_use]
    pub fn by(self: &Arc<Self>, member: &Member) -> Arc<Self> {
        let of = self.of.for_member(member);
        match Arc::ptr_eq(&of, &self.of) {
            true => self.clone(),
            false => Arc::new(Self { of, ..Self::clone(self) }),
        }
    }

    /// The list alone: head, search, filters, table. `pairs` is what stands in the address.
    pub async fn list(
        &self,
        may_manage: bool,
        db: &TenantDb,
        ui: &Ui,
        pairs: &[(String, String)],
    ) -> Result<Fragment> {
        let search = self.of.search(pairs);
        Ok(Fragment::of(&list::draw(self, may_manage, db, ui, pairs, &search).await?)?)
    }

    /// A row's own page alone: its fields and its history. None: there is no such row.
    pub async fn row(
        &self,
        may_manage: bool,
        db: &TenantDb,
        ui: &Ui,
        id: Uuid,
    ) -> Result<Option<Fragment>> {
        let Some(row) = self.of.find(db, id).await? else { return Ok(None) };
        Ok(Some(Fragment::of(&show::draw(self, may_manage, db, ui, &row).await?)?))
    }

    /// The form alone, of a new row or of one that there is, with what was typed.
    pub async fn form(
        &self,
        db: &TenantDb,
        ui: &Ui,
        answer: FormState,
        id: Option<Uuid>,
    ) -> Result<Fragment> {
        Ok(Fragment::of(&self.page(db, ui, answer, id).await?)?)
    }
}

impl Pages {
    /// Does a page of this kind belong to the resource, and not to the app itself?
    fn has(&self, screen: Screen) -> bool {
        !self.of.without.contains(&screen)
    }

    /// Below the admin's first page, where these are in it.
    fn placed(&self, ui: Ui) -> Ui {
        let rest = self.path.strip_prefix(admin::PATH);
        if rest.is_some_and(|rest| rest.starts_with('/')) {
            ui.under("Admin", admin::PATH)
        } else {
            ui
        }
    }

    /// Where the resource's own list is, also where these are the admin's pages.
    fn place(&self) -> &'static str {
        match self.path.strip_prefix(admin::PATH) {
            Some(place) if place.starts_with('/') => place,
            _ => self.path,
        }
    }

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

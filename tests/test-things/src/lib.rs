//! An entity with a column of every kind, and two resources of it: for tests of what resources do, in process
//! and, as the program `test-things`, in a browser.
#![expect(missing_docs, reason = "a test's own: the names say it")]

mod migration;
mod permissions;

use std::{
    fmt::Write,
    sync::{Arc, LazyLock},
};

use core_access::entity::member;
use platform::{
    App, Audit, Can, Error, MemberId, Path, Result, Routes, TenantDb, TenantEntity, Ui, ids,
    resource::{
        Act, Action, Builder, Choices, Field, Pages, Resource, Screen, Widget, asked, choice,
        colour, day, email, json, long_text, moment, money, person, since, tags, text, through,
        url, whole, yes_no,
    },
    ui::{Currency, Errors, escape},
};
use sea_orm::{ExprTrait, entity::prelude::*};

pub use migration::LIST;
pub use permissions::{Manage, Price, View};

ids! {
    /// A thing.
    ThingId
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum State {
    #[sea_orm(string_value = "fresh")]
    Fresh,
    #[sea_orm(string_value = "used")]
    Used,
    #[sea_orm(string_value = "broken")]
    Broken,
}

impl Choices for State {
    fn all() -> impl Iterator<Item = Self> {
        [Self::Fresh, Self::Used, Self::Broken].into_iter()
    }
    fn word(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Used => "used",
            Self::Broken => "broken",
        }
    }
    fn label(self) -> &'static str {
        match self {
            Self::Fresh => "As new",
            Self::Used => "Used",
            Self::Broken => "Broken",
        }
    }
}

/// A thing.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "things")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ThingId,
    #[sea_orm(unique)]
    pub name: String,
    pub notes: String,
    pub state: State,
    pub owner_id: Option<MemberId>,
    pub checker_id: Option<MemberId>,
    pub pieces: Option<i32>,
    pub price: i64,
    pub due: Option<Date>,
    pub seen_at: Option<DateTimeUtc>,
    pub paid: bool,
    pub mail: String,
    pub page: String,
    pub tint: Option<String>,
    pub words: Option<Json>,
    pub extra: Option<Json>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl TenantEntity for Entity {
    fn audit() -> Audit<Self> {
        Audit::of("thing").titled(Column::Name).restorable()
    }
}

/// Without what a test takes away or breaks.
pub fn builder() -> Builder<Entity> {
    owned_by(owner())
}

fn owner() -> Field<Entity> {
    person(Column::OwnerId).searched().filtered().sorted().bulk("Assign")
}

/// Whoever may not set prices sees their own alone, and nobody sees what is a secret. A row has a page that the
/// app draws itself.
pub fn own() -> Builder<Entity> {
    owned_by(owner().own_unless::<Price>())
        .action(wear())
        .only(Column::Notes.ne("secret"))
        .without(Screen::Row)
}

/// The page of a row by hand, around what the resource draws of it.
async fn own_page(who: Can<View>, db: TenantDb, ui: Ui, Path(id): Path<Uuid>) -> Result {
    static PAGES: LazyLock<Option<Arc<Pages>>> =
        LazyLock::new(|| own().build().ok().map(|own| Pages::new(Arc::new(own), "/own", "user")));
    let pages = PAGES.as_ref().ok_or(Error::NotFound)?.by(&who.member);
    let row = pages.row(who.may::<Manage>(), &db, &ui, id).await?.ok_or(Error::NotFound)?;
    ui.page("By hand", &row)
}

fn owned_by(owner: Field<Entity>) -> Builder<Entity> {
    use COLUMN as C;
    Builder::new("thing", "things")
        .field(text(C.name, 40).title().unique("Another thing has this name.").searched().sorted())
        .field(long_text(C.notes, 200).subtitle().searched())
        .field(choice::<State, _>(Column::State).filtered().sorted().bulk("Mark as"))
        .field(owner)
        .field(person(Column::CheckerId).seen_by::<Price>())
        .field(through("owner_mail", Column::OwnerId, member::Column::Id, member::Column::Email))
        .field(whole(C.pieces, 0..=999).sorted())
        .field(money(C.price, Currency::EUR).default(0_i64).set_by::<Price>().sorted())
        .field(money(C.price, Currency::EUR).computed("worth", worth()).sorted().seen_by::<Price>())
        .field(day(C.due).filtered().sorted())
        .field(moment(C.seen_at).filtered().sorted())
        .field(yes_no(C.paid).filtered().listed())
        .field(email(C.mail))
        .field(url(C.page).name("site"))
        .field(colour(C.tint).widget(swatches))
        .field(tags(C.words).listed())
        .field(json(C.extra))
        .field(since(C.updated_at).listed())
        .version(C.version)
        .times(C.created_at, C.updated_at)
}

/// What all the pieces cost.
fn worth() -> Expr {
    Column::Price.into_expr().mul(Column::Pieces.into_expr())
}

/// A colour as one of three, or the one that it has.
fn swatches(widget: &Widget<'_>, to: &mut dyn Write) -> std::fmt::Result {
    write!(
        to,
        "<fieldset id=\"{0}\"><legend class=\"label\">{1}</legend>",
        widget.name, widget.label
    )?;
    let mut offered = vec![("", "None"), ("#2f6f4f", "Green"), ("#aa3300", "Rust")];
    if offered.iter().all(|(value, _)| *value != widget.value) {
        offered.push((widget.value, widget.value));
    }
    for (value, label) in offered {
        let checked = if widget.value == value { " checked" } else { "" };
        let input =
            format!("<input type=\"radio\" class=\"radio radio-sm\" name=\"{}\"", widget.name);
        write!(to, "<label class=\"mt-1.5 flex items-center gap-2\">{input} value=\"")?;
        escape(to, value)?;
        write!(to, "\"{checked}>")?;
        escape(to, label)?;
        to.write_str("</label>")?;
    }
    if let Some(error) = widget.error {
        to.write_str("<p class=\"err\">")?;
        escape(to, error)?;
        to.write_str("</p>")?;
    }
    to.write_str("</fieldset>")
}

/// Wears one out: by how many pieces is asked, and why.
fn wear() -> Action<Entity> {
    Action::new("wear-out", "Wear out", |act: Act<Model>| async move {
        let lost = act.answer::<i64>("pieces").unwrap_or_default();
        let left = i64::from(act.row.pieces.unwrap_or_default()) - lost;
        if left < 0 {
            let mut errors = Errors::default();
            errors.add("pieces", "There are not so many.");
            return Ok(errors);
        }
        let why = act.answer::<String>("why").unwrap_or_default();
        act.save(serde_json::json!({"pieces": left, "state": "used", "notes": why})).await
    })
    .icon("pencil")
    .ask(asked::whole("pieces", 1..=999).required().default(1_i64))
    .ask(asked::long_text("why", 200))
    .ask(asked::person("by"))
    .when(|thing: &Model| thing.pieces.is_some())
}

/// With actions, and a rule that looks at two fields and at the row before.
pub fn described() -> Builder<Entity> {
    let pay = |act: Act<Model>| async move { act.save(serde_json::json!({"paid": true})).await };
    let pay =
        Action::new("pay", "Mark as paid", pay).when(|thing: &Model| !thing.paid).done("Paid");
    let builder = builder().action(pay.under::<Price>()).action(wear());
    builder.rule(|_, before: Option<Model>, after: Model| async move {
        let mut errors = Errors::default();
        let is_free = after.price == 0;
        errors.ensure(!(after.paid && is_free), "paid", "What costs nothing can't be paid.");
        let was_paid = before.is_some_and(|before| before.paid);
        errors.ensure(!was_paid || after.paid, "paid", "What is paid stays paid.");
        Ok(errors)
    })
}

/// The resource.
pub fn resource() -> Resource {
    described().build().unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The table in two resources: one with all of it, and one in which members see their own rows.
pub fn app() -> App {
    App::new("things")
        .permission::<View>()
        .permission::<Manage>()
        .permission::<Price>()
        .resource::<_, View, Manage>(described(), "/things", "folder-kanban")
        .resource::<_, View, Manage>(own(), "/own", "user")
        .workspace(Routes::new().get("/own/{id}", own_page))
}

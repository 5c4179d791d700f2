//! An entity with a column of every kind, its table, and its resource.

use core_base::{MemberId, ids};
use core_db::{Audit, Migration, Rights, Script, Step, TenantEntity};
use core_resource::{
    Builder, Choices, Resource, choice, colour, day, email, json, long_text, moment, money, person,
    since, tags, text, url, whole, yes_no,
};
use core_ui::{Currency, Errors};
use sea_orm::{
    entity::prelude::*,
    sea_query::{ColumnDef, Table},
};

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
        Audit::of("thing").titled(Column::Name)
    }
}

/// Without what a test takes away or breaks.
pub fn builder() -> Builder<Entity> {
    use COLUMN as C;
    Builder::new("thing", "things")
        .field(text(C.name, 40).title().unique("Another thing has this name.").searched().sorted())
        .field(long_text(C.notes, 200).subtitle().searched())
        .field(choice::<State, _>(Column::State).filtered().sorted().bulk("Mark as"))
        .field(person(Column::OwnerId).searched().filtered().sorted().bulk("Assign"))
        .field(whole(C.pieces, 0..=999).sorted())
        .field(money(C.price, Currency::EUR).default(0_i64).sorted())
        .field(day(C.due).filtered().sorted())
        .field(moment(C.seen_at).filtered().sorted())
        .field(yes_no(C.paid).filtered().listed())
        .field(email(C.mail))
        .field(url(C.page).name("site"))
        .field(colour(C.tint))
        .field(tags(C.words).listed())
        .field(json(C.extra))
        .field(since(C.updated_at).listed())
        .version(C.version)
        .times(C.created_at, C.updated_at)
}

/// With a rule that looks at two fields and at the row before.
pub fn described() -> Builder<Entity> {
    builder().rule(|_, before: Option<Model>, after: Model| async move {
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

pub const LIST: &[Migration] =
    &[Migration { name: "m20270101_000001_things", step: Step::Schema(up) }];

fn up(script: &mut Script) {
    let mut table = Table::create();
    table
        .table("things")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("name").string().not_null().unique_key())
        .col(ColumnDef::new("notes").string().not_null())
        .col(ColumnDef::new("state").string_len(16).not_null())
        .col(ColumnDef::new("owner_id").uuid())
        .col(ColumnDef::new("pieces").integer())
        .col(ColumnDef::new("price").big_integer().not_null())
        .col(ColumnDef::new("due").date())
        .col(ColumnDef::new("seen_at").timestamp_with_time_zone())
        .col(ColumnDef::new("paid").boolean().not_null())
        .col(ColumnDef::new("mail").string().not_null())
        .col(ColumnDef::new("page").string().not_null())
        .col(ColumnDef::new("tint").string())
        .col(ColumnDef::new("words").json_binary())
        .col(ColumnDef::new("extra").json_binary())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null());
    script.create_table_with(&table, Rights::All);
}

/// Look at things.
pub struct View;

impl platform::Permission for View {
    const KEY: &'static str = "things.view";
    const LABEL: &'static str = "See things";
    const FROM: platform::Role = platform::Role::Viewer;
}

/// Work on things.
pub struct Manage;

impl platform::Permission for Manage {
    const KEY: &'static str = "things.manage";
    const LABEL: &'static str = "Create, edit and delete things";
    const FROM: platform::Role = platform::Role::Member;
}

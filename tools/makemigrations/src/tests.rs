//! Two scratch databases, what differs, and what is written.

use super::*;

async fn between(made: &str, wanted: &str) -> Found {
    // As sea-query writes for PostgreSQL: with names in quotes.
    let quoted = |sql: &str| {
        let sql = sql.replace("TABLE rows", "TABLE \"rows\"").replace("budget ", "\"budget\" ");
        [sql]
    };
    let tables = async |sql: &str| {
        let narrow = sql.replace("bigint", "integer");
        tables(&[narrow], &quoted(sql)).await.expect("the SQL is good")
    };
    compare(&tables(made).await, &tables(wanted).await)
}

const ROWS: &str = "CREATE TABLE rows (id uuid_text NOT NULL PRIMARY KEY, name varchar NOT NULL)";

fn with(column: &str) -> String {
    format!("{}, {column})", ROWS.trim_end_matches(')'))
}

#[tokio::test]
async fn the_products_entities_and_migrations_are_in_step() {
    for entities in both_lists().expect("the apps fit together") {
        let found = difference(&entities).await.expect("SQLite works");
        assert_eq!(found, Found::default(), "{:?}: run `make makemigrations`", entities.list);
    }
}

#[tokio::test]
async fn what_is_new_is_written() {
    for (column, written) in [
        ("budget integer", r#".add_column(optional(integer("budget")));"#),
        ("budget bigint", r#".add_column(optional(big_integer("budget")));"#),
        ("budget bigint NOT NULL DEFAULT 7", r#".add_column(big_integer("budget").default(7));"#),
        ("budget integer NOT NULL DEFAULT 7", r#".add_column(integer("budget").default(7));"#),
        ("note varchar NOT NULL DEFAULT 'it''s'", r#"text("note").default("it's"));"#),
        ("open boolean NOT NULL DEFAULT TRUE", r#"boolean("open").default(true));"#),
        ("due date_text", r#"ColumnDef::new("due").date());"#),
        ("code varchar UNIQUE", r#"&unique("rows_code_key", "rows", &["code"])"#),
    ] {
        let found = between(ROWS, &with(column)).await;
        assert!(found.questions.is_empty(), "{column}: {found:?}");
        let text = write::write(&found.steps).expect("it can be written");
        assert!(text.contains(written), "{column}:\n{text}");
    }
    let index = format!("{ROWS}; CREATE INDEX a ON rows (name, id)");
    let text = write::write(&between(ROWS, &index).await.steps).expect("it can be written");
    assert!(text.contains(r#"index("rows_name_id", "rows", &["name", "id"])"#), "{text}");
    assert!(between(&index, ROWS).await == Found::default(), "an index may be there without");
}

#[tokio::test]
async fn a_new_table_is_written_with_all_it_has() {
    let parts = "CREATE TABLE parts (id uuid_text NOT NULL PRIMARY KEY, name varchar NOT NULL UNIQUE, \
                 row_id uuid_text REFERENCES rows (id) ON DELETE SET NULL, at timestamp_with_timezone_text)";
    let found = between(ROWS, &format!("{ROWS}; {parts}")).await;
    assert_eq!(write::name(&found.steps), "parts");
    let text = write::write(&found.steps).expect("it can be written");
    for line in [
        "let mut made = table(\"parts\");",
        ".col(id())",
        ".col(text(\"name\"))",
        ".col(optional(uuid(\"row_id\")))",
        ".col(optional(instant(\"at\")))",
        "ForeignKeyAction::SetNull",
        "script.create_index(&unique(\"parts_name_key\", \"parts\", &[\"name\"]));",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[tokio::test]
async fn what_only_a_person_can_decide_is_asked_and_not_written() {
    let gone = "CREATE TABLE rows (id uuid_text NOT NULL PRIMARY KEY)";
    let renamed = "CREATE TABLE rows (id uuid_text NOT NULL PRIMARY KEY, title varchar)";
    let typed = "CREATE TABLE rows (id uuid_text NOT NULL PRIMARY KEY, name integer NOT NULL)";
    let optional = "CREATE TABLE rows (id uuid_text NOT NULL PRIMARY KEY, name varchar)";
    for (wanted, said) in [
        (gone, "DROP COLUMN name"),
        (renamed, "RENAME COLUMN name TO title"),
        (typed, "keeps its type"),
        (optional, "(optional)"),
        (with("budget integer NOT NULL").as_str(), "Make it an `Option`"),
    ] {
        let found = between(ROWS, wanted).await;
        assert!(found.steps.is_empty(), "{wanted}: {found:?}");
        assert!(found.questions.iter().any(|text| text.contains(said)), "{wanted}: {found:?}");
    }
    let found = between(&with("budget integer"), &with("budget bigint")).await;
    assert!(found.questions.iter().any(|text| text.contains("keeps its type")), "{found:?}");
    let found = between(ROWS, &with("place point")).await;
    assert!(write::write(&found.steps).expect_err("no such type").contains("by hand"));
}

mod row {
    //! A field of each type that the guide names.
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(schema_name = "tenant", table_name = "rows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub small: Option<i16>,
        pub plain: Option<i32>,
        pub wide: Option<i64>,
        pub ratio: Option<f64>,
        pub open: Option<bool>,
        pub day: Option<Date>,
        pub at: Option<DateTimeUtc>,
        pub bytes: Option<Vec<u8>>,
        pub data: Option<Json>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn a_field_of_each_type_gets_a_column_that_holds_it() {
    let before = tables(&[ROWS.to_owned()], &[]).await.expect("the SQL is good");
    let after = both(core_db::create_table_sql::<row::Entity>).await.expect("the SQL is good");
    let found = compare(&before, &after);
    let text = write::write(&found.steps).expect("it can be written");
    for column in [
        r#"ColumnDef::new("small").small_integer()"#,
        r#"optional(integer("plain"))"#,
        r#"optional(big_integer("wide"))"#,
        r#"ColumnDef::new("ratio").double()"#,
        r#"optional(boolean("open"))"#,
        r#"ColumnDef::new("day").date()"#,
        r#"optional(instant("at"))"#,
        r#"optional(bytes("bytes"))"#,
        r#"ColumnDef::new("data").json()"#,
    ] {
        assert!(text.contains(column), "{column}\n{text}");
    }
}

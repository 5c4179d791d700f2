//! Rows are made, changed and refused.

use core_base::UserId;
use core_db::TenantDb;
use core_resource::{Builder, Chosen, Saved, choice, email, long_text, money, text, url, yes_no};
use core_ui::{Currency, Errors};
use serde_json::json;

use crate::{create, draft, form, read, save, thing, told, vienna, with_things};

/// A value of every kind, as people type it.
fn whole(owner: &str) -> Vec<(&'static str, String)> {
    [
        ("name", " Kettle "),
        ("notes", "one\r\ntwo"),
        ("state", "used"),
        ("owner", owner),
        ("pieces", "1"),
        ("price", "1,234.50"),
        ("due", "2027-05-31"),
        ("seen", "2027-01-31T09:30"),
        ("paid", "true"),
        ("mail", "Maya@Example.com"),
        ("site", "https://example.com/a"),
        ("tint", "#2F6F4F"),
        ("words", "warm, copper, warm"),
        ("extra", "{\"a\": [1, null]}"),
    ]
    .map(|(name, text)| (name, text.to_owned()))
    .to_vec()
}

fn pairs<'a>(all: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    all.iter().map(|(name, text)| (*name, &**text)).collect()
}

#[tokio::test]
async fn every_kind_is_kept_and_comes_back_as_it_was_typed() {
    with_things(async |stage, acme, ana| {
        let typed = whole(&ana.member_id().to_string());
        let made = create(stage, acme, &pairs(&typed)).await.unwrap();
        let of = thing::resource();
        let row = read(stage, acme, &made).await.unwrap();
        assert_eq!(of.title(&row), "Kettle");
        let wanted = json!({
            "id": row.id.to_string(), "name": "Kettle", "notes": "one\ntwo", "state": "used",
            "owner": ana.member_id().to_string(), "pieces": 1,
            "price": {"minor": 123_450, "currency": "EUR"}, "due": "2027-05-31",
            // Vienna is an hour ahead.
            "seen": "2027-01-31T08:30:00Z", "paid": true, "mail": "maya@example.com",
            "site": "https://example.com/a", "tint": "#2f6f4f", "words": ["copper", "warm"],
            "extra": {"a": [1, null]},
            // What the database works out.
            "owner_mail": ana.email, "checker": null, "worth": {"minor": 123_450, "currency": "EUR"},
        });
        let mut said = of.json(&row);
        assert!(said.remove("updated").is_some());
        assert_eq!(serde_json::Value::Object(said), wanted);
        // The form of the row, sent again, changes nothing.
        let again = of.typed(&row, &vienna());
        let again: Vec<_> = again.iter().map(|(name, text)| (&**name, &**text)).collect();
        let Saved::Yes(same) = save(stage, acme, &row, of.version(&row), &again).await else {
            panic!("it was refused");
        };
        assert_eq!(of.version(&same), Some(1));
        // As a program sends it, too.
        let mut errors = Errors::default();
        let restored = of.restore(&of.json(&row), &mut errors);
        assert!(errors.is_empty(), "{:?}", told(errors));
        assert_eq!(restored, draft(&of, &again).0);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_a_value_and_absent_is_not() {
    with_things(async |stage, acme, ana| {
        let typed = whole(&ana.member_id().to_string());
        let row = create(stage, acme, &pairs(&typed)).await.unwrap();
        let one = [("pieces", "2")];
        let Saved::Yes(row) = save(stage, acme, &row, Some(1), &one).await else { panic!() };
        let empty = [("owner", ""), ("due", " "), ("seen", ""), ("words", ""), ("notes", "")];
        let Saved::Yes(row) = save(stage, acme, &row, Some(2), &empty).await else { panic!() };
        let said = thing::resource().json(&read(stage, acme, &row).await.unwrap());
        for (name, value) in [("owner", json!(null)), ("due", json!(null)), ("notes", json!(""))] {
            assert_eq!(said[name], value, "{name}");
        }
        assert_eq!((&said["pieces"], &said["price"]["minor"]), (&json!(2), &json!(123_450)));
        // A box without a tick says so by having been offered.
        let Saved::Wrong(errors) = save(stage, acme, &row, Some(3), &[("offered", "paid")]).await
        else {
            panic!("what is paid stays paid");
        };
        assert_eq!(told(errors), [("paid".into(), "What is paid stays paid.".into())]);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused_at_its_field_all_at_once() {
    with_things(async |stage, acme, _| {
        let wrong = [
            ("name", ""),
            ("state", "shiny"),
            ("owner", "0190a0b0-0000-7000-8000-000000000000"),
            ("pieces", "1000"),
            ("price", "1,50"),
            ("due", "2027-02-30"),
            ("seen", "2027-03-28T02:30"),
            ("mail", "maya"),
            ("site", "javascript:alert(1)"),
            ("tint", "red"),
            ("extra", "{"),
        ];
        let errors = create(stage, acme, &wrong).await.unwrap_err();
        let names: Vec<_> = errors.iter().map(|(name, _)| name.as_str()).collect();
        let mut expected: Vec<_> = wrong.iter().map(|(name, _)| *name).collect();
        expected.retain(|name| *name != "owner");
        expected.push("owner");
        assert_eq!(names, expected);
        assert!(create(stage, acme, &[]).await.is_err(), "no name");
        let free = create(stage, acme, &[("name", "Free"), ("paid", "true")]).await.unwrap_err();
        assert_eq!(free[0].0, "paid");
    })
    .await;
}

#[tokio::test]
async fn a_taken_name_and_a_row_that_somebody_else_saved_are_told() {
    with_things(async |stage, acme, _| {
        create(stage, acme, &[("name", "Kettle")]).await.unwrap();
        let taken = create(stage, acme, &[("name", "Kettle")]).await.unwrap_err();
        assert_eq!(taken, [("name".into(), "Another thing has this name.".into())]);
        let row = create(stage, acme, &[("name", "Pot")]).await.unwrap();
        let first = save(stage, acme, &row, Some(1), &[("notes", "first")]).await;
        assert!(matches!(first, Saved::Yes(_)));
        let late = save(stage, acme, &row, Some(1), &[("notes", "late")]).await;
        let Saved::Overtaken(now) = late else { panic!("{late:?}") };
        let changes = thing::resource().changes(&row, &now, &vienna());
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].label, &*changes[0].after), ("Notes", "first"));
        let (of, id) = (thing::resource(), row.id);
        let gone =
            |db: core_db::TenantDb| async move { of.delete(&db, &Chosen::These(vec![id])).await };
        assert_eq!(stage.write_in(acme, gone).await, 1);
        let late = save(stage, acme, &row, Some(2), &[("notes", "late")]).await;
        assert!(matches!(late, Saved::Gone));
    })
    .await;
}

/// Nobody sets what the description does not offer.
#[tokio::test]
async fn a_forged_field_changes_nothing() {
    with_things(async |stage, acme, _| {
        let row = create(stage, acme, &[("name", "Kettle")]).await.unwrap();
        let before = read(stage, acme, &row).await.unwrap();
        let id = UserId::new().to_string();
        let forged = [
            ("id", &*id),
            ("version", "77"),
            ("created_at", "2000-01-01T00:00"),
            ("created", "2000-01-01T00:00"),
            ("updated", "2000-01-01T00:00"),
            ("nothing", "x"),
        ];
        assert!(matches!(save(stage, acme, &row, Some(1), &forged).await, Saved::Yes(_)));
        assert_eq!(read(stage, acme, &row).await.unwrap(), before);
        let of = thing::resource();
        let mut errors = Errors::default();
        let late = "2000-01-01T00:00:00Z";
        let body = json!({"version": 77, "created_at": late, "updated": late, "name": "Pot"});
        of.draft_of_json(body.as_object().unwrap(), &mut errors);
        let told: Vec<_> = told(errors).into_iter().map(|(name, _)| name).collect();
        assert_eq!(told, ["created_at", "updated", "version"]);
        assert_eq!(form(&[("a", "b")]).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn many_rows_are_changed_in_one_statement_or_not_at_all() {
    with_things(async |stage, acme, ana| {
        for name in ["A", "B", "C"] {
            create(stage, acme, &[("name", name), ("state", "used")]).await.unwrap();
        }
        let found = thing::resource().search(&form(&[("state", "used")]));
        let all = Chosen::Matching(found, vienna());
        for (field, value, wanted) in [
            ("state", sea_orm::Value::from("broken"), Ok(3)),
            ("state", "shiny".into(), Err("This value can't be set.")),
            ("owner", ana.member_id().0.into(), Ok(3)),
            (
                "owner",
                UserId::new().0.into(),
                Err("This person is not a member of the workspace. Choose someone else."),
            ),
            ("version", 9_i32.into(), Err("This value can't be set.")),
            ("created", core_base::clock::now().into(), Err("This value can't be set.")),
            ("name", None::<String>.into(), Err("Enter the name.")),
        ] {
            let (of, all) = (
                thing::resource(),
                match field {
                    "state" => all.clone(),
                    _ => Chosen::Matching(core_resource::Search::default(), vienna()),
                },
            );
            let set = |db: core_db::TenantDb| async move { of.set(&db, &all, field, value).await };
            assert_eq!(stage.write_in(acme, set).await, wanted.map_err(str::to_owned), "{field}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_rule_holds_for_many_rows_too_and_none_is_changed() {
    with_things(async |stage, acme, _| {
        for (name, price) in [("Cheap", "0"), ("Dear", "10")] {
            create(stage, acme, &[("name", name), ("price", price)]).await.unwrap();
        }
        let pay = |words: &'static str| {
            async move |db: core_db::TenantDb| {
                let of = thing::resource();
                let found = Chosen::Matching(of.search(&form(&[("q", words)])), vienna());
                of.set(&db, &found, "paid", true.into()).await
            }
        };
        let refused = "Cheap: What costs nothing can't be paid.".to_owned();
        assert_eq!(stage.write_in(acme, pay("")).await, Err(refused));
        let paid = async |db: core_db::TenantDb| {
            let of = thing::resource();
            let found = of.list(&db, &of.search(&form(&[("paid", "true")])), &vienna()).await?;
            Ok(found.total)
        };
        assert_eq!(stage.write_in(acme, paid).await, 0);
        assert_eq!(stage.write_in(acme, pay("Dear")).await, Ok(1));
        assert_eq!(stage.write_in(acme, paid).await, 1);
    })
    .await;
}

/// A rule sees the whole row, also where no field speaks of a column that may hold nothing.
#[tokio::test]
async fn a_column_without_a_field_is_nothing_and_rules_see_the_row() {
    use thing::{COLUMN as C, Column, Entity, Model, State};
    let of = Builder::<Entity>::new("thing", "things")
        .field(text(C.name, 40).title().unique("Another thing has this name."))
        .field(long_text(C.notes, 200))
        .field(choice::<State, _>(Column::State))
        .field(money(C.price, Currency::EUR).default(0_i64))
        .field(yes_no(C.paid))
        .field(email(C.mail))
        .field(url(C.page).name("site"))
        .version(C.version)
        .times(C.created_at, C.updated_at)
        .rule(|_, _, after: Model| async move {
            let mut errors = Errors::default();
            errors.ensure(after.due.is_none() && after.tint.is_none(), "name", "It has a day.");
            Ok(errors)
        });
    let of = &of.build().unwrap();
    with_things(async |stage, acme, _| {
        let (draft, errors) = draft(of, &[("name", "Kettle"), ("state", "used")]);
        let made = |db: TenantDb| async move { of.create(&db, draft, errors).await };
        let made = stage.write_in(acme, made).await.map_err(|_| ()).unwrap();
        assert_eq!(read(stage, acme, &made).await.map(|row| of.title(&row)).unwrap(), "Kettle");
    })
    .await;
}

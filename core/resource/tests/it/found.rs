//! Rows are searched, narrowed, ordered and paged.

use crate::{create, form, thing, vienna, with_things};
use core_db::TenantDb;
use core_resource::{Builder, Row, text};
use core_testing::{Stage, Workspace};

type Pairs<'a> = &'a [(&'a str, &'a str)];

async fn names(stage: &Stage, acme: &Workspace, address: &[(&str, &str)]) -> Vec<String> {
    let of = thing::resource();
    let search = of.search(&form(address));
    assert!(!search.is_misread(), "{address:?}");
    let list = |db: TenantDb| async move {
        let page = of.list(&db, &search, &vienna()).await?;
        Ok(page.rows.iter().map(|row: &Row| of.title(row)).collect::<Vec<_>>())
    };
    stage.write_in(acme, list).await
}

#[tokio::test]
async fn lists_are_narrowed_ordered_and_searched() {
    with_things(async |stage, acme, ana| {
        let owner = ana.member_id().to_string();
        let rows: [&[(&str, &str)]; 4] = [
            &[("name", "Pot 10"), ("state", "used"), ("price", "3"), ("due", "2027-05-01")],
            &[("name", "pot 9"), ("owner", &owner), ("price", "20"), ("paid", "true")],
            &[("name", "Pot 1%"), ("state", "broken"), ("seen", "2027-05-01T00:30")],
            &[("name", "Kettle"), ("notes", "like a pot"), ("due", "2027-06-01")],
        ];
        for row in rows {
            create(stage, acme, row).await.unwrap();
        }
        let all: [(Pairs<'_>, &[&str]); 13] = [
            (&[], &["Kettle", "Pot 1%", "pot 9", "Pot 10"]),
            (&[("sort", "-name")], &["Pot 10", "pot 9", "Pot 1%", "Kettle"]),
            (&[("q", "POT"), ("sort", "-price")], &["pot 9", "Pot 10", "Kettle", "Pot 1%"]),
            (&[("q", "1%")], &["Pot 1%"]),
            (&[("q", &ana.name)], &["pot 9"]),
            (&[("state", "used"), ("state", "broken")], &["Pot 1%", "Pot 10"]),
            (&[("owner", &owner)], &["pot 9"]),
            (&[("owner", "none"), ("q", "pot")], &["Kettle", "Pot 1%", "Pot 10"]),
            (&[("due_from", "2027-05-01"), ("due_to", "2027-05-31")], &["Pot 10"]),
            (&[("due_from", "2027-05-02")], &["Kettle"]),
            (&[("seen_from", "2027-05-01")], &["Pot 1%"]),
            (&[("paid", "true")], &["pot 9"]),
            (
                &[("sort", "state"), ("per_page", "25"), ("page", "9")],
                &["Kettle", "pot 9", "Pot 10", "Pot 1%"],
            ),
        ];
        for (address, wanted) in all {
            let mut found = names(stage, acme, address).await;
            let mut wanted: Vec<_> = wanted.iter().map(|name| (*name).to_owned()).collect();
            if address.iter().any(|(name, text)| *name == "sort" && text.contains("price")) {
                // Two of them cost nothing.
                found[2..].sort();
                wanted[2..].sort();
            }
            if address.first() == Some(&("sort", "state")) {
                found[..2].sort();
                wanted[..2].sort();
            }
            assert_eq!(found, wanted, "{address:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_asks_only_for_what_there_is() {
    let of = thing::resource();
    let takes = |pairs: &[(&str, &str)]| !of.search(&form(pairs)).is_misread();
    for good in [("choose", "owner"), ("state", ""), ("page", "x"), ("sort", "-due"), ("q", "%")] {
        assert!(takes(&[good]), "{good:?}");
    }
    for bad in [
        ("sort", "notes"),
        ("sort", "id"),
        ("sort", "name; drop"),
        ("state", "shiny"),
        ("owner", "me"),
        ("due_from", "soon"),
        ("paid", "maybe"),
        ("due", "2027-05-01"),
        ("state", "none"),
    ] {
        assert!(!takes(&[bad]), "{bad:?}");
    }
    let address = [("q", "a b"), ("state", "used"), ("due_to", "2027-05-31"), ("sort", "-price")];
    let search = of.search(&form(&address));
    assert!(search.is_narrow());
    let shown = of.address("/things", &search).to_string();
    let pairs: Vec<_> = of
        .address("/things", &search)
        .pairs()
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    assert_eq!(of.search(&pairs), search, "{shown}");
}

#[tokio::test]
async fn where_nothing_is_searched_words_find_nothing() {
    with_things(async |stage, acme, _| {
        create(stage, acme, &[("name", "Kettle"), ("pieces", "1"), ("price", "1")]).await.unwrap();
        let quiet = Builder::<thing::Entity>::new("thing", "things")
            .managed_at("/elsewhere")
            .field(text(thing::COLUMN.name, 80).title());
        for (of, wanted) in [(thing::resource(), 1), (quiet.build().unwrap(), 0)] {
            let search = of.search(&form(&[("q", "kettle")]));
            let found = stage
                .write_in(acme, |db| async move {
                    let page = of.list(&db, &search, &vienna()).await?;
                    let titles = of.titles(&db, "kettle", 5, &vienna()).await?;
                    Ok((page.total, page.rows.len(), titles.len()))
                })
                .await;
            assert_eq!(found, (wanted, wanted as usize, wanted as usize));
        }
    })
    .await;
}

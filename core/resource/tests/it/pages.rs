//! The pages of a resource, as people use them: by whom, in which order, and after each other.

use core_access::{AnyRole, entity::member};
use core_base::{MemberId, UserId, clock};
use core_testing::{Actor, Answer, Role};
use sea_orm::{ActiveValue::Set, EntityTrait};

use crate::with_things;

/// A thing made in a browser; its path.
pub async fn made(ana: &Actor, fields: &[(&str, &str)]) -> String {
    let form = ana.get("/things/new").await.form("/things");
    let answer = ana.submit(&form, fields).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    answer.location().to_owned()
}

/// It is done, and the page that follows says so.
async fn is_done(by: &Actor, answer: Answer, said: &str) {
    assert_eq!(answer.status, 303, "{}", answer.words());
    let page = by.follow(answer).await;
    assert!(page.has_text(said), "{said}: {}", page.words());
}

#[tokio::test]
async fn a_thing_is_made_seen_changed_and_deleted() {
    with_things(async |_, _, ana| {
        let page = ana.get("/things").await;
        assert!(page.has_text("There are no things yet"), "{}", page.words());
        let owner = ana.member_id().to_string();
        let fields = [
            ("name", "Kettle"),
            ("notes", "Boils.\nWhistles."),
            ("state", "used"),
            ("owner", &*owner),
            ("price", "12.50"),
            ("due", "2027-05-31"),
            ("seen", "2027-01-31T09:30"),
            ("paid", "true"),
            ("words", "warm, copper"),
            ("tint", "#2f6f4f"),
        ];
        let path = made(ana, &fields).await;
        let page = ana.get(&path).await;
        for text in
            ["Kettle", "Boils.", "Used", &ana.name, "€12.50", "31 May 2027", "Yes", "copper"]
        {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        assert!(page.has_text("Created thing"), "its history: {}", page.words());
        assert!(page.has_text("Price €12.50") && !page.has_text("Price 1250"), "{}", page.words());

        let form = ana.get(&format!("{path}/edit")).await.form(&path);
        assert_eq!(form.value("notes"), Some("Boils.\nWhistles."));
        assert_eq!(
            (form.value("price"), form.value("seen")),
            (Some("12.50"), Some("2027-01-31T09:30"))
        );
        // Without the tick: what the form offered and nobody ticked.
        is_done(ana, ana.submit(&form, &[("name", "Pot"), ("price", "13")]).await, "Thing saved")
            .await;
        let listed = ana.get("/things").await;
        assert!(listed.has_text("1 thing.") && listed.has_text("Pot"), "{}", listed.words());
        assert!(listed.has_text("As new") && listed.has_text("€13.00"), "{}", listed.words());

        let ask = ana.get(&format!("{path}/delete")).await;
        assert!(ask.has_text("Delete Pot?"), "{}", ask.words());
        let form = ask.form(&format!("{path}/delete"));
        is_done(ana, ana.submit(&form, &[]).await, "deleted").await;
        assert_eq!(ana.get(&path).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost() {
    with_things(async |_, _, ana| {
        made(ana, &[("name", "Kettle")]).await;
        let form = ana.get("/things/new").await.form("/things");
        let typed = [("name", "Kettle"), ("price", "a lot"), ("notes", "<b>bold</b>")];
        let refused = ana.submit(&form, &typed).await;
        assert_eq!(refused.status, 422);
        for text in ["Another thing has this name.", "Enter an amount like 1234.50."] {
            assert!(refused.has_text(text), "{text}: {}", refused.words());
        }
        let again = refused.form("/things");
        for (name, text) in typed {
            assert_eq!(again.value(name), Some(text), "{name}");
        }
        assert!(!refused.text.contains("<b>bold"), "markup");
    })
    .await;
}

#[tokio::test]
async fn owners_of_whom_there_are_too_many_for_a_list_are_searched_for_by_name() {
    with_things(async |stage, acme, ana| {
        let zoe = MemberId::new();
        let people = (0..500).map(|number| (MemberId::new(), format!("Member {number}")));
        let people =
            people.chain([(zoe, "Zoe".to_owned())]).map(|(id, name)| member::ActiveModel {
                id: Set(id),
                user_id: Set(UserId::new()),
                name: Set(name),
                email: Set(format!("{}@example.test", id.0)),
                role: Set(AnyRole::from(Role::Viewer)),
                created_at: Set(clock::now()),
            });
        let people: Vec<_> = people.collect();
        let add = |db: core_db::TenantDb| async move {
            Ok(member::Entity::insert_many(people).exec_without_returning(&db).await?)
        };
        stage.write_in(acme, add).await;
        let owner = zoe.0.to_string();
        let path = made(ana, &[("name", "Kettle"), ("owner", &owner)]).await;
        let form = ana.get(&format!("{path}/edit")).await.form(&path);
        // Too many for a list: a name is typed, and what is typed is searched for.
        assert_eq!(form.value("owner"), Some("Zoe"));
        is_done(ana, ana.submit(&form, &[("name", "Pot")]).await, "Thing saved").await;
        assert!(ana.get(&path).await.has_text("Zoe"));
        let offered = ana.get("/things/options?of=owner&owner=zo").await;
        assert_eq!(offered.text, "<option value=\"Zoe\"></option>");
        let offered = ana.get("/things/options?of=wear-out.by&by=member+49").await;
        assert_eq!(offered.text.matches("<option").count(), 11, "{}", offered.text);
        for nothing in ["of=version&version=1", "of=drop.it&it=a", "owner=zo"] {
            assert_eq!(ana.get(&format!("/things/options?{nothing}")).await.text, "", "{nothing}");
        }

        let form = ana.get(&format!("{path}/edit")).await.form(&path);
        is_done(ana, ana.submit(&form, &[("owner", "member 42")]).await, "Thing saved").await;
        assert!(ana.get(&path).await.has_text("Member 42"));
        let form = ana.get(&format!("{path}/edit")).await.form(&path);
        let refused = ana.submit(&form, &[("owner", "Nobody known")]).await;
        assert_eq!(refused.status, 422);
        let said = "This person is not a member of the workspace. Choose someone else.";
        assert!(refused.has_text(said), "{}", refused.words());
        assert_eq!(refused.form(&path).value("owner"), Some("Nobody known"));
        // Two of one name: which of them is asked.
        let rename = |db: core_db::TenantDb| async move {
            let name = Set("Member 42".to_owned());
            let twin = member::ActiveModel { id: Set(zoe), name, ..Default::default() };
            Ok(member::Entity::update(twin).exec(&db).await?)
        };
        stage.write_in(acme, rename).await;
        let refused = ana.submit(&form, &[("owner", "Member 42")]).await;
        let said = "Several have this name. Choose one of them.";
        assert!(refused.status == 422 && refused.has_text(said), "{}", refused.words());
        let again = refused.form(&path);
        is_done(ana, ana.submit(&again, &[("owner", &owner)]).await, "Thing saved").await;
    })
    .await;
}

#[tokio::test]
async fn a_row_is_duplicated_without_what_no_two_may_share() {
    with_things(async |_, _, ana| {
        let path = made(ana, &[("name", "Kettle"), ("pieces", "7"), ("words", "old, tin")]).await;
        let id = path.rsplit('/').next().unwrap();
        let page = ana.get(&path).await;
        let from = format!("/things/new?from={id}");
        assert!(page.text.contains(&*from), "{}", page.words());
        let form = ana.get(&from).await.form("/things");
        for (name, text) in [("name", "Kettle (copy)"), ("pieces", "7"), ("words", "old, tin")] {
            assert_eq!(form.value(name), Some(text), "{name}");
        }
        is_done(ana, ana.submit(&form, &[]).await, "created").await;
        // What is not there, or not a row at all, is an empty form.
        for from in [uuid::Uuid::nil().to_string(), "x".to_owned(), "%00".to_owned()] {
            let form = ana.get(&format!("/things/new?from={from}")).await.form("/things");
            assert_eq!(form.value("name"), Some(""), "{from}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_people_who_edit_at_once_lose_nothing() {
    with_things(async |stage, acme, ana| {
        let bo = stage.member(acme, Role::Admin).await;
        let path = made(ana, &[("name", "Kettle")]).await;
        let edit = format!("{path}/edit");
        let (mine, theirs) = (ana.get(&edit).await.form(&path), bo.get(&edit).await.form(&path));
        is_done(&bo, bo.submit(&theirs, &[("name", "Pot"), ("pieces", "3")]).await, "saved").await;
        // She touched nothing of what he did: both are kept.
        // What the rules have against both together is said.
        let late = ana.submit(&mine, &[("notes", "mine"), ("paid", "true")]).await;
        assert_eq!(late.status, 409);
        assert!(late.has_text("What costs nothing can't be paid."), "{}", late.words());
        assert_eq!(late.form(&path).value("name"), Some("Pot"));
        let late = ana.submit(&mine, &[("notes", "mine\nof two lines")]).await;
        assert_eq!(late.status, 303, "{}", late.words());
        let page = ana.follow(late).await;
        let said = "Someone else changed Name and Pieces while you were editing; that is kept too.";
        for text in [said, "Pot", "mine of two lines", "Pieces 3"] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }

        // Both touched one field: that one is asked about, and what only he changed stands in the form.
        let (mine, theirs) = (ana.get(&edit).await.form(&path), bo.get(&edit).await.form(&path));
        let his = [("name", "Urn"), ("pieces", "4"), ("words", "old, tin")];
        is_done(&bo, bo.submit(&theirs, &his).await, "saved").await;
        let late = ana.submit(&mine, &[("name", "Jug"), ("state", "broken")]).await;
        assert_eq!(late.status, 409);
        let kept = "What only they changed is in the form already: Pieces and Words.";
        for text in ["Someone else saved this thing", "Before Pot Theirs Urn Yours Jug", kept] {
            assert!(late.has_text(text), "{text}: {}", late.words());
        }
        assert!(!late.has_text("Before Fresh"), "nobody else touched the state");
        let again = late.form(&path);
        for (name, text) in
            [("name", "Jug"), ("pieces", "4"), ("words", "old, tin"), ("state", "broken")]
        {
            assert_eq!(again.value(name), Some(text), "{name}");
        }
        is_done(ana, ana.submit(&again, &[]).await, "saved").await;

        // A form that does not say how it was opened changed all that differs; nonsense says nothing.
        let (mine, theirs) = (ana.get(&edit).await.form(&path), bo.get(&edit).await.form(&path));
        is_done(&bo, bo.submit(&theirs, &[("pieces", "5")]).await, "saved").await;
        for opened in ["", "[1]", "{\"pieces\":\"x\"}"] {
            let late = ana.submit(&mine, &[("as-opened", opened), ("notes", "later")]).await;
            assert_eq!(late.status, 409, "{opened}");
            assert!(late.has_text("Theirs 5 Yours 4"), "{opened}: {}", late.words());
        }

        let mine = ana.get(&edit).await.form(&path);
        let ask = bo.get(&format!("{path}/delete")).await.form(&format!("{path}/delete"));
        is_done(&bo, bo.submit(&ask, &[]).await, "deleted").await;
        let late = ana.submit(&mine, &[("notes", "kept")]).await;
        assert_eq!(late.status, 404);
        let again = late.form("/things");
        assert_eq!(again.value("notes"), Some("kept"));
        assert_eq!(ana.submit(&again, &[]).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn several_are_changed_at_once_and_what_is_grave_asks_first() {
    with_things(async |_, _, ana| {
        for name in ["A", "B", "C"] {
            made(ana, &[("name", name)]).await;
        }
        let bulk = "/things/bulk?state=fresh";
        is_done(
            ana,
            ana.post(bulk, &[("all", "true"), ("action", "set-state-used")]).await,
            "3 things: used",
        )
        .await;
        for wrong in ["set-state-shiny", "set-name-x", "set-version-9", "ask-state", "drop", ""] {
            let bulk = ana.post("/things/bulk", &[("all", "true"), ("action", wrong)]).await;
            is_done(ana, bulk, "Nothing was changed").await;
        }
        let ask = ana.post("/things/bulk", &[("all", "true"), ("action", "ask-owner")]).await;
        assert!(ask.status == 200 && ask.has_text("Assign 3 things"), "{}", ask.words());
        let form = ask.form("/things/bulk");
        let none = ana.submit(&form, &[("action", "ask-owner")]).await;
        assert!(none.status == 422 && none.has_text("Choose one of the list."), "{}", none.words());
        let owner = ana.member_id().to_string();
        is_done(
            ana,
            ana.submit(&form, &[("action", "ask-owner"), ("value", &owner)]).await,
            &format!("Owner of 3 things is now {}", ana.name),
        )
        .await;
        let listed = ana.get(&format!("/things?owner={owner}")).await;
        assert!(listed.has_text("3 things found."), "{}", listed.words());

        let ask = ana.post("/things/bulk", &[("all", "true"), ("action", "delete")]).await;
        assert!(ask.has_text("Delete 3 things?"), "{}", ask.words());
        let form = ask.form("/things/bulk");
        made(ana, &[("name", "D")]).await;
        let stale = ana.submit(&form, &[("action", "delete")]).await;
        assert!(
            stale.has_text("The list changed in the meantime. It is 4 things now."),
            "{}",
            stale.words()
        );
        is_done(
            ana,
            ana.submit(&stale.form("/things/bulk"), &[("action", "delete")]).await,
            "4 things",
        )
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_list_is_narrowed_by_its_address_and_by_no_other() {
    with_things(async |_, _, ana| {
        made(ana, &[("name", "Kettle"), ("state", "used"), ("due", "2027-05-31")]).await;
        made(ana, &[("name", "Pot"), ("owner", &ana.member_id().to_string())]).await;
        for (address, found) in [
            ("state=used", "Kettle"),
            ("q=pot", "Pot"),
            ("owner=none", "Kettle"),
            ("due_from=2027-05-31&due_to=2027-05-31", "Kettle"),
            ("paid=false&q=ket", "Kettle"),
        ] {
            let page = ana.get(&format!("/things?{address}")).await;
            assert!(
                page.has_text("1 thing found.") && page.has_text(found),
                "{address}: {}",
                page.words()
            );
        }
        let choose = ana.get("/things?choose=owner").await;
        assert!(choose.text.contains("name=\"owner\" value=\"none\""), "{}", choose.words());
        for wrong in
            ["sort=notes", "state=shiny", "owner=me", "due_from=soon", "notes=a", "price_to=1"]
        {
            let page = ana.get(&format!("/things?{wrong}")).await;
            assert!(page.has_text("2 things."), "{wrong}: {}", page.words());
            let bulk = format!("/things/bulk?{wrong}");
            let all = [("all", "true"), ("action", "set-state-broken")];
            is_done(ana, ana.post(&bulk, &all).await, "Nothing was changed").await;
        }
        let nothing = ana.get("/things?q=nowhere").await;
        assert!(nothing.has_text("No thing matches “nowhere”"), "{}", nothing.words());
    })
    .await;
}

//! What a list finds becomes a file: for spreadsheets and for programs, as whoever asks may see it.

use axum::{
    http::{HeaderValue, Method},
    response::Response,
};
use core_access::entity::member;
use core_base::Error;
use core_db::TenantDb;
use core_resource::{Export, Format};
use core_testing::{Actor, Role, Stage, Workspace};
use futures_util::StreamExt;
use sea_orm::EntityTrait;
use tower::ServiceExt;

use crate::{create, pages::made, thing, vienna, with_things};

const CSV: &str = "/things/export?export-as=csv";
const FIELDS: &str = "&export-field=name&export-field=notes&export-field=owner&export-field=price\
                      &export-field=due&export-field=seen&export-field=state";

/// The lines of a file, without its head.
async fn lines(by: &Actor, address: &str) -> Vec<String> {
    let answer = by.get(address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.words());
    let mut lines: Vec<String> = answer.text.split_terminator('\n').map(str::to_owned).collect();
    if address.contains("csv") {
        assert!(lines.remove(0).starts_with("\u{feff}ID"), "{}", answer.text);
    }
    lines
}

#[tokio::test]
async fn a_list_is_a_file_with_its_filters_and_columns() {
    with_things(async |_, _, ana| {
        let owner = ana.member_id().to_string();
        let pot = [("name", "Pot"), ("state", "used"), ("price", "12.50"), ("owner", &*owner)];
        made(ana, &pot).await;
        let evil = [("name", "=1+1"), ("notes", "one\n\"two\", three"), ("due", "2027-05-31")];
        made(ana, &evil).await;
        made(ana, &[("name", "Kettle"), ("state", "used"), ("seen", "2027-01-31T09:30")]).await;
        let page = ana.get("/things?state=used").await;
        let link = "/things/export?state=used";
        assert!(page.text.contains(&format!("href=\"{link}\"")), "{}", page.text);
        let page = ana.get(link).await;
        assert!(page.has_text("2 things, as the list is narrowed now."), "{}", page.words());
        let form = page.form("/things/export");
        assert_eq!(form.value("state"), Some("used"));

        let answer = ana.get(&format!("{CSV}{FIELDS}")).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        let kept = "attachment; filename=\"acme-things.csv\"";
        assert_eq!(answer.header("content-disposition"), kept);
        let head = "\u{feff}ID,Name,Notes,State,Owner,Price,Due,Seen\r\n";
        assert!(answer.text.starts_with(head), "{}", answer.text);
        let rest = answer.text[head.len()..].replace(|c: char| c.is_ascii_hexdigit(), "0");
        let mine = ana.name.replace(|c: char| c.is_ascii_hexdigit(), "0");
        let id = "00000000-0000-0000-0000-000000000000";
        let wanted = format!(
            "{id},Pot,,us00,{mine},00.00,,\r\n\
             {id},\"'=0+0\",\"on0\n\"\"two\"\", thr00\",0r0sh,,0.00,0000-00-00,\r\n\
             {id},K0ttl0,,us00,,0.00,,0000-00-00T00:00\r\n"
        );
        assert_eq!(rest, wanted);
        let used = lines(ana, &format!("{CSV}&state=used&q=pot{FIELDS}")).await;
        assert_eq!(used.len(), 1, "{used:?}");
        assert_eq!(lines(ana, CSV).await[0].len(), 37, "no column was chosen: the id alone");

        let json = "/things/export?export-as=jsonl&export-field=name&export-field=price&q=pot";
        let lines = lines(ana, json).await;
        let one: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!(
            (lines.len(), &one["name"], &one["price"]),
            (1, &"Pot".into(), &serde_json::json!({"currency": "EUR", "minor": 1250}))
        );
        assert!(one["id"].is_string() && one.get("state").is_none(), "{one}");

        for refused in ["/things/export?export-as=xls", "/things/export?export-as=csv&state=gone"] {
            assert_eq!(ana.get(refused).await.status, 400, "{refused}");
        }
    })
    .await;
}

/// What is taken along is told, before there is any of it.
#[tokio::test]
async fn an_export_is_in_the_audit_trail() {
    with_things(async |stage, acme, ana| {
        made(ana, &[("name", "Kettle")]).await;
        ana.get("/things/export").await;
        assert_eq!(exports(stage, acme).await, 0, "to look at the page takes nothing");
        lines(ana, &format!("{CSV}{FIELDS}")).await;
        assert_eq!(exports(stage, acme).await, 1);
    })
    .await;
}

async fn exports(stage: &Stage, acme: &Workspace) -> usize {
    use core_db::audit_entry::{Column, Entity};
    use sea_orm::{ColumnTrait, QueryFilter};
    let told = |db: TenantDb| async move {
        Ok(Entity::find().filter(Column::Action.eq("exported")).all(&db).await?)
    };
    let all = stage.write_in(acme, told).await;
    assert!(all.iter().all(|one| one.title == "things" && one.actor.starts_with("member:")));
    all.len()
}

/// What somebody may not see is in no file of theirs, whatever they ask for.
#[tokio::test]
async fn a_file_has_what_its_asker_may_see() {
    with_things(async |stage, acme, ana| {
        made(ana, &[("name", "Kettle"), ("pieces", "3"), ("price", "4")]).await;
        let kim = stage.member(acme, Role::Viewer).await;
        let all = "&export-field=name&export-field=worth&export-field=checker";
        let head = ana.get(&format!("{CSV}{all}")).await;
        assert!(head.text.contains("Worth") && head.text.contains("12.00"), "{}", head.text);
        let theirs = kim.get(&format!("{CSV}{all}")).await;
        assert!(theirs.text.contains("Kettle"), "{}", theirs.text);
        for secret in ["Worth", "Checker", "12.00"] {
            assert!(!theirs.text.contains(secret), "{secret}: {}", theirs.text);
        }
        let page = kim.get("/things/export").await;
        assert!(!page.text.contains("value=\"worth\""), "{}", page.words());
        // Members who see their own rows alone have those alone in a file.
        let own = kim.get("/own/export?export-as=csv&export-field=name").await;
        assert!(own.status == 200 && !own.text.contains("Kettle"), "{}", own.text);
        // Another workspace has nothing of it.
        let other = stage.tenant("globex").await;
        let bo = stage.member(&other, Role::Owner).await;
        assert!(!bo.get(&format!("{CSV}{all}")).await.text.contains("Kettle"));
        assert_eq!(stage.visitor().get("/things/export").await.status, 404);
    })
    .await;
}

/// So many more, like the first.
async fn many(stage: &Stage, acme: &Workspace, count: usize) {
    create(stage, acme, &[("name", "Thing 0")]).await.unwrap();
    let fill = |db: TenantDb| async move {
        let first = thing::Entity::find().one(&db).await?.unwrap();
        let like = |n: usize| thing::Model {
            id: thing::ThingId::new(),
            name: format!("Thing {n}"),
            ..first.clone()
        };
        let all: Vec<thing::Model> = (1..count).map(like).collect();
        for some in all.chunks(500) {
            let rows = some.iter().cloned().map(thing::ActiveModel::from);
            thing::Entity::insert_many(rows).exec_without_returning(&db).await?;
        }
        Ok(())
    };
    stage.write_in(acme, fill).await;
}

/// An answer that nobody has read yet.
async fn ask(
    stage: &Stage,
    acme: &Workspace,
    by: &Actor,
    address: &str,
    encoding: &'static str,
) -> Response {
    let mut request = by.request(Method::GET, address);
    let cookie = by.cookie(&acme.origin, core_http::SESSION_COOKIE).unwrap();
    let cookie = format!("{}={cookie}", core_http::SESSION_COOKIE);
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    request.headers_mut().insert("accept-encoding", HeaderValue::from_static(encoding));
    stage.router.clone().oneshot(request).await.unwrap()
}

/// Long files come in pieces, each row once; whoever may no longer look gets no further one.
#[tokio::test]
async fn long_files_come_in_pieces_and_end_with_the_right_to_look() {
    with_things(async |stage, acme, ana| {
        many(stage, acme, 4_100).await;
        let address = format!("{CSV}&export-field=name");
        let mut all = lines(ana, &address).await;
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4_100);
        // A browser takes it packed, as a whole.
        let packed = ask(stage, acme, ana, &address, "gzip").await;
        assert_eq!(packed.headers()["content-encoding"], "gzip");
        let mut body = packed.into_body().into_data_stream();
        while let Some(piece) = body.next().await {
            assert!(piece.is_ok());
        }
        let kim = stage.member(acme, Role::Viewer).await;
        let answer = ask(stage, acme, &kim, &address, "identity").await;
        assert_eq!(answer.status(), 200);
        let mut body = answer.into_body().into_data_stream();
        let head = body.next().await.unwrap().unwrap();
        let first = body.next().await.unwrap().unwrap();
        assert!(head.starts_with(b"\xef\xbb\xbfID") && first.len() > 2_000 * 37);
        let id = kim.member_id();
        let removed = |db: TenantDb| async move {
            member::Entity::delete_by_id(id).exec(&db).await?;
            Ok(())
        };
        stage.write_in(acme, removed).await;
        assert!(body.next().await.unwrap().is_err(), "the next piece is not theirs");
        assert!(body.next().await.is_none());
    })
    .await;
}

/// A field that may no longer be seen ends the file: the columns after it would be others'.
#[tokio::test]
async fn a_file_whose_field_is_gone_ends() {
    with_things(async |stage, acme, _| {
        create(stage, acme, &[("name", "Kettle")]).await.unwrap();
        let of = &thing::resource();
        let (search, calendar) = (of.search(&[]), vienna());
        let fields = ["name", "gone"].map(str::to_owned).to_vec();
        let export = Export { search, fields, format: Format::Csv, calendar };
        let refused = export.clone();
        let is_refused = stage.write_in(acme, |db: TenantDb| async move {
            Ok(matches!(refused.piece(of, &db, None).await, Err(Error::Forbidden)))
        });
        assert!(is_refused.await);
        let export = export.seen_in(of);
        let read = |db: TenantDb| async move { export.piece(of, &db, None).await };
        let (text, next) = stage.write_in(acme, read).await;
        assert!(text.ends_with(",Kettle\r\n") && next.is_none(), "{text}");
    })
    .await;
}

/// The sheet of a workbook that is asked for, cell by cell.
async fn sheet(
    stage: &Stage,
    acme: &Workspace,
    by: &Actor,
    fields: &str,
) -> calamine::Range<calamine::Data> {
    use calamine::Reader;
    let address = format!("/things/export?export-as=xlsx{fields}");
    let answer = ask(stage, acme, by, &address, "identity").await;
    assert_eq!(answer.status(), 200);
    let kept = "attachment; filename=\"acme-things.xlsx\"";
    assert_eq!(answer.headers()["content-disposition"], kept);
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    book.worksheet_range("Export").unwrap()
}

#[tokio::test]
async fn a_sheet_has_numbers_days_and_texts_that_nobody_computes() {
    use calamine::{Data, DataType};
    with_things(async |stage, acme, ana| {
        let owner = ana.member_id().to_string();
        let hostile = "=1+1 <b>&amp; \"_x000D_\" 🙃";
        let fields = [
            ("name", hostile),
            ("notes", "one\ntwo"),
            ("price", "12.50"),
            ("pieces", "7"),
            ("due", "2027-05-31"),
            ("seen", "2027-01-31T09:30"),
            ("paid", "true"),
            ("owner", &*owner),
        ];
        made(ana, &fields).await;
        let chosen: String =
            fields.iter().map(|(name, _)| format!("&export-field={name}")).collect();
        let all = sheet(stage, acme, ana, &chosen).await;
        let labels: Vec<_> = all.rows().next().unwrap().iter().map(ToString::to_string).collect();
        let cell = |label: &str| {
            let at = labels.iter().position(|known| known == label).unwrap();
            all.rows().nth(1).unwrap()[at].clone()
        };
        assert_eq!(all.rows().count(), 2);
        let name = cell("Name").to_string();
        assert!(
            ["_x000D_", "_x005F_x000D_"]
                .iter()
                .any(|escape| { name == hostile.replace("_x000D_", escape) }),
            "{name}"
        );
        assert_eq!(cell("Notes"), Data::String("one\ntwo".to_owned()));
        assert_eq!(cell("Owner"), Data::String(ana.name.clone()));
        assert_eq!(cell("Price"), Data::Float(12.5));
        assert_eq!(cell("Pieces"), Data::Float(7.0));
        assert_eq!(cell("Paid"), Data::Bool(true));
        assert_eq!(cell("Due").as_date().unwrap().to_string(), "2027-05-31");
        let seen = cell("Seen").as_datetime().unwrap();
        assert_eq!(seen.and_utc().timestamp() / 60 * 60, seen.and_utc().timestamp());
        assert_eq!(seen.date().to_string(), "2027-01-31");
        assert!(matches!(cell("ID"), Data::String(_)));

        // A piece at a time, and each row once.
        many(stage, acme, 4_100).await;
        let all = sheet(stage, acme, ana, "&export-field=name").await;
        assert_eq!(all.rows().count(), 4_102);
    })
    .await;
}

//! Archives that somebody wrote by hand: their checksum is right, and still the rules of forms hold.

use std::io::{Read, Write};

use core_access::{archives, entity::user};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{export, fill, rows, said, tables};
use crate::world::everywhere;

/// What becomes of each line.
type Change = Box<dyn Fn(usize, &mut Value)>;

/// The archive with its lines changed, and the checksum that belongs to that. Line 0 is the header.
pub(crate) fn rewritten(good: &[u8], change: &dyn Fn(usize, &mut Value)) -> Vec<u8> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(good).read_to_string(&mut text).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.pop().unwrap();
    let (mut out, mut hash, mut rows) = (String::new(), Sha256::new(), 0);
    for (at, line) in lines.iter().enumerate() {
        let mut line: Value = serde_json::from_str(line).unwrap();
        change(at, &mut line);
        rows += u64::from(line.is_array());
        let line = format!("{line}\n");
        hash.update(&line);
        out.push_str(&line);
    }
    let sha256: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    out.push_str(&format!("{}\n", json!({ "end": { "rows": rows, "sha256": sha256 } })));
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(out.as_bytes()).unwrap();
    packed.finish().unwrap()
}

#[tokio::test]
async fn what_no_form_lets_through_is_refused_with_the_row_and_the_rule() {
    everywhere(async |world| {
        fill(world).await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        let (store, acme) = (&world.stage.store, &world.acme.tenant);
        export(store, acme, &path).await;
        let good = std::fs::read(&path).unwrap();
        let unchanged = rewritten(&good, &|_, _| {});
        std::fs::write(&path, unchanged).unwrap();
        archives::restore(store, acme, &path, &tables())
            .await
            .map_err(core_base::Error::into_anyhow)
            .unwrap();
        let before = rows(&world.stage, &world.acme).await;
        let people = user::Entity::find().count(store.catalog()).await.unwrap();

        let header = |field: &'static str, value: Value| {
            move |at: usize, line: &mut Value| {
                if at == 0 {
                    line[field] = value.clone();
                }
            }
        };
        let person = |field: &'static str, value: Value| {
            move |at: usize, line: &mut Value| {
                if at == 0 {
                    line["people"][0][field] = value.clone();
                }
            }
        };
        // In every row a text that says `word` becomes another.
        let text = |word: &'static str, other: String| {
            move |at: usize, line: &mut Value| {
                let cells = line.as_array_mut().filter(|_| at > 0);
                for cell in cells.into_iter().flatten().filter(|cell| *cell == word) {
                    *cell = json!(other);
                }
            }
        };
        // Somebody whom nobody knows here, and who belongs to nothing.
        let stranger = move |at: usize, line: &mut Value| {
            if at == 0 {
                let people = line["people"].as_array_mut().unwrap();
                let mut new = people[0].clone();
                (new["id"], new["email"]) =
                    (json!(uuid::Uuid::now_v7()), json!("new@example.test"));
                people.push(new);
            }
        };
        let cases: Vec<(Change, &[&str])> = vec![
            (Box::new(stranger), &["the person", "is no member"]),
            (Box::new(text("on_track", "nonsense".into())), &["projects", "cannot be read"]),
            (Box::new(text("pending", "hmm".into())), &["invitations", "cannot be read"]),
            (Box::new(text("Contractor", "Ad\u{200b}min".into())), &["role", "nobody sees"]),
            (Box::new(header("name", json!("x".repeat(3 << 20)))), &["name", "at most 60"]),
            (Box::new(header("name", json!("  "))), &["name", "empty"]),
            (Box::new(header("name", json!("a\u{0007}b"))), &["name", "control"]),
            (Box::new(header("zone", json!("../../etc/passwd"))), &["zone", "etc/passwd"]),
            (Box::new(header("session_hours", json!(0))), &["session", "0 hours"]),
            (Box::new(header("session_hours", json!(9000))), &["session", "9000 hours"]),
            (Box::new(header("slug", json!("../acme"))), &["address", "../acme"]),
            (Box::new(person("email", json!("<script>"))), &["email address", "person"]),
            (Box::new(person("email", json!("Ada@Example.test"))), &["email address", "person"]),
            (Box::new(person("name", json!("y".repeat(81)))), &["person", "at most 80"]),
            (Box::new(person("zone", json!("Moon/Base"))), &["person", "Moon/Base"]),
            (Box::new(text("owner", "viewer".into())), &["none of its members is an owner"]),
            (Box::new(text("Contractor", "z".repeat(41))), &["role", "at most 40"]),
            (Box::new(text("Contractor", "ADMIN".into())), &["ADMIN", "another role's"]),
            (Box::new(text("No date", "w".repeat(81))), &["projects", "80 characters"]),
            (Box::new(text("No date", "\u{200b}".into())), &["projects", "Enter the name"]),
            (
                Box::new(text("No date", "No\ndate".into())),
                &["projects", "name", "as it would be kept"],
            ),
            (Box::new(text("No date", "w".repeat(2 << 20))), &["projects.name", "at most"]),
        ];
        for (change, words) in cases {
            std::fs::write(&path, rewritten(&good, &*change)).unwrap();
            let why = said(archives::restore(store, acme, &path, &tables()).await);
            assert!(words.iter().all(|word| why.contains(word)), "{words:?}: {why}");
            assert!(why.len() < 400, "{why}");
            assert_eq!(rows(&world.stage, &world.acme).await, before, "{words:?}");
        }
        let now = user::Entity::find().count(store.catalog()).await.unwrap();
        assert_eq!(now, people, "nobody was made on the way");
    })
    .await;
}

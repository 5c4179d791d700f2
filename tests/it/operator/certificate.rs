//! `tenant delete` certifies what it deleted, and the certificate tells later whether that is still so.

use core_access::{Place, Vault};
use core_db::Store;
use core_testing::{Home, StoreKind, core_stores};

use crate::faults::program::{command, groundwork, run};

/// What a command says, and whether it ended well.
fn say(home: &Home, args: &[&str]) -> (bool, String) {
    let output = command(groundwork(), home, args).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn a_deleted_workspace_is_certified_with_its_key() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        run(groundwork(), &home, &["seed", "--tenants=2", "--projects=1", "--members=1"]);
        let (_, list) = say(&home, &["tenant", "list", "--json"]);
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let slug = list[0]["slug"].as_str().unwrap();
        let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
        let tenant = store.directory().by_slug(slug).await.unwrap().unwrap();
        let vault = Vault::new(store.catalog().clone(), &home.config.master_keys);
        let place =
            Place { tenant: Some(tenant.id), table: "projects", column: "secret", row: "one" };
        let sealed = vault.encrypt(place, b"only theirs").await;
        let sealed = sealed.map_err(core_base::Error::into_anyhow).unwrap();
        assert!(vault.decrypt(place, &sealed).await.is_ok());

        let file = home.config.data_dir.parent().unwrap().join("certificate.json");
        let path = file.to_str().unwrap();
        let delete = ["tenant", "delete", slug, "--confirm", slug, "--certificate", path];
        std::fs::write(&file, "something else").unwrap();
        let (done, said) = say(&home, &delete);
        assert!(
            !done && said.contains("writing the certificate"),
            "nothing is overwritten: {said}"
        );
        assert!(vault.decrypt(place, &sealed).await.is_ok(), "and nothing was deleted");
        std::fs::remove_file(&file).unwrap();
        run(groundwork(), &home, &delete);
        let unread = vault.decrypt(place, &sealed).await;
        assert!(unread.is_err(), "what a backup has of it can't be read any more");

        let text = std::fs::read_to_string(&file).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["deleted"]["address"], slug);
        assert!(read["deleted"]["key"]["id"].is_string(), "{text}");
        assert_eq!(
            store.remains(tenant.id).await.ok().map(|left| (left.has_data, left.rows)),
            Some((false, 0))
        );
        let check = ["tenant", "check-certificate", path];
        let (good, said) = say(&home, &check);
        assert!(good && said.contains("nothing of it is here"), "{said}");
        // Of one letter that is another one.
        std::fs::write(&file, text.replace(slug, "another")).unwrap();
        let (good, said) = say(&home, &check);
        assert!(!good && said.contains("it was altered"), "{said}");
        std::fs::write(&file, "{}").unwrap();
        let (good, said) = say(&home, &check);
        assert!(!good && said.contains("this is no certificate"), "{said}");
        // Without a file it is printed; without encrypted values there is no key to name.
        let slug = list[1]["slug"].as_str().unwrap();
        let (done, said) = say(&home, &["tenant", "delete", slug, "--confirm", slug]);
        assert!(done, "{said}");
        let read: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert!(read["deleted"]["key"].is_null() && read["seal"].is_string(), "{said}");
        drop((vault, store));
        home.close().await.unwrap();
    }
}

//! The disk of the embedded store is full: people are told so, nothing is half written, and it goes on by
//! itself once there is room.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use core_testing::{Role, Stage, StoreKind};
use sqlx::{Connection, Row, SqliteConnection};
use tempfile::TempDir;

use super::{
    browser::Door,
    load::{Person, people},
    program::{groundwork, run},
    site::Site,
};
use crate::world::apps;

/// A file system of a few megabytes.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None`, with a reason: this needs root.
    fn mount() -> Option<Self> {
        let dir = tempfile::Builder::new().prefix("groundwork-disk-").tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=12m", "tmpfs"]);
        if !mount.arg(dir.path()).status().is_ok_and(|done| done.success()) {
            eprintln!("skipped: no file system can be mounted here, which takes root");
            return None;
        }
        Some(Self(dir))
    }

    fn ballast(&self) -> PathBuf {
        self.0.path().join("ballast")
    }

    /// Takes all room there is.
    fn fill(&self) {
        let mut file =
            fs::OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        while file.write_all(&[0; 4096]).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_said_plainly_breaks_nothing_and_is_over_when_there_is_room() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.0.path().join("data").display().to_string();
    let stage = Stage::with(StoreKind::Sqlite, apps(), &[("DATA_DIR", &data)]).await;
    let (site, door) = (Site::start(&stage.home), Door::default());
    door.lead_to(&site);
    let people = people(&stage, &door, 2).await;
    let mut saved = vec![];
    assert_eq!(write(&people[0], "Before", &mut saved).await, 303);

    disk.fill();
    let refused = write_until_refused(&people[0], &mut saved).await;
    assert_eq!(people[0].actor.get("/projects").await.status, 200, "pages are shown as before");
    assert_account_site_says_so(&people[0]).await;
    disk.make_room();

    assert_eq!(write(&people[0], "After", &mut saved).await, 303, "it goes on by itself");
    assert_eq!(write(&people[1], "Next door", &mut vec![]).await, 303);
    let names = |db| async move { projects::testing::names(&db).await };
    let mut names = stage.write_in(&people[0].workspace, names).await;
    names.sort();
    saved.sort();
    assert_eq!(names, saved, "all that was said to be saved, and nothing else");
    eprintln!("{} saved, {refused} refused with 507", saved.len());
    site.end();
    let _ = stage.member(&people[1].workspace, Role::Viewer).await;
    run(groundwork(), &stage.home, &["check"]);
    assert_files_are_intact(Path::new(&data)).await;
    stage.close().await;
}

async fn write(person: &Person, name: &str, saved: &mut Vec<String>) -> u16 {
    let answer = person.actor.post("/projects", &[("name", name)]).await;
    if answer.status == 303 {
        saved.push(name.to_owned());
    } else {
        assert_eq!(answer.status, 507, "{}", answer.words());
        assert!(answer.has_text("We're out of storage"), "{}", answer.words());
        assert!(answer.has_text("This change was not saved"), "{}", answer.words());
    }
    answer.status
}

/// The log has some room of its own, so the first writes may still fit.
async fn write_until_refused(person: &Person, saved: &mut Vec<String>) -> usize {
    let mut refused = 0;
    for number in 0..3000 {
        refused += usize::from(write(person, &format!("Full {number}"), saved).await == 507);
        if refused == 20 {
            return refused;
        }
    }
    panic!("the disk is full, and 3000 writes fitted");
}

/// What is written to the catalogue is refused the same way, once its log is full too.
async fn assert_account_site_says_so(person: &Person) {
    let forgot = format!("{}/forgot", person.actor.account_origin());
    for number in 0..2000 {
        let email = format!("somebody{number}@example.test");
        let answer = person.actor.post(&forgot, &[("email", &email)]).await;
        if answer.status == 507 {
            assert!(answer.has_text("We're out of storage"), "{}", answer.words());
            return;
        }
        assert!(answer.status < 500, "{} {}", answer.status, answer.words());
    }
    panic!("the disk is full, and 2000 attempts were counted");
}

async fn assert_files_are_intact(data: &Path) {
    let tenants = fs::read_dir(data.join("tenants")).unwrap().map(|entry| entry.unwrap().path());
    let files = tenants.filter(|path| path.extension().is_some_and(|end| end == "db"));
    for file in files.chain([data.join("catalog.db")]) {
        let url = format!("sqlite://{}", file.display());
        let mut connection = SqliteConnection::connect(&url).await.unwrap();
        let row = sqlx::query("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap();
        assert_eq!(row.get::<String, _>(0), "ok", "{}", file.display());
        connection.close().await.unwrap();
    }
}

//! `kill -9` of the site amid a sign-up: from the address to the first page of the workspace.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use core_access::entity::{membership, user};
use core_db::Store;
use core_testing::{Actor, Home, StoreKind, core_stores};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::{
    agreement::assert_all_agrees,
    browser::{Door, Places, alive, link_to, log_in},
    jobs::leases_end,
    site::Site,
};
use crate::random::Random;

const RUNS: usize = 20;
const PASSWORD: &str = "the kettle sings at noon";

#[tokio::test]
async fn twenty_kills_amid_sign_ups_lose_no_letter_and_make_nothing_twice() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        let (door, mut random, mut places) = (Door::default(), Random::new(), Places::default());
        let mut site = Site::start(&home);
        door.lead_to(&site);
        Stranger::new(&door, &home, "warm-up").time(&home).await;
        let usual = Stranger::new(&door, &home, "measured").time(&home).await;
        for number in 0..RUNS {
            let stranger = Stranger::new(&door, &home, &format!("killed-{number}"));
            let wait = random.while_below(usual);
            let (_, ()) = tokio::join!(stranger.go_on(&home), site.kill_after(wait, &home));
            let place = stranger.place.get();
            let when = format!("{}, killed after {wait:?} of {usual:?}: {place}", stranger.slug);
            places.count(place);
            leases_end(&home).await;
            site = Site::start(&home);
            door.lead_to(&site);
            assert_all_agrees(&home, &when).await;
            stranger.go_on(&home).await.unwrap();
            let there = assert_all_agrees(&home, &when).await;
            assert_eq!(there.len(), number + 3, "{when}");
            assert_eq!(of(&home, &stranger.email).await, (1, 1), "{when}");
        }
        places.print();
        site.end();
        home.close().await.unwrap();
    }
}

/// How many people have this address, and how many workspaces they have.
async fn of(home: &Home, email: &str) -> (usize, u64) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let people = user::Entity::find().filter(user::Column::Email.eq(email));
    let people = people.all(store.catalog()).await.unwrap();
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let theirs = membership::Entity::find().filter(membership::Column::UserId.is_in(ids));
    (people.len(), theirs.count(store.catalog()).await.unwrap())
}

/// Somebody who wants a workspace.
struct Stranger {
    browser: Actor,
    email: String,
    slug: String,
    /// They were told to look for an email.
    told: Cell<bool>,
    /// What they are at.
    place: Cell<&'static str>,
}

impl Stranger {
    fn new(door: &Door, home: &Home, slug: &str) -> Self {
        Self {
            browser: door.visitor(home),
            email: format!("{slug}@example.test"),
            slug: slug.to_owned(),
            told: Cell::new(false),
            place: Cell::new("asking"),
        }
    }

    async fn time(&self, home: &Home) -> Duration {
        let start = Instant::now();
        self.go_on(home).await.unwrap();
        start.elapsed()
    }

    /// On from wherever they are to the first page of their workspace. `None`: the site died.
    async fn go_on(&self, home: &Home) -> Option<()> {
        let account = alive(self.browser.get("/account").await)?;
        if account.status != 200 {
            self.ask().await?;
            self.place.set("waiting for the letter");
            let mut tries = 0;
            while !self.confirm(&link_to(home, &self.email, &self.browser).await?).await? {
                tries += 1;
                assert!(tries < 5, "the letter's link never worked");
            }
        }
        self.place.set("naming the workspace");
        self.settle(&format!("{}/", home.config.workspace_origin(&self.slug))).await
    }

    /// Whoever was told that an email comes waits for it, and does not ask again.
    async fn ask(&self) -> Option<()> {
        if !self.told.get() {
            let form = alive(self.browser.get("/signup").await)?.form("/signup");
            let sent = alive(self.browser.submit(&form, &[("email", &self.email)]).await)?;
            assert!(sent.has_text("Check your email"), "{}", sent.words());
            self.told.set(true);
        }
        Some(())
    }

    /// `false`: another email was asked for before the kill, and its link ends this one.
    async fn confirm(&self, link: &str) -> Option<bool> {
        self.place.set("typing a password");
        let page = alive(self.browser.get(link).await)?;
        if page.status != 200 {
            if page.has_text("Send a new link") {
                return Some(false);
            }
            return log_in(&self.browser, "/login", &self.email, PASSWORD).await.map(|()| true);
        }
        let fields = [("name", "Kim"), ("password", PASSWORD)];
        let made = self.browser.submit(&page.form("/signup/confirm"), &fields).await;
        let made = alive(made)?;
        if made.has_text("Send a new link") {
            return Some(false);
        }
        if made.location() == "/login" {
            // An earlier link made the account just before the kill.
            return log_in(&self.browser, "/login", &self.email, PASSWORD).await.map(|()| true);
        }
        assert_eq!(made.location(), "/workspaces/new");
        Some(true)
    }

    /// To the workspace that is theirs already, or that they make.
    async fn settle(&self, home: &str) -> Option<()> {
        let list = alive(self.browser.go("/workspaces").await)?;
        let first = if list.text.contains(home) {
            self.place.set("entering");
            self.browser.go(home).await
        } else {
            let form = alive(self.browser.get("/workspaces/new").await)?.form("/workspaces");
            let fields = [("name", "Killed"), ("slug", &*self.slug)];
            let made = alive(self.browser.submit(&form, &fields).await)?;
            assert_eq!(made.location(), home);
            self.place.set("entering");
            self.browser.follow(made).await
        };
        let first = alive(first)?;
        assert_eq!(first.status, 200, "{}", first.words());
        assert!(home.starts_with(&first.origin), "{home} led to {}", first.origin);
        self.place.set("done");
        Some(())
    }
}

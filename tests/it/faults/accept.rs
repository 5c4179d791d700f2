//! `kill -9` of the site amid the acceptance of an invitation, by people with an account and without.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use core_access::entity::{
    invitation::{self, State},
    member,
};
use core_db::{Mode, Store};
use core_testing::{Actor, Home, StoreKind, core_stores};
use sea_orm::EntityTrait;

use super::{
    agreement::assert_all_agrees,
    browser::{Door, Places, alive, link_to, log_in},
    jobs::leases_end,
    program::{groundwork, run},
    site::Site,
};
use crate::random::Random;

const RUNS: usize = 20;
const PASSWORD: &str = "the kettle sings at noon";

#[tokio::test]
async fn twenty_kills_amid_acceptances_by_people_with_an_account_make_whole_members_or_none() {
    kill_amid_acceptances(true).await;
}

#[tokio::test]
async fn twenty_kills_amid_acceptances_by_new_people_make_whole_members_or_none() {
    kill_amid_acceptances(false).await;
}

async fn kill_amid_acceptances(known: bool) {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        let (door, mut random, mut places) = (Door::default(), Random::new(), Places::default());
        let emails: Vec<_> =
            (0..RUNS + 2).map(|number| format!("guest{number}@example.test")).collect();
        add_people(&home, if known { &emails } else { &[] }).await;
        let mut site = Site::start(&home);
        door.lead_to(&site);
        invite(&home, &door, &emails).await;
        let mut usual = Duration::ZERO;
        for (number, email) in emails.iter().enumerate() {
            let guest = Guest::new(&home, &door, email, known).await;
            if number < 2 {
                usual = guest.time().await;
                continue;
            }
            let wait = random.while_below(usual);
            let (_, ()) = tokio::join!(guest.go_on(), site.kill_after(wait, &home));
            let place = guest.place.get();
            let when = format!("{email}, killed after {wait:?} of {usual:?}: {place}");
            places.count(place);
            leases_end(&home).await;
            site = Site::start(&home);
            door.lead_to(&site);
            let before = assert_seats_agree(&home, emails.len(), &when).await;
            guest.go_on().await.unwrap();
            let joined = assert_seats_agree(&home, emails.len(), &when).await;
            assert_eq!(joined, number + 1, "{when}, {before} had joined before");
        }
        places.print();
        site.end();
        home.close().await.unwrap();
    }
}

/// The owner's workspace, and people who have an account.
async fn add_people(home: &Home, emails: &[String]) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let owner = accounts::user::create(store.catalog(), "ada@example.test", "Ada", PASSWORD).await;
    owner.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    for email in emails {
        // The hash of the owner's password: making one takes a while.
        let ada = core_access::user_by_email(store.catalog(), "ada@example.test").await;
        let hash = ada.map_err(core_base::Error::into_anyhow).unwrap().unwrap().password_hash;
        accounts::user::insert(store.catalog(), email, "Guest", &hash).await.unwrap();
    }
    drop(store);
    let create = ["tenant", "create", "acme", "--name", "Acme", "--owner", "ada@example.test"];
    run(groundwork(), home, &create);
}

async fn invite(home: &Home, door: &Door, emails: &[String]) {
    let ada = door.visitor(home);
    log_in(&ada, "/login", "ada@example.test", PASSWORD).await.unwrap();
    let acme = home.config.workspace_origin("acme");
    assert_eq!(ada.go(&format!("{acme}/")).await.status, 200);
    let page = ada.get(&format!("{acme}/settings/members/invite")).await;
    let form = page.form("/settings/members/invite");
    for some in emails.chunks(10) {
        let sent = ada.submit(&form, &[("emails", &some.join("\n")), ("role", "member")]).await;
        assert_eq!(sent.status, 303, "{}", sent.words());
    }
}

/// Who is a member used an invitation, who is none has an open one, and no seat is counted twice.
/// Gives how many have joined.
async fn assert_seats_agree(home: &Home, invited: usize, when: &str) -> usize {
    assert_all_agrees(home, when).await;
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let row = store.tenants().await.unwrap().remove(0);
    let tenant = store.directory().by_id(row.id).await.unwrap().unwrap();
    let db = store.tenant_db(tenant, Mode::Read).await.unwrap();
    let invitations = db.find::<invitation::Entity>().all(&db).await.unwrap();
    let members = member::Entity::find().all(&db).await.unwrap();
    db.finish(false).await.map_err(core_base::Error::into_anyhow).unwrap();
    for row in &invitations {
        let count = members.iter().filter(|member| member.email == row.email).count();
        let wanted = match row.state {
            State::Accepted => 1,
            State::Pending => 0,
            other => panic!("{when}: the invitation to {} is {other:?}", row.email),
        };
        assert_eq!(count, wanted, "{when}: members with the address {}", row.email);
    }
    assert_eq!(invitations.len(), invited, "{when}");
    // Nobody but the owner came another way.
    let joined = invitations.iter().filter(|row| row.state == State::Accepted).count();
    assert_eq!(members.len(), joined + 1, "{when}");
    joined
}

/// Somebody who was invited.
struct Guest {
    browser: Actor,
    email: String,
    link: String,
    /// What they are at.
    place: Cell<&'static str>,
}

impl Guest {
    /// With the email at hand, and logged in where they have an account.
    async fn new(home: &Home, door: &Door, email: &str, known: bool) -> Self {
        let browser = door.visitor(home);
        let link = link_to(home, email, &browser).await.unwrap();
        if known {
            log_in(&browser, "/login", email, PASSWORD).await.unwrap();
        }
        Self { browser, email: email.to_owned(), link, place: Cell::new("reading") }
    }

    async fn time(&self) -> Duration {
        let start = Instant::now();
        self.go_on().await.unwrap();
        start.elapsed()
    }

    /// On from wherever they are to the first page of the workspace. `None`: the site died.
    async fn go_on(&self) -> Option<()> {
        let mut page = alive(self.browser.get(&self.link).await)?;
        let token = self.link.split_once("token=").unwrap().1;
        let login = format!("/login?next=%2Finvitation%3Ftoken%3D{token}");
        let sign_up = format!("/signup/invited?token={token}");
        if page.text.contains(&login) {
            log_in(&self.browser, &login, &self.email, PASSWORD).await?;
            page = alive(self.browser.get(&self.link).await)?;
        } else if page.text.contains(&sign_up) {
            self.place.set("typing a password");
            let form = alive(self.browser.get(&sign_up).await)?.form("/signup/invited");
            let fields = [("name", "Guest"), ("password", PASSWORD)];
            let made = alive(self.browser.submit(&form, &fields).await)?;
            page = alive(self.browser.follow(made).await)?;
        }
        self.place.set("accepting");
        let joined = self.browser.submit(&page.form("/invitation/accept"), &[]).await;
        let joined = alive(joined)?;
        assert_eq!(joined.status, 303, "{}: {}", self.email, joined.words());
        self.place.set("entering");
        let first = alive(self.browser.follow(joined).await)?;
        assert_eq!(first.status, 200, "{}: {}", self.email, first.words());
        self.place.set("done");
        Some(())
    }
}

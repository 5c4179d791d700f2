//! A workspace with something of everything, so that every page shows its forms and every form can
//! be sent for good.

use core_access::{
    AnyRole, NewSession,
    entity::{email_link::Purpose, user},
};
use core_base::{RoleId, SiteKey};
use core_testing::{Actor, Role, Stage, Workspace};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use crate::{
    billing::shop::{ending_plan, known_to_stripe, try_plan},
    samples::{self, Page, Sent},
};

/// The password of the person who has one.
pub(super) const PASSWORD: &str = "the kettle sings at noon";

/// One workspace and the people around it. What a form changed is left behind with it: the next
/// case acts in a new one.
pub(super) struct Scene {
    /// What is new each time, for names that must be.
    pub(super) number: usize,
    pub(super) workspace: Workspace,
    /// Whoever may look at pages, the most powerful first.
    pub(super) people: Vec<(&'static str, Actor)>,
    /// Where the routes with parameters lead, and other pages of routes without.
    pub(super) pages: Vec<(&'static str, Page)>,
    /// Others, which have plans.
    pub(super) others: Vec<Workspace>,
    /// Forms of the apps with what makes them good.
    pub(super) forms: Vec<Sent>,
    /// Somebody with a password.
    pub(super) known: String,
    /// Who may become an owner.
    pub(super) member: String,
    /// What the owner's authenticator app would show.
    pub(super) code: String,
}

impl Scene {
    /// `with_plans`: also two workspaces that have one, which takes a while.
    pub(super) async fn set(stage: &Stage, number: usize, hash: &str, with_plans: bool) -> Self {
        let workspace = stage.tenant(&format!("scene-{number}")).await;
        let owner = stage.member(&workspace, Role::Owner).await;
        let (visitor, invitee) = (stage.visitor(), stage.person("Invitee").await);
        let known = format!("known{number}@example.test");
        let catalog = stage.store.catalog();
        accounts::user::insert(catalog, &known, "Kim", hash).await.unwrap();
        // Whoever may look at pages can change their password.
        let update = catalog.update_many::<user::Entity>().filter(user::Column::Id.eq(owner.user));
        let update = update.col_expr(user::Column::PasswordHash, Expr::value(hash));
        update.exec(catalog).await.unwrap();
        other_device(stage, &owner).await;
        let key = crate::world::passkey(stage, owner.user, &format!("Phone {number}")).await;
        crate::world::trusted(stage, owner.user, &format!("Laptop {number}")).await;
        let mut pages = emails(stage, &owner, number).await;
        crate::world::connect(stage, owner.user, &format!("{number}@else.example")).await;

        pages.push(("/account/security/passkeys/{id}", at(key)));
        pages.push(("/account/sessions/trusted/{id}/end", at("/account/sessions")));
        let member = member(stage, &workspace, &owner, &mut pages).await;
        let things = samples::things(stage, &owner).await;
        pages.extend(things.pages);
        invitations(stage, &owner, (&invitee.email, number), &mut pages).await;
        links(stage, &known, number, &mut pages).await;
        let leaver = leaver(stage, number).await;
        let email = member.email.clone();
        let code = code(&owner).await;
        let protected = stage.person("Protected").await;
        let sent = [("code", &*self::code(&protected).await)];
        let on = protected.post("/account/security/totp", &sent).await;
        assert_eq!(on.status, 303, "{}", on.words());
        protected.follow(on).await;
        let slug = &workspace.tenant.slug;
        pages.push(("/workspaces/plan", at(format!("/workspaces/plan?workspace={slug}"))));
        let change = "/settings/billing/plan/change";
        for (route, of, query) in [
            (change, "tries", "?plan=business&interval=year"),
            ("/settings/billing/cancel", "tries", ""),
            ("/settings/billing", "tries", ""),
            ("/settings/billing", "ends", ""),
        ] {
            let origin = stage.config().workspace_origin(&format!("{of}-{number}"));
            pages.push((route, at(format!("{origin}{route}{query}"))));
        }
        for route in ["/settings/billing/invoices/{id}", "/settings/billing/invoices/{id}/pdf"] {
            pages.push((route, at(route.replace("{id}", "in_1"))));
        }
        let departing = stage.person("Departing").await;
        crate::world::departing(stage, departing.user).await;
        let mut people = vec![
            ("an owner", owner),
            ("a member", member),
            ("somebody who is invited", invitee),
            ("an owner who closed theirs", leaver),
            ("a visitor", visitor),
            ("somebody with two-step verification", protected),
            ("somebody whose account is on its way out", departing),
        ];
        let mut others = vec![];
        if with_plans {
            known_to_stripe(stage, &workspace, &people[0].1.email).await;
            for (name, of, ends) in
                [("tries a plan", "tries", false), ("gave one up", "ends", true)]
            {
                let (other, owner) = buyer(stage, &format!("{of}-{number}"), ends).await;
                others.push(other);
                people.push((name, owner));
            }
        }
        let forms = things.forms;
        Self { code, number, workspace, others, people, pages, forms, known, member: email }
    }

    /// Every page of a route.
    pub(super) fn pages_of(&self, route: &str) -> Vec<Page> {
        let mine = self.pages.iter().filter(|(of, _)| *of == route).map(|(_, page)| page.clone());
        let plain = (!route.contains('{')).then(|| Page::At(route.to_owned()));
        let all: Vec<_> = plain.into_iter().chain(mine).collect();
        assert!(
            !all.is_empty(),
            "{route} has no page: add one to the samples of its app, or to scene.rs"
        );
        all
    }
}

/// The code of the secret that somebody is offered.
pub(crate) async fn code(of: &Actor) -> String {
    let page = of.get(&format!("{}/account/security/totp", of.account_origin())).await;
    let secret = page.text.split("data-secret>").nth(1).unwrap().split('<').next().unwrap();
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate_current().to_string()
}

fn at(path: impl Into<String>) -> Page {
    Page::At(path.into())
}

/// A member with a role of the workspace's own, and the pages about both.
async fn member(
    stage: &Stage,
    workspace: &Workspace,
    owner: &Actor,
    pages: &mut Vec<(&'static str, Page)>,
) -> Actor {
    let made =
        owner.post("/settings/roles/new", &[("name", "Contractor"), ("copy", "admin")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let roles = |db| async move { core_access::custom_roles(&db).await };
    let role: RoleId = stage.write_in(workspace, roles).await[0].id;
    let member = stage.member_as(workspace, "Contractor", AnyRole::Custom(role)).await;
    let (of_role, of_member) =
        (format!("/settings/roles/{role}"), format!("/settings/members/{}", member.member_id()));
    pages.extend([
        ("/settings/roles/{id}", at(&of_role)),
        ("/settings/roles/{id}/delete", at(format!("{of_role}/delete"))),
        ("/settings/members/{id}/remove", at(format!("{of_member}/remove"))),
        ("/settings/members/{id}/owner", at(format!("{of_member}/owner"))),
    ]);
    member
}

/// One for somebody with an account, one for somebody without.
async fn invitations(
    stage: &Stage,
    owner: &Actor,
    (known, number): (&str, usize),
    pages: &mut Vec<(&'static str, Page)>,
) {
    let unknown = format!("unknown{number}@example.test");
    let fields = [("emails", &*format!("{known}\n{unknown}")), ("role", "viewer")];
    let made = owner.post("/settings/members/invite", &fields).await;
    assert_eq!(made.status, 303, "{}", made.words());
    stage.run_jobs().await;
    for (email, route, path) in [
        (known, "/invitation", "/invitation"),
        (&unknown, "/signup/invited", "/signup/invited"),
        (known, "/invitation/decline", "/invitation/decline"),
    ] {
        let link = stage.mailbox().newest_to(email).links()[0].to_owned();
        let token = link.split("token=").last().unwrap();
        pages.push((route, at(format!("{path}?token={token}"))));
    }
    let forms = owner.get("/settings/members").await.forms();
    let resend = forms.iter().find(|form| form.path().ends_with("/resend")).unwrap();
    let path = resend.path().trim_end_matches("/resend").to_owned();
    pages.push(("/settings/members/invitations/{id}/revoke", at(format!("{path}/revoke"))));
}

/// Mailed links: good ones, and one whose time is over.
async fn links(stage: &Stage, known: &str, number: usize, pages: &mut Vec<(&'static str, Page)>) {
    let (new, late) = (format!("new{number}@example.test"), format!("late{number}@example.test"));
    let hour = chrono::TimeDelta::hours(1);
    for (route, purpose, email, valid) in [
        ("/signup/confirm", Purpose::SignUp, new.as_str(), hour),
        ("/signup/confirm", Purpose::SignUp, &late, -hour),
        ("/reset", Purpose::Reset, known, hour),
    ] {
        let (token, catalog) = (core_base::Token::random(), stage.store.catalog());
        let made = core_access::make_link(catalog, &token, purpose, email, valid).await;
        made.map_err(core_base::Error::into_anyhow).unwrap();
        pages.push((route, at(format!("{route}?token={}", token.expose()))));
    }
    // Ways to elsewhere, without a form.
    for (route, page) in [
        ("/auth/{provider}/start", "/auth/github/start"),
        ("/auth/{provider}/callback", "/auth/github/callback"),
    ] {
        pages.push((route, at(page)));
    }
    let letter = {
        use platform::mail::{Branding, Mailbox, Message};
        let on = Branding::of(stage.config());
        stage.deliver(&Message::new("Hello").email(&on, Mailbox::unknown(known))).await
    };
    pages.push(("/dev/mail/{id}", at(format!("/dev/mail/{letter}"))));
    pages.push(("/dev/mail/{id}/html", at(format!("/dev/mail/{letter}/html"))));
}

/// The links that a change of address sends.
async fn emails(stage: &Stage, owner: &Actor, number: usize) -> Vec<(&'static str, Page)> {
    let path = |link: String| at(link.trim_start_matches(owner.account_origin()));
    let moved = stage.person("Moved").await;
    let new = format!("moved-{number}@new.example");
    let undo = crate::world::changed_email(stage, &moved, &moved.email, &new).await;
    let new = format!("owner-{number}@new.example");
    let asked = crate::world::asked_email(stage, owner, &new).await;
    let not_me = crate::world::not_me(stage, owner.user, &owner.email);
    vec![
        ("/account/email/confirm", path(asked)),
        ("/account/email/undo", path(undo)),
        ("/account/not-me", path(not_me)),
    ]
}

/// The owner of a workspace that is on its way out.
async fn leaver(stage: &Stage, number: usize) -> Actor {
    let gone = stage.tenant(&format!("gone-{number}")).await;
    let owner = stage.member(&gone, Role::Owner).await;
    let tx = stage.store.catalog().begin().await.unwrap();
    let closed = stage.store.schedule_deletion(tx, &gone.tenant).await;
    assert!(closed.map_err(core_base::Error::into_anyhow).unwrap());
    owner
}

/// Somebody whose workspace has a plan: as a trial, which ends by itself or because they said so.
async fn buyer(stage: &Stage, slug: &str, ends: bool) -> (Workspace, Actor) {
    let workspace = stage.tenant(slug).await;
    let owner = stage.member(&workspace, Role::Owner).await;
    match ends {
        true => ending_plan(stage, &workspace, &owner.email).await,
        false => drop(try_plan(stage, &workspace, &owner.email).await),
    }
    (workspace, owner)
}

pub(super) async fn other_device(stage: &Stage, owner: &Actor) {
    let new = NewSession {
        user: owner.user,
        parent: None,
        site: SiteKey::ACCOUNT,
        tenant: None,
        born: None,
        method: "password".into(),
        proved_at: None,
        user_agent: "another".into(),
        address: "127.0.0.1".into(),
    };
    stage.core.sessions.open(new).await.map_err(core_base::Error::into_anyhow).unwrap();
}

//! Data to look at: the two demo workspaces of development.

use std::sync::Arc;

use core_access::{PermissionKeys, RateLimiter, Vault, all_roles};
use core_base::{Config, Slug, UserId};
use core_db::{Store, Tenant, TenantDb};
use platform::{
    AnyRole, Demo, PermissionDef, Registry, oauth::Identity, people::user_by_email, say,
    workspaces::Decision,
};

const PASSWORD: &str = "groundwork-demo-password";

/// A workspace of the demo.
struct Workspace {
    slug: &'static str,
    name: &'static str,
    /// A role of its own: what it is called and what it may do.
    role: Option<(&'static str, &'static [&'static str])>,
    /// Who was invited and has not answered yet, as what.
    invited: &'static [(&'static str, &'static str)],
}

const DEMOS: [Workspace; 2] = [
    Workspace {
        slug: "acme",
        name: "Acme Rockets",
        role: Some((CONTRACTOR, &["projects.view", "projects.manage"])),
        invited: &[("jonas@acme.example", "Member"), ("ines@nozzles.example", CONTRACTOR)],
    },
    Workspace {
        slug: "globex",
        name: "Globex",
        role: None,
        invited: &[("noor@globex.example", "Admin")],
    },
];

const CONTRACTOR: &str = "Contractor";

/// Name, address, and their role in each workspace.
type Person = (&'static str, &'static str, [Option<&'static str>; 2]);

/// Who has two-step verification, and the secret of their authenticator app.
const OMAR: (&str, &str) = ("omar@acme.example", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP");

const PEOPLE: [Person; 7] = [
    ("Maya Chen", "maya@acme.example", [Some("Owner"), Some("Member")]),
    ("Priya Nair", "priya@acme.example", [Some("Member"), None]),
    ("Tom Okafor", "tom@acme.example", [Some("Viewer"), None]),
    ("Sam Rivera", "sam@rivera.example", [Some(CONTRACTOR), None]),
    ("Lena Fischer", "lena@globex.example", [None, Some("Owner")]),
    ("Diego Alves", "diego@globex.example", [None, Some("Viewer")]),
    ("Omar Haddad", OMAR.0, [Some("Member"), None]),
];

/// The demo workspaces, made once and filled by the apps; what people change in them stays.
pub(crate) async fn demo(
    config: &Config,
    store: &Store,
    registry: &Registry,
) -> anyhow::Result<()> {
    let vault = Vault::new(store.catalog().clone(), &config.master_keys);
    for (number, demo) in DEMOS.iter().enumerate() {
        // One that was deleted stays deleted: its address is taken for ever.
        let slug = Slug::parse(demo.slug).map_err(|why| anyhow::anyhow!(why))?;
        if store.is_free(&slug, None).await.map_err(core_base::Error::into_anyhow)? {
            make(store, (&vault, &config.account_origin()), registry, (number, demo))
                .await
                .map_err(core_base::Error::into_anyhow)?;
        }
    }
    Ok(())
}

async fn make(
    store: &Store,
    (vault, origin): (&Vault, &str),
    registry: &Registry,
    (number, demo): (usize, &Workspace),
) -> core_base::Result<()> {
    let slug = Slug::parse(demo.slug).map_err(|why| anyhow::anyhow!(why))?;
    let mut people = vec![];
    for (name, email, roles) in &PEOPLE {
        if let Some(role) = roles[number] {
            people.push((user(store, (vault, origin), email, name).await?, role));
        }
    }
    let owner = people.iter().position(|(_, role)| *role == "Owner");
    let (owner, _) = people.remove(owner.ok_or_else(|| anyhow::anyhow!("nobody owns {slug}"))?);
    let tenant = tenants::workspace::create(store, slug, demo.name, &owner).await?;
    let tenant = with_room(store, tenant).await?;
    let decide =
        |db| async move { furnish(store, &db, &registry.permissions, (demo, owner.id)).await };
    store.write_in(tenant.clone(), decide).await?;
    let known = |db| async move { all_roles(&db).await };
    let known: Vec<_> = store.read_in(tenant.clone(), known).await?;
    for (person, role) in &people {
        let role = named(&known, role)?;
        tenants::workspace::add(store, tenant.clone(), person, role).await?;
    }
    people.push((owner, "Owner"));
    let people = people.iter().map(|(person, _)| person.id).collect();
    let demo = Demo { slug: demo.slug.to_owned(), people, rows: None };
    for (app, error) in registry.fill(store, &tenant, &demo).await {
        let error = error.into_anyhow();
        tracing::error!(
            app,
            workspace = demo.slug,
            "its demo rows could not be made: {error:#}. Mend it and start with a new DATA_DIR"
        );
    }
    Ok(())
}

/// On the largest plan, so that everything of the demo has room. What it pays for, if it does, its plan says a moment
/// later.
async fn with_room(store: &Store, tenant: Arc<Tenant>) -> core_base::Result<Arc<Tenant>> {
    let Some(plan) = store.plans().offered().last() else { return Ok(tenant) };
    store.set_plan(store.catalog().begin().await?, &tenant, plan.key).await?;
    Ok(store.directory().by_id(tenant.id).await?.unwrap_or(tenant))
}

/// What an owner does first: a role, and invitations, whose emails the worker sends.
async fn furnish(
    store: &Store,
    db: &TenantDb,
    permissions: &[PermissionDef],
    (demo, owner): (&Workspace, UserId),
) -> core_base::Result<()> {
    let needs = PermissionDef::of::<tenants::permissions::ManageMembers>();
    let decision = Decision::begin(store, db, permissions, needs, owner).await?;
    if let Some((name, keys)) = demo.role {
        // An app that was taken out of the product took its permissions along.
        let known =
            keys.iter().filter(|key| permissions.iter().any(|permission| permission.key == **key));
        let keys = PermissionKeys(known.map(|key| (*key).to_owned()).collect());
        let made = decision.create_role(name, keys).await?;
        made.map_err(|why| anyhow::anyhow!("the role {name}: {why:?}"))?;
    }
    let known = all_roles(db).await?;
    // Nobody asked for these, and nobody reads them.
    let limiter = RateLimiter::new(store.catalog().clone(), false);
    for (email, role) in demo.invited {
        let (emails, role) = ([(*email).to_owned()], named(&known, role)?);
        let done = tenants::invitation::invite(&limiter, db, &decision, &emails, role).await?;
        done.map_err(|why| anyhow::anyhow!("inviting {email}: {why:?}"))?;
    }
    Ok(())
}

fn named(
    known: &[(AnyRole, String, platform::PermissionSet)],
    name: &str,
) -> anyhow::Result<AnyRole> {
    let found = known.iter().find(|(_, other, _)| other == name).map(|(role, ..)| *role);
    found.ok_or_else(|| anyhow::anyhow!("there is no role {name}"))
}

async fn user(
    store: &Store,
    (vault, origin): (&Vault, &str),
    email: &str,
    name: &str,
) -> core_base::Result<platform::people::entity::user::Model> {
    if let Some(user) = user_by_email(store.catalog(), email).await? {
        return Ok(user);
    }
    let made = accounts::user::create(store.catalog(), email, name, PASSWORD).await?;
    made.map_err(|refusal| anyhow::anyhow!("{email}: {}", refusal.text()))?;
    let user = user_by_email(store.catalog(), email).await?;
    let user = user.ok_or_else(|| anyhow::anyhow!("{email} was just made and is gone"))?;
    if email == OMAR.0 {
        accounts::second_factor::give(store.catalog(), vault, user.id, OMAR.1).await?;
    }
    if email == PEOPLE[0].1 {
        let maya = Identity {
            issuer: format!("{origin}{}", accounts::providers::EXAMPLE),
            subject: "maya".to_owned(),
            email: Some(email.to_owned()),
            is_verified: true,
            name: name.to_owned(),
        };
        let tx = store.catalog().begin().await?;
        accounts::connection::insert(&tx, user.id, "example", &maya).await?;
        tx.commit().await?;
    }
    Ok(user)
}

/// Where to go, and as whom.
pub(crate) fn print_welcome(config: &Config) {
    let (name, origin) = (&config.product_name, config.account_origin());
    let (acme, globex) = (config.workspace_origin("acme"), config.workspace_origin("globex"));
    say!("\n  {name} is running: {origin}\n  Workspaces: {acme} and {globex}");
    say!("  Emails it would have sent: {origin}/dev/mail");
    say!("  Stripe sandbox, its clock and payments: {origin}/dev/stripe");
    say!("  Try to read another workspace: {acme}/dev/isolation\n\n  Sign in as");
    for (_, email, roles) in &PEOPLE {
        let places = roles.iter().zip(&DEMOS).filter_map(|(role, demo)| {
            role.map(|role| format!("{} of {}", role.to_lowercase(), demo.slug))
        });
        let places = places.collect::<Vec<_>>().join(", ");
        let code = if *email == OMAR.0 { ", two-step secret " } else { "" };
        let secret = if *email == OMAR.0 { OMAR.1 } else { "" };
        say!("    {email:21}  {PASSWORD}   {places}{code}{secret}");
    }
    say!();
}

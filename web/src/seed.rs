//! Data to look at: the two demo workspaces of development, and the many of a benchmark.

use core_base::{Config, Slug, UserId};
use core_db::Store;
use platform::Role;

const PASSWORD: &str = "groundwork-demo-password";

/// People of the demo: name, address, and their role in each workspace.
const PEOPLE: [(&str, &str, Option<Role>, Option<Role>); 5] = [
    ("Maya Chen", "maya@acme.example", Some(Role::Owner), Some(Role::Member)),
    ("Priya Nair", "priya@acme.example", Some(Role::Member), None),
    ("Tom Okafor", "tom@acme.example", Some(Role::Viewer), None),
    ("Lena Fischer", "lena@globex.example", None, Some(Role::Owner)),
    ("Diego Alves", "diego@globex.example", None, Some(Role::Viewer)),
];

/// The demo workspaces, made once; what people change in them stays.
pub(crate) async fn demo(store: &Store) -> anyhow::Result<()> {
    for (slug, name, column) in [("acme", "Acme Rockets", 0), ("globex", "Globex", 1)] {
        if store.directory().by_slug(slug).await?.is_some() {
            continue;
        }
        let role = |person: &(_, _, Option<Role>, Option<Role>)| {
            if column == 0 { person.2 } else { person.3 }
        };
        let done = make(store, slug, name, &|person| role(person), column).await;
        done.map_err(core_base::Error::into_anyhow)?;
    }
    Ok(())
}

type Person = (&'static str, &'static str, Option<Role>, Option<Role>);

async fn make(
    store: &Store,
    slug: &str,
    name: &str,
    role: &dyn Fn(&Person) -> Option<Role>,
    column: usize,
) -> core_base::Result<()> {
    let slug = Slug::parse(slug).map_err(|why| anyhow::anyhow!(why))?;
    let mut people = vec![];
    for person in &PEOPLE {
        if let Some(role) = role(person) {
            people.push((user(store, person.1, person.0).await?, role));
        }
    }
    people.sort_by_key(|(_, role)| std::cmp::Reverse(*role));
    let Some(((owner, _), others)) = people.split_first() else { return Ok(()) };
    let tenant = tenants::workspace::create(store, slug, name, owner).await?;
    for (person, role) in others {
        tenants::workspace::add(store, tenant.clone(), person, *role).await?;
    }
    let owners: Vec<_> = people.iter().map(|(person, _)| UserId(person.id)).collect();
    store
        .in_tenant(tenant, |db| async move { projects::testing::demo(&db, &owners, column).await })
        .await
}

async fn user(
    store: &Store,
    email: &str,
    name: &str,
) -> core_base::Result<platform::spine::entity::user::Model> {
    if let Some(user) = accounts::user::by_email(store.catalog(), email).await? {
        return Ok(user);
    }
    let made = accounts::user::create(store.catalog(), email, name, PASSWORD).await?;
    made.map_err(|refusal| anyhow::anyhow!("{email}: {}", refusal.text()))?;
    let user = accounts::user::by_email(store.catalog(), email).await?;
    user.ok_or_else(|| anyhow::anyhow!("{email} was just made and is gone").into())
}

/// Where to go, and as whom.
pub(crate) fn print_welcome(config: &Config) {
    let (name, origin) = (&config.product_name, config.account_origin());
    let (acme, globex) = (config.workspace_origin("acme"), config.workspace_origin("globex"));
    println!("\n  {name} is running: {origin}\n  Workspaces: {acme} and {globex}");
    println!("  Mail to anybody: {origin}/dev/mail");
    println!("  What isolation refuses: {acme}/dev/isolation\n\n  Sign in as");
    for (_, email, acme, globex) in &PEOPLE {
        let place = |slug: &str, role: &Option<Role>| {
            role.map(|role| format!("{} of {slug}", role.label().to_lowercase()))
        };
        let places = [place("acme", acme), place("globex", globex)];
        let places = places.into_iter().flatten().collect::<Vec<_>>().join(", ");
        println!("    {email:21}  {PASSWORD}   {places}");
    }
    println!();
}

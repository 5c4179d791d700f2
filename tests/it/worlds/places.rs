//! The recordings of the workspace's own site: what shuts things for others comes last.

use core_base::SiteKey;

use super::{
    book::{By, Entry, get, post},
    scene::Filled,
};

/// All of them.
pub(super) fn routes(a: &Filled) -> Vec<Entry> {
    [apps(a), pages(a), roles(a), members(a), billing(a), settings(a)].concat()
}

fn pages(a: &Filled) -> Vec<Entry> {
    let (member, invitation) = (member(a), &a.invitation);
    let at = |route, path: String| get(SiteKey::WORKSPACE, route, path);
    vec![
        at("/settings/roles/{id}", a.role.clone()),
        at("/settings/roles/{id}/delete", format!("{}/delete", a.role)),
        at("/settings/roles/new", format!("/settings/roles/new?copy={}", a.other_role)),
        at("/settings/members/{id}/remove", format!("{member}/remove")),
        at("/settings/members/{id}/owner", format!("{member}/owner")),
        at("/settings/members/invitations/{id}/revoke", format!("{invitation}/revoke")),
        at("/settings/general/available", {
            format!("/settings/general/available?slug={}", a.workspace.tenant.slug)
        }),
    ]
}

/// What the workspace pays: it tries a plan.
fn billing(a: &Filled) -> Vec<Entry> {
    let at = |route, path: String| get(SiteKey::WORKSPACE, route, path);
    let business = [("plan", "business"), ("interval", "year"), ("currency", "USD")];
    let details = [("email", "bills@example.test"), ("name", "Acme")];
    let invoice = &a.invoice;
    vec![
        at("/settings/billing/invoices/{id}", format!("/settings/billing/invoices/{invoice}")),
        at("/settings/billing/invoices/{id}/pdf", {
            format!("/settings/billing/invoices/{invoice}/pdf")
        }),
        at("/settings/billing/plan/change", {
            "/settings/billing/plan/change?plan=business&interval=year".to_owned()
        }),
        form("/settings/billing/plan", &business),
        form("/settings/billing/plan/change", &business),
        form("/settings/billing/card", &[]),
        form("/settings/billing/portal", &[]),
        form("/settings/billing/details", &details),
        form("/settings/billing/cancel", &[("reason", "unused")]),
        form("/settings/billing/resume", &[]),
    ]
}

/// What the apps brought.
fn apps(a: &Filled) -> Vec<Entry> {
    let on = SiteKey::WORKSPACE;
    let pages = a
        .things
        .pages
        .iter()
        .filter_map(|(route, page)| page.path().map(|path| get(on, route, path.to_owned())));
    let forms = a.things.forms.iter().map(|sent| {
        let fields: Vec<_> = sent.fields.iter().map(|(name, text)| (*name, &**text)).collect();
        post(on, sent.route, &sent.path, &fields, By::Owner)
    });
    pages.chain(forms).collect()
}

fn roles(a: &Filled) -> Vec<Entry> {
    let (role, other) = (&a.role, &a.other_role);
    let (version, grant) = (format!("{other}:1"), format!("{other}:projects.view"));
    vec![
        form("/settings/roles", &[("version", &version), ("grant", &grant)]),
        form("/settings/roles/new", &[("name", "New")]),
        form("/settings/security", &[("hours", "720"), ("seen", "0/0")]),
        form("/settings/roles/new", &[("name", "Copied"), ("copy", other)]),
        form_at("/settings/roles/{id}", role, &[("name", "Expert"), ("version", "1")]),
        form_at("/settings/roles/{id}/delete", &format!("{role}/delete"), &[]),
    ]
}

fn members(a: &Filled) -> Vec<Entry> {
    let (member, invitation) = (member(a), &a.invitation);
    let of = |what: &str| format!("{member}/{what}");
    let invite = "/settings/members/invite";
    let resend = "/settings/members/invitations/{id}/resend";
    let revoke = "/settings/members/invitations/{id}/revoke";
    let hand_over = [("email", &*a.member_email), ("stay", "yes")];
    vec![
        form(invite, &[("emails", "x@example.test"), ("role", "viewer")]),
        form(invite, &[("emails", "y@example.test"), ("role", &a.other_role)]),
        form_at(resend, &format!("{invitation}/resend"), &[]),
        form_at(revoke, &format!("{invitation}/revoke"), &[]),
        form_at("/settings/members/{id}/role", &of("role"), &[("role", "viewer")]),
        form_at("/settings/members/{id}/owner", &of("owner"), &hand_over),
        form_at("/settings/members/{id}/remove", &of("remove"), &[]),
    ]
}

fn settings(a: &Filled) -> Vec<Entry> {
    let on = SiteKey::WORKSPACE;
    vec![
        form("/setup/hide", &[]),
        form("/settings/general", &[("name", "Renamed"), ("zone", "Europe/London")]),
        post(on, "/settings/leave", "/settings/leave", &[], By::Third),
        post(on, "/theme", "/theme", &[("theme", "dark")], By::Owner),
        post(on, "/logout", "/logout", &[], By::Other),
        form("/settings/general/delete", &[("slug", &a.workspace.tenant.slug)]),
        form("/settings/general/address", &[("slug", "moved-away")]),
    ]
}

fn member(a: &Filled) -> String {
    format!("/settings/members/{}", a.member.member_id())
}

/// Sent by the owner.
fn form(route: &'static str, fields: &[(&'static str, &str)]) -> Entry {
    form_at(route, route, fields)
}

fn form_at(route: &'static str, at: &str, fields: &[(&'static str, &str)]) -> Entry {
    post(SiteKey::WORKSPACE, route, at, fields, By::Owner)
}

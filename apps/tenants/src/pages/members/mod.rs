//! The members of a workspace: the list, and what can be decided about each.

mod invitations;
mod invite;
mod leave;
mod list;
mod owner;
mod remove;
mod role;

use platform::{Member, Result, Routes, see_other_with, ui::Toast};

/// This part of the map.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/settings/members", list::list)
        .post("/settings/members/{id}/role", role::change)
        .get("/settings/members/{id}/remove", remove::ask)
        .post("/settings/members/{id}/remove", remove::remove)
        .get("/settings/members/{id}/owner", owner::ask)
        .post("/settings/members/{id}/owner", owner::hand_over)
        .get("/settings/members/invite", invite::ask)
        .post("/settings/members/invite", invite::invite)
        .post("/settings/members/invitations/{id}/resend", invitations::resend)
        .get("/settings/members/invitations/{id}/revoke", invitations::ask)
        .post("/settings/members/invitations/{id}/revoke", invitations::revoke)
        .get("/settings/leave", leave::ask)
        .post("/settings/leave", leave::leave)
}

/// Back to the list, which says what became of a decision.
fn back(to: String, done: Result<Member, String>, text: impl FnOnce(&Member) -> String) -> Result {
    match done {
        Ok(member) => see_other_with(to, &Toast::success(text(&member))),
        Err(why) => see_other_with(to, &Toast::error("Nothing was changed").text(why)),
    }
}

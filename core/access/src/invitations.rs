//! What the link of an invitation is made of, and what one is worth. Its secret is kept nowhere: it
//! is sealed anew when an email is written and when the link comes back.

use std::sync::Arc;

use core_base::{Config, Error, Result, TenantId, Token};
use core_db::{Status, Store, Tenant, TenantDb};
use uuid::Uuid;

use crate::{
    Member, PermissionSet, custom_roles,
    entity::invitation::{Entity, Model},
    get_member,
};

const PURPOSE: &str = "invitation";
/// Two ids and a seal, in hex.
const LENGTH: usize = 32 + 32 + 64;

/// An invitation with whom and what it names.
#[derive(Clone, Debug)]
pub struct Invited {
    /// The invitation.
    pub invitation: Model,
    /// Who answers for it, if they are still a member.
    pub inviter: Option<Member>,
    /// What the role is called and may do, if there still is one.
    pub role: Option<(String, PermissionSet)>,
}

/// The token in the link of an invitation, as it is now. `seal` signs with `SECRET_KEY`:
/// `Config::seal` in a request, `EmailService::seal` in a job.
pub fn invitation_token(
    tenant: TenantId,
    invitation: &Model,
    seal: impl Fn(&str, &str) -> Token,
) -> String {
    let (tenant, id) = (tenant.0.simple(), invitation.id.simple());
    let sealed = seal(PURPOSE, &format!("{tenant}/{id}/{}", invitation.version));
    format!("{tenant}{id}{}", sealed.expose())
}

/// The invitation that a link leads to. `None` for every token that is not the one of the last
/// email, whatever is wrong with it, and while the workspace is shut.
pub async fn look_at_invitation(
    store: &Store,
    config: &Config,
    token: &str,
) -> Result<Option<(Arc<Tenant>, Invited)>> {
    let Some((id, invitation)) = parse(token) else { return Ok(None) };
    let tenant = store.directory().by_id(id).await?;
    let open = |tenant: &Arc<Tenant>| tenant.status == Status::Active && !tenant.quarantined;
    let Some(tenant) = tenant.filter(open) else { return Ok(None) };
    let read = |db| async move { read_invitation(&db, invitation).await };
    let found = match store.read_in(tenant.clone(), read).await {
        Err(Error::NotFound) => return Ok(None),
        found => found?,
    };
    let good =
        invitation_token(id, &found.invitation, |purpose, text| config.mac_token(purpose, text));
    // Hashes are compared: how long it takes tells nothing of the token itself.
    let hash = |token: &str| token.get(64..).and_then(Token::parse).map(|token| token.hash());
    Ok((hash(token) == hash(&good)).then_some((tenant, found)))
}

fn parse(token: &str) -> Option<(TenantId, Uuid)> {
    let well_formed = token.len() == LENGTH && token.bytes().all(|b| b.is_ascii_hexdigit());
    let id = |from: usize| Uuid::try_parse(token.get(from..from + 32)?).ok();
    well_formed.then(|| Some((TenantId(id(0)?), id(32)?))).flatten()
}

/// The invitation of this id, or `NotFound`.
pub async fn read_invitation(db: &TenantDb, id: Uuid) -> Result<Invited> {
    let invitation = db.get::<Entity>(id).await?;
    let inviter = match get_member(db, invitation.inviter_id).await {
        Err(Error::NotFound) => None,
        found => Some(found?),
    };
    let role = custom_roles::named(db, invitation.role).await?;
    Ok(Invited { invitation, inviter, role })
}

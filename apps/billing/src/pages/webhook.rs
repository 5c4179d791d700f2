//! What Stripe tells: looked at over the bytes as they came, kept, answered at once.

use platform::{
    Extension, Public, RawBody, Result, clock,
    process::Platform,
    request::{HeaderMap, IntoResponse, StatusCode},
};

use crate::{
    endpoint,
    event::{self, Told},
    settings::Billing,
};

pub(super) async fn receive(
    _: Public,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result {
    let catalog = core.store.catalog();
    let header = headers.get("stripe-signature").and_then(|header| header.to_str().ok());
    let mut secrets = endpoint::secrets(catalog, &core.vault).await?;
    secrets.extend_from_slice(billing.secrets());
    let is_theirs =
        header.is_some_and(|header| endpoint::is_signed(&body, header, &secrets, clock::now()));
    let told = if is_theirs { Told::read(&body) } else { None };
    let Some(told) = told else {
        tracing::warn!(is_signed = is_theirs, "a message to the webhook was refused");
        return Ok((StatusCode::BAD_REQUEST, "The signature does not fit.\n").into_response());
    };
    event::keep(&core.store, &told).await?;
    Ok((StatusCode::OK, "Thank you.\n").into_response())
}

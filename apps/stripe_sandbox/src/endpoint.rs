//! Webhook endpoints, and the signature under what is sent to them.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    error::{Fault, Outcome},
    params::Params,
    world::{VERSION, World, text},
};

pub(crate) fn create(world: &mut World, params: &Params) -> Outcome<Value> {
    let url = params.needed("url")?.to_owned();
    let events = params.texts("enabled_events");
    if events.is_empty() {
        return Err(Fault::missing("enabled_events"));
    }
    let (id, secret) = (world.id("we"), world.id("whsec"));
    let version = params.text("api_version").unwrap_or(VERSION).to_owned();
    let mut endpoint = json!({
        "id": id, "object": "webhook_endpoint", "api_version": version, "application": null,
        "created": world.now(), "description": null, "enabled_events": events, "livemode": false,
        "metadata": {}, "secret": secret, "status": "enabled", "url": url,
    });
    change(params, &mut endpoint)?;
    Ok(world.add(endpoint))
}

pub(crate) fn update(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let mut endpoint = world.get("webhook_endpoint", id)?;
    let events = params.texts("enabled_events");
    if !events.is_empty() {
        endpoint["enabled_events"] = events.into();
    }
    params.copy(&["url"], &mut endpoint);
    change(params, &mut endpoint)?;
    world.put(&endpoint);
    Ok(without_secret(endpoint))
}

fn change(params: &Params, endpoint: &mut Value) -> Outcome<()> {
    params.copy(&["description"], endpoint);
    if let Some(is_off) = params.flag("disabled")? {
        endpoint["status"] = if is_off { "disabled" } else { "enabled" }.into();
    }
    params.metadata(endpoint);
    params.finish()
}

/// The secret is told once, to whoever makes the endpoint.
pub(crate) fn without_secret(mut endpoint: Value) -> Value {
    if let Some(map) = endpoint.as_object_mut() {
        map.remove("secret");
    }
    endpoint
}

/// The header `Stripe-Signature` under a body that is sent at `now`.
pub fn signature(secret: &str, body: &str, now: i64) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(format!("{now}.{body}").as_bytes());
    format!("t={now},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// What an endpoint is sent of an event: where, with which secret, and what.
pub(crate) fn message(
    world: &World,
    endpoint: &str,
    event: &str,
) -> Option<(String, String, String)> {
    let endpoint = world.find("webhook_endpoint", endpoint)?;
    let event = world.find("event", event)?;
    let part = |name: &str| text(&endpoint, name).to_owned();
    Some((part("url"), part("secret"), event.to_string()))
}

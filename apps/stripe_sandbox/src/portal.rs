//! The customer portal: a page where a customer looks after cards, invoices and the end of it.

use serde_json::{Value, json};

use crate::{
    card::Card,
    change, checkout, clock, customer,
    error::{Fault, Outcome},
    invoice,
    params::Params,
    subscription,
    world::{World, id_in, text},
};

/// `POST /v1/billing_portal/sessions`.
pub(crate) fn create(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    let customer = params.needed("customer")?.to_owned();
    world.named("customer", "customer", &customer)?;
    let back = match params.text("return_url") {
        Some(_) => Some(checkout::address(params, "return_url")?),
        None => None,
    };
    let locale = params.text("locale").map(str::to_owned);
    let mut flow = Value::Null;
    if let Some(asked) = params.below("flow_data") {
        let words = ["payment_method_update", "subscription_cancel", "subscription_update"];
        flow = json!({ "type": asked.word("type", &words)? });
        asked.copy_all(
            &["after_completion", "subscription_cancel", "subscription_update"],
            &mut flow,
        );
        asked.finish()?;
    }
    params.finish()?;
    let id = world.id("bps");
    let session = json!({
        "id": id, "object": "billing_portal.session", "configuration": "bpc_sandbox",
        "created": world.now(), "customer": customer, "customer_account": null, "flow": null,
        "livemode": false, "locale": locale, "on_behalf_of": null, "return_url": back,
        "url": format!("{pages}/portal/{id}"), "flow_of_sandbox": flow,
    });
    world.add(session.clone());
    world.tell("billing_portal.session.created", &checkout::shown(&session));
    Ok(session)
}

/// What somebody does on the page.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Another card pays from now on.
    Card(String),
    /// The subscription ends with its period.
    Cancel(String),
    /// It goes on after all.
    Resume(String),
    /// An invoice that is open is paid.
    Pay(String),
}

/// Does it.
pub fn act(world: &mut World, session: &str, deed: &Deed, pages: &str) -> Outcome<()> {
    let session = world.get("billing_portal.session", session)?;
    let customer = text(&session, "customer").to_owned();
    let own = |world: &World, kind: &str, id: &str| -> Outcome<Value> {
        let known = world.get(kind, id)?;
        match id_in(&known, "customer") == customer {
            true => Ok(known),
            false => Err(Fault::no_such(kind, id)),
        }
    };
    match deed {
        Deed::Card(number) => {
            let card = Card::of_number(number)?;
            card.check()?;
            let method = customer::add_card(world, &customer, card);
            let method = text(&method, "id").to_owned();
            customer::set_default(world, &customer, &method)?;
            for known in subscription::live_of(world, &customer) {
                let form = format!("default_payment_method={method}");
                change::update(world, text(&known, "id"), &Params::read(&form)?, pages)?;
            }
        }
        Deed::Cancel(id) | Deed::Resume(id) => {
            own(world, "subscription", id)?;
            let form = format!("cancel_at_period_end={}", matches!(deed, Deed::Cancel(_)));
            change::update(world, id, &Params::read(&form)?, pages)?;
        }
        Deed::Pay(id) => {
            own(world, "invoice", id)?;
            pay(world, id, true)?;
        }
    }
    Ok(())
}

/// Pays an invoice that is open; a subscription that waited for it goes on.
pub(crate) fn pay(world: &mut World, id: &str, is_there: bool) -> Outcome<Value> {
    pay_with(world, id, None, is_there)
}

/// `POST /v1/invoices/{id}/pay`.
pub(crate) fn pay_by_call(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let method = params.text("payment_method").map(str::to_owned);
    params.finish()?;
    if let Some(method) = &method {
        let invoice = world.get("invoice", id)?;
        customer::own_method(world, id_in(&invoice, "customer"), "payment_method", method)?;
    }
    pay_with(world, id, method, false)
}

fn pay_with(world: &mut World, id: &str, method: Option<String>, is_there: bool) -> Outcome<Value> {
    let known = world.get("invoice", id)?;
    let of = text(&known["parent"]["subscription_details"], "subscription").to_owned();
    let usual = || world.find("subscription", &of).and_then(|of| subscription::method(world, &of));
    let method = method.or_else(usual);
    let paid = invoice::pay(world, id, method.as_deref(), is_there)?;
    if let Some(mut of) = world.find("subscription", &of)
        && matches!(text(&of, "status"), "past_due" | "incomplete")
        && id_in(&of, "latest_invoice") == id
    {
        clock::recovered(world, &mut of);
    }
    Ok(paid)
}

//! Customers, their cards and their tax ids.

use serde_json::{Value, json};

use crate::{
    card::Card,
    error::{Fault, Outcome},
    params::Params,
    subscription, test_clock,
    world::{World, id_in, text},
};

pub(crate) fn create(world: &mut World, params: &Params) -> Outcome<Value> {
    let id = world.id("cus");
    let prefix = id.replace('_', "").to_uppercase().chars().rev().take(8).collect::<String>();
    let mut customer = json!({
        "id": id, "object": "customer", "address": null, "balance": 0, "created": world.now(),
        "currency": null, "default_source": null, "delinquent": false, "description": null,
        "discount": null, "email": null, "invoice_prefix": prefix,
        "invoice_settings": { "custom_fields": null, "default_payment_method": null, "footer": null,
            "rendering_options": null },
        "livemode": false, "metadata": {}, "name": null, "next_invoice_sequence": 1, "phone": null,
        "preferred_locales": [], "shipping": null, "tax_exempt": "none", "test_clock": null,
    });
    if let Some(clock) = params.text("test_clock") {
        test_clock::has_room(world, clock)?;
        customer["test_clock"] = clock.into();
    }
    change(world, params, &mut customer)?;
    world.add(customer.clone());
    world.tell("customer.created", &customer);
    if let Some(data) = params.each("tax_id_data").first() {
        create_tax_id(world, &id, data)?;
    }
    Ok(customer)
}

pub(crate) fn update(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let mut customer = world.get("customer", id)?;
    change(world, params, &mut customer)?;
    world.put(&customer);
    world.tell("customer.updated", &customer);
    Ok(customer)
}

fn change(world: &World, params: &Params, customer: &mut Value) -> Outcome<()> {
    params.copy(&["email", "name", "description", "phone"], customer);
    params.copy_all(&["address", "shipping", "preferred_locales"], customer);
    if let Some(exempt) = params.word("tax_exempt", &["none", "exempt", "reverse"])? {
        customer["tax_exempt"] = exempt.into();
    }
    if let Some(settings) = params.below("invoice_settings") {
        if let Some(method) = settings.text("default_payment_method") {
            own_method(world, text(customer, "id"), "invoice_settings", method)?;
            customer["invoice_settings"]["default_payment_method"] = method.into();
        }
        settings.copy_all(&["custom_fields"], &mut customer["invoice_settings"]);
        settings.copy(&["footer"], &mut customer["invoice_settings"]);
        settings.finish()?;
    }
    params.each("tax_id_data");
    params.metadata(customer);
    params.finish()
}

/// Takes a customer away: what they pay for ends at once.
pub(crate) fn delete(world: &mut World, id: &str) -> Outcome<Value> {
    let customer = world.get("customer", id)?;
    for known in subscription::live_of(world, id) {
        subscription::end(world, text(&known, "id"), "cancellation_requested")?;
    }
    world.remove(id);
    world.tell("customer.deleted", &customer);
    Ok(json!({ "id": id, "object": "customer", "deleted": true }))
}

/// Where a card can be charged: the one that invoices of this customer are paid with.
pub(crate) fn default_method(world: &World, customer: &str) -> Option<String> {
    let known = world.find("customer", customer)?;
    let method = known["invoice_settings"]["default_payment_method"].as_str()?;
    card_of(world, customer, method).map(|_| method.to_owned())
}

/// A card in the customer's wallet.
pub(crate) fn add_card(world: &mut World, customer: &str, card: Card) -> Value {
    let id = world.id("pm");
    let (email, now) = match world.find("customer", customer) {
        Some(known) => (known["email"].clone(), world.now()),
        None => (Value::Null, world.now()),
    };
    let method = json!({
        "id": id, "object": "payment_method", "allow_redisplay": "unspecified",
        "billing_details": { "address": { "city": null, "country": null, "line1": null, "line2": null,
            "postal_code": null, "state": null }, "email": email, "name": null, "phone": null,
            "tax_id": null },
        "card": card.json(), "created": now, "customer": customer,
        "customer_account": null, "livemode": false, "metadata": {}, "type": "card",
    });
    world.add(method.clone());
    world.tell("payment_method.attached", &method);
    method
}

/// The card behind a payment method, as long as it is this customer's.
pub(crate) fn card_of(world: &World, customer: &str, method: &str) -> Option<Card> {
    let known = world.find("payment_method", method)?;
    let is_theirs = id_in(&known, "customer") == customer;
    is_theirs.then(|| Card::of_last4(text(&known["card"], "last4")))?
}

/// A payment method that a parameter names must be attached to the customer.
pub(crate) fn own_method(world: &World, of: &str, param: &str, method: &str) -> Outcome<()> {
    let known = world.named("payment_method", param, method)?;
    match id_in(&known, "customer") == of {
        true => Ok(()),
        false => Err(Fault::invalid(param, "It is not attached to this customer.")),
    }
}

/// Makes a card the one that is charged.
pub(crate) fn set_default(world: &mut World, customer: &str, method: &str) -> Outcome<()> {
    let mut customer = world.get("customer", customer)?;
    customer["invoice_settings"]["default_payment_method"] = method.into();
    world.put(&customer);
    world.tell("customer.updated", &customer);
    Ok(())
}

/// `pm_card_visa` and its like become a card of the customer.
pub(crate) fn attach(world: &mut World, method: &str, params: &Params) -> Outcome<Value> {
    let customer = params.needed("customer")?.to_owned();
    params.finish()?;
    world.named("customer", "customer", &customer)?;
    if let Some(card) = Card::of_token(method) {
        card.check()?;
        return Ok(add_card(world, &customer, card));
    }
    let mut known = world.get("payment_method", method)?;
    let of = id_in(&known, "customer");
    if !of.is_empty() && of != customer {
        return Err(Fault::state(
            "payment_method_unexpected_state",
            "The payment method you provided has already been attached to a customer.",
        ));
    }
    known["customer"] = customer.into();
    world.put(&known);
    world.tell("payment_method.attached", &known);
    Ok(known)
}

pub(crate) fn detach(world: &mut World, method: &str) -> Outcome<Value> {
    let mut known = world.get("payment_method", method)?;
    known["customer"] = Value::Null;
    world.put(&known);
    world.tell("payment_method.detached", &known);
    Ok(known)
}

pub(crate) fn create_tax_id(world: &mut World, customer: &str, params: &Params) -> Outcome<Value> {
    world.get("customer", customer)?;
    let kind = params.needed("type")?.to_owned();
    let value = params.needed("value")?.to_owned();
    params.finish()?;
    let letters = value.chars().take(2).all(|c| c.is_ascii_alphabetic());
    if kind == "eu_vat" && !(letters && (8..=14).contains(&value.len())) {
        return Err(Fault::state("tax_id_invalid", "Invalid value for eu_vat."));
    }
    let id = world.id("txi");
    let tax = json!({
        "id": id, "object": "tax_id", "country": value.get(..2).map(str::to_uppercase),
        "created": world.now(), "customer": customer, "customer_account": null, "livemode": false,
        "owner": { "type": "customer", "customer": customer, "customer_account": null }, "type": kind, "value": value,
        "verification": { "status": "pending", "verified_address": null, "verified_name": null },
    });
    world.add(tax.clone());
    world.tell("customer.tax_id.created", &tax);
    Ok(tax)
}

pub(crate) fn delete_tax_id(world: &mut World, customer: &str, id: &str) -> Outcome<Value> {
    let tax = world.get("tax_id", id)?;
    if id_in(&tax, "customer") != customer {
        return Err(Fault::no_such("tax_id", id));
    }
    world.remove(id);
    world.tell("customer.tax_id.deleted", &tax);
    Ok(json!({ "id": id, "object": "tax_id", "deleted": true }))
}

//! Checkout: the page on which somebody pays, and what comes of it.

use serde_json::{Value, json};

use crate::{
    card::{Card, Temper},
    catalogue::coupon_of,
    customer,
    error::{Fault, Outcome},
    params::Params,
    subscription::{self, Beginning, Discount, discounts, metadata, tax, without_card},
    world::{World, id_in, number, text},
};

/// `POST /v1/checkout/sessions`, for a subscription or for a card alone.
pub(crate) fn create(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    let id = world.id("cs_test");
    let mode = params.needed("mode")?.to_owned();
    params.word("mode", &["subscription", "setup"])?;
    let customer = params.text("customer").map(str::to_owned);
    if let Some(customer) = &customer {
        world.named("customer", "customer", customer)?;
    }
    let success = address(params, "success_url")?;
    let cancel = match params.text("cancel_url") {
        Some(_) => address(params, "cancel_url")?,
        None => String::new(),
    };
    let mut lines = vec![];
    let mut total = 0;
    let mut currency: Value = params.text("currency").map(str::to_lowercase).into();
    for line in params.each("line_items") {
        let price = world.named("price", "line_items[0][price]", line.needed("price")?)?;
        if price["active"] != true {
            return Err(Fault::invalid("line_items[0][price]", "This price is not active."));
        }
        let many = line.number_in("quantity", 1..=999_999)?;
        let many = many.ok_or_else(|| Fault::missing("line_items[0][quantity]"))?;
        line.finish()?;
        if price["recurring"].is_null() {
            return Err(Fault::invalid(
                "line_items[0][price]",
                "A subscription needs a recurring price.",
            ));
        }
        total += number(&price, "unit_amount").saturating_mul(many).min(i64::MAX / 100);
        currency = price["currency"].clone();
        lines.push(json!({ "price": price["id"], "quantity": many }));
    }
    if (mode == "subscription") == lines.is_empty() {
        return Err(Fault::missing("line_items"));
    }
    let mut with = json!({ "metadata": {}, "trial_days": null, "without_card": "create_invoice" });
    if let Some(data) = params.below("subscription_data") {
        let days = data.number_in("trial_period_days", 1..=730)?;
        with["trial_days"] = days.into();
        with["without_card"] = without_card(&data)?.into();
        with["metadata"] = metadata(&data);
        data.finish()?;
    }
    let address = params.word("billing_address_collection", &["auto", "required"])?;
    // Cards are all that there is.
    let methods: Vec<String> = params.texts("allowed_payment_method_types");
    if methods.iter().any(|one| one != "card") {
        let message = "Only cards can be paid with here.";
        return Err(Fault::invalid("allowed_payment_method_types", message));
    }
    let words = ["always", "if_required"];
    let cards = params.word("payment_method_collection", &words)?;
    let discount = discounts(world, params, customer.as_deref().unwrap_or_default())?;
    let granted: Vec<_> = discount
        .iter()
        .map(|one| json!({ "coupon": one.coupon["id"], "promotion_code": one.code }))
        .collect();
    let allows_codes = params.flag("allow_promotion_codes")?;
    if allows_codes == Some(true) && !granted.is_empty() {
        let message = "You may only specify one of these: allow_promotion_codes, discounts.";
        return Err(Fault::invalid("allow_promotion_codes", message));
    }
    let has_tax = tax(params)?;
    let asks_tax = match params.below("tax_id_collection") {
        Some(asks) => {
            let is_on = asks.flag("enabled")?.unwrap_or_default();
            asks.finish()?;
            is_on
        }
        None => false,
    };
    let mut session = json!({
        "id": id, "object": "checkout.session", "adaptive_pricing": null, "after_expiration": null,
        "allow_promotion_codes": allows_codes, "amount_subtotal": total, "amount_total": total,
        "automatic_tax": { "enabled": has_tax, "liability": null, "provider": null, "status": null },
        "billing_address_collection": address, "cancel_url": cancel,
        "client_reference_id": params.text("client_reference_id"), "client_secret": null,
        "collected_information": null, "consent": null, "consent_collection": null,
        "created": world.now(), "currency": currency, "currency_conversion": null,
        "custom_fields": [], "custom_text": { "after_submit": null, "shipping_address": null,
            "submit": null, "terms_of_service_acceptance": null },
        "customer": customer, "customer_account": null, "customer_creation": null,
        "customer_details": null, "customer_email": params.text("customer_email"),
        "discounts": granted, "expires_at": world.now() + 86_400, "invoice": null,
        "integration_identifier": null, "invoice_creation": null, "livemode": false,
        "managed_payments": null, "origin_context": null, "permissions": null, "locale": params.text("locale"),
        "metadata": metadata(params), "mode": mode, "payment_intent": null, "payment_link": null,
        "payment_method_collection": cards.unwrap_or_else(|| "always".into()),
        "payment_method_configuration_details": null, "payment_method_options": {},
        "payment_method_types": ["card"], "payment_status": "unpaid",
        "phone_number_collection": { "enabled": false }, "recovered_from": null,
        "saved_payment_method_options": null, "setup_intent": null,
        "shipping_address_collection": null, "shipping_cost": null, "shipping_options": [],
        "status": "open", "submit_type": null, "subscription": null, "success_url": success,
        "tax_id_collection": { "enabled": asks_tax, "required": "never" },
        "total_details": null, "ui_mode": "hosted_page", "url": format!("{pages}/pay/{id}"),
        "wallet_options": null,
        "lines_of_sandbox": lines, "with_of_sandbox": with,
    });
    if let Some(update) = params.below("customer_update") {
        update.copy_all(&["address", "name", "shipping"], &mut json!({}));
        update.finish()?;
    }
    if let Some(hours) = params.number("expires_at")? {
        session["expires_at"] = hours.into();
    }
    params.finish()?;
    world.add(session.clone());
    Ok(shown(&session))
}

/// A whole web address.
pub(crate) fn address(params: &Params, name: &str) -> Outcome<String> {
    let text = params.needed(name)?;
    match text.starts_with("http://") || text.starts_with("https://") {
        true => Ok(text.to_owned()),
        false => Err(Fault::invalid(name, format!("Not a valid URL: {text}"))),
    }
}

/// A session without what only the sandbox knows of it.
pub(crate) fn shown(session: &Value) -> Value {
    let mut shown = session.clone();
    if let Some(map) = shown.as_object_mut() {
        map.retain(|name, _| !name.ends_with("_of_sandbox") && !name.ends_with("_by_sandbox"));
    }
    shown
}

/// `POST /v1/checkout/sessions/{id}/expire`.
pub(crate) fn expire(world: &mut World, id: &str) -> Outcome<Value> {
    let mut session = world.get("checkout.session", id)?;
    if text(&session, "status") != "open" {
        return Err(Fault::state("resource_missing", "Only an open session can be expired."));
    }
    session["status"] = "expired".into();
    session["url"] = Value::Null;
    world.put(&session);
    world.tell("checkout.session.expired", &session);
    Ok(session)
}

/// What somebody typed on the pay page.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The number of a test card; may be empty where none is asked for.
    pub card: String,
    /// A promotion code; empty: none.
    pub code: String,
    /// Their bank asked who pays, and this is what they said.
    pub is_confirmed: Option<bool>,
}

/// Where the pay page leads.
#[derive(Debug)]
pub enum Paid {
    /// On, to the shop.
    Done(String),
    /// Their bank asks who pays.
    Asks,
}

/// What the page shows of a code that was typed.
pub(crate) fn code_of(world: &World, typed: &str, customer: &str) -> Outcome<Option<Discount>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let is_it = |one: &Value| text(one, "code").eq_ignore_ascii_case(typed);
    let code = world.all("promotion_code").into_iter().find(is_it);
    let coupon = code.as_ref().and_then(|code| coupon_of(world, code, customer));
    match (code, coupon) {
        (Some(code), Some(coupon)) => {
            Ok(Some(Discount { coupon, code: Some(text(&code, "id").to_owned()) }))
        }
        _ => Err(Fault::card("promotion_code_invalid", None, "This code is invalid.")),
    }
}

/// Must a card be typed?
pub fn needs_card(session: &Value) -> bool {
    let has_trial = !session["with_of_sandbox"]["trial_days"].is_null();
    !(has_trial && text(session, "payment_method_collection") == "if_required")
}

/// Somebody presses the button of the pay page.
pub fn pay(world: &mut World, id: &str, typed: &Typed, pages: &str) -> Outcome<Paid> {
    let mut session = world.get("checkout.session", id)?;
    match text(&session, "status") {
        "open" => {}
        "complete" => return Ok(Paid::Done(back(&session))),
        _ => {
            let message = "This page has expired. Go back to where you came from and start again.";
            return Err(Fault::state("session_expired", message));
        }
    }
    let customer = match session["customer"].as_str() {
        Some(customer) => customer.to_owned(),
        None => {
            let email = text(&session, "customer_email");
            let form = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("email", email)
                .finish();
            let made = customer::create(world, &Params::read(&form)?)?;
            text(&made, "id").to_owned()
        }
    };
    let mut method = None;
    if needs_card(&session) || !typed.card.trim().is_empty() {
        let card = Card::of_number(&typed.card)?;
        card.check()?;
        if card.temper == Temper::Asks {
            match typed.is_confirmed {
                None => return Ok(Paid::Asks),
                Some(false) => {
                    let message = "We are unable to authenticate your payment method. \
                                   Choose another card, or try again.";
                    return Err(Fault::card(
                        "payment_intent_authentication_failure",
                        None,
                        message,
                    ));
                }
                Some(true) => {}
            }
        }
        let kept = customer::add_card(world, &customer, card);
        method = Some(text(&kept, "id").to_owned());
    }
    if text(&session, "mode") == "subscription" {
        let discount = match session["allow_promotion_codes"] == true {
            true => code_of(world, &typed.code, &customer)?,
            false => granted(world, &session),
        };
        let with = &session["with_of_sandbox"];
        let lines = session["lines_of_sandbox"].as_array().cloned().unwrap_or_default();
        let begun = subscription::begin(
            world,
            Beginning {
                customer: customer.clone(),
                items: lines
                    .iter()
                    .map(|line| (text(line, "price").to_owned(), number(line, "quantity")))
                    .collect(),
                trial_days: with["trial_days"].as_i64(),
                without_card: text(with, "without_card").to_owned(),
                metadata: with["metadata"].clone(),
                has_tax: session["automatic_tax"]["enabled"] == true,
                method: method.clone(),
                discount,
                is_there: true,
                must_pay: true,
                ..Beginning::default()
            },
            pages,
        )?;
        session["subscription"] = begun["id"].clone();
        session["invoice"] = begun["latest_invoice"].clone();
        let first = world.find("invoice", id_in(&begun, "latest_invoice")).unwrap_or_default();
        session["amount_total"] = first["total"].clone();
        let is_paid = number(&first, "amount_paid") > 0;
        session["payment_status"] = if is_paid { "paid" } else { "no_payment_required" }.into();
    } else {
        session["payment_status"] = "no_payment_required".into();
    }
    session["setup_method_of_sandbox"] = method.into();
    session["customer"] = customer.clone().into();
    let buyer = world.find("customer", &customer).unwrap_or_default();
    session["customer_details"] = json!({ "address": buyer["address"], "business_name": null,
        "email": buyer["email"], "individual_name": null, "name": buyer["name"], "phone": null,
        "tax_exempt": "none", "tax_ids": [] });
    session["status"] = "complete".into();
    session["url"] = Value::Null;
    world.put(&session);
    world.tell("checkout.session.completed", &shown(&session));
    Ok(Paid::Done(back(&session)))
}

fn granted(world: &World, session: &Value) -> Option<Discount> {
    let given = &session["discounts"][0];
    let coupon = world.find("coupon", text(given, "coupon"))?;
    Some(Discount { coupon, code: given["promotion_code"].as_str().map(str::to_owned) })
}

fn back(session: &Value) -> String {
    text(session, "success_url").replace("{CHECKOUT_SESSION_ID}", text(session, "id"))
}

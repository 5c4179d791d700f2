//! Subscriptions: how they begin, change and end.

use serde_json::{Value, json};

use crate::{
    catalogue::{coupon_of, is_open},
    change, clock, customer,
    error::{Fault, Outcome},
    invoice::{self, Bill, Line},
    meter,
    params::Params,
    period::{self, Interval},
    schedule, test_clock,
    world::{World, id_in, number, text},
};

/// In which a subscription goes on.
const LIVE: [&str; 5] = ["trialing", "active", "past_due", "incomplete", "paused"];

/// What a subscription begins with.
#[derive(Debug, Default)]
pub(crate) struct Beginning {
    pub(crate) customer: String,
    /// Prices and how many of each.
    pub(crate) items: Vec<(String, i64)>,
    pub(crate) trial_days: Option<i64>,
    pub(crate) trial_end: Option<i64>,
    /// What happens at the end of a trial without a card: `cancel`, `create_invoice`, `pause`.
    pub(crate) without_card: String,
    pub(crate) method: Option<String>,
    pub(crate) discount: Option<Discount>,
    pub(crate) metadata: Value,
    pub(crate) has_tax: bool,
    /// The customer sits before the page: their bank could ask them.
    pub(crate) is_there: bool,
    /// The first invoice that is not paid is an error, and nothing begins.
    pub(crate) must_pay: bool,
}

/// A coupon, and the promotion code by which it was got.
#[derive(Clone, Debug)]
pub(crate) struct Discount {
    pub(crate) coupon: Value,
    pub(crate) code: Option<String>,
}

/// Those of a customer that go on.
pub(crate) fn live_of(world: &World, customer: &str) -> Vec<Value> {
    let all = world.all("subscription").into_iter();
    let theirs = all.filter(|one| id_in(one, "customer") == customer);
    theirs.filter(|one| LIVE.contains(&text(one, "status"))).collect()
}

/// `POST /v1/subscriptions`.
pub(crate) fn create(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    let customer = params.needed("customer")?.to_owned();
    world.named("customer", "customer", &customer)?;
    let mut beginning = Beginning { customer, ..Beginning::default() };
    for item in params.each("items") {
        let price = item.needed("price")?.to_owned();
        let quantity = item.number_in("quantity", 0..=999_999)?.unwrap_or(1);
        item.finish()?;
        beginning.items.push((price, quantity));
    }
    beginning.trial_days = params.number_in("trial_period_days", 1..=730)?;
    let now = world.now();
    beginning.trial_end = params.number_in("trial_end", now..=now + 5 * 366 * 86_400)?;
    beginning.without_card = without_card(params)?;
    beginning.method = params.text("default_payment_method").map(str::to_owned);
    if let Some(method) = &beginning.method {
        customer::own_method(world, &beginning.customer, "default_payment_method", method)?;
    }
    beginning.metadata = metadata(params);
    beginning.has_tax = tax(params)?;
    let behaviours = ["allow_incomplete", "error_if_incomplete"];
    let behaviour = params.word("payment_behavior", &behaviours)?;
    beginning.must_pay = behaviour.as_deref() == Some("error_if_incomplete");
    beginning.discount = discounts(world, params, &beginning.customer)?;
    params.word("proration_behavior", &["create_prorations", "none", "always_invoice"])?;
    params.finish()?;
    begin(world, beginning, pages)
}

/// `trial_settings[end_behavior][missing_payment_method]`.
pub(crate) fn without_card(params: &Params) -> Outcome<String> {
    let Some(settings) = params.below("trial_settings") else { return Ok("create_invoice".into()) };
    let end = settings.below("end_behavior").ok_or_else(|| Fault::missing("end_behavior"))?;
    let words = ["cancel", "create_invoice", "pause"];
    let word = end.word("missing_payment_method", &words)?;
    end.finish()?;
    settings.finish()?;
    Ok(word.unwrap_or_else(|| "create_invoice".into()))
}

pub(crate) fn metadata(params: &Params) -> Value {
    let mut of = json!({ "metadata": {} });
    params.metadata(&mut of);
    of["metadata"].take()
}

/// `automatic_tax[enabled]`.
pub(crate) fn tax(params: &Params) -> Outcome<bool> {
    let Some(tax) = params.below("automatic_tax") else { return Ok(false) };
    let is_on = tax.flag("enabled")?.ok_or_else(|| Fault::missing("automatic_tax[enabled]"))?;
    tax.finish()?;
    Ok(is_on)
}

/// `discounts[0][coupon]` or `[promotion_code]`; one at a time.
pub(crate) fn discounts(
    world: &World,
    params: &Params,
    customer: &str,
) -> Outcome<Option<Discount>> {
    let all = params.each("discounts");
    if all.len() > 1 {
        return Err(Fault::invalid("discounts", "The sandbox takes one discount."));
    }
    let Some(one) = all.first() else { return Ok(None) };
    let found = if let Some(id) = one.text("promotion_code") {
        let code = world.named("promotion_code", "discounts[0][promotion_code]", id)?;
        let coupon = coupon_of(world, &code, customer).ok_or_else(|| {
            Fault::invalid("discounts[0][promotion_code]", "This code is no longer good.")
        })?;
        Discount { coupon, code: Some(id.to_owned()) }
    } else {
        let coupon = world.named("coupon", "discounts[0][coupon]", one.needed("coupon")?)?;
        if !is_open(world, &coupon, "redeem_by") {
            return Err(Fault::invalid("discounts[0][coupon]", "This coupon is no longer good."));
        }
        Discount { coupon, code: None }
    };
    one.finish()?;
    Ok(Some(found))
}

/// Begins one: a trial, or a first invoice that is paid at once.
pub(crate) fn begin(world: &mut World, with: Beginning, pages: &str) -> Outcome<Value> {
    if with.items.is_empty() {
        return Err(Fault::missing("items"));
    }
    let (id, now) = (world.id("sub"), world.now());
    let trial_end = with.trial_end.or(with.trial_days.map(|days| now + days * 86_400));
    let trial_end = trial_end.filter(|end| *end > now);
    let mut items = vec![];
    let mut currency = String::new();
    for (price, quantity) in &with.items {
        let price = world.named("price", "items[0][price]", price)?;
        if price["active"] != true {
            return Err(Fault::invalid("items[0][price]", "This price is not active."));
        }
        if price["recurring"].is_null() {
            return Err(Fault::invalid("items[0][price]", "This price is not recurring."));
        }
        let most = i64::MAX / 1_000_000;
        if number(&price, "unit_amount").saturating_mul(*quantity) > most {
            return Err(Fault::invalid("items[0][quantity]", "The amount is too large."));
        }
        if !currency.is_empty() && currency != text(&price, "currency") {
            return Err(Fault::invalid("items", "All prices must have one currency."));
        }
        text(&price, "currency").clone_into(&mut currency);
        let end = trial_end.unwrap_or_else(|| Interval::of(&price).after(now, now));
        items.push(item(world, &id, &price, *quantity, (now, end)));
    }
    let anchor = trial_end.unwrap_or(now);
    let url = format!("/v1/subscription_items?subscription={id}");
    let mut subscription = json!({
        "id": id, "object": "subscription", "application": null, "application_fee_percent": null,
        "automatic_tax": { "disabled_reason": null, "enabled": with.has_tax, "liability": null },
        "billing_cycle_anchor": anchor, "billing_cycle_anchor_config": null,
        "billing_mode": { "type": "flexible", "flexible": { "proration_discounts": "included" },
            "updated_at": null },
        "billing_schedules": [], "billing_thresholds": null, "cancel_at": null,
        "cancel_at_period_end": false, "canceled_at": null,
        "cancellation_details": { "comment": null, "feedback": null, "reason": null },
        "collection_method": "charge_automatically", "created": now, "currency": currency,
        "customer": with.customer, "customer_account": null, "days_until_due": null,
        "default_payment_method": with.method, "default_source": null, "default_tax_rates": [],
        "description": null, "discounts": [], "ended_at": null,
        "invoice_settings": { "account_tax_ids": null, "custom_fields": null, "description": null,
            "footer": null, "issuer": { "type": "self" } },
        "items": { "object": "list", "data": items, "has_more": false, "url": url },
        "latest_invoice": null, "livemode": false, "managed_payments": null, "metadata": with.metadata,
        "next_pending_invoice_item_invoice": null, "on_behalf_of": null, "pause_collection": null,
        "payment_settings": { "payment_method_options": null, "payment_method_types": null,
            "save_default_payment_method": "off" },
        "pending_invoice_item_interval": null, "pending_setup_intent": null, "pending_update": null,
        "presentment_details": null, "schedule": null, "start_date": now, "status": "incomplete",
        "test_clock": test_clock::of_customer(world, &with.customer), "transfer_data": null,
        "trial_end": trial_end,
        "trial_settings": { "end_behavior": { "missing_payment_method": with.without_card } },
        "trial_start": trial_end.map(|_| now),
    });
    if let Some(discount) = &with.discount {
        grant(world, &mut subscription, discount);
    }
    if trial_end.is_some() {
        subscription["status"] = "trialing".into();
    }
    world.add(subscription.clone());
    let period = (now, period_end(&subscription));
    let lines = match trial_end {
        Some(end) => trial_lines(&subscription, (now, end)),
        None => period_lines(world, &subscription, period),
    };
    let bill = Bill {
        customer: &with.customer,
        subscription: &subscription,
        reason: "subscription_create",
        period: (now, now),
    };
    let draft = invoice::draft(world, bill, &lines);
    let first = invoice::finish(world, draft, pages);
    subscription["latest_invoice"] = first["id"].clone();
    let paid = invoice::pay(world, text(&first, "id"), with.method.as_deref(), with.is_there);
    if trial_end.is_none() && paid.is_ok() {
        subscription["status"] = "active".into();
    }
    if let (Err(fault), true) = (&paid, with.must_pay) {
        world.remove(&id);
        world.remove(text(&first, "id"));
        return Err(fault.clone());
    }
    world.put(&subscription);
    world.tell("customer.subscription.created", &subscription);
    Ok(subscription)
}

/// Gives a subscription a discount, for as long as its coupon says.
pub(crate) fn grant(world: &mut World, subscription: &mut Value, from: &Discount) {
    let (id, now) = (world.id("di"), world.now());
    let end = match text(&from.coupon, "duration") {
        "repeating" => {
            let months = number(&from.coupon, "duration_in_months");
            Some(period::months_after(now, now, months))
        }
        _ => None,
    };
    let discount = json!({
        "id": id, "object": "discount", "checkout_session": null,
        "customer": subscription["customer"], "customer_account": null, "end": end, "invoice": null,
        "invoice_item": null, "promotion_code": from.code,
        "source": { "coupon": from.coupon["id"], "type": "coupon" }, "start": now,
        "subscription": subscription["id"], "subscription_item": null,
    });
    world.add(discount.clone());
    subscription["discounts"] = json!([id]);
    let used = [Some(text(&from.coupon, "id")), from.code.as_deref()];
    for (kind, id) in ["coupon", "promotion_code"].into_iter().zip(used) {
        if let Some(mut known) = id.and_then(|id| world.find(kind, id)) {
            known["times_redeemed"] = (number(&known, "times_redeemed") + 1).into();
            world.put(&known);
        }
    }
    world.tell("customer.discount.created", &discount);
}

fn item(world: &mut World, of: &str, price: &Value, many: i64, period: (i64, i64)) -> Value {
    let id = world.id("si");
    json!({
        "id": id, "object": "subscription_item", "billed_until": null, "billing_thresholds": null,
        "created": world.now(), "current_period_end": period.1, "current_period_start": period.0,
        "discounts": [], "metadata": {}, "plan": plan(price), "price": price,
        "quantity": if is_metered(price) { Value::Null } else { many.into() },
        "subscription": of, "tax_rates": [],
    })
}

/// A price as Stripe called it once.
pub(crate) fn plan(price: &Value) -> Value {
    json!({
        "id": price["id"], "object": "plan", "active": price["active"],
        "amount": price["unit_amount"], "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit", "created": price["created"], "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"], "livemode": false, "metadata": {},
        "meter": null, "nickname": price["nickname"], "product": price["product"],
        "tiers_mode": null, "transform_usage": null, "trial_period_days": null,
        "usage_type": price["recurring"]["usage_type"],
    })
}

/// Its items.
pub(crate) fn items(subscription: &Value) -> Vec<Value> {
    subscription["items"]["data"].as_array().cloned().unwrap_or_default()
}

/// When what is paid for ends: of the item that ends first.
pub(crate) fn period_end(subscription: &Value) -> i64 {
    items(subscription).iter().map(|item| number(item, "current_period_end")).min().unwrap_or(0)
}

fn trial_lines(subscription: &Value, period: (i64, i64)) -> Vec<Line> {
    let free = |item: &Value| Line {
        amount: 0,
        words: "Free trial".to_owned(),
        price: item["price"].clone(),
        quantity: number(item, "quantity"),
        item: text(item, "id").to_owned(),
        period,
        is_proration: false,
    };
    items(subscription).iter().map(free).collect()
}

/// What a whole period costs.
pub(crate) fn period_lines(world: &World, of: &Value, period: (i64, i64)) -> Vec<Line> {
    let whole = |item: &Value| {
        let (price, quantity) = (&item["price"], number(item, "quantity"));
        Line {
            amount: number(price, "unit_amount") * quantity,
            words: invoice::words(world, price, quantity),
            price: price.clone(),
            quantity,
            item: text(item, "id").to_owned(),
            period,
            is_proration: false,
        }
    };
    items(of).iter().filter(|item| !is_metered(&item["price"])).map(whole).collect()
}

/// Is it paid by what was used?
pub(crate) fn is_metered(price: &Value) -> bool {
    price["recurring"]["usage_type"] == "metered"
}

/// What was used in the period that ends.
pub(crate) fn usage_lines(world: &World, of: &Value) -> Vec<Line> {
    let line = |item: &Value| {
        let price = &item["price"];
        let period = (number(item, "current_period_start"), number(item, "current_period_end"));
        let (meter, customer) = (text(&price["recurring"], "meter"), id_in(of, "customer"));
        let many = meter::used(world, meter, customer, period.0, period.1);
        Line {
            amount: number(price, "unit_amount").saturating_mul(many),
            words: invoice::words(world, price, many),
            price: price.clone(),
            quantity: many,
            item: text(item, "id").to_owned(),
            period,
            is_proration: false,
        }
    };
    items(of).iter().filter(|item| is_metered(&item["price"])).map(line).collect()
}

/// `DELETE /v1/subscriptions/{id}`.
pub(crate) fn cancel(world: &mut World, id: &str, params: &Params, pages: &str) -> Outcome<Value> {
    let mut subscription = world.get("subscription", id)?;
    if !LIVE.contains(&text(&subscription, "status")) {
        return Err(Fault::no_such("subscription", id));
    }
    change::reason(params, &mut subscription)?;
    let (is_prorated, is_invoiced) = (params.flag("prorate")?, params.flag("invoice_now")?);
    params.finish()?;
    world.put(&subscription);
    if is_prorated == Some(true) {
        change::credit_rest(world, &subscription);
    }
    if is_invoiced == Some(true) {
        clock::last_invoice(world, &subscription, pages);
    }
    end(world, id, "cancellation_requested")
}

/// It is over now.
pub(crate) fn end(world: &mut World, id: &str, reason: &str) -> Outcome<Value> {
    let mut subscription = world.get("subscription", id)?;
    let now = world.now();
    subscription["status"] = match text(&subscription, "status") {
        "incomplete" => "incomplete_expired".into(),
        _ => "canceled".into(),
    };
    if subscription["canceled_at"].is_null() {
        subscription["canceled_at"] = now.into();
    }
    subscription["ended_at"] = now.into();
    subscription["cancellation_details"]["reason"] = reason.into();
    world.put(&subscription);
    schedule::over(world, &subscription);
    world.tell("customer.subscription.deleted", &subscription);
    Ok(subscription)
}

/// With which card its invoices are paid.
pub(crate) fn method(world: &World, subscription: &Value) -> Option<String> {
    let own = subscription["default_payment_method"].as_str().map(str::to_owned);
    own.or_else(|| customer::default_method(world, id_in(subscription, "customer")))
}

//! What is sold: products, prices, coupons and promotion codes.

use serde_json::{Value, json};

use crate::{
    error::{Fault, Outcome},
    params::Params,
    world::{World, text},
};

/// Currencies without minor units, which the platform's prices may be in.
const WHOLE: [&str; 16] = [
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
    "xaf", "xof", "xpf",
];

pub(crate) fn create_product(world: &mut World, params: &Params) -> Outcome<Value> {
    let name = params.needed("name")?.to_owned();
    let id = match params.text("id") {
        Some(id) if world.find("product", id).is_some() => {
            return Err(Fault::state("resource_already_exists", "Product already exists."));
        }
        Some(id) => id.to_owned(),
        None => world.id("prod"),
    };
    let mut product = json!({
        "id": id, "object": "product", "active": true, "created": world.now(), "default_price": null,
        "description": null, "images": [], "livemode": false, "marketing_features": [],
        "metadata": {}, "name": name, "package_dimensions": null, "shippable": null,
        "statement_descriptor": null, "tax_code": null, "type": "service", "unit_label": null,
        "updated": world.now(), "url": null,
    });
    change_product(params, &mut product)?;
    world.add(product.clone());
    world.tell("product.created", &product);
    Ok(product)
}

pub(crate) fn update_product(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let mut product = world.get("product", id)?;
    change_product(params, &mut product)?;
    product["updated"] = world.now().into();
    world.put(&product);
    world.tell("product.updated", &product);
    Ok(product)
}

fn change_product(params: &Params, product: &mut Value) -> Outcome<()> {
    params.copy(&["name", "description", "unit_label", "tax_code", "url"], product);
    params.copy(&["statement_descriptor", "default_price"], product);
    if let Some(is_active) = params.flag("active")? {
        product["active"] = is_active.into();
    }
    let mut features = vec![];
    for one in params.each("marketing_features") {
        features.push(json!({ "name": one.needed("name")? }));
        one.finish()?;
    }
    if !features.is_empty() {
        product["marketing_features"] = features.into();
    }
    params.metadata(product);
    params.finish()
}

pub(crate) fn create_price(world: &mut World, params: &Params) -> Outcome<Value> {
    let currency = params.needed("currency")?.to_lowercase();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(Fault::invalid("currency", format!("Invalid currency: {currency}")));
    }
    let product = match params.below("product_data") {
        Some(data) => {
            let made = create_product(world, &data)?;
            text(&made, "id").to_owned()
        }
        None => params.needed("product")?.to_owned(),
    };
    world.named("product", "product", &product)?;
    let amount = params.number_in("unit_amount", 0..=99_999_999)?;
    let amount = amount.ok_or_else(|| Fault::missing("unit_amount"))?;
    let recurring = match params.below("recurring") {
        None => Value::Null,
        Some(how) => recurring(world, &how)?,
    };
    let lookup_key = params.text("lookup_key").filter(|key| !key.is_empty()).map(str::to_owned);
    if let Some(key) = &lookup_key {
        let taken = world.all("price").into_iter().find(|one| text(one, "lookup_key") == key);
        match (taken, params.flag("transfer_lookup_key")?) {
            (Some(mut old), Some(true)) => {
                old["lookup_key"] = Value::Null;
                world.put(&old);
            }
            (Some(old), _) => {
                let message =
                    format!("A price (`{}`) already uses that lookup key.", text(&old, "id"));
                return Err(Fault::invalid("lookup_key", message));
            }
            (None, _) => {}
        }
    }
    params.flag("transfer_lookup_key")?;
    let behaviours = ["exclusive", "inclusive", "unspecified"];
    let tax = params.word("tax_behavior", &behaviours)?.unwrap_or_else(|| "unspecified".into());
    let id = world.id("price");
    let kind = if recurring.is_null() { "one_time" } else { "recurring" };
    let mut price = json!({
        "id": id, "object": "price", "active": true, "billing_scheme": "per_unit",
        "created": world.now(), "currency": currency, "custom_unit_amount": null, "livemode": false,
        "lookup_key": lookup_key, "metadata": {}, "nickname": null, "product": product,
        "recurring": recurring, "tax_behavior": tax, "tiers_mode": null, "transform_quantity": null,
        "type": kind, "unit_amount": amount, "unit_amount_decimal": amount.to_string(),
    });
    change_price(params, &mut price)?;
    world.add(price.clone());
    world.tell("price.created", &price);
    Ok(price)
}

fn recurring(world: &World, how: &Params) -> Outcome<Value> {
    let interval = how.needed("interval")?.to_owned();
    how.word("interval", &["day", "week", "month", "year"])?;
    let count = how.number_in("interval_count", 1..=36)?.unwrap_or(1);
    let usage = how.word("usage_type", &["licensed", "metered"])?;
    let usage = usage.unwrap_or_else(|| "licensed".into());
    let meter = how.text("meter").map(str::to_owned);
    how.finish()?;
    match &meter {
        Some(meter) => {
            world.named("billing.meter", "recurring[meter]", meter)?;
        }
        None if usage == "metered" => return Err(Fault::missing("recurring[meter]")),
        None => {}
    }
    Ok(json!({
        "interval": interval, "interval_count": count, "meter": meter, "trial_period_days": null,
        "usage_type": usage,
    }))
}

pub(crate) fn update_price(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let mut price = world.get("price", id)?;
    let key = params.text("lookup_key").filter(|key| !key.is_empty()).map(str::to_owned);
    let is_moved = params.flag("transfer_lookup_key")? == Some(true);
    if let Some(key) = key {
        let others = world.all("price").into_iter();
        for mut old in others.filter(|one| text(one, "lookup_key") == key && text(one, "id") != id)
        {
            if !is_moved {
                return Err(Fault::invalid("lookup_key", "Another price uses that lookup key."));
            }
            old["lookup_key"] = Value::Null;
            world.put(&old);
        }
        price["lookup_key"] = key.into();
    }
    change_price(params, &mut price)?;
    world.put(&price);
    world.tell("price.updated", &price);
    Ok(price)
}

fn change_price(params: &Params, price: &mut Value) -> Outcome<()> {
    params.copy(&["nickname"], price);
    if let Some(is_active) = params.flag("active")? {
        price["active"] = is_active.into();
    }
    params.metadata(price);
    params.finish()
}

pub(crate) fn create_coupon(world: &mut World, params: &Params) -> Outcome<Value> {
    let id = params.text("id").map_or_else(|| world.id("co"), str::to_owned);
    if world.find("coupon", &id).is_some() {
        return Err(Fault::state("resource_already_exists", "Coupon already exists."));
    }
    let durations = ["once", "repeating", "forever"];
    let duration = params.word("duration", &durations)?.unwrap_or_else(|| "once".into());
    let months = params.number_in("duration_in_months", 1..=36)?;
    let amount = params.number_in("amount_off", 1..=99_999_999)?;
    let percent = params.text("percent_off").map(str::parse::<f64>).transpose();
    let percent = percent.map_err(|_| Fault::invalid("percent_off", "Invalid decimal"))?;
    match (amount, percent) {
        (Some(off), None) if off > 0 => {
            params.needed("currency")?;
        }
        (None, Some(off)) if off > 0.0 && off <= 100.0 => {}
        _ => return Err(Fault::invalid("percent_off", "Must provide percent_off or amount_off.")),
    }
    if (duration == "repeating") != months.is_some() {
        return Err(Fault::invalid("duration_in_months", "Only for a repeating coupon."));
    }
    let mut coupon = json!({
        "id": id, "object": "coupon", "amount_off": amount, "created": world.now(),
        "currency": params.text("currency"), "duration": duration, "duration_in_months": months,
        "livemode": false, "max_redemptions": params.number("max_redemptions")?, "metadata": {},
        "name": params.text("name"), "percent_off": percent,
        "redeem_by": params.number("redeem_by")?, "times_redeemed": 0, "valid": true,
    });
    params.metadata(&mut coupon);
    params.finish()?;
    world.add(coupon.clone());
    world.tell("coupon.created", &coupon);
    Ok(coupon)
}

pub(crate) fn create_promotion_code(world: &mut World, params: &Params) -> Outcome<Value> {
    let of = params.below("promotion").ok_or_else(|| Fault::missing("promotion"))?;
    of.word("type", &["coupon"])?;
    let coupon = of.needed("coupon")?.to_owned();
    of.finish()?;
    world.named("coupon", "promotion[coupon]", &coupon)?;
    let code = params.text("code").map_or_else(|| world.id("CODE"), str::to_owned);
    let is_taken =
        |one: &Value| one["active"] == true && text(one, "code").eq_ignore_ascii_case(&code);
    if world.all("promotion_code").iter().any(is_taken) {
        return Err(Fault::invalid(
            "code",
            format!("An active promotion code with `code: {code}` exists."),
        ));
    }
    let id = world.id("promo");
    let mut promotion = json!({
        "id": id, "object": "promotion_code", "active": true, "code": code, "created": world.now(),
        "customer": params.text("customer"), "customer_account": null,
        "expires_at": params.number("expires_at")?, "livemode": false,
        "max_redemptions": params.number("max_redemptions")?, "metadata": {},
        "promotion": { "coupon": coupon, "type": "coupon" },
        "restrictions": { "first_time_transaction": false, "minimum_amount": null,
            "minimum_amount_currency": null },
        "times_redeemed": 0,
    });
    params.metadata(&mut promotion);
    params.finish()?;
    world.add(promotion.clone());
    world.tell("promotion_code.created", &promotion);
    Ok(promotion)
}

/// Can it still be redeemed: is it early enough, and was it not used too often?
pub(crate) fn is_open(world: &World, object: &Value, until: &str) -> bool {
    let is_early = object[until].as_i64().is_none_or(|until| world.now() < until);
    let most = object["max_redemptions"].as_i64();
    is_early && most.is_none_or(|most| object["times_redeemed"].as_i64().unwrap_or(0) < most)
}

/// The coupon of a promotion code, if that is good now and for this customer.
pub(crate) fn coupon_of(world: &World, code: &Value, customer: &str) -> Option<Value> {
    let coupon = world.find("coupon", text(&code["promotion"], "coupon"))?;
    let is_theirs = code["customer"].as_str().is_none_or(|of| of == customer);
    let is_good = code["active"] == true
        && is_theirs
        && is_open(world, code, "expires_at")
        && is_open(world, &coupon, "redeem_by");
    is_good.then_some(coupon)
}

/// An amount as people read it: `$12.00`, `¥1,200`.
pub(crate) fn money(amount: i64, currency: &str) -> String {
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let code = currency.to_uppercase();
    let mark = match currency {
        "usd" => "$",
        "eur" => "€",
        "gbp" => "£",
        "jpy" => "¥",
        _ => "",
    };
    let text = match WHOLE.contains(&currency) {
        true => amount.to_string(),
        false => format!("{}.{:02}", amount / 100, amount % 100),
    };
    if mark.is_empty() { format!("{sign}{text} {code}") } else { format!("{sign}{mark}{text}") }
}

//! What the next invoice would be, with and without a change.

use serde_json::{Value, json};

use crate::{
    change::{self, Plan},
    error::{Fault, Outcome},
    invoice::{self, Bill},
    params::Params,
    period::Interval,
    subscription,
    world::{World, id_in, text},
};

/// `POST /v1/invoices/create_preview`.
///
/// Nothing comes of it: what it needs is made, and undone.
pub(crate) fn create(world: &mut World, params: &Params) -> Outcome<Value> {
    world.begin();
    let preview = work_out(world, params);
    world.undo();
    preview
}

fn work_out(world: &mut World, params: &Params) -> Outcome<Value> {
    let id = params.needed("subscription")?.to_owned();
    let of = world.named("subscription", "subscription", &id)?;
    if let Some(customer) = params.text("customer")
        && customer != id_in(&of, "customer")
    {
        return Err(Fault::invalid("customer", "The subscription is another customer's."));
    }
    params.word("preview_mode", &["next"])?;
    let details = params.below("subscription_details").unwrap_or_default();
    let is_ending = details.flag("cancel_at_period_end")? == Some(true);
    let plan = Plan::read(world, &details, &of)?;
    details.finish()?;
    if matches!(text(&of, "status"), "canceled" | "incomplete_expired") {
        return Err(none());
    }
    let discount = subscription::discounts(world, params, id_in(&of, "customer"))?;
    params.finish()?;
    let mut after = of.clone();
    let (mut lines, is_now) = plan.apply(world, &mut after);
    let ends = of["cancel_at_period_end"] == true || is_ending;
    let period = if is_now {
        (world.now(), subscription::period_end(&after))
    } else {
        let start = subscription::period_end(&after);
        let price = &subscription::items(&after)[0]["price"];
        (start, Interval::of(price).after(start, start))
    };
    if !is_now {
        let mut all = change::kept(world, &of);
        all.append(&mut lines);
        all.extend(subscription::usage_lines(world, &of));
        if !ends {
            all.extend(subscription::period_lines(world, &after, period));
        }
        lines = all;
    }
    if lines.is_empty() {
        return Err(none());
    }
    if let Some(discount) = &discount {
        subscription::grant(world, &mut after, discount);
    }
    let bill = Bill {
        customer: id_in(&of, "customer"),
        subscription: &after,
        reason: "upcoming",
        period: (world.now(), period.0),
    };
    let mut preview = invoice::draft(world, bill, &lines);
    preview["id"] = format!("upcoming_{}", text(&preview, "id")).into();
    preview["next_payment_attempt"] = json!(if is_now { world.now() } else { period.0 });
    Ok(preview)
}

fn none() -> Fault {
    let mut fault = Fault::state("invoice_upcoming_none", "No upcoming invoices for customer");
    fault.status = 404;
    fault
}

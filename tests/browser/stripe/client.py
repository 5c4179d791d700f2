"""Stripe's own library for Python as a client of the sandbox.
python client.py http://127.0.0.1:12111     prints `ok`, or fails where the library does not find what it expects
"""
import sys
import urllib.parse
import urllib.request

import stripe

AT = sys.argv[1]
client = stripe.StripeClient("sk_test_python", base_addresses={"api": AT}, max_network_retries=2).v1


def refused(what, kind, code=None):
    try:
        what()
    except kind as error:
        assert code is None or error.code == code, error
        return
    raise AssertionError(f"not refused: {kind}")


def press(url, **fields):
    """A button of a page that the sandbox hosts: where it leads."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None
    opener = urllib.request.build_opener(Stay)
    try:
        opener.open(url, urllib.parse.urlencode(fields).encode())
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers.get("Location")
    raise AssertionError("the button leads nowhere")


product = client.products.create({"name": "Business"})
price = client.prices.create({"product": product.id, "currency": "jpy", "unit_amount": 3000, "recurring": {"interval": "month"}})
customer = client.customers.create({"email": "bo@shop.example", "metadata": {"workspace": "globex"}})
session = client.checkout.sessions.create({
    "mode": "subscription", "customer": customer.id, "payment_method_collection": "if_required",
    "line_items": [{"price": price.id, "quantity": 2}], "success_url": "http://shop.example/back",
    "subscription_data": {"trial_period_days": 14, "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}}},
})
assert press(session.url, card="") == (303, "http://shop.example/back")
trial = client.subscriptions.list({"customer": customer.id}).data[0]
assert trial.status == "trialing" and trial.trial_end > trial.created, trial
assert client.invoices.retrieve(trial.latest_invoice).total == 0

# Time goes on, and nobody gave a card.
assert press(f"{AT}/clock", days=15)[0] == 303
ended = client.subscriptions.retrieve(trial.id)
assert ended.status == "canceled" and ended.ended_at == trial.trial_end, ended
assert client.payment_intents.list({"customer": customer.id}).data == []

# With a card it goes on. Yen have no minor units.
card = client.payment_methods.attach("pm_card_visa", {"customer": customer.id})
bought = client.subscriptions.create({"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": card.id})
assert bought.status == "active"
assert client.invoices.retrieve(bought.latest_invoice).amount_paid == 3000
press(f"{AT}/clock", days=31)
assert len(client.invoices.list({"subscription": bought.id}).data) == 2
kinds = [event.type for event in client.events.list({"limit": 100}).data]
assert "customer.subscription.trial_will_end" in kinds and "customer.subscription.deleted" in kinds, kinds

# A customer with a clock of their own, whose subscription changes by a plan.
start = 1767225600
clock = client.test_helpers.test_clocks.create({"frozen_time": start, "name": "a life"})
own = client.customers.create({"email": "cy@shop.example", "test_clock": clock.id})
card = client.payment_methods.attach("pm_card_visa", {"customer": own.id})
client.customers.update(own.id, {"invoice_settings": {"default_payment_method": card.id}})
yearly = client.prices.create({"product": product.id, "currency": "jpy", "unit_amount": 30000, "recurring": {"interval": "year"}})
plan = client.subscription_schedules.create({
    "customer": own.id, "start_date": "now", "end_behavior": "release",
    "phases": [{"items": [{"price": price.id, "quantity": 2}], "duration": {"interval": "month", "interval_count": 1}},
               {"items": [{"price": yearly.id, "quantity": 2}]}],
})
assert plan.status == "active" and len(plan.phases) == 2, plan
told = client.test_helpers.test_clocks.advance(clock.id, {"frozen_time": start + 40 * 86400})
assert told.status == "advancing" and client.test_helpers.test_clocks.retrieve(clock.id).status == "ready"
life = client.subscriptions.retrieve(plan.subscription)
assert life.start_date == start and life["items"].data[0].price.id == yearly.id, life
assert [one.total for one in client.invoices.list({"subscription": life.id}).data] == [60000, 6000]
assert client.subscription_schedules.release(plan.id).status == "released"
assert client.test_helpers.test_clocks.delete(clock.id).deleted

refused(lambda: client.customers.retrieve("cus_0"), stripe.InvalidRequestError, "resource_missing")
refused(lambda: client.customers.update(customer.id, {"emial": "x"}), stripe.InvalidRequestError, "parameter_unknown")
refused(lambda: client.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id}), stripe.CardError, "card_declined")
client.customers.delete(customer.id)
assert client.subscriptions.retrieve(bought.id).status == "canceled"
print("ok")

// Stripe's own library for Node as a client of the sandbox: the life of a subscription, and everything that can be refused.
//   node client.mjs http://127.0.0.1:12111     prints `ok`, or what is not as the library expects it
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import Stripe from 'stripe';

const at = new URL(process.argv[2]);
const stripe = new Stripe('sk_test_node', {
  host: at.hostname, port: at.port, protocol: 'http', telemetry: false, maxNetworkRetries: 2,
});
const refused = async (what, type, code) => {
  const error = await what.then(() => assert.fail('not refused'), known => known);
  assert.equal(error.type, type, error.message);
  if (code) assert.equal(error.code, code);
};

// A webhook endpoint of our own, whose messages the library itself checks.
const told = [];
let secret;
const server = createServer(async (request, answer) => {
  let body = '';
  for await (const piece of request) body += piece;
  try {
    told.push(stripe.webhooks.constructEvent(body, request.headers['stripe-signature'], secret));
    answer.writeHead(200).end();
  } catch (error) {
    told.push(error);
    answer.writeHead(400).end();
  }
});
await new Promise(done => server.listen(0, '127.0.0.1', done));
const endpoint = await stripe.webhookEndpoints.create({
  url: `http://127.0.0.1:${server.address().port}/hook`, enabled_events: ['*'],
});
secret = endpoint.secret;
assert.match(secret, /^whsec_/);

// Something to sell.
const product = await stripe.products.create({ name: 'Team', metadata: { key: 'team' } });
const price = await stripe.prices.create({
  product: product.id, currency: 'usd', unit_amount: 1200, recurring: { interval: 'month' }, lookup_key: 'team_usd_month',
});
const yearly = await stripe.prices.create({
  product: product.id, currency: 'usd', unit_amount: 12000, recurring: { interval: 'year' },
});
const found = await stripe.prices.list({ lookup_keys: ['team_usd_month'], active: true });
assert.deepEqual(found.data.map(one => one.id), [price.id]);
await stripe.coupons.create({ id: 'quarter', percent_off: 25, duration: 'forever' });
await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: 'quarter' }, code: 'QUARTER' });

// Somebody who buys it.
const customer = await stripe.customers.create({ email: 'ana@shop.example', name: 'Ana' });
const session = await stripe.checkout.sessions.create({
  mode: 'subscription', customer: customer.id, allow_promotion_codes: true,
  line_items: [{ price: price.id, quantity: 3 }],
  success_url: 'http://shop.example/back?session={CHECKOUT_SESSION_ID}', cancel_url: 'http://shop.example/',
  subscription_data: { metadata: { workspace: 'acme' } },
}, { idempotencyKey: 'checkout-1' });
const again = await stripe.checkout.sessions.create({
  mode: 'subscription', customer: customer.id, allow_promotion_codes: true,
  line_items: [{ price: price.id, quantity: 3 }],
  success_url: 'http://shop.example/back?session={CHECKOUT_SESSION_ID}', cancel_url: 'http://shop.example/',
  subscription_data: { metadata: { workspace: 'acme' } },
}, { idempotencyKey: 'checkout-1' });
assert.equal(again.id, session.id);
await refused(stripe.customers.create({ email: 'other@shop.example' }, { idempotencyKey: 'checkout-1' }),
  'StripeIdempotencyError');
const paid = await fetch(session.url, {
  method: 'POST', redirect: 'manual', body: new URLSearchParams({ card: '4242 4242 4242 4242', code: 'quarter' }),
});
assert.equal(paid.status, 303);
assert.equal(paid.headers.get('location'), `http://shop.example/back?session=${session.id}`);

// What they have now.
const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription.latest_invoice'] });
assert.equal(done.status, 'complete');
const bought = done.subscription;
assert.equal(bought.status, 'active');
assert.equal(bought.metadata.workspace, 'acme');
assert.equal(bought.current_period_end, undefined, 'it stands on items alone');
assert.ok(bought.items.data[0].current_period_end > Date.now() / 1000);
assert.equal(bought.latest_invoice.amount_paid, 2700);
const invoice = await stripe.invoices.retrieve(bought.latest_invoice.id, { expand: ['payments'] });
const intent = invoice.payments.data[0].payment.payment_intent;

// A change, shown before it is made.
const change = { items: [{ id: bought.items.data[0].id, price: yearly.id, quantity: 3 }], proration_behavior: 'always_invoice' };
const preview = await stripe.invoices.createPreview({ customer: customer.id, subscription: bought.id, subscription_details: change });
const changed = await stripe.subscriptions.update(bought.id, { ...change, expand: ['latest_invoice'] });
assert.equal(changed.latest_invoice.amount_due, preview.amount_due);
assert.ok(preview.lines.data.some(line => line.amount < 0), 'what was not used is credited');

// The end of it, and some money back.
const ending = await stripe.subscriptions.update(bought.id, { cancel_at_period_end: true });
assert.equal(ending.cancel_at, ending.items.data[0].current_period_end);
await stripe.subscriptions.update(bought.id, { cancel_at_period_end: false });
const portal = await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: 'http://shop.example/' });
assert.equal((await fetch(portal.url)).status, 200);
const refund = await stripe.refunds.create({ payment_intent: intent, amount: 700 });
assert.equal(refund.status, 'succeeded');
await stripe.subscriptions.cancel(bought.id);
assert.equal((await stripe.subscriptions.retrieve(bought.id)).status, 'canceled');

// A payment that a bank takes back, until it is told better.
const angry = await stripe.customers.create({ email: 'angry@shop.example' });
const doubt = await stripe.paymentMethods.attach('pm_card_createDispute', { customer: angry.id });
await stripe.subscriptions.create({
  customer: angry.id, items: [{ price: price.id }], default_payment_method: doubt.id,
});
const [dispute] = (await stripe.disputes.list()).data;
assert.deepEqual([dispute.status, dispute.amount, dispute.reason], ['needs_response', 1200, 'fraudulent']);
await refused(stripe.refunds.create({ payment_intent: dispute.payment_intent }), 'StripeInvalidRequestError', 'charge_disputed');
const won = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } });
assert.deepEqual([won.status, won.balance_transactions.map(one => one.amount)], ['won', [-1200, 1200]]);
assert.equal((await stripe.charges.retrieve(dispute.charge)).disputed, true);
await stripe.customers.del(angry.id);

// Lists go on by themselves.
for (let n = 0; n < 12; n++) await stripe.customers.create({ email: `c${n}@shop.example` });
let count = 0;
for await (const one of stripe.customers.list({ limit: 5 })) count += one.object === 'customer' ? 1 : 0;
assert.equal(count, 13);

// What is refused is an error of the library's own kind.
await refused(stripe.customers.retrieve('cus_0'), 'StripeInvalidRequestError', 'resource_missing');
await refused(stripe.customers.create({ emial: 'x' }), 'StripeInvalidRequestError', 'parameter_unknown');
const stranger = new Stripe('sk_live_node', { host: at.hostname, port: at.port, protocol: 'http', telemetry: false });
await refused(stranger.customers.list(), 'StripeAuthenticationError');
const poor = await stripe.customers.create({ email: 'poor@shop.example' });
const card = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: poor.id });
await refused(stripe.subscriptions.create({
  customer: poor.id, items: [{ price: price.id }], default_payment_method: card.id, payment_behavior: 'error_if_incomplete',
}), 'StripeCardError', 'card_declined');

// Calls that fail for a moment are made again, by the library, once.
const faults = new URLSearchParams({ calls: '503 502', copies: '1' });
await fetch(new URL('/faults', at), { method: 'POST', body: faults, redirect: 'manual' });
const lucky = await stripe.customers.create({ email: 'lucky@shop.example' });
assert.ok(lucky.id);
assert.equal((await stripe.customers.list({ email: 'lucky@shop.example' })).data.length, 1);

// And every event came, signed.
for (let n = 0; n < 50 && !told.some(one => one.type === 'customer.subscription.deleted'); n++) {
  await new Promise(next => setTimeout(next, 200));
}
assert.deepEqual(told.filter(one => one instanceof Error), []);
for (const type of ['checkout.session.completed', 'invoice.paid', 'customer.subscription.updated', 'customer.subscription.deleted', 'refund.created', 'charge.dispute.closed']) {
  assert.ok(told.some(one => one.type === type), `${type} among ${told.map(one => one.type)}`);
}
server.close();
console.log('ok');
process.exit(0);

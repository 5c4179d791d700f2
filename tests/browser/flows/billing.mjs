// What a workspace pays: a plan liked before signing up, tried, bought at its limit, changed, given up and kept.
import { signUp } from './_newcomer.mjs';
import { eventually, heading, insist, onWorkspace } from './_steps.mjs';

export const environment = 'development';
const who = { name: 'Ines Prado', email: 'ines@prado.example', password: 'the kettle sings at noon' };
const DAY = 24 * 3600;

// The sandbox is a part of the product's own site, and does not look like it.
export const prepare = ({ base }) => ({ elsewhere: `${base}/dev/stripe` });

async function toBilling(person) {
  await person.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await heading(person.page, 'General');
  await person.looks('settings-first');
  await person.page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Billing' }).click();
  await heading(person.page, 'Billing');
}

// Stripe's clock is turned, and what falls due on the way is told by webhook.
async function turn(page, base, days) {
  const answer = await page.request.post(`${base}/dev/stripe/clock`, { form: { days: String(days), seconds: String(days * DAY) } });
  insist(answer.ok(), `the clock: ${answer.status()}`);
}

async function says(person, words) {
  await eventually(words, async () => {
    await person.page.reload();
    return (await person.page.locator('main').innerText()).includes(words);
  });
}

async function pay(page, base) {
  await page.waitForURL(url => url.href.startsWith(`${base}/dev/stripe/pay/`));
  await page.locator('#card').fill('4242 4242 4242 4242');
  await page.getByRole('button', { name: /Subscribe|Save/ }).click();
  await heading(page, 'Billing');
}

export async function walk(person, { base }) {
  await person.does('likes a plan', async page => {
    await page.goto(`${base}/pricing`);
    await heading(page, /pricing/);
    await page.getByRole('link', { name: 'Yearly' }).click();
    await page.getByText('per member, per year').first().waitFor();
    await person.looks('pricing-yearly');
    await page.getByRole('link', { name: 'Try Team for free' }).click();
    await heading(page, 'Create your account');
  });
  await signUp(person, base, who);
  await person.does('tries it in a workspace of their own', async page => {
    await page.getByLabel('Workspace name').fill('Prado');
    await page.getByLabel('Address', { exact: true }).fill('prado');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await heading(page, 'Choose a plan');
    insist(await page.getByRole('radio', { name: /Team/ }).isChecked(), 'the plan they liked is not chosen');
    await person.looks('workspace-plan-liked');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
    await person.looks('workspace-first');
    await toBilling(person);
    await page.getByText('Your Team trial ends on').waitFor();
    await person.looks('billing-trial');
  });
  await person.does('lets the trial end', async page => {
    await turn(page, base, 15);
    await says(person, 'Upgrade');
    await person.looks('billing-free');
  });
  await person.does('comes to the limit', async page => {
    for (let number = 1; number <= 10; number++) {
      await page.goto(new URL('/projects/new', page.url()).href);
      await page.getByLabel('Name', { exact: true }).fill(`Project ${number}`);
      await page.getByRole('button', { name: 'Create project' }).click();
      await heading(page, `Project ${number}`);
    }
    await page.goto(new URL('/projects/new', page.url()).href);
    await page.getByLabel('Name', { exact: true }).fill('The eleventh');
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Create project' }).click();
      await page.getByText('Limit reached').first().waitFor();
    });
    insist(await page.getByLabel('Name', { exact: true }).inputValue() === 'The eleventh', 'what was typed is gone');
    await person.looks('limit-reached');
    await page.getByRole('link', { name: 'Upgrade' }).click();
    await heading(page, 'Choose a plan');
    await person.looks('billing-plan');
  });
  await person.does('buys the next plan', async page => {
    await page.getByRole('button', { name: 'Continue' }).click();
    await pay(page, base);
    await page.getByText('You are on Team').first().waitFor();
    await person.looks('billing-paid');
    await page.goto(new URL('/projects/new', page.url()).href);
    await page.getByLabel('Name', { exact: true }).fill('The eleventh');
    await page.getByRole('button', { name: 'Create project' }).click();
    await heading(page, 'The eleventh');
    await person.looks('project-eleventh');
  });
  await person.does('changes to a larger one', async page => {
    await turn(page, base, 10);
    await toBilling(person);
    await page.getByRole('link', { name: 'Change plan' }).click();
    await heading(page, 'Choose a plan');
    await page.getByRole('radio', { name: /Business/ }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Change to Business?');
    await person.looks('billing-change');
    await page.getByRole('button', { name: /^Pay .* and change$/ }).click();
    await heading(page, 'Billing');
    await page.getByText('You are on Business').first().waitFor();
    await page.getByRole('row').nth(2).waitFor();
    await person.looks('billing-changed');
  });
  await person.does('gives it up and keeps it', async page => {
    await page.getByRole('link', { name: 'Cancel plan' }).click();
    await heading(page, 'Cancel Business?');
    await person.looks('billing-cancel');
    await page.getByLabel('Why are you cancelling?').selectOption({ label: 'It costs too much' });
    await page.getByRole('button', { name: 'Cancel Business' }).click();
    await heading(page, 'Billing');
    await page.getByText('Business ends on').waitFor();
    await person.looks('billing-ends');
    await page.getByRole('button', { name: 'Keep Business' }).click();
    await page.getByText('You keep Business').first().waitFor();
  });
  await person.does('says what stands on invoices', async page => {
    await page.getByRole('link', { name: 'Billing details' }).click();
    await heading(page, 'Billing details');
    await person.looks('billing-details');
    await page.getByLabel('Country').selectOption({ label: 'Germany' });
    await page.getByLabel('VAT or tax number').fill('DE');
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Save details' }).click();
      await page.getByText('This is no tax number of that country').first().waitFor();
    });
    await page.getByLabel('VAT or tax number').fill('DE123456789');
    await page.getByLabel('Purchase order').fill('PO 7');
    await page.getByRole('button', { name: 'Save details' }).click();
    await page.getByText('Billing details saved').first().waitFor();
    insist(await page.getByLabel('VAT or tax number').inputValue() === 'DE123456789', 'the number is not there');
  });
  await person.does('looks at invoices, and at what Stripe has', async page => {
    await page.goto(new URL('/settings/billing/invoices', page.url()).href);
    await heading(page, 'Invoices');
    await person.looks('billing-invoices');
    const first = page.getByRole('rowheader').first().getByRole('link');
    const [answer] = await Promise.all([page.waitForResponse(one => one.url().includes('/dev/stripe/invoice/')), first.click()]);
    insist(answer.ok(), `the invoice: ${answer.status()}`);
    await page.goBack();
    await toBilling(person);
    await page.getByRole('button', { name: 'Payment method' }).click();
    await page.waitForURL(url => url.href.startsWith(`${base}/dev/stripe/portal/`));
    await page.getByRole('link', { name: /Back|Return/ }).first().click();
    await heading(page, 'Billing');
  });
}

// What was typed comes back: after a session that was ended elsewhere, after a log-out in another tab, after a
// form that was refused, and after a reload.
import { eventually, heading, insist, onWorkspace, toProjects } from './_steps.mjs';

export const environment = 'test';

const who = { email: 'nora@example.test', password: 'correct horse battery staple' };
const summary = 'Two lines that took\nme quite a while.';

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
  run(['tenant', 'create', 'plain', '--name', 'Plain Paper', '--owner', who.email]);
}

const create = page => page.getByRole('button', { name: 'Create project' });
const field = (page, label) => page.getByLabel(label, { exact: true });

async function logIn(page) {
  await field(page, 'Email').fill(who.email);
  await field(page, 'Password').fill(who.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

async function arrive(page) {
  await logIn(page);
  await page.waitForURL(url => onWorkspace(url) && !['/enter', '/redeem'].includes(url.pathname));
}

async function type(page, name) {
  await toProjects(page);
  await page.getByRole('link', { name: 'New project' }).first().click();
  await heading(page, 'New project');
  await field(page, 'Name').fill(name);
  await page.locator('textarea').first().fill(summary);
}

async function isFilled(page, name) {
  await heading(page, 'New project');
  insist(await field(page, 'Name').inputValue() === name, `the name was lost: ${await field(page, 'Name').inputValue()}`);
  const text = await page.locator('textarea').first().inputValue();
  insist(text.replaceAll('\r', '') === summary, `the summary was lost: ${text}`);
}

async function isCreated(page, name) {
  await create(page).click();
  await page.waitForURL(url => /^\/projects\/[0-9a-f-]{32,36}$/.test(url.pathname));
  await heading(page, name);
}

export async function walk(person, { base }) {
  await person.does('logs in', async page => {
    await page.goto(`${base}/login`);
    await person.looks('kept-login');
    await arrive(page);
    await person.looks('kept-home');
  });
  await person.does('is logged out from elsewhere while typing', async page => {
    await type(page, 'Ended elsewhere');
    const other = await person.context.browser().newContext();
    const device = await other.newPage();
    await device.goto(`${base}/login`);
    await arrive(device);
    await device.goto(`${base}/account`);
    await device.getByRole('button', { name: /all other devices|everywhere else/i }).first().click();
    await eventually('the question or its answer', async () =>
      await device.locator('dialog[open]').count() || await device.getByText(/are logged out/).count());
    const dialog = device.locator('dialog[open]');
    if (await dialog.count()) await dialog.locator('button').last().click();
    await device.getByText(/devices are logged out/).first().waitFor();
    await other.close();
    await create(page).click();
    await heading(page, /^Log in/);
    await page.getByText('You were logged out').waitFor();
    await page.getByText(/What you typed is still there/).waitFor();
    await person.looks('kept-logged-out');
    await logIn(page);
    await page.getByText(/You were logged out before this was saved/).first().waitFor();
    await isFilled(page, 'Ended elsewhere');
    await person.looks('kept-form');
    await isCreated(page, 'Ended elsewhere');
    await person.looks('kept-project');
  });
  await person.does('logs out in another tab while typing', async page => {
    await type(page, 'Ended in another tab');
    const tab = await person.context.newPage();
    await tab.goto(new URL('/projects', page.url()).href);
    await tab.locator('aside summary').last().click();
    await tab.getByRole('button', { name: 'Log out' }).click();
    await tab.waitForURL(to => !onWorkspace(to));
    await tab.close();
    await create(page).click();
    await heading(page, /^Log in/);
    await logIn(page);
    await page.getByText(/You were logged out before this was saved/).first().waitFor();
    await isFilled(page, 'Ended in another tab');
    await isCreated(page, 'Ended in another tab');
  });
  await person.does('logs in anew in another tab while typing', async page => {
    await type(page, 'Sent by hand');
    await person.context.clearCookies({ name: '__Host-session' });
    const tab = await person.context.newPage();
    await tab.goto(new URL('/projects', page.url()).href);
    await arrive(tab);
    await tab.close();
    await person.refused(400, () => create(page).click());
    await heading(page, /out of date/);
    await person.looks('kept-stale');
    await page.getByRole('button', { name: 'Send again' }).click();
    await heading(page, 'Sent by hand');
  });
  await person.does('mends a refused form and goes back', async page => {
    await type(page, '   ');
    await person.refused(422, () => create(page).click());
    await page.getByRole('alert').first().waitFor();
    await field(page, 'Name').fill('Mended');
    await isCreated(page, 'Mended');
    // The refused form is a page like any: Chromium asks nothing before it shows it again.
    await person.refused(422, () => page.goBack());
    await heading(page, 'New project');
    insist(new URL(page.url()).pathname === '/projects/new', `a POST stayed in the history: ${page.url()}`);
    await page.goForward();
    await heading(page, 'Mended');
  });
  if (!person.javaScript) return;
  await person.does('reloads a page while typing', async page => {
    await type(page, 'Reloaded');
    await page.reload();
    await page.getByText('We restored what you typed').waitFor();
    await isFilled(page, 'Reloaded');
    await toProjects(page);
    await page.goBack();
    await isFilled(page, 'Reloaded');
    await isCreated(page, 'Reloaded');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click();
    await page.getByRole('link', { name: 'New project' }).first().click();
    await heading(page, 'New project');
    insist(await field(page, 'Name').inputValue() === '', 'what was saved came back');
  });
}

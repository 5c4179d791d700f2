// Coming, going and getting about, by the words people see; with and without JavaScript.
import { setTimeout as sleep } from 'node:timers/promises';

export function insist(truth, otherwise) {
  if (!truth) throw new Error(otherwise);
}

// Waits for what comes in its own time.
export async function eventually(what, check, seconds = 15) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) if (await check()) return;
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}

export const onWorkspace = url => url.hostname.split('.').length > 1;
export const heading = (page, name) => page.getByRole('heading', { level: 1, name }).waitFor();
export const rows = page => page.locator('tbody tr');
export const row = (page, name) => rows(page).filter({ hasText: name });
export const toProjects = page => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click();

export async function signIn(person, base, { email, password }) {
  await person.does('opens the address', async page => {
    await page.goto(base);
    await heading(page, /./);
    await person.looks('landing');
    // Where nothing is sold there are no prices.
    const pricing = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Pricing' });
    if (await pricing.count()) {
      await pricing.click();
      await heading(page, /pricing/);
      await person.looks('pricing');
    }
    await page.getByRole('link', { name: 'Log in' }).first().click();
    await heading(page, /^Log in/);
    await person.looks('login');
  });
  await person.does('mistypes the password', async page => {
    await page.getByLabel('Email').fill(email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await person.refused([401, 422], () => page.getByRole('button', { name: 'Log in', exact: true }).click());
    await page.getByRole('alert').filter({ hasText: /don't match/ }).waitFor();
    insist(await page.getByLabel('Email').inputValue() === email, 'the e-mail address was not kept');
    await person.looks('login-refused');
  });
  await person.does('logs in', async page => {
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(url => onWorkspace(url) || url.pathname === '/workspaces');
    if (!onWorkspace(new URL(page.url()))) {
      await person.looks('workspaces');
      await page.locator('main ul a').first().click();
    }
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
    await person.looks('dashboard');
  });
}

// From one workspace to another by the switcher; `url` of the first does not exist in the second.
export async function switchWorkspace(person, url, name) {
  await person.does('looks at all workspaces', async page => {
    await page.goto(new URL('/projects', url).href);
    await page.locator('aside summary').first().click();
    await page.locator('aside').getByRole('link', { name: 'All workspaces' }).click();
    await page.waitForURL(url => url.pathname === '/workspaces');
    await person.looks('workspaces');
  });
  await person.does('looks at the front page while signed in', async page => {
    await page.getByRole('banner').getByRole('link').first().click();
    await heading(page, /./);
    await person.looks('landing-signed-in');
    await page.getByRole('banner').getByRole('link', { name: 'Workspaces', exact: true }).click();
    await page.waitForURL(url => url.pathname === '/workspaces');
    await page.goto(new URL('/projects', url).href);
  });
  await person.does('switches to another workspace', async page => {
    await page.locator('aside summary').first().click();
    const other = page.locator('aside details[open] .menu').first().locator('a:not([aria-current])').filter({ hasNotText: 'All workspaces' }).first();
    insist(await other.count(), 'the switcher offers no other workspace');
    await other.click();
    await page.waitForURL(to => onWorkspace(to) && to.hostname !== new URL(url).hostname && to.pathname !== '/enter');
    await toProjects(page);
    await heading(page, 'Projects');
    insist(await row(page, name).count() === 0, `${name} shows in the other workspace`);
    await person.refused(404, () => page.goto(new URL(new URL(url).pathname, page.url()).href));
    await page.goto(new URL('/projects', page.url()).href);
  });
}

export async function signOut(person, url) {
  await person.does('logs out', async page => {
    await page.locator('aside summary').last().click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.waitForURL(to => !onWorkspace(to));
    await person.looks('signed-out');
    for (const address of [url, new URL('/projects', url).href]) {
      await page.goto(address);
      await page.waitForURL(to => to.pathname === '/login');
      await heading(page, /^Log in/);
    }
  });
}

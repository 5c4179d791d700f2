// People's text of any shape, on every page that shows it and in every form that takes it.
import { readFileSync } from 'node:fs';
import { letter } from './_mail.mjs';
import { eventually, insist, onWorkspace } from './_steps.mjs';
import { faults } from './_text.mjs';

export const environment = 'development';
export const pictures = false;

const widths = [320, 390, 768, 1024, 1440];
const texts = JSON.parse(readFileSync(new URL('../texts.json', import.meta.url), 'utf8'));
const cut = (text, length) => [...text].slice(0, length).join('').trim();
const names = length => texts.map(({ text }, i) => cut(`${i}${text}`, length));
// The longest address there may be: 64 signs before the @, 63 between two dots.
const address = i => `${`${i}`.padEnd(64, 'm')}@${'d'.repeat(63)}.${'e'.repeat(63)}.example.test`;
const who = { email: address(0), password: 'any shape of text is a good text' };

export function prepare({ run }) {
  run(['migrate']);
  const people = names(80);
  people.forEach((name, i) => run(['user', 'create', address(i), '--name', name, '--password-stdin'], `${who.password}\n`));
  const workspaces = names(60);
  workspaces.slice(0, 3).forEach((name, i) => run(['tenant', 'create', `text-${i}`, '--name', name, '--owner', who.email]));
  for (const what of ['members', 'projects']) run(['tenant', 'limit', 'text-0', what, 'off']);
  people.slice(1).forEach((_, i) => run(['member', 'add', '--tenant', 'text-0', '--email', address(i + 1), '--role', 'member']));
}

// What is wrong with the page as it stands, at each width.
async function judge(person, name) {
  const { page } = person, found = new Map();
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const fault of await page.evaluate(faults)) found.set(fault, [...found.get(fault) ?? [], width]);
  }
  for (const [fault, at] of found) person.fail(`${name} at ${at.join(', ')} px: ${fault}`);
  await page.setViewportSize({ width: 1440, height: 900 });
}

const open = (person, path) => person.does(`opens ${path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}')}`, async page => {
  await page.goto(new URL(path, page.url()).href);
  await judge(person, new URL(page.url()).pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}'));
});

const send = (page, path, fields) => page.evaluate(async ([path, fields]) => {
  const token = document.querySelector('[name=_csrf]').value;
  const body = new URLSearchParams([['_csrf', token], ...fields]);
  const answer = await fetch(path, { method: 'POST', body });
  return { status: answer.status, url: answer.url, text: answer.status < 400 ? '' : await answer.text() };
}, [path, fields]);

async function made(page, path, fields) {
  const { status, url, text } = await send(page, path, fields);
  insist(status === 200, `${path} answered ${status}: ${text.match(/class="err"[^]*?<\/p>/)?.[0] ?? text.match(/role="alert"[^]*?<\/div>/)?.[0] ?? text.slice(0, 300)}`);
  return new URL(url).pathname;
}

// Types all of two texts after the other into every field of a form, more than fits, and sends it.
async function overfill(person, path, button, statuses = 422) {
  await person.does(`types too much at ${path}`, async page => {
    for (const { what, text } of texts.slice(0, 2)) {
      await page.goto(new URL(path, page.url()).href);
      const form = page.locator('main form').filter({ has: page.getByRole('button', { name: button }) }).first();
      await form.evaluate((form, text) => {
        form.noValidate = true;
        for (const field of form.querySelectorAll('input:not([type=hidden], [type=checkbox], [type=date]), textarea')) {
          field.type = field.localName === 'input' && field.type === 'email' ? 'text' : field.type;
          field.removeAttribute('maxlength');
          field.value = text;
        }
      }, text);
      await person.refused(statuses, () => Promise.all([page.waitForNavigation(), form.evaluate(form => form.requestSubmit())]));
      await judge(person, `${new URL(page.url()).pathname}, ${what}`);
    }
  });
}

export async function walk(person, { base }) {
  await person.does('logs in', async page => {
    await page.goto(`${base}/login`);
    await page.getByLabel('Email').fill(who.email);
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(url => url.pathname === '/workspaces');
  });
  for (const path of ['/', '/workspaces', '/workspaces/new', '/workspaces/plan?workspace=text-0', '/account']) await open(person, path);
  await overfill(person, '/account', 'Save changes');
  await overfill(person, '/workspaces/new', 'Create workspace');

  await person.does('goes to the workspace', async page => {
    await page.goto(`${base.replace('//', '//text-0.')}/`);
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
  });
  const projects = [];
  let members = [], status;
  await person.does('fills the workspace', async page => {
    await page.goto(new URL('/projects/new', page.url()).href);
    members = await page.getByLabel(/^Owner/).locator('option').evaluateAll(all => all.map(one => one.value).filter(Boolean));
    status = await page.getByLabel(/^Status/).inputValue();
    for (const [i, name] of names(80).entries()) {
      const fields = [['name', name], ['summary', cut(texts[i].text, 500)], ['status', status], ['owner', members[i % members.length]], ['due', '2027-03-01'], ['version', '0']];
      projects.push(await made(page, '/projects', fields));
      await made(page, '/settings/roles/new', [['name', names(40)[i]], ['copy', 'viewer']]);
      await made(page, '/settings/members/invite', [['emails', address(i + 20)], ['role', 'viewer']]);
    }
  });
  const lists = ['/projects', '/projects/new', '/settings/members', '/settings/members/invite', '/settings/roles', '/settings/roles/new',
    '/settings/general', '/settings/audit', '/settings/billing', '/settings/billing/plan', '/settings/billing/details', '/settings/general/address', '/settings/general/delete', '/settings/leave', '/dev/isolation'];
  for (const path of lists) await open(person, path);
  for (const path of projects) await open(person, path);
  for (const page of ['/edit', '/delete']) for (const path of projects.slice(0, 3)) await open(person, path + page);
  await person.does('opens the switchers and the dialogs', async page => {
    await page.goto(new URL(projects[1], page.url()).href);
    for (const summary of await page.locator('aside summary').all()) {
      await summary.click();
      await judge(person, 'an open switcher');
      await summary.click();
    }
    await page.locator('summary[aria-label="More actions"]').click();
    await page.locator('main details[open]').getByRole('link', { name: 'Delete' }).click();
    await page.locator('dialog[open]').waitFor();
    await judge(person, 'the question about a project');
  });
  await person.does('asks about several at once', async page => {
    for (const [i, action] of ['Delete', 'Assign'].entries()) {
      await page.goto(new URL('/projects', page.url()).href);
      for (const box of await page.locator('tbody [data-check]').all()) await box.check();
      await judge(person, 'the list with ticks');
      await page.getByRole('group', { name: 'Bulk actions' }).getByRole('button', { name: action }).click();
      await eventually('a question', async () => await page.locator('dialog[open]').count() || !await page.locator('[data-bulk]').count());
      await judge(person, `the question about ${i ? 'assigning' : 'deleting'} several`);
    }
  });
  const found = async (path, pattern) => {
    await person.page.goto(new URL(path, person.page.url()).href);
    const links = await person.page.locator('a[href]').evaluateAll(all => all.map(a => a.getAttribute('href')));
    return [...new Set(links.filter(href => pattern.test(href)))];
  };
  for (const path of (await found('/settings/members', /\/(remove|owner|revoke)/)).slice(0, 12)) await open(person, path);
  for (const path of (await found('/settings/roles', /roles\/[0-9a-f-]{36}/)).slice(0, 6)) await open(person, path);
  await overfill(person, '/projects/new', 'Create project');
  await overfill(person, '/settings/roles/new', 'Create role');
  await overfill(person, '/settings/members/invite', 'Send invitations');
  await overfill(person, '/settings/general', 'Save changes');
  await person.does('reads the emails', async page => {
    const link = await letter(page, base, address(20), /invite/);
    await page.goto(link);
    await judge(person, 'an invitation');
    await page.goto(`${base}/dev/mail`);
    await judge(person, 'the mailbox');
    await page.goto(new URL(await page.locator('main ul a').first().getAttribute('href'), base).href);
    await judge(person, 'an email');
    await page.goto(`${page.url()}/html`);
    await judge(person, 'an email as HTML');
  });
  // Other flows look at these pages with everyday text.
  person.visited.clear();
}

// Finding and doing things from anywhere: by keys alone, and on the palette's own page without JavaScript.
import { eventually, heading, insist, onWorkspace } from './_steps.mjs';

const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
  run(['tenant', 'create', 'plain', '--name', 'Plain Paper', '--owner', who.email]);
}

async function logIn(person, base) {
  await person.does('logs in', async page => {
    await page.goto(`${base}/login`);
    await person.looks('login');
    await page.getByLabel('Email').fill(who.email);
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
    await person.looks('dashboard');
  });
}

const box = page => page.getByRole('dialog', { name: 'Search' });
const lines = page => box(page).locator('[data-palette-results] li');

// Closes it, and waits until it is: a key before that would be the dialog's.
async function leave(page) {
  await page.keyboard.press('Escape');
  await box(page).waitFor({ state: 'hidden' });
}

// What the keys find, once it is there.
async function finds(page, words, first) {
  await page.keyboard.press('ControlOrMeta+k');
  await box(page).waitFor();
  await page.keyboard.type(words);
  await eventually(`“${words}” finds ${first}`, async () =>
    (await lines(page).first().innerText().catch(() => '')).includes(first));
}

export async function byKeys(person, { base }) {
  await logIn(person, base);
  await person.does('makes a thing from the palette', async page => {
    await page.keyboard.press('c');
    await box(page).getByText('New thing', { exact: true }).first().waitFor();
    await person.looks('palette-create', { dialog: '#palette' });
    await page.keyboard.type(' thi');
    await eventually('things to make', async () => (await lines(page).count()) === 2);
    await page.keyboard.press('Enter');
    await heading(page, 'New thing');
    await person.looks('thing-form');
    await page.getByLabel('Name').focus();
    await page.keyboard.type('c / ? are letters here');
    insist(await box(page).count() === 0 || !await box(page).isVisible(), 'a letter in a field opened the palette');
    await page.getByLabel('Price').focus();
    await page.keyboard.type('2');
    await page.getByLabel('Pieces').focus();
    await page.keyboard.type('4');
    await page.keyboard.press('Enter');
    await heading(page, 'c / ? are letters here');
    await person.looks('thing');
  });
  await person.does('finds it, and does something to it', async page => {
    await page.goto(new URL('/', page.url()).href);
    await finds(page, 'letters', 'c / ? are letters here');
    await person.looks('palette-found', { dialog: '#palette' });
    await page.keyboard.press('Enter');
    await heading(page, 'c / ? are letters here');
    await finds(page, 'paid', 'Mark as paid');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Paid: 1 thing').first().waitFor();
    await person.looks('thing-paid');
  });
  await person.does('moves up and down and out again', async page => {
    await page.keyboard.press('/');
    await lines(page).first().waitFor();
    const at = () => page.evaluate(() => document.activeElement.innerText?.trim() ?? '');
    await page.keyboard.press('ArrowDown');
    const first = await at();
    await page.keyboard.press('ArrowDown');
    insist(first && await at() && first !== await at(), 'the arrow does not go on');
    await page.keyboard.press('ArrowUp');
    insist(await at() === first, 'the arrow does not come back');
    await leave(page);
    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type('nobody has this');
    await box(page).getByText('Nothing matches “nobody has this”').waitFor();
    await leave(page);
  });
  await person.does('switches keys of one letter off', async page => {
    await page.keyboard.press('?');
    await box(page).getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await person.looks('palette-keys', { dialog: '#palette' });
    await page.keyboard.press('Space');
    await leave(page);
    await page.keyboard.press('c');
    await page.keyboard.press('?');
    insist(!await box(page).isVisible(), 'a single key still opens it');
    await page.reload();
    await page.keyboard.press('c');
    await page.waitForTimeout(300);
    insist(await box(page).count() === 0, 'they are on again');
    await page.goto(new URL('/search/keys', page.url()).href);
    await person.looks('keys');
    await page.getByRole('checkbox').check();
    await page.keyboard.press('Tab');
    await page.goto(new URL('/search?q=thing', page.url()).href);
    await person.looks('search');
  });
}

export async function byForm(person, { base }) {
  await logIn(person, base);
  await person.does('finds a page', async page => {
    await page.getByRole('link', { name: 'Search' }).click();
    await heading(page, 'Search');
    await person.looks('search');
    await page.getByRole('textbox').fill('new thing');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('main').getByRole('link', { name: 'New thing' }).first().click();
    await heading(page, 'New thing');
    await person.looks('thing-form');
    await page.goto(new URL('/search', page.url()).href);
    await page.getByRole('link', { name: 'Keyboard shortcuts' }).click();
    await heading(page, 'Keyboard shortcuts');
    await person.looks('keys');
  });
}

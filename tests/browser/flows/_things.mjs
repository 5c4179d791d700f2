// A resource with every kind of field, from an empty list to an empty list; with and without JavaScript.
import { readFileSync } from 'node:fs';
import { eventually, heading, insist, onWorkspace, row, rows } from './_steps.mjs';

const who = { email: 'nora@example.test', password: 'correct horse battery staple' };
const filled = {
  Name: 'Kettle', Pieces: '5', Price: '12.50', Due: '2027-05-31', Seen: '2027-01-31T09:30',
  Mail: 'maya@example.com', Page: 'https://example.com/kettle', Words: 'copper, warm', Extra: '{"weight": 2}',
};

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
  run(['tenant', 'create', 'plain', '--name', 'Plain Paper', '--owner', who.email]);
}

const field = (page, name) => page.locator('main form').getByLabel(name, { exact: false }).first();
const open = (page, name) => page.locator('main').getByRole('link', { name, exact: true }).first().click();

async function confirm(person, name, button) {
  const { page } = person, dialog = page.locator('dialog[open]');
  const question = page.locator('main').getByRole('heading', { level: 1, name });
  await eventually(`the question ${name}`, async () => await dialog.count() || await question.count());
  const scope = await dialog.count() ? dialog : page.locator('main');
  return { scope, press: () => scope.getByRole('button', { name: button }).click() };
}

export async function walk(person, { base }) {
  await person.does('logs in', async page => {
    await page.goto(`${base}/login`);
    await person.looks('login');
    await page.getByLabel('Email').fill(who.email);
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(url => onWorkspace(url) || url.pathname === '/workspaces');
    if (!onWorkspace(new URL(page.url()))) await page.locator('main ul a').first().click();
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
    await person.looks('dashboard');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Things' }).first().click();
    await heading(page, 'Things');
    await person.looks('things-none');
  });
  await person.does('makes a thing with every kind of field', async page => {
    await open(page, 'New thing');
    await heading(page, 'New thing');
    await person.looks('thing-form');
    for (const [name, text] of Object.entries({ ...filled, Price: 'a lot', Mail: 'maya' })) await field(page, name).fill(text);
    await page.getByLabel('Notes').fill('Boils.\nWhistles.');
    await page.getByLabel('State').selectOption('Used');
    await page.getByLabel('Owner', { exact: true }).selectOption('Nora Plain');
    await page.getByLabel('Paid').check();
    await page.getByLabel('Rust').check();
    await page.locator('main form').evaluate(form => { form.noValidate = true; });
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Create thing' }).click();
      await page.getByRole('alert').first().waitFor();
    });
    insist(await page.getByLabel('Rust').isChecked(), 'the colour was not kept');
    insist(await field(page, 'Extra').inputValue() === filled.Extra, 'the document was not kept');
    await person.looks('thing-form-refused');
    await field(page, 'Price').fill(filled.Price);
    await field(page, 'Mail').fill(filled.Mail);
    await page.getByRole('button', { name: 'Create thing' }).click();
    await heading(page, 'Kettle');
    for (const text of ['Used', '€12.50', '€62.50', '31 May 2027', 'copper', 'nora@example.test', 'maya@example.com']) {
      await page.locator('main').getByText(text).first().waitFor();
    }
    await person.looks('thing');
  });
  await person.does('does something to it that asks', async page => {
    await page.getByRole('button', { name: 'Wear out' }).click();
    const { scope, press } = await confirm(person, /^Wear out/, 'Wear out');
    await scope.getByLabel('Pieces').fill('9');
    await scope.getByLabel('Why').fill('It fell.');
    await person.looks('thing-action');
    await person.refused(422, press);
    await page.getByText('There are not so many.').first().waitFor();
    const again = await confirm(person, /^Wear out/, 'Wear out');
    insist(await again.scope.getByLabel('Why').inputValue() === 'It fell.', 'the reason was not kept');
    await person.looks('thing-action-refused');
    await again.scope.getByLabel('Pieces').fill('2');
    await again.press();
    await heading(page, 'Kettle');
    await page.locator('main').getByText('It fell.').first().waitFor();
    await person.looks('thing-worn');
  });
  await person.does('edits it', async page => {
    await open(page, 'Edit');
    await heading(page, 'Edit thing');
    insist(await page.getByLabel('Rust').isChecked(), 'the colour is not chosen');
    await field(page, 'Name').fill('Copper kettle');
    await person.looks('thing-edit');
    await page.getByRole('button', { name: 'Save thing' }).click();
    await heading(page, 'Copper kettle');
  });
  await person.does('brings back how it was', async page => {
    await page.getByRole('link', { name: 'As it was then' }).first().click();
    await page.getByRole('button', { name: 'Restore these fields' }).waitFor();
    await page.locator('main').getByText('Now: Copper kettle').waitFor();
    await person.looks('thing-then');
    await page.getByRole('button', { name: 'Restore these fields' }).click();
    await heading(page, 'Kettle');
    await page.getByText('Name restored').first().waitFor();
    await page.getByRole('link', { name: 'As it was then' }).last().click();
    await page.getByLabel('As it was at the end of').fill('2020-01-01');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText('It was not there yet').waitFor();
    await person.looks('thing-then-nothing');
    await page.goBack();
    await page.goBack();
    await heading(page, 'Kettle');
  });
  await person.does('edits it beside somebody else', async page => {
    const late = await person.context.newPage();
    for (const one of [page, late]) {
      await one.goto(`${page.url().replace(/\/edit$/, '')}/edit`);
      await heading(one, 'Edit thing');
    }
    await field(page, 'Name').fill('Iron kettle');
    await field(page, 'Pieces').fill('8');
    await page.getByRole('button', { name: 'Save thing' }).click();
    await heading(page, 'Iron kettle');
    person.page = late;
    await field(late, 'Name').fill('Copper kettle');
    await person.refused(409, async () => {
      await late.getByRole('button', { name: 'Save thing' }).click();
      await late.getByText('You both changed this').waitFor();
    });
    insist(await field(late, 'Pieces').inputValue() === '8', 'what only the other one changed is taken back');
    await person.looks('thing-conflict');
    await late.getByRole('button', { name: 'Save mine' }).click();
    await heading(late, 'Copper kettle');
    await late.close();
    person.page = page;
  });
  await person.does('finds it by its day', async page => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Things' }).first().click();
    await heading(page, 'Things');
    await person.looks('things');
    await page.locator('main summary').filter({ hasText: 'Due' }).click();
    await page.locator('main details[open]').getByLabel('From').fill('2027-05-31');
    const apply = page.getByRole('button', { name: 'Apply' });
    if (await apply.isVisible()) await apply.click();
    await page.waitForURL(url => url.searchParams.get('due_from') === '2027-05-31');
    await eventually('the row', async () => await rows(page).count() === 1 && await row(page, 'Copper kettle').count() === 1);
    await person.looks('things-found');
  });
  await person.does('edits what is found in one form', async page => {
    await page.locator('tbody input[type=checkbox]').first().check();
    await page.locator('main').getByRole('button', { name: 'Edit', exact: true }).click();
    await heading(page, 'Edit 1 thing');
    await person.looks('things-edit');
    await page.getByRole('button', { name: /^Save 1/ }).scrollIntoViewIfNeeded();
    await person.refused(422, () => page.getByRole('button', { name: /^Save 1/ }).click());
    await page.getByText('Tick the fields that are to change.').waitFor();
    await page.locator('main form [name=price]').fill('9.50');
    const tick = page.getByLabel('Change price');
    if (!person.javaScript) await tick.check();
    insist(await tick.isChecked(), 'typing does not tick the field');
    await person.looks('things-edit-refused');
    await page.getByRole('button', { name: /^Save 1/ }).click();
    await page.getByText('1 thing: Price changed').first().waitFor();
    await page.locator('main').getByText('€9.50').first().waitFor();
  });
  await person.does('takes what is found as a file', async page => {
    await open(page, 'Export');
    await heading(page, 'Export things');
    await page.getByText('1 thing, as the list is narrowed now.').waitFor();
    await person.looks('things-export');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
    insist(file.suggestedFilename().endsWith('-things.csv'), file.suggestedFilename());
    const text = readFileSync(await file.path(), 'utf8');
    insist(text.startsWith('\ufeffID,Name') && text.includes('Copper kettle'), text);
    await page.getByRole('link', { name: 'Back' }).click();
    await heading(page, 'Things');
  });
  await person.does('deletes it', async page => {
    await page.locator('tbody input[type=checkbox]').first().check();
    await page.locator('main').getByRole('button', { name: 'Delete' }).first().click();
    const { press } = await confirm(person, /^Delete 1 thing/, /^Delete/);
    await person.looks('things-delete');
    await press();
    await page.getByText(/There are no things yet|No thing/).first().waitFor();
  });
}

// Work on projects, by the words people see; with and without JavaScript.
import { readFileSync } from 'node:fs';
import { eventually, heading, insist, row, rows, toProjects } from './_steps.mjs';

// What deletes asks first, in a dialog or, without script, on a page of its own.
async function confirm(person, name, ask) {
  const { page } = person, dialog = page.locator('dialog[open]');
  const question = page.getByRole('heading', { level: 1, name: /^Delete .*\?$/ });
  await ask();
  await eventually('a question', async () => await dialog.count() || await question.count());
  const asksHere = await dialog.count() > 0;
  await person.looks(name, { dialog: asksHere ? 'dialog[open]' : undefined });
  await (asksHere ? dialog : page.locator('main')).getByRole('button', { name: /^Delete/ }).click();
}

async function fillAndCreate(page, { name, due }) {
  await page.getByRole('link', { name: 'New project' }).first().click();
  await heading(page, 'New project');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel(/^Due/).fill(due);
}
const submitNew = page => page.getByRole('button', { name: 'Create project' }).click();
const atProject = url => /^\/projects\/[0-9a-f-]{32,36}$/.test(url.pathname);

export async function create(person, name) {
  await person.does(`creates ${name}`, async page => {
    await toProjects(page);
    await fillAndCreate(page, { name, due: '2027-03-01' });
    await submitNew(page);
    await page.waitForURL(atProject);
    await heading(page, name);
  });
  return person.page.url();
}

// Creates with care: looks at the form, is refused once with everything kept, then chooses a status.
export async function createWithCare(person, name) {
  let status;
  await person.does('fills in the form wrongly', async page => {
    await toProjects(page);
    await heading(page, 'Projects');
    await person.looks('projects');
    await fillAndCreate(page, { name: '   ', due: '2027-03-01' });
    await person.looks('project-form');
    await person.refused(422, () => submitNew(page));
    await page.getByRole('alert').first().waitFor();
    const field = page.getByLabel('Name', { exact: true });
    insist(await field.getAttribute('aria-invalid') === 'true', 'the wrong field is not marked');
    insist(await page.getByLabel(/^Due/).inputValue() === '2027-03-01', 'the date was not kept');
    await person.looks('project-form-refused');
  });
  await person.does('mends and sends it', async page => {
    await page.getByLabel('Name', { exact: true }).fill(name);
    const statuses = await page.getByLabel(/^Status/).locator('option').allInnerTexts();
    status = statuses[1].trim();
    await page.getByLabel(/^Status/).selectOption({ index: 1 });
    await page.getByLabel(/^Owner/).selectOption({ index: 1 });
    await submitNew(page);
    await page.waitForURL(atProject);
    await heading(page, name);
    await page.getByText(status).first().waitFor();
    await person.looks('project-detail');
  });
  return { status, url: person.page.url() };
}

// Two windows on the same project: the second to save is told, and keeps what they typed.
export async function edit(person, url, name) {
  const openForm = page => page.locator('main').getByRole('link', { name: 'Edit' }).first().click();
  const save = page => page.getByRole('button', { name: /^Save/ }).click();
  const slow = await person.context.newPage();
  await person.does('edits', async page => {
    await slow.goto(url);
    await openForm(slow);
    await slow.getByLabel('Name', { exact: true }).waitFor();
    await openForm(page);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await person.looks('project-edit');
    await save(page);
    await page.waitForURL(atProject);
    await heading(page, name);
  });
  await person.does('saves over a change made meanwhile', async page => {
    await slow.getByLabel('Name', { exact: true }).fill('Typed in the other window');
    await person.refused([409, 422], async () => {
      await save(slow);
      await slow.getByRole('alert').first().waitFor();
    });
    insist(await slow.getByLabel('Name', { exact: true }).inputValue() === 'Typed in the other window', 'what was typed is lost');
    person.page = slow;
    await person.looks('project-conflict');
    person.page = page;
    await slow.close();
    await page.reload();
    await heading(page, name);
  });
  await person.does('looks at how it was', async page => {
    await page.getByRole('link', { name: 'As it was then' }).first().click();
    await page.getByRole('button', { name: 'Restore these fields' }).waitFor();
    await person.looks('project-then');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await heading(page, name);
  });
}

async function search(person, words) {
  const box = person.page.getByRole('searchbox', { name: 'Search projects' });
  await box.fill(words);
  if (!person.javaScript) await box.press('Enter');
  await person.page.waitForURL(url => url.searchParams.get('q') === words);
}

export async function find(person, name) {
  await person.does('searches', async page => {
    await toProjects(page);
    await search(person, name);
    await eventually('one row', async () => await rows(page).count() === 1 && await row(page, name).count() === 1);
    await search(person, 'no such thing anywhere');
    await page.getByText(/^No project/).first().waitFor();
    await person.looks('projects-none');
  });
}

export async function filter(person, name, status) {
  await person.does(`filters by ${status}`, async page => {
    await toProjects(page);
    await page.locator('main summary').filter({ hasText: 'Status' }).click();
    await page.locator('main details[open]').getByLabel(status).check();
    const apply = page.getByRole('button', { name: 'Apply' });
    if (await apply.isVisible()) await apply.click();
    await page.waitForURL(url => url.searchParams.has('status'));
    await eventually('only rows of that status', async () =>
      await row(page, name).count() === 1 && await rows(page).count() === await row(page, status).count());
    await person.looks('projects-filtered');
    await page.getByRole('link', { name: 'Remove status filter' }).click();
    await page.waitForURL(url => !url.searchParams.has('status'));
  });
  await person.does('sorts by name', async page => {
    await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
    await page.waitForURL(url => url.search.includes('name'));
    await eventually('the column says so', async () =>
      /ending$/.test(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort') ?? ''));
  });
}

// What is found becomes a file, which a program reads line by line.
export async function takeAsFile(person, name) {
  await person.does('takes what is found as a file', async page => {
    await toProjects(page);
    await search(person, name);
    await eventually('one row', async () => await rows(page).count() === 1 && await row(page, name).count() === 1);
    await page.getByRole('link', { name: 'Export' }).click();
    await heading(page, 'Export projects');
    await page.getByText('1 project, as the list is narrowed now.').waitFor();
    await person.looks('projects-export');
    await page.getByLabel('JSON lines').check();
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export' }).click()]);
    insist(file.suggestedFilename().endsWith('-projects.jsonl'), file.suggestedFilename());
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\n').map(line => JSON.parse(line));
    insist(lines.length === 1 && lines[0].name === name, JSON.stringify(lines));
    await page.getByRole('link', { name: 'Back' }).click();
    await heading(page, 'Projects');
  });
}

export async function bulkDelete(person, names, common) {
  await person.does('deletes two at once', async page => {
    await toProjects(page);
    await search(person, common);
    await eventually('both found', async () => await rows(page).count() === names.length);
    for (const name of names) await page.getByLabel(`Select ${name}`).check();
    await person.looks('projects-selected');
    const bar = page.getByRole('group', { name: 'Bulk actions' });
    await bar.getByRole('button', { name: 'Delete' }).click();
    await page.locator('main').getByRole('link', { name: 'Cancel' }).click();
    await eventually('the same list', async () => await rows(page).count() === names.length);
    for (const name of names) insist(await page.getByLabel(`Select ${name}`).isChecked(), `${name} lost its tick`);
    await confirm(person, 'projects-delete', () => bar.getByRole('button', { name: 'Delete' }).click());
    await eventually('both gone', async () => await rows(page).filter({ hasText: common }).count() === 0);
    await toProjects(page);
    await search(person, common);
    await page.getByText(/^No project/).first().waitFor();
  });
}

async function more(page, entry) {
  await page.locator('main summary[aria-label="More"]').click();
  await page.locator('main details[open]').getByRole('link', { name: entry }).click();
}

export async function undoDelete(person, names, common) {
  await person.does('brings back what was deleted', async page => {
    await toProjects(page);
    await more(page, 'Undo');
    await heading(page, 'Undo');
    await person.looks('projects-undo');
    await page.getByRole('link', { name: `Undo: Deleted ${names.length} projects` }).first().click();
    await heading(page, `Restore ${names.length} projects?`);
    for (const name of names) insist(await page.getByLabel(name).isChecked(), `${name} is not chosen`);
    await person.looks('projects-restore');
    await page.getByRole('button', { name: 'Restore' }).click();
    await heading(page, 'Projects');
    await search(person, common);
    await eventually('both are back', async () => await rows(page).filter({ hasText: common }).count() === names.length);
  });
}

// Rows of a file are tried, come, and go again as a whole.
export async function bringRows(person, tag) {
  const lines = ['Name;Status;Owner;Note', `Pad lights ${tag};On track;;new`, `;Done;;no name`, `Pad paint ${tag};Done;Nobody Known;who?`];
  const after = async words => {
    const { page } = person, said = page.getByText(words);
    await eventually(`${words}`, async () => {
      if (await said.count()) return true;
      const refresh = page.getByRole('link', { name: 'Refresh' });
      if (!person.javaScript && await refresh.count()) await refresh.click();
      return false;
    });
  };
  await person.does('brings rows of a file', async page => {
    await toProjects(page);
    await more(page, 'Import');
    await heading(page, 'Import projects');
    await person.looks('projects-import');
    const file = { name: 'pads.csv', mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n')) };
    if (person.javaScript) await page.getByLabel('File', { exact: true }).setInputFiles(file);
    else await page.getByLabel('Or paste rows').fill(lines.join('\n'));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(url => /\/import\/[0-9a-f-]{36}$/.test(url.pathname));
    await page.getByText('3 rows. Choose a field for each column.').waitFor();
    insist(await page.getByLabel('Note').inputValue() === '', 'a column that is no field is left out');
    await person.looks('projects-import-columns');
    await page.getByRole('button', { name: 'Check' }).click();
    await after(/3 rows checked/);
    await page.getByText('Name: Enter the name.').waitFor();
    await person.looks('projects-import-checked');
    await page.getByRole('button', { name: 'Import 1 project' }).click();
    await after(/1 of 3 rows imported/);
    await person.looks('projects-import-done');
  });
  await person.does('takes all of it back', async page => {
    await page.getByRole('link', { name: 'Undo', exact: true }).click();
    await heading(page, 'Undo “Imported projects”?');
    await person.looks('projects-import-undo');
    await page.locator('main').getByRole('button', { name: 'Undo' }).click();
    await heading(page, 'Projects');
    await search(person, `Pad lights ${tag}`);
    await page.getByText(/^No project/).first().waitFor();
  });
}

export async function remove(person, url, name) {
  await person.does('deletes', async page => {
    await page.goto(url);
    const more = page.locator('summary[aria-label="More actions"]');
    if (await more.count()) await more.click();
    const trigger = page.locator('main').locator('button, a').filter({ hasText: /^\s*Delete/ }).filter({ visible: true });
    await confirm(person, 'project-delete', () => trigger.first().click());
    await page.waitForURL(url => url.pathname === '/projects');
    insist(await row(page, name).count() === 0, `${name} is still listed`);
    await person.refused(404, () => page.goto(url));
    await person.looks('error-404');
    await page.goto(new URL('/projects', url).href);
  });
}

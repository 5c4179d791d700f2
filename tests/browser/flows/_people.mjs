// Deciding about members and roles, by the words people see; with and without JavaScript.
import { eventually, heading, insist, row } from './_steps.mjs';

export const toSettings = (page, name) => async () => {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name }).click();
  await heading(page, name);
};

export async function lookAtSettings(person) {
  await person.does('looks at the settings', async page => {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
    await page.waitForURL(url => url.pathname === '/settings/general');
    await person.looks('settings-general');
  });
}

// Where a question stands: in a dialog, or on a page of its own.
const asked = async page => ({ dialog: await page.locator('dialog[open]').count() ? 'dialog[open]' : undefined });

// Answers what was asked, in a dialog or, without script, on a page of its own.
async function answer(person, name, ask, button) {
  const { page } = person, before = page.url(), dialog = page.locator('dialog[open]');
  await ask();
  await eventually('a question', async () => await dialog.count() || page.url() !== before);
  const asksHere = await dialog.count() > 0;
  await person.looks(name, { dialog: asksHere ? 'dialog[open]' : undefined });
  await (asksHere ? dialog : page.locator('main')).getByRole('button', { name: button }).click();
}

export async function makeRole(person, name) {
  await person.does('makes a role', async page => {
    await toSettings(page, 'Roles')();
    await person.looks('roles-built-in');
    const dialog = page.locator('dialog[open]');
    await page.getByRole('link', { name: 'New role' }).click();
    await eventually('a form', async () => await dialog.count() || page.url().endsWith('/new'));
    const form = await dialog.count() ? dialog : page.locator('main');
    await person.looks('role-new', { dialog: await dialog.count() ? 'dialog[open]' : undefined });
    await form.getByLabel('Name', { exact: true }).fill(name);
    await form.getByLabel('Start from').selectOption('Nothing');
    await form.getByRole('button', { name: 'Create role' }).click();
    await page.getByText(`${name} created`).waitFor();
  });
  await person.does('ticks what it may do', async page => {
    const tick = page.getByRole('checkbox', { name: `${name}: See projects` });
    await tick.check();
    if (person.javaScript) await page.getByText('1 unsaved change').waitFor();
    await person.looks('roles');
    if (person.javaScript) {
      page.once('dialog', question => question.dismiss());
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' }).click();
      insist(await tick.isChecked(), 'a tick that is not saved was lost without a question');
    }
    await page.getByRole('button', { name: 'Save roles' }).click();
    await page.getByText('Role saved').waitFor();
    insist(await tick.isChecked(), 'the tick was not kept');
  });
}

export async function giveRole(person, who, role) {
  await person.does(`gives ${who} a role`, async page => {
    await toSettings(page, 'Members')();
    await person.looks('members');
    await page.getByLabel(`Role of ${who}`, { exact: true }).selectOption({ label: role });
    if (!person.javaScript) await page.getByRole('button', { name: `Save the role of ${who}` }).click();
    await page.getByText(`${who}: role changed to ${role}`).waitFor();
  });
}

export async function deleteRole(person, name) {
  await person.does('deletes a role that somebody has', async page => {
    await toSettings(page, 'Roles')();
    await page.locator('thead').getByLabel(`Change ${name}`).click();
    await page.locator('thead details[open]').getByRole('link', { name: 'Delete' }).click();
    await heading(page, `Delete ${name}?`);
    await person.looks('role-delete');
    await page.getByLabel('Their new role').selectOption('Viewer');
    await page.getByRole('button', { name: `Delete ${name}` }).click();
    await page.getByText(`${name} deleted`).waitFor();
  });
}

export async function removeMember(person, who) {
  await person.does('looks at handing over', async page => {
    await toSettings(page, 'Members')();
    await row(page, who).getByRole('link', { name: `Make ${who} an owner` }).click();
    await heading(page, new RegExp(`^Make ${who} an owner`));
    await page.getByLabel("The new owner's email").fill('nobody@example.test');
    const button = page.getByRole('button', { name: `Make ${who} an owner` });
    if (person.javaScript) insist(await button.isDisabled(), 'a wrong address can be sent');
    else await person.refused(422, () => button.click());
    await person.looks('owner', await asked(page));
    await page.keyboard.press('Escape');
  });
  await person.does('looks at leaving', async page => {
    await toSettings(page, 'Members')();
    await page.getByRole('link', { name: /^Leave / }).click();
    await page.getByText('You are its only owner').waitFor();
    await person.looks('leave', await asked(page));
    await page.keyboard.press('Escape');
  });
  await person.does(`removes ${who}`, async page => {
    await toSettings(page, 'Members')();
    const ask = () => row(page, who).getByRole('link', { name: `Remove ${who}` }).click();
    await answer(person, 'member-remove', ask, /^Remove/);
    await page.getByText(`${who} is no longer a member`).waitFor();
    insist(await row(page, who).count() === 0, 'they are still listed');
  });
}

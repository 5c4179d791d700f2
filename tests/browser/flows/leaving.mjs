// The end of an account: a workspace is in the way, it is deleted, the account goes, and is kept after all; its data as a file.
import { readFileSync } from 'node:fs';
import { heading, insist } from './_steps.mjs';
import { letter } from './_mail.mjs';

export const environment = 'test';
const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
}

async function logIn(page, base) {
  await page.goto(`${base}/login`);
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

export async function walk(person, { base }) {
  await person.does('takes their data along', async page => {
    await logIn(page, base);
    await heading(page, /./);
    await person.looks('workspaces-none');
    await page.goto(`${base}/account`);
    await person.looks('account');
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    const file = await (await download).path();
    insist(JSON.parse(readFileSync(file, 'utf8')).account.email === who.email, 'the file is not theirs');
  });
  await person.does('owns a workspace, which is in the way', async page => {
    await page.goto(`${base}/workspaces/new`);
    await person.looks('workspace-new');
    await page.getByLabel('Name').fill('Widgets and other things that are made by hand');
    await page.getByLabel(/address/i).fill('widgets');
    await page.getByRole('button', { name: /create/i }).click();
    await page.waitForURL(url => url.hostname.startsWith('widgets.'));
    await heading(page, /./);
    await person.looks('home-new');
    await page.goto(`${base}/account/delete`);
    await heading(page, "You can't delete your account yet");
    await person.looks('delete-in-the-way');
    await page.goto(`${new URL(base).protocol}//widgets.${new URL(base).host}/settings/general/delete`);
    await heading(page, /^Delete/);
    await person.looks('workspace-delete');
    await page.getByLabel(/to confirm/).fill('widgets');
    await page.getByRole('button', { name: /^Delete/ }).click();
    await page.waitForURL(url => url.pathname === '/workspaces');
    await person.looks('workspaces-leaving');
  });
  await person.does('deletes the account, and keeps it', async page => {
    await page.goto(`${base}/account`);
    await page.getByRole('link', { name: 'Delete account' }).click();
    await heading(page, 'Delete your account?');
    await person.looks('delete');
    await page.getByLabel(/to confirm/).fill(who.email);
    await page.getByRole('button', { name: 'Delete account' }).click();
    await heading(page, /^Log in/);
    await page.getByText('Your account will be deleted').waitFor();
    await person.looks('login-deleted');
    await page.goto(await letter(page, base, who.email, /will be deleted/));
    await heading(page, /^Log in/);
    await logIn(page, base);
    await heading(page, /^Your account will be deleted on/);
    await person.looks('delete-pending');
    await page.getByRole('button', { name: 'Keep my account' }).click();
    await page.getByText('Your account stays').waitFor();
  });
}

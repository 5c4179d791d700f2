// Errors inside a workspace: the way on stays beside them.
import { heading, insist, onWorkspace } from './_steps.mjs';

export const environment = 'test';

const password = 'correct horse battery staple';
const [owner, viewer] = ['nora@example.test', 'vera@example.test'];

export function prepare({ run }) {
  run(['migrate']);
  for (const [email, name] of [[owner, 'Nora Plain'], [viewer, 'Vera Glass']]) {
    run(['user', 'create', email, '--name', name, '--password-stdin'], `${password}\n`);
  }
  run(['tenant', 'create', 'plain', '--name', 'Plain Paper', '--owner', owner]);
  run(['member', 'add', '--tenant', 'plain', '--email', viewer, '--role', 'viewer']);
}

export async function walk(person, { base }) {
  await person.does('logs in as a viewer', async page => {
    await page.goto(`${base}/login`);
    await person.looks('errors-login');
    await page.getByLabel('Email').fill(viewer);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(url => onWorkspace(url) && !['/enter', '/redeem'].includes(url.pathname));
    await person.looks('errors-home');
  });
  const projects = page => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Projects' });
  for (const [status, path, words] of [[403, '/settings/general', /access|page/i], [404, '/no/such/page', /page/i]]) {
    await person.does(`meets ${status}`, async page => {
      await person.refused(status, () => page.goto(new URL(path, page.url()).href));
      await heading(page, words);
      insist(await projects(page).count() === 1, 'the navigation is gone');
      await person.looks(`error-${status}`);
    });
  }
  await person.does('goes on', async page => {
    await projects(page).click();
    await heading(page, 'Projects');
    await person.looks('errors-projects');
  });
}

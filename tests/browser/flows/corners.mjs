// The pages that no other flow comes by: by their addresses, as an owner of the demo workspace.
import { signIns } from '../server.mjs';
import { insist, signIn } from './_steps.mjs';

export const environment = 'development';

// The first link on a page whose address fits.
async function link(page, pattern) {
  const all = await page.locator('a[href]').evaluateAll(links => links.map(a => a.href));
  const found = all.find(href => pattern.test(new URL(href).pathname));
  insist(found, `no link like ${pattern} on ${page.url()}`);
  return found;
}

export async function walk(person, { base, output }) {
  const [who] = signIns(output);
  await signIn(person, base, who);
  const acme = new URL(person.page.url()).origin;
  const visit = (name, find) => person.does(`looks at ${name}`, async page => {
    await page.goto(await find(page));
    await person.looks(name);
  });
  const from = (path, pattern) => async page => {
    await page.goto(acme + path);
    await person.looks(`on-the-way-${path.split('/').at(-1)}`);
    return link(page, pattern);
  };
  await visit('workspace-address', () => `${acme}/settings/general/address`);
  await visit('workspace-delete', () => `${acme}/settings/general/delete`);
  await visit('role', from('/settings/roles', /^\/settings\/roles\/[0-9a-f-]{36}$/));
  await visit('invitation-revoke', from('/settings/members', /^\/settings\/members\/invitations\/[^/]+\/revoke$/));
  await visit('audit-log', async page => {
    await page.goto(`${acme}/settings/audit`);
    await page.locator('main summary', { hasText: 'field' }).first().click();
    return `${acme}/settings/audit?action=created`;
  });
  await visit('admin', () => `${acme}/admin`);
  await visit('admin-member', from('/admin/members', /^\/admin\/members\/[0-9a-f-]{36}$/));
  await visit('admin-member-then', () => `${person.page.url()}/then`);
  await visit('admin-members-export', () => `${acme}/admin/members/export`);
  await visit('admin-invitation', from('/admin/invitations', /^\/admin\/invitations\/[0-9a-f-]{36}$/));
  await visit('admin-invitation-then', () => `${person.page.url()}/then`);
  await visit('admin-invitations-export', () => `${acme}/admin/invitations/export`);
  await visit('admin-projects', () => `${acme}/admin/projects`);
  await visit('components', () => `${base}/dev/components`);
  await visit('isolation', () => `${acme}/dev/isolation`);
  await visit('letter', async page => {
    await page.goto(`${base}/dev/mail`);
    await person.looks('mailbox');
    return link(page, /^\/dev\/mail\/[^/]+$/);
  });
  const letters = await fetch(`${base}/dev/mail.json`).then(answer => answer.text());
  await visit('invitation-of-somebody-else', () => letters.match(/http:[^"\s\\]*\/invitation\?token=\w+/)[0]);
}

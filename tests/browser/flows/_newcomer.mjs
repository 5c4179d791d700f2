// A stranger becomes a customer, by the words people see; with and without JavaScript.
import { setUp } from './_home.mjs';
import { Person } from '../lib.mjs';
import { letter } from './_mail.mjs';
import { giveRole, lookAtSettings, toSettings } from './_people.mjs';
import { createWithCare } from './_projects.mjs';
import { eventually, heading, insist, onWorkspace, row, signOut, toProjects } from './_steps.mjs';

export async function signUp(person, base, who) {
  await person.does('starts from the front page', async page => {
    await page.goto(base);
    await heading(page, /./);
    await person.looks('landing');
    await page.getByRole('banner').getByRole('link', { name: 'Get started' }).click();
    await heading(page, 'Create your account');
    await person.looks('signup');
    await page.getByLabel('Work email').fill(who.email);
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Check your email');
    await person.looks('signup-sent');
  });
  await person.does('opens the link of the letter', async page => {
    const link = await letter(page, base, who.email, /^Confirm/);
    await page.goto(`${base}/dev/mail`);
    await heading(page, 'Mailbox');
    await person.looks('mailbox');
    await page.goto(link);
    await heading(page, 'Create your account');
    await person.looks('signup-confirm');
  });
  await person.does('chooses a password that is too easy, then a good one', async page => {
    await page.getByLabel('Your name').fill(who.name);
    await page.getByLabel('Password', { exact: true }).fill('passwordpassword');
    await person.refused(422, () => page.getByRole('button', { name: 'Create account' }).click());
    await page.getByText('easy to guess').first().waitFor();
    insist(await page.getByLabel('Your name').inputValue() === who.name, 'the name was not kept');
    await person.looks('signup-confirm-refused');
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await heading(page, 'Name your workspace');
    await person.looks('workspace-new');
  });
}

export async function makeWorkspace(person, name, slug) {
  await person.does('names the workspace', async page => {
    await page.getByLabel('Workspace name').fill(name);
    const address = page.getByLabel('Address', { exact: true });
    if (person.javaScript) await eventually('a suggested address', async () => await address.inputValue() !== '');
    await address.fill('admin');
    await person.refused(422, () => page.getByRole('button', { name: 'Create workspace' }).click());
    insist(await page.getByLabel('Workspace name').inputValue() === name, 'the name was not kept');
    await person.looks('workspace-new-refused');
    await address.fill(slug);
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await heading(page, 'Choose a plan');
    await person.looks('workspace-plan');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(url => onWorkspace(url) && url.hostname.startsWith(`${slug}.`) && url.pathname !== '/enter');
    await person.looks('workspace-first');
  });
  await setUp(person);
  const { url } = await createWithCare(person, 'First project');
  return url;
}

// A second person, in another browser: invited as a viewer, made a member, removed.
export async function bringColleague(person, base, who, colleague) {
  await lookAtSettings(person);
  await person.does('invites a colleague', async page => {
    await toSettings(page, 'Members')();
    await page.getByRole('link', { name: 'Invite people' }).click();
    await heading(page, 'Invite people');
    await person.looks('invite');
    await page.getByLabel('Email addresses').fill(colleague.email);
    await page.getByLabel('Role', { exact: true }).selectOption({ label: 'Viewer' });
    await page.getByRole('button', { name: 'Send invitations' }).click();
    await heading(page, 'Members');
    await page.getByText(colleague.email).first().waitFor();
    await person.looks('members-invited');
  });
  const other = await Person.at(person.context.browser(), { javaScript: person.javaScript, shots: person.shots });
  await other.does('accepts the invitation', async page => {
    await page.goto(await letter(person.page, base, colleague.email, /invited/));
    await heading(page, new RegExp(`^${who.name} invited you`));
    await other.looks('invitation');
    await page.getByRole('link', { name: 'Decline' }).click();
    await heading(page, /^Decline the invitation/);
    await other.looks('invitation-decline');
    await page.getByRole('link', { name: 'Back' }).click();
    await page.getByRole('link', { name: 'Create an account to join' }).click();
    await page.getByLabel('Your name').fill(colleague.name);
    await page.getByLabel('Password', { exact: true }).fill(colleague.password);
    await other.looks('signup-invited');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(url => onWorkspace(url) || url.pathname === '/invitation');
    if (!onWorkspace(new URL(page.url()))) await page.getByRole('button', { name: 'Join workspace' }).click();
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
    await other.looks('home-viewer');
  });
  const home = new URL('/projects', other.page.url()).href;
  await other.does('may look and not write', async page => {
    await toProjects(page);
    await heading(page, 'Projects');
    insist(await row(page, 'First project').count() === 1, 'the project is not seen');
    insist(await page.getByRole('link', { name: 'New project' }).count() === 0, 'a viewer is offered to write');
    await other.looks('projects-viewer');
    await other.refused(403, () => page.goto(`${home}/new`));
  });
  await giveRole(person, colleague.name, 'Member');
  await other.does('may write within a second', async page => {
    const end = Date.now() + 1000;
    other.allowed = [403];
    for (let done = false; !done;) done = (await page.goto(`${home}/new`)).ok() || Date.now() > end;
    other.allowed = null;
    await heading(page, 'New project');
    await other.looks('project-form');
  });
  await person.does('removes the colleague', async page => {
    await toSettings(page, 'Members')();
    await row(page, colleague.name).getByRole('link', { name: `Remove ${colleague.name}` }).click();
    await eventually('a question', async () => await page.locator('dialog[open]').count() || /remove/.test(page.url()));
    const here = await page.locator('dialog[open]').count() > 0;
    if (!here) await person.looks('member-remove');
    await page.locator(here ? 'dialog[open]' : 'main').getByRole('button', { name: /^Remove/ }).click();
    await page.getByText(`${colleague.name} is no longer a member`).waitFor();
  });
  await other.does('is out', async page => {
    other.allowed = [403];
    await eventually('no access', async () => {
      await page.goto(home);
      return await row(page, 'First project').count() === 0;
    }, 2);
    other.allowed = null;
  });
  for (const screen of other.seen) person.seen.add(screen);
  for (const problem of await other.leaves()) person.fail(`the colleague: ${problem}`);
}

export async function forget(person, base, who, url) {
  await signOut(person, url);
  await person.does('forgets the password', async page => {
    await page.goto(`${base}/login`);
    await page.getByRole('link', { name: 'Forgot password?' }).click();
    await heading(page, 'Forgot your password?');
    await person.looks('forgot');
    await page.getByLabel('Email').fill(who.email);
    await page.getByRole('button', { name: 'Send link' }).click();
    await heading(page, 'Check your email');
    await page.goto(await letter(page, base, who.email, /^Choose a new password/));
    await heading(page, 'Choose a new password');
    await person.looks('reset');
    await page.getByLabel('New password', { exact: true }).fill(who.next);
    await page.getByRole('button', { name: 'Save password' }).click();
    await heading(page, /^Log in/);
    await page.getByText('Your new password is saved').first().waitFor();
  });
  await person.does('logs in with the new one', async page => {
    await page.getByLabel('Email').fill(who.email);
    await page.getByLabel('Password', { exact: true }).fill(who.next);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(to => onWorkspace(to) && to.pathname !== '/enter');
  });
}

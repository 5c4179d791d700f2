// A stranger becomes a customer, by the words people see; with and without JavaScript.
import { createWithCare } from './_projects.mjs';
import { eventually, heading, insist, onWorkspace, signOut } from './_steps.mjs';

// The link in the newest letter to an address about `subject`, once it has come.
async function letter(page, base, to, subject) {
  let link;
  await eventually(`a letter about ${subject}`, async () => {
    const letters = await (await page.request.get(`${base}/dev/mail.json`)).json();
    link = letters.find(one => JSON.stringify(one.to).includes(to) && subject.test(one.subject))?.links[0];
    return link;
  });
  return link;
}

export async function signUp(person, base, who) {
  await person.does('starts from the front page', async page => {
    await page.goto(base);
    await heading(page, /groundwork/);
    await person.looks('landing');
    await page.getByRole('banner').getByRole('link', { name: 'Start' }).click();
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
    await page.waitForURL(url => onWorkspace(url) && url.hostname.startsWith(`${slug}.`) && url.pathname !== '/enter');
    await person.looks('workspace-first');
  });
  const { url } = await createWithCare(person, 'First project');
  return url;
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
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(to => onWorkspace(to) && to.pathname !== '/enter');
  });
}

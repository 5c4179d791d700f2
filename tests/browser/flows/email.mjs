// Logging in by an email, by its link and by its code; another address, and back.
import { heading, insist } from './_steps.mjs';
import { letter } from './_mail.mjs';

export const environment = 'test';
const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
}

async function logOut(page) {
  await page.getByRole('banner').locator('summary').last().click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await heading(page, /^Log in/);
}

export async function walk(person, { base }) {
  let link;
  await person.does('asks for an email', async page => {
    await page.goto(`${base}/login`);
    await person.looks('login');
    await page.getByRole('link', { name: 'Email me a login link' }).click();
    await heading(page, 'Log in by email');
    await person.looks('login-link');
    await page.getByLabel('Email').fill(who.email);
    await page.getByRole('button', { name: 'Send email' }).click();
    await heading(page, 'Check your email');
    await person.looks('login-link-sent');
    await page.getByLabel('6-digit code').fill('000000');
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Log in', exact: true }).click();
      await page.getByText('This code is wrong').first().waitFor();
    });
    await person.looks('login-link-refused');
  });
  await person.does('opens the link elsewhere, and types the code', async page => {
    link = await letter(page, base, who.email, /^Log in to/);
    const other = await page.context().browser().newContext();
    const phone = await other.newPage();
    await phone.goto(link);
    const code = await phone.locator('[data-code]').innerText();
    await other.close();
    await page.getByLabel('6-digit code').fill(code);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await heading(page, 'Workspaces');
    await person.looks('workspaces-none');
    await person.refused(404, () => page.goto(link));
    await heading(page, 'This link no longer works');
    await person.looks('login-link-dead');
  });
  await person.does('changes the address', async page => {
    await page.goto(`${base}/account`);
    await person.looks('account');
    await page.getByRole('link', { name: 'Change email' }).click();
    await heading(page, 'Email address');
    await person.looks('email');
    await page.getByLabel('New email').fill('nora@new.example');
    await page.getByRole('button', { name: 'Send link' }).click();
    await heading(page, 'Check your email');
    await person.looks('email-sent');
    await page.goto(await letter(page, base, 'nora@new.example', /Confirm your new email/));
    await heading(page, 'Confirm your new address');
    await person.looks('email-confirm');
    await page.getByRole('button', { name: 'Use this address' }).click();
    await heading(page, 'Your account');
    await page.getByRole('main').getByText('nora@new.example').first().waitFor();
  });
  await person.does('takes it back', async page => {
    await page.goto(await letter(page, base, who.email, /was changed/));
    await heading(page, 'Take your account back');
    await person.looks('email-undo');
    await page.getByRole('button', { name: 'Take it back' }).click();
    await heading(page, 'Forgot your password?');
    await person.looks('forgot');
    insist(await page.getByLabel('Email').inputValue() === who.email, 'the address is not filled in');
  });
  await person.does('opens a link here', async page => {
    await page.goto(`${base}/login/link?email=${encodeURIComponent(who.email)}`);
    await heading(page, 'Log in by email');
    await page.getByRole('button', { name: 'Send email' }).click();
    await heading(page, 'Check your email');
    // Three minutes between two emails to one address: the flow has no time to wait, and RATE_LIMITS is off.
    let next;
    for (let i = 0; i < 100 && (!next || next === link); i++) next = await letter(page, base, who.email, /^Log in to/);
    await page.goto(next);
    await page.getByText('as nora@example.test').waitFor();
    await person.looks('login-link-here');
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await heading(page, 'Workspaces');
    await page.goto(`${base}/account`);
    await logOut(page);
  });
  await person.does('opens the link of an email about a new device that is over', async page => {
    await person.refused(404, () => page.goto(`${base}/account/not-me?token=00`));
    await heading(page, 'This link no longer works');
    await person.looks('not-me-dead');
  });
  await person.does('sees the code of a link that another browser asked for', async page => {
    await page.goto(`${base}/login/link`);
    await page.getByLabel('Email').fill(who.email);
    await page.getByRole('button', { name: 'Send email' }).click();
    await heading(page, 'Check your email');
    const before = await letter(page, base, who.email, /^Log in to/);
    await page.context().clearCookies();
    let next = before;
    for (let i = 0; i < 40 && next === before; i++) {
      next = await letter(page, base, who.email, /^Log in to/);
      await page.waitForTimeout(50);
    }
    const answer = await page.goto(next);
    if (answer.status() === 200) {
      await heading(page, 'Your code');
      await person.looks('login-link-elsewhere');
    }
  });
}

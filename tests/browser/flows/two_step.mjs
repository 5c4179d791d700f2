// A second step at log-in: set up, used, lost and found again, turned off.
import { createHmac } from 'node:crypto';
import { heading, insist } from './_steps.mjs';

export const environment = 'test';
const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
}

// RFC 6238, as an app on a phone does it.
function code(secret, ahead = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replaceAll(' ', '')].map(letter => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + ahead));
  const digest = createHmac('sha1', key).update(step).digest(), at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1e6).padStart(6, '0');
}

async function logIn(page, base) {
  await page.goto(`${base}/login`);
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

async function logOut(page) {
  await page.getByRole('banner').locator('summary').last().click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await heading(page, /^Log in/);
}

export async function walk(person, { base }) {
  let secret, recovery;
  await person.does('sets it up', async page => {
    await logIn(page, base);
    await heading(page, /./);
    await person.looks('workspaces-none');
    await page.goto(`${base}/account`);
    await person.looks('account');
    await page.getByRole('link', { name: 'Security' }).click();
    await heading(page, 'Security');
    await person.looks('security-off');
    await page.getByRole('link', { name: 'Set up' }).click();
    await heading(page, 'Set up two-step verification');
    secret = await page.locator('[data-secret]').innerText();
    await page.getByLabel('6-digit code').fill('000000');
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Turn on' }).click();
      await page.getByRole('alert').first().waitFor();
    });
    await person.looks('two-step-refused');
    await page.getByLabel('6-digit code').fill(code(secret));
    await page.getByRole('button', { name: 'Turn on' }).click();
    await heading(page, 'Save your recovery codes');
    await person.looks('recovery-codes-new');
    recovery = await page.locator('#codes li').allInnerTexts();
    insist(recovery.length === 10, `${recovery.length} recovery codes`);
    await page.getByRole('link', { name: 'I have saved them' }).click();
    await heading(page, 'Security');
    await person.looks('security-on');
    await page.getByRole('link', { name: 'Devices' }).click();
    await heading(page, "Where you're logged in");
    await person.looks('sessions');
    await page.goBack();
    await page.getByRole('link', { name: 'Make new codes' }).click();
    await heading(page, 'Recovery codes');
    await person.looks('recovery-codes');
  });
  await person.does('logs in with a code', async page => {
    await logOut(page);
    await person.looks('login');
    await logIn(page, base);
    await heading(page, 'Enter your code');
    await person.looks('second-step');
    await page.getByLabel('Code').fill('123456');
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Log in', exact: true }).click();
      await page.getByText('This code is wrong').first().waitFor();
    });
    await person.looks('second-step-refused');
    await page.getByLabel('Code').fill(code(secret, 1));
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(url => !url.pathname.startsWith('/login'));
  });
  await person.does('logs in with a recovery code, and turns it off', async page => {
    await page.goto(`${base}/account`);
    await logOut(page);
    await logIn(page, base);
    await page.getByLabel('Code').fill(recovery[0]);
    await page.getByLabel('Trust this device for 30 days').check();
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await page.waitForURL(url => !url.pathname.startsWith('/login'));
    await page.goto(`${base}/account`);
    await logOut(page);
    await logIn(page, base);
    await page.waitForURL(url => !url.pathname.startsWith('/login'));
    await page.goto(`${base}/account/sessions`);
    await heading(page, "Where you're logged in");
    await person.looks('sessions-trusted');
    await page.getByRole('button', { name: /^Stop trusting/ }).click();
    await page.getByText('That device is no longer trusted').waitFor();
    await page.goto(`${base}/account/security`);
    await page.getByRole('link', { name: 'Activity' }).click();
    await heading(page, 'Security activity');
    await page.getByText('Logged in with a password and a trusted device').waitFor();
    await person.looks('security-activity');
    await page.goto(`${base}/account/prove?next=/account/security/totp`);
    await heading(page, "Confirm it's you");
    await person.looks('prove');
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Two-step verification');
    await person.looks('two-step-on');
    await page.getByRole('button', { name: 'Turn off' }).click();
    await heading(page, 'Security');
    await page.getByText('Not set up').waitFor();
  });
}

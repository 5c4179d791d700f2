// Passkeys and security keys, with Chromium's own authenticator: added, used, offered by the field, taken away.
import { heading, insist } from './_steps.mjs';

export const environment = 'test';
const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
}

// A device that holds keys; `looks`: whether it can tell who holds it.
async function device(page, looks, more = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: looks ? 'internal' : 'usb', hasResidentKey: looks, hasUserVerification: looks,
      isUserVerified: looks, automaticPresenceSimulation: true, ...more,
    },
  });
  return {
    keys: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    remove: () => cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId }),
  };
}

async function logOut(page) {
  await page.getByRole('banner').locator('summary').last().click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await heading(page, /^Log in/);
}

async function logIn(page, base) {
  await page.goto(`${base}/login`);
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
}

export async function walk(person, { base, run }) {
  let phone;
  await person.does('adds a passkey', async page => {
    await logIn(page, base);
    await heading(page, /./);
    await person.looks('workspaces-none');
    await page.goto(`${base}/account/security`);
    await person.looks('security');
    await page.getByRole('link', { name: 'Passkeys' }).click();
    await heading(page, 'Passkeys');
    await person.looks('passkeys-none');
    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await heading(page, 'Add a passkey');
    await person.looks('passkey-new');
    // A device that cannot tell who holds it is none for a passkey.
    const weak = await device(page, false);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
    await person.looks('passkey-refused');
    await weak.remove();
    phone = await device(page, true);
    await page.getByLabel('Name').fill('My phone');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await heading(page, 'Passkeys');
    await page.getByText('My phone').first().waitFor();
    await person.looks('passkeys');
    await page.getByRole('link', { name: 'Rename My phone' }).click();
    await heading(page, 'Rename key');
    await person.looks('key-name');
    await page.getByLabel('Name').fill('The phone in my pocket');
    await page.getByRole('button', { name: 'Save name' }).click();
    await page.getByText('is called “The phone in my pocket” now').waitFor();
    const [key] = await phone.keys();
    insist(key.isResidentCredential, 'the passkey is not discoverable');
    await page.getByRole('link', { name: 'Add a passkey' }).click();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: 'already has a key' }).waitFor();
  });
  await person.does('logs in with it, by the button', async page => {
    await page.goto(`${base}/account`);
    await person.looks('account');
    await phone.remove();
    await logOut(page);
    await person.looks('login-passkey');
    // Nobody is there to confirm: the page says so, and the other ways stay.
    const away = await device(page, true, { automaticPresenceSimulation: true, isUserVerified: false });
    await page.getByRole('button', { name: 'Log in with a passkey' }).click();
    await page.getByRole('alert').filter({ hasText: /./ }).first().waitFor();
    await away.remove();
  });
  await person.does('adds one again, and is offered it in the field', async page => {
    await logIn(page, base);
    await heading(page, 'Workspaces');
    await page.goto(`${base}/account/security/passkeys/new`);
    phone = await device(page, true);
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await heading(page, 'Passkeys');
    await page.goto(`${base}/account`);
    // The log-in page comes and goes: the field offers the passkey at once.
    await page.getByRole('banner').locator('summary').last().click();
    await page.getByRole('button', { name: 'Log out' }).click();
    await heading(page, 'Workspaces');
    insist(new URL(page.url()).pathname === '/workspaces', 'the field did not offer the passkey');
    await phone.remove();
  });
  await person.does('has a security key as second step', async page => {
    const usb = await device(page, false);
    await page.goto(`${base}/account/security/passkeys/new?kind=security_key`);
    await heading(page, 'Add a security key');
    await person.looks('security-key-new');
    await page.getByLabel('Name').fill('Blue key');
    await page.getByRole('button', { name: 'Add a security key' }).click();
    await heading(page, 'Save your recovery codes');
    await person.looks('recovery-codes-new');
    await page.goto(`${base}/account`);
    await logOut(page);
    await logIn(page, base);
    await heading(page, 'Use your security key');
    await person.looks('second-step-key');
    await page.getByRole('button', { name: 'Use a passkey or security key' }).click();
    await heading(page, 'Workspaces');
    await page.goto(`${base}/account/prove?next=/account/security/passkeys`);
    await heading(page, "Confirm it's you");
    await person.looks('prove-passkey');
    await page.goto(`${base}/account/security/passkeys`);
    await page.getByRole('button', { name: 'Remove Blue key' }).click();
    await page.getByText('is removed').waitFor();
    await usb.remove();
  });
  await person.does('asks everybody in a workspace for a second step', async page => {
    run(['user', 'create', 'omar@example.test', '--name', 'Omar Reed', '--password-stdin'], `${who.password}\n`);
    run(['tenant', 'create', 'plain', '--name', 'Plain Paper', '--owner', who.email]);
    run(['member', 'add', '--tenant', 'plain', '--email', 'omar@example.test', '--role', 'member']);
    const own = new URL(base);
    own.hostname = 'plain.localhost';
    await page.goto(`${own.origin}/settings/security`);
    await page.getByText('1 of 2 people').waitFor();
    await person.looks('policy');
    await page.getByLabel('Require two-step verification').check();
    await page.getByLabel('Starts').selectOption('0');
    await page.getByLabel('Log in again after').selectOption('720');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Required since').waitFor();
    await person.looks('policy-on');
    await page.goto(`${base}/account`);
    await logOut(page);
    await page.goto(`${own.origin}/`);
    await heading(page, /^Log in/);
    await page.getByLabel('Email').fill('omar@example.test');
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await person.refused(403, async () => {
      await page.getByRole('button', { name: 'Log in', exact: true }).click();
      await heading(page, 'Two-step verification is required');
    });
    await person.looks('two-step-required');
    await page.getByRole('link', { name: 'Set it up' }).click();
    await heading(page, 'Security');
  });
}

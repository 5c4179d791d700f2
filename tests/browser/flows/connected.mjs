// Accounts at another site: the first time, the next time, an address that nobody has seen, one more, one less.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { heading } from './_steps.mjs';
import { letter } from './_mail.mjs';
import { freePort } from '../server.mjs';

export const environment = 'test';
const who = { email: 'nora@acme.example', password: 'correct horse battery staple' };
const script = fileURLToPath(new URL('../providers/certified.mjs', import.meta.url));

// The provider runs before the product, which is told of it.
export async function prepare({ run, env, base }) {
  const port = await freePort();
  Object.assign(env, {
    OIDC_EXAMPLE_ISSUER: `http://127.0.0.1:${port}`, OIDC_EXAMPLE_LABEL: 'Example ID',
    OIDC_EXAMPLE_CLIENT_ID: 'groundwork', OIDC_EXAMPLE_CLIENT_SECRET: 'of-the-test',
  });
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
  const provider = spawn(process.execPath, [script, port, `${base}/auth/example/callback`], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve, reject) => {
    provider.stdout.on('data', text => { if (/^ready/m.test(text)) resolve(); });
    provider.once('exit', code => reject(new Error(`the provider ended with ${code}`)));
  });
  return { provider, elsewhere: `http://127.0.0.1:${port}` };
}

export const finish = ({ provider }) => provider?.kill();

// Through the provider's own pages, which nobody judges.
async function by(page, name) {
  await logInThere(page, name);
  await page.getByText('Authorize').first().waitFor();
  await page.locator('button[type=submit]').click();
}

async function logInThere(page, name) {
  await page.waitForURL(url => url.pathname.startsWith('/interaction'));
  await page.locator('[name=login]').fill(name);
  await page.locator('[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
}

async function logOut(page) {
  await page.getByRole('banner').locator('summary').last().click();
  await page.getByRole('button', { name: 'Log out' }).click();
  await heading(page, /^Log in/);
}

export async function walk(person, { base }) {
  await person.does('makes an account', async page => {
    await page.goto(`${base}/signup`);
    await heading(page, 'Create your account');
    await person.looks('signup-providers');
    await page.goto(`${base}/login`);
    await person.looks('login-providers');
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await by(page, 'maya');
    await heading(page, 'Create your account');
    await person.looks('connected-new');
    await page.getByLabel('Your name').fill('   ');
    await person.refused(422, async () => {
      await page.getByRole('button', { name: 'Create account' }).click();
      await page.getByText('Enter your name.').waitFor();
    });
    await person.looks('connected-refused');
    await page.getByLabel('Your name').fill('Maya Lin');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(url => url.pathname === '/workspaces/new');
    await person.looks('workspace-new-connected');
    await page.goto(`${base}/account/connections`);
    await page.getByText("It's your only way to log in").waitFor();
    await person.looks('connections-last');
    await page.goto(`${base}/account/prove?next=/account/security`);
    await heading(page, "Confirm it's you");
    await person.looks('prove-provider');
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    // It asks once more who it is, and for nothing else.
    await logInThere(page, 'maya');
    await heading(page, 'Security');
    await person.looks('security-connected');
    await logOut(page);
  });
  await person.does('has an account with this address', async page => {
    await page.context().clearCookies();
    await page.goto(`${base}/login`);
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await by(page, 'nora');
    await heading(page, 'You already have an account');
    await person.looks('connected-known');
    await page.getByRole('link', { name: 'Log in', exact: true }).first().click();
    await heading(page, /^Log in/);
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByRole('button', { name: 'Log in', exact: true }).click();
    await heading(page, 'Connect Example ID');
    await person.looks('connect');
    await page.getByRole('button', { name: 'Connect Example ID' }).click();
    await heading(page, 'Connected accounts');
    await person.looks('connections');
    await page.getByRole('button', { name: 'Disconnect Example ID' }).click();
    await page.getByText('Not connected').waitFor();
    await person.looks('connections-none');
    await logOut(page);
  });
  await person.does('confirms an address first', async page => {
    await page.context().clearCookies();
    await page.goto(`${base}/login`);
    await page.getByRole('link', { name: 'Continue with Example ID' }).click();
    await by(page, 'unverified:lea');
    await heading(page, 'Create your account');
    await person.looks('connected-unseen');
    await page.getByRole('button', { name: 'Continue' }).click();
    await heading(page, 'Check your email');
    await page.goto(await letter(page, base, 'lea@acme.example', /Confirm your email/));
    await heading(page, 'Create your account');
    await person.looks('confirm-connected');
    await page.getByLabel('Your name').fill('Lea');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.waitForURL(url => url.pathname === '/workspaces/new');
  });
  await person.does('comes back with an answer that is none', async page => {
    await page.context().clearCookies();
    await page.goto(`${base}/auth/example/start`);
    await page.waitForURL(url => url.pathname.startsWith('/interaction'));
    await person.refused(400, () => page.goto(`${base}/auth/example/callback?code=1&state=2`));
    await heading(page, "Example ID's answer can't be used");
    await person.looks('auth-failed');
  });
}

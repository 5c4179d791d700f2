// A CAPTCHA on the forms that anybody may send: drawn by another site's script, let in on these pages alone.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { heading } from './_steps.mjs';
import { freePort } from '../server.mjs';

export const environment = 'test';
const script = fileURLToPath(new URL('../providers/turnstile.mjs', import.meta.url));

export async function prepare({ run, env }) {
  const port = await freePort();
  Object.assign(env, {
    TURNSTILE_URL: `http://127.0.0.1:${port}`, TURNSTILE_SITE_KEY: 'of-the-site', TURNSTILE_SECRET_KEY: 'of-the-test',
  });
  run(['migrate']);
  const turnstile = spawn(process.execPath, [script, port], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise((resolve, reject) => {
    turnstile.stdout.on('data', text => { if (/^ready/m.test(text)) resolve(); });
    turnstile.once('exit', code => reject(new Error(`Turnstile ended with ${code}`)));
  });
  return { turnstile, elsewhere: `http://127.0.0.1:${port}` };
}

export const finish = ({ turnstile }) => turnstile?.kill();

export async function walk(person, { base }) {
  await person.does('shows that they are a person', async page => {
    for (const [path, title, button, then] of [
      ['/signup', 'Create your account', 'Continue', 'Check your email'],
      ['/forgot', 'Forgot your password?', 'Send link', 'Check your email'],
      ['/login/link', 'Log in by email', 'Send email', 'Check your email'],
    ]) {
      await page.goto(`${base}${path}`);
      await heading(page, title);
      await page.frameLocator('iframe').getByText('You are a person').waitFor();
      await person.looks(`captcha${path.replaceAll('/', '-')}`);
      await page.getByLabel(/email/i).first().fill('nora@acme.example');
      await page.getByRole('button', { name: button }).click();
      await heading(page, then);
      await person.looks(`captcha-sent${path.replaceAll('/', '-')}`);
    }
  });
}

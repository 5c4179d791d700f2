// Takes the pictures of the front page, the demo workspace as it is, in light and dark, and the one of README.md:
// `make pictures`. Then build again, since those of the front page are part of the binary.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './lib.mjs';
import { settle, signIns } from './server.mjs';

const world = await settle('sqlite', 'development');
const server = await world.serve();
const browser = await launch();
try {
  const [{ email, password }] = signIns(server.output);
  const context = await browser.newContext({ viewport: { width: 1440, height: 780 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${world.base}/login`);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await page.waitForURL('**/workspaces');
  await page.getByRole('link', { name: /^Acme Rockets/ }).click();
  await page.waitForURL(url => url.hostname.startsWith('acme.') && url.pathname !== '/enter');
  // The example's list; a product without the example has its first page.
  const list = await page.goto(new URL('/projects', page.url()).href);
  if (!list.ok()) await page.goto(new URL('/', page.url()).href);
  const cdp = await context.newCDPSession(page);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(() => document.activeElement?.blur());
    await page.waitForTimeout(300);
    const path = fileURLToPath(new URL(`../../core/ui/assets/hero-${colorScheme}.webp`, import.meta.url));
    const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: 88 });
    writeFileSync(path, Buffer.from(data, 'base64'));
    console.log(path);
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 1280, height: 800 });
  const path = fileURLToPath(new URL('../../docs/screenshots/projects.png', import.meta.url));
  await page.screenshot({ path });
  console.log(path);
} finally {
  await browser.close();
  await server.stop();
  world.remove();
}

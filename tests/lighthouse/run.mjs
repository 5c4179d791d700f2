// Lighthouse on the pages that people meet first: node tests/lighthouse/run.mjs. Each of the four marks must be 95.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse, { desktopConfig } from 'lighthouse';
import { chromium } from 'playwright-core';
import { settle, signIns } from '../browser/server.mjs';

const least = 95;
const port = await new Promise(resolve => {
  const probe = createServer().listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});
const profile = mkdtempSync(join(tmpdir(), 'groundwork-lighthouse-'));
const world = await settle('sqlite', 'development');
const server = await world.serve();
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync', `--remote-debugging-port=${port}`],
});

async function signIn() {
  const [who] = signIns(server.output), page = await browser.newPage();
  await page.goto(`${world.base}/login`);
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Log in' }).click();
  const inside = url => url.hostname.split('.').length > 1 && url.pathname !== '/enter';
  await page.waitForURL(url => inside(url) || url.pathname === '/workspaces');
  if (!inside(new URL(page.url()))) await page.locator('main ul a').first().click();
  await page.waitForURL(inside);
  const { origin } = new URL(page.url());
  await page.close();
  return `${origin}/projects`;
}

// The marks of a page, and what cost the most where one is too low.
async function mark(url, device) {
  const options = { port, output: 'json', logLevel: 'error', disableStorageReset: true, onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'] };
  const { lhr } = await lighthouse(url, options, device === 'desktop' ? desktopConfig : undefined);
  if (new URL(lhr.finalDisplayedUrl).pathname !== new URL(url).pathname) throw new Error(`${url} led to ${lhr.finalDisplayedUrl}`);
  const marks = Object.values(lhr.categories).map(({ title, score }) => ({ title, mark: Math.round(score * 100) }));
  console.log(`${device.padEnd(8)} ${new URL(url).pathname.padEnd(10)} ${marks.map(({ title, mark }) => `${title} ${mark}`).join(', ')}`);
  const low = marks.filter(({ mark }) => mark < least).length;
  for (const { auditRefs, score } of low ? Object.values(lhr.categories) : []) {
    const costly = auditRefs.filter(({ id, weight }) => weight > 0 && score < 0.95 && (lhr.audits[id].score ?? 1) < 0.9);
    for (const { id } of costly) console.log(`  - ${lhr.audits[id].title} ${lhr.audits[id].displayValue ?? lhr.audits[id].errorMessage ?? ''}`);
  }
  return low;
}

let low = 0;
try {
  for (const device of ['mobile', 'desktop']) for (const path of ['/', '/login']) low += await mark(world.base + path, device);
  const projects = await signIn();
  for (const device of ['mobile', 'desktop']) low += await mark(projects, device);
} finally {
  await browser.close();
  await server.stop();
  world.remove();
  rmSync(profile, { recursive: true, force: true });
}
console.log(low ? `${low} marks are below ${least}` : `all marks are ${least} or more`);
process.exit(low ? 1 : 0);

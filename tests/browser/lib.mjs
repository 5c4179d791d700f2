// A person at a real Chromium, watched: whatever goes wrong on a page while they work is a failure.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const axe = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };

// Names outside localhost do not resolve, so no page can reach the network.
export const launch = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--host-resolver-rules=MAP localhost 127.0.0.1, MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND , EXCLUDE 127.0.0.1'],
  });

// What the policy of every page must say, in development as in production.
export function weaknesses(policy) {
  if (!policy) return ['no Content-Security-Policy'];
  const rules = new Map(policy.split(';').map(r => r.trim().split(/\s+/)).map(([name, ...of]) => [name, of]));
  const needed = ['default-src', 'base-uri', 'frame-ancestors', 'form-action'];
  if (rules.get('default-src')?.join() !== "'none'") needed.push('script-src', 'object-src');
  const found = needed.filter(name => !rules.has(name)).map(name => `no ${name}`);
  // A letter in the mailbox of development brings its own styles, into a frame without scripts.
  const caged = rules.has('sandbox') && !/script|same-origin/.test(policy);
  for (const [name, sources] of rules) {
    if (caged && name === 'style-src') continue;
    for (const source of sources) {
      if (/^'unsafe-|^\*$|^data:$|^https?:$/.test(source) && !(name === 'img-src' && source === 'data:')) {
        found.push(`${name} allows ${source}`);
      }
    }
  }
  return found;
}

const sessions = new WeakMap();

// axe runs in a world of its own: the page's policy stays what it is in production.
async function violations(page, selector) {
  // Kept: to end one takes the virtual keys of the page away with it.
  if (!sessions.has(page)) sessions.set(page, await page.context().newCDPSession(page));
  const cdp = sessions.get(page);
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const { executionContextId: contextId } = await cdp.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await cdp.send('Runtime.evaluate', { expression: axe, contextId });
  const { result } = await cdp.send('Runtime.evaluate', {
    contextId, awaitPromise: true, returnByValue: true,
    expression: `axe.run(${JSON.stringify(selector ?? null)} ?? document,
      { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] }).then(r => r.violations.map(v =>
      v.id + ' ×' + v.nodes.length + ': ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' | '
      + (n.any[0] ?? n.all[0] ?? n.none[0])?.message).join('; ')))`,
  });
  return result.value ?? [`did not run: ${JSON.stringify(result)}`];
}

// Colours change over some frames after a switch of the theme: axe must not look at them half way. Their promises
// are no help: one that is taken back, where a colour is inherited, may keep its promise waiting for ever.
async function settled() {
  const frame = () => new Promise(done => requestAnimationFrame(done));
  for (let still = 0, left = 300; still < 4 && left; left--) {
    await frame();
    still = document.getAnimations().some(animation => animation.playState === 'running') ? 0 : still + 1;
  }
}

// The settings are a row on a phone, longer than the screen: whoever comes to a page sees where they are.
async function openTabIsHidden() {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const tab = document.querySelector('nav[aria-label=Settings] [aria-current]')?.getBoundingClientRect();
  return Boolean(tab) && (tab.left < 0 || tab.right > innerWidth);
}

export class Person {
  // `options`: javaScript (true), shots (a folder for screenshots, or undefined), elsewhere (the origin of a site
  // that is not ours, which nobody judges)
  static async at(browser, { javaScript = true, shots, elsewhere = 'none:' } = {}) {
    const context = await browser.newContext({
      javaScriptEnabled: javaScript, viewport: desktop, reducedMotion: 'reduce', colorScheme: 'light',
    });
    const person = Object.assign(new Person(), {
      context, javaScript, shots, elsewhere, problems: new Map(), doing: 'starts', allowed: null, visited: new Set(), seen: new Set(),
    });
    context.setDefaultTimeout(15_000);
    person.watch();
    person.page = await context.newPage();
    return person;
  }

  // The same complaint in several places is one problem.
  fail(text) {
    if (!this.problems.has(text)) this.problems.set(text, new Set());
    this.problems.get(text).add(this.doing);
  }

  watch() {
    // Chromium reports every refusal of the policy as an error on the console. That a resource
    // answered 4xx is reported there too, but judged below, where the status is known.
    this.context.on('console', m => {
      const refused = /Content Security Policy/i.test(m.text());
      const judged = m.text().startsWith('Failed to load resource: the server responded');
      const ours = !m.page()?.url().startsWith(this.elsewhere);
      if (ours && ((m.type() === 'error' && !judged) || refused)) this.fail(`console: ${m.text()}`);
    });
    this.context.on('weberror', e => this.fail(`script: ${e.error()?.stack ?? e.error()}`));
    this.context.on('requestfailed', r => {
      const why = r.failure()?.errorText ?? '';
      // Leaving a page, or typing on in a search field, gives up what was under way.
      const ours = !r.frame().url().startsWith(this.elsewhere);
      if (ours && why !== 'net::ERR_ABORTED') this.fail(`request: ${why} ${r.url()}`);
    });
    this.context.on('response', r => this.judge(r));
  }

  judge(response) {
    if (response.url().startsWith(this.elsewhere)) return;
    const request = response.request(), status = response.status();
    const what = `${request.method()} ${response.url()}`;
    const page = request.resourceType() === 'document' && !(status >= 300 && status < 400);
    const headers = response.headers();
    if (status >= 400 && this.allowed?.includes(status)) this.met = true;
    else if (status >= 400) this.fail(`${status} ${what}`);
    if (page && headers['content-type']?.startsWith('text/html')) {
      for (const w of weaknesses(headers['content-security-policy'])) this.fail(`${what}: policy: ${w}`);
      // What stands in a frame of a page is looked at with that page.
      if (request.frame() === this.page.mainFrame() && status < 400) this.visited.add(screen(response.url()));
    }
  }

  // A named piece of work; the name stands in front of whatever goes wrong in it.
  async does(what, work) {
    this.doing = what;
    return work(this.page);
  }

  // Work whose answer is an error page or a refused form: one of `statuses` has to come.
  async refused(statuses, work) {
    this.allowed = [].concat(statuses);
    this.met = false;
    const result = await work(this.page);
    await this.page.waitForLoadState('load');
    if (!this.met) this.fail(`expected an answer of ${this.allowed.join(' or ')}, none came`);
    this.allowed = null;
    return result;
  }

  // Looks closely at the page as it stands: axe in light and dark, at a desk and on a phone, sideways
  // scrolling on phones, and a screenshot of each when a folder is given.
  async looks(name, { dialog } = {}) {
    this.seen.add(screen(this.page.url()));
    const page = this.javaScript ? this.page : await this.copy();
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const [device, size] of [['desktop', desktop], ['mobile', phone]]) {
        await page.setViewportSize(size);
        await page.evaluate(settled);
        const found = await violations(page, dialog);
        for (const violation of found) this.fail(`${name}, ${device}, ${colorScheme}: axe: ${violation}`);
        if (!this.shots) continue;
        mkdirSync(this.shots, { recursive: true });
        await page.screenshot({ path: join(this.shots, `${name}-${device}-${colorScheme}.png`), fullPage: !dialog });
      }
      await page.setViewportSize(desktop);
    }
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: phone.height });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) this.fail(`${name}: scrolls ${over} px sideways at ${width} px`);
      const hidden = this.javaScript && await page.evaluate(openTabIsHidden);
      if (hidden) this.fail(`${name}: the open tab of the settings is out of sight at ${width} px`);
    }
    await page.setViewportSize(desktop);
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    if (page !== this.page) await page.context().close();
  }

  // axe cannot run where scripts are off: the same page where they are on, but without its own.
  async copy() {
    const url = this.page.url();
    const body = (await this.page.content()).replace(/<script[\s\S]*?<\/script>/g, '').replaceAll('noscript>', 'div>');
    const context = await this.context.browser().newContext({ viewport: desktop });
    const page = await context.newPage();
    await page.route(url, route => route.fulfill({ contentType: 'text/html; charset=utf-8', body }));
    await page.goto(url);
    return page;
  }

  // Every screen that was visited must have been looked at.
  async leaves() {
    this.doing = 'leaves';
    for (const url of this.visited) if (!this.seen.has(url)) this.fail(`visited but never looked at: ${url}`);
    await this.context.close();
    return [...this.problems].map(([text, [first, ...more]]) => `${first}${more.length ? ` (and ${more.length} more)` : ''}: ${text}`);
  }
}

// A screen is a path on a kind of site: ids, queries and the workspace's name do not make another.
const screen = url => {
  const { hostname, pathname } = new URL(url);
  const path = pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}/gi, '{id}');
  return `${hostname.includes('.') && !/^[\d.]+$/.test(hostname) ? 'workspace' : 'account'} ${path}`;
};

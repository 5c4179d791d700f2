// The core of the product in Firefox, spoken to in WebDriver BiDi, the protocol that browsers have in common:
// sign up, make a workspace, create a project, see it, log out. `run.mjs` runs it after its own flows.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import { settle } from './server.mjs';

const program = process.env.FIREFOX || '/usr/bin/firefox-esr';
const patience = 15_000;
// A page was left before its font had come (NS_BINDING_ABORTED).
const leftEarly = 'status=2152398850';

// Waits for what comes in its own time.
async function until(what, check) {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(50)) {
    const found = await check();
    if (found) return found;
  }
  throw new Error(`waited ${patience / 1000} s in vain for ${what}`);
}

// A Firefox of its own, without a window, and one tab of it.
class Firefox {
  #asked = new Map();
  #next = 0;
  complaints = [];
  // The browser's own trouble: it said nothing, or went away.
  isSilent = false;

  static async start() {
    if (!existsSync(program)) throw new Error(`${program} is not there: infra/ci/services.sh install`);
    const firefox = new Firefox();
    firefox.profile = mkdtempSync(join(tmpdir(), 'groundwork-firefox-'));
    const args = ['--headless', '--no-remote', '--profile', firefox.profile, '--remote-debugging-port', '0', 'about:blank'];
    // Without a home of anybody's, and with nothing to call home to.
    const env = { PATH: process.env.PATH, HOME: firefox.profile, MOZ_CRASHREPORTER_DISABLE: '1', MOZ_DATA_REPORTING: '0' };
    firefox.child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    firefox.child.stderr.on('data', text => { said += text; });
    try {
      const [, address] = await until('Firefox', () => said.match(/WebDriver BiDi listening on (ws:\S+)/));
      await firefox.#connect(`${address}/session`);
    } catch (error) {
      await firefox.stop();
      throw new Error(`${error.message}: ${said}`);
    }
    return firefox;
  }

  async #connect(address) {
    this.socket = new WebSocket(address, { handshakeTimeout: patience });
    await new Promise((open, fail) => this.socket.once('open', open).once('error', fail));
    this.socket.on('close', () => {
      for (const { silent } of this.#asked.values()) silent('it has closed the connection');
    });
    this.socket.on('message', data => {
      const { id, result, error, message, method, params } = JSON.parse(data);
      const isError = method === 'log.entryAdded' && params.level === 'error' && !params.text.includes(leftEarly);
      if (isError) this.complaints.push(`${params.type}: ${params.text}`);
      const asked = this.#asked.get(id);
      this.#asked.delete(id);
      if (error) asked?.fail(new Error(`${error}: ${message}`));
      else asked?.done(result);
    });
    const { capabilities } = await this.send('session.new', { capabilities: {} });
    this.version = capabilities.browserVersion;
    await this.send('session.subscribe', { events: ['log.entryAdded'] });
    const { contexts: [{ context }] } = await this.send('browsingContext.getTree', {});
    this.context = context;
  }

  // An answer that never comes, and a browser that has gone, are failures too.
  send(method, params) {
    const id = ++this.#next;
    return new Promise((done, fail) => {
      const silent = why => {
        this.isSilent = true;
        fail(new Error(`Firefox did not answer ${method} ${JSON.stringify(params)}: ${why}`));
      };
      const late = setTimeout(() => silent(`${patience / 1000} s are over`), patience);
      const ended = end => value => { clearTimeout(late); end(value); };
      this.#asked.set(id, { done: ended(done), fail: ended(fail), silent });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  async goto(url) {
    await this.send('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  async url() {
    const { contexts: [{ url }] } = await this.send('browsingContext.getTree', { root: this.context });
    return new URL(url);
  }

  // What people who can't see it are told of: a role, and the name that is read out.
  async find(role, name) {
    return until(`${role} “${name}”`, async () => {
      // A password's field has no role.
      const value = role === 'field' ? { name } : { role, name };
      const asked = { context: this.context, locator: { type: 'accessibility', value } };
      // A page that is just going has nothing.
      const { nodes } = await this.send('browsingContext.locateNodes', asked).catch(() => ({ nodes: [] }));
      return nodes.find(node => role !== 'field' || node.value.localName === 'input');
    });
  }

  // Each line of a menu is there once it is open.
  async open(menu) {
    const locator = { type: 'css', value: menu };
    const { nodes } = await this.send('browsingContext.locateNodes', { context: this.context, locator });
    await this.#press(nodes.at(-1));
  }

  async #act(id, type, actions, parameters) {
    await this.send('input.performActions', { context: this.context, actions: [{ type, id, actions, ...parameters }] });
  }

  async click(role, name) {
    await this.#press(await this.find(role, name));
  }

  async value(name) {
    const { result } = await this.#ask(await this.find('field', name), 'element => element.value');
    return result.value;
  }

  #ask({ sharedId }, functionDeclaration) {
    const target = { context: this.context };
    return this.send('script.callFunction', { target, awaitPromise: false, arguments: [{ sharedId }], functionDeclaration });
  }

  async #press({ sharedId }) {
    await this.#ask({ sharedId }, 'element => element.scrollIntoView({ block: "center" })');
    const origin = { type: 'element', element: { sharedId } };
    await this.#act('mouse', 'pointer', [{ type: 'pointerMove', x: 0, y: 0, origin },
      { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }]);
  }

  async type(name, text) {
    await this.click('field', name);
    // All that stands there goes first.
    const all = [['keyDown', '\uE009'], ['keyDown', 'a'], ['keyUp', 'a'], ['keyUp', '\uE009']];
    const keys = [...text].flatMap(value => [['keyDown', value], ['keyUp', value]]);
    await this.#act('keyboard', 'key', [...all, ...keys].map(([type, value]) => ({ type, value })));
  }

  arrives(what, at) {
    return until(what, async () => at(await this.url()));
  }

  async stop() {
    this.socket?.close();
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    if (await Promise.race([ended, sleep(5_000, 'late', { ref: false })]) === 'late') this.child.kill('SIGKILL');
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const who = { name: 'Fiona Fox', email: 'fiona@fox.example', password: 'seven boats below the bridge' };
const onWorkspace = url => url.hostname.startsWith('burrow.') && !['/enter', '/redeem'].includes(url.pathname);

async function walk(firefox, { base }) {
  await firefox.goto(`${base}/signup`);
  await firefox.type('Work email', who.email);
  await firefox.click('button', 'Continue');
  await firefox.find('heading', 'Check your email');
  const link = await until('the email', async () =>
    (await (await fetch(`${base}/dev/mail.json`)).json()).find(one => JSON.stringify(one.to).includes(who.email))?.links[0]);
  await firefox.goto(link);
  await firefox.type('Your name', who.name);
  await firefox.type('Password', who.password);
  await firefox.click('button', 'Create account');
  await firefox.type('Workspace name', 'Burrow');
  await until('the suggested address', async () => await firefox.value('Address') === 'burrow');
  await firefox.click('button', 'Create workspace');
  await firefox.find('heading', 'Choose a plan');
  await firefox.click('button', 'Continue');
  await firefox.arrives('the workspace', onWorkspace);
  const { origin } = await firefox.url();
  await firefox.goto(`${origin}/projects/new`);
  await firefox.type('Name', 'Den with a view');
  await firefox.click('button', 'Create project');
  await firefox.find('heading', 'Den with a view');
  await firefox.goto(`${origin}/projects`);
  await firefox.find('link', 'Den with a view');
  await firefox.open('aside summary');
  await firefox.click('button', 'Log out');
  await firefox.arrives('outside', url => !onWorkspace(url));
  await firefox.goto(`${origin}/projects`);
  await firefox.arrives('the way in', url => url.pathname === '/login');
}

// Gives the version of Firefox, and what went wrong. A browser that falls silent is tried once more.
export async function core(store) {
  const first = await once(store);
  if (!first.isSilent) return first;
  console.log(`       Firefox fell silent, and is started again: ${first.problems[0]}`);
  return once(store);
}

async function once(store) {
  const world = await settle(store, 'development'), problems = [];
  let server, firefox;
  try {
    server = await world.serve();
    firefox = await Firefox.start();
    await walk(firefox, world).catch(async error => {
      problems.push(error.stack, `it stood at ${await firefox.url().catch(String)}`);
    });
    problems.push(...firefox.complaints);
  } catch (error) {
    problems.push(error.stack);
  } finally {
    await firefox?.stop();
    if (server) problems.push(...await server.stop());
    world.remove();
  }
  return { version: firefox?.version, problems, isSilent: firefox?.isSilent };
}

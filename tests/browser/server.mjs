// The product as a process of its own: a free port, a store made for it alone, both gone afterwards.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(process.env.CARGO_TARGET_DIR || join(root, 'target'), 'debug');
const binary = process.env.GROUNDWORK_BIN || join(built, 'groundwork');

export const stores = ({ both: ['sqlite', 'postgres'], sqlite: ['sqlite'], postgres: ['postgres'] })[process.env.TEST_STORES || 'both'];
if (!stores) throw new Error('TEST_STORES is both, sqlite or postgres');
if (!existsSync(binary)) throw new Error(`${binary} is not there: cargo build -p web --bin groundwork`);

export const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer().once('error', reject);
  probe.listen(0, '127.0.0.1', () => { const { port } = probe.address(); probe.close(() => resolve(port)); });
});

const sql = (database, text) =>
  execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', database, '-c', text], { encoding: 'utf8' }).trim();

function freshDatabase() {
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('TEST_DATABASE_URL is not set: eval "$(infra/ci/services.sh env)"');
  const name = `browser_${randomBytes(6).toString('hex')}`;
  sql(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    // Roles belong to the whole server: those with rights in this database, or on it, go with it.
    drop() {
      const roles = sql(server, `SELECT DISTINCT quote_ident(r.rolname) FROM pg_shdepend d
        JOIN pg_roles r ON r.oid = d.refobjid AND NOT r.rolsuper AND r.rolname !~ '^pg_'
        JOIN pg_database b ON b.datname = '${name}'
        WHERE d.refclassid = 'pg_authid'::regclass
          AND (d.dbid = b.oid OR (d.classid = 'pg_database'::regclass AND d.objid = b.oid))`);
      sql(server, `DROP DATABASE ${name} WITH (FORCE)`);
      if (roles) sql(server, `DROP ROLE ${roles.split('\n').join(', ')}`);
    },
  };
}

// A store and the settings that lead to it; `environment` as in ENVIRONMENT. `program`: another one than the product.
export async function settle(store, environment, program) {
  const path = program ? join(built, program) : binary;
  const dir = mkdtempSync(join(tmpdir(), 'groundwork-browser-'));
  const database = store === 'postgres' ? freshDatabase() : null;
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const env = {
    PATH, HOME, ENVIRONMENT: environment, DATA_DIR: join(dir, 'data'), LISTEN: `127.0.0.1:${port}`,
    BASE_URL: `http://localhost:${port}`, SECRET_KEY: randomBytes(48).toString('base64url'),
    // One address works through dozens of pages in seconds, which nobody at a keyboard does.
    RATE_LIMITS: 'off', RUST_BACKTRACE: '1', ...(database && { DATABASE_URL: database.url }),
  };
  return {
    base: env.BASE_URL,
    // Settings that a flow adds before anything is run.
    env,
    // A command of the binary, such as ['migrate']; `input` goes to its standard input.
    run: (args, input = '') => execFileSync(path, args, { env, cwd: dir, input, encoding: 'utf8' }),
    serve: () => serve(path, env, dir, port),
    remove() {
      database?.drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function serve(path, env, dir, port) {
  const child = spawn(path, ['serve'], { env, cwd: dir, stdio: ['ignore', 'pipe', 'pipe'] });
  const server = { output: '' };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => { server.output += text; });
  const ended = new Promise(resolve => child.once('exit', (code, signal) => resolve(signal ?? code)));
  server.stop = async () => {
    child.kill('SIGTERM');
    const how = await Promise.race([ended, sleep(30_000, 'no end within 30 s', { ref: false })]);
    if (how !== 0) child.kill('SIGKILL');
    const errors = server.output.split('\n').filter(l => /\bERROR\b|panicked at/.test(l)).map(l => `log: ${l}`);
    return how === 0 ? errors : [...errors, `serve ended with ${how} after SIGTERM`];
  };
  for (let i = 0; i < 600; i++) {
    if (await fetch(`http://127.0.0.1:${port}/readyz`).then(r => r.ok, () => false)) return server;
    if (child.exitCode !== null || child.signalCode !== null) break;
    await sleep(100);
  }
  child.kill('SIGKILL');
  await ended;
  throw new Error(`serve was not ready:\n${server.output}`);
}

// The demo sign-ins that `serve` prints in development: an e-mail and a password, side by side.
export const signIns = output =>
  [...output.matchAll(/^.*?([\w.+-]+@[\w.-]+\w)[\s:,/|]+(\S+).*$/gm)].map(([, email, password]) => ({ email, password }));

// What nobody stays at: ways on, and pieces of other pages.
const ways = new Set(['account /auth/{provider}/start', 'account /auth/{provider}/callback',
  'workspace /enter', 'workspace /redeem', 'account /cross', 'account /signup/invited',
  'workspace /settings', 'workspace /settings/general/available', 'workspace /settings/audit/export',
  'account /pricing/start', 'workspace /settings/billing/return',
  'workspace /settings/billing/invoices/{id}', 'workspace /settings/billing/invoices/{id}/pdf', 'account /workspaces/available', 'account /account/data']);

// Every page of the product, as the table of its routes says.
export function pages() {
  const dir = mkdtempSync(join(tmpdir(), 'groundwork-browser-'));
  const env = { PATH: process.env.PATH, ENVIRONMENT: 'test', DATA_DIR: dir, SECRET_KEY: 'only-to-ask-for-the-routes-of-it', BILLING: 'on' };
  const routes = JSON.parse(execFileSync(binary, ['routes', '--json'], { encoding: 'utf8', cwd: dir, env }));
  rmSync(dir, { recursive: true });
  // In the admin a resource has the pages of its app once more.
  const known = new Set(routes.map(route => route.path));
  const isRepeated = path => path.startsWith('/admin/') && known.has(path.slice('/admin'.length));
  return routes.filter(route => route.method === 'GET' && !/\.json$|\/html$|\/options$|\/failed$/.test(route.path))
    .filter(route => !isRepeated(route.path))
    .map(route => `${route.site} ${route.path}`).filter(page => !ways.has(page));
}

// Runs every flow of flows/ on every store, and the core of the product in Firefox on one:
// node tests/browser/run.mjs [part of a flow's name, or firefox]
// SCREENSHOTS=dir keeps pictures of each page (dir/<store>/<page>-<device>-<scheme>.png).
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { core } from './firefox.mjs';
import { launch, Person } from './lib.mjs';
import { pages, settle, stores } from './server.mjs';

const flows = new URL('flows/', import.meta.url);
const names = readdirSync(flows).filter(f => f.endsWith('.mjs') && !f.startsWith('_') && f.includes(process.argv[2] ?? '')).sort();
const shots = process.env.SCREENSHOTS && resolve(process.env.SCREENSHOTS);
const failedDir = shots ?? new URL('screens', import.meta.url).pathname;
const browser = await launch();
const looked = new Set();
let passed = 0, failed = 0;

// One flow on one store; returns what went wrong.
async function run(file, store) {
  const flow = await import(new URL(file, flows));
  const world = await settle(store, flow.environment, flow.program);
  const problems = [];
  let server, people;
  try {
    people = await flow.prepare?.(world);
    server = await world.serve();
    const folder = flow.pictures === false || !shots ? undefined : join(shots, store);
    const person = await Person.at(browser, { javaScript: flow.javaScript, shots: folder, elsewhere: people?.elsewhere });
    try {
      await flow.walk(person, { ...world, people, output: server.output });
    } catch (error) {
      person.fail(error.stack);
      problems.push(await keep(person, `failed-${store}-${file.replace('.mjs', '')}`));
    }
    problems.unshift(...await person.leaves());
    for (const screen of person.seen) looked.add(screen);
  } catch (error) {
    problems.push(error.stack);
  } finally {
    if (server) problems.push(...await server.stop());
    if (server && problems.length) problems.push(`the end of its log:\n${server.output.split('\n').slice(-15).join('\n')}`);
    flow.finish?.(people ?? {});
    world.remove();
  }
  return problems;
}

// The page as it stood when the flow broke off.
async function keep(person, name) {
  mkdirSync(failedDir, { recursive: true });
  const path = join(failedDir, name);
  await person.page.screenshot({ path: `${path}.png`, fullPage: true }).catch(() => {});
  writeFileSync(`${path}.html`, await person.page.content().catch(String));
  return `it stood at ${person.page.url()}, see ${path}.png and .html`;
}

function tell(name, began, problems) {
  if (problems.length) failed++; else passed++;
  console.log(`${problems.length ? 'FAILED' : 'ok    '} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  for (const problem of problems) console.log(`  - ${problem.replaceAll('\n', '\n    ')}`);
}

// A flow that never ends is a failure of its own, not of the whole run.
const late = () => sleep(600_000, ['it was not done after ten minutes'], { ref: false });

// Two at a time: half of a flow is waiting, and each has a server, a store and a browser context of its own.
const waiting = names.flatMap(file => stores.map(store => [file, store]));
const work = async () => {
  for (let next; (next = waiting.shift());) {
    const [file, store] = next, began = Date.now();
    const problems = await Promise.race([run(file, store), late()]);
    tell(`${file.replace('.mjs', '')} on ${store}`, began, problems);
  }
};
await Promise.all([work(), work()]);
await browser.close();
if ('firefox'.includes(process.argv[2] ?? '')) {
  const began = Date.now(), { version, problems } = await core(stores[0]);
  tell(`core in Firefox ${version ?? ''} on ${stores[0]}`, began, problems);
}
// A new page needs a flow: only a run of all of them can tell.
const missed = process.argv[2] ? [] : pages().filter(page => !looked.has(page));
if (missed.length) {
  failed++;
  console.log(`FAILED no flow looks at ${missed.join(', ')}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);

// Signing up and working with projects without touching the mouse.
import { letter } from './_mail.mjs';
import { eventually, heading, insist, onWorkspace } from './_steps.mjs';

export const environment = 'test';
export const pictures = false;

const who = { name: 'Kay Board', email: 'kay@example.test', password: 'forty keys and not one mouse' };

export const prepare = ({ run }) => { run(['migrate']); };

// What the next key goes to, by what people read on it.
const focused = page => page.evaluate(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return '';
  const label = one.labels?.[0]?.innerText ?? one.getAttribute('aria-label') ?? one.innerText ?? '';
  const box = one.getBoundingClientRect();
  // A field with a button in it is ringed as a whole.
  const ringed = [one, one.parentElement].some(of => {
    const { outlineStyle, boxShadow } = getComputedStyle(of);
    return outlineStyle !== 'none' || boxShadow !== 'none';
  });
  return { label: label.trim().replace(/\s+/g, ' '), seen: box.width > 0 && box.height > 0, ringed };
});

// Presses Tab until the focus is on `name`; the place must be visible and marked all the way.
async function to(page, name) {
  for (let i = 0; i < 60; i++) {
    const at = await focused(page);
    if (at && (name instanceof RegExp ? name.test(at.label) : at.label === name)) {
      insist(at.seen, `the focus is on ${name}, which cannot be seen`);
      insist(at.ringed, `nothing shows that the focus is on ${name}`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${name}; it is on ${JSON.stringify(await focused(page))} of ${page.url()}`);
}

async function type(page, name, text) {
  await to(page, name);
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type(text);
}

async function press(page, name) {
  await to(page, name);
  await page.keyboard.press('Enter');
}

export async function walk(person, { base }) {
  await person.does('signs up by keys alone', async page => {
    await page.goto(base);
    await heading(page, /groundwork/);
    await person.looks('landing');
    await page.keyboard.press('Tab');
    insist((await focused(page)).label === 'Skip to content', 'the first Tab does not offer to skip to the content');
    await press(page, 'Get started');
    await heading(page, 'Create your account');
    await person.looks('signup');
    await type(page, 'Work email', who.email);
    await page.keyboard.press('Enter');
    await heading(page, 'Check your email');
    await person.looks('signup-sent');
    await page.goto(await letter(page, base, who.email, /^Confirm/));
    await heading(page, 'Create your account');
    await person.looks('signup-confirm');
    await type(page, 'Your name', who.name);
    await type(page, 'Password', who.password);
    await page.keyboard.press('Enter');
    await heading(page, 'Name your workspace');
    await person.looks('workspace-new');
    await type(page, 'Workspace name', 'Keys Only');
    await type(page, 'Address', 'keys-only');
    await page.keyboard.press('Enter');
    await page.waitForURL(url => onWorkspace(url) && url.pathname !== '/enter');
    await person.looks('workspace-first');
  });
  await person.does('works with projects by keys alone', async page => {
    await press(page, /^New project/);
    await heading(page, 'New project');
    await person.looks('project-new');
    await type(page, 'Name', 'Typed project');
    await press(page, 'Create project');
    await heading(page, 'Typed project');
    await person.looks('project');
    await press(page, 'Edit');
    await heading(page, /^Edit/);
    await person.looks('project-edit');
    await type(page, 'Name', 'Typed twice');
    await press(page, 'Save project');
    await heading(page, 'Typed twice');
    await press(page, 'More actions');
    await press(page, 'Delete');
    await eventually('a question', async () => await page.locator('dialog[open]').count() || page.url().endsWith('/delete'));
    // Escape takes back what was asked, and the focus is where it was.
    if (await page.locator('dialog[open]').count()) {
      await page.keyboard.press('Escape');
      await eventually('the question to go', async () => !await page.locator('dialog[open]').count());
      await press(page, 'More actions');
      await press(page, 'Delete');
      await page.locator('dialog[open]').waitFor();
    }
    await press(page, 'Delete Typed twice');
    await heading(page, 'Projects');
    await person.looks('projects');
    insist(await page.getByText('Typed twice').count() <= 1, 'the project is still listed');
  });
  await person.does('logs out by keys alone', async page => {
    await press(page, new RegExp(`^${who.name}|Kay`));
    await press(page, 'Log out');
    await page.waitForURL(url => !onWorkspace(url));
    await person.looks('signed-out');
  });
}

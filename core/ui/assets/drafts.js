// What somebody is typing survives a reload, the Back button and a tab that was closed by mistake. It is kept in
// the storage of this tab alone, under the person it belongs to, and goes when they log out.
import { toast } from './app.js';

const PREFIX = 'draft:';
const storage = sessionStorage;
// The tag behind a form's token says whose page it is; nothing is kept of people who are not signed in.
const personOf = form => form.elements._csrf?.value.slice(64) ?? '';
const keyOf = form => `${PREFIX}${personOf(form)}:${location.pathname}:${form.getAttribute('action')}`;
const isTyped = field => field.name && !['hidden', 'password', 'file', 'submit', 'button'].includes(field.type);
const fieldsOf = form => [...form.elements].filter(isTyped);
const isTicked = field => field.type === 'checkbox' || field.type === 'radio';
const valueOf = field => (isTicked(field) ? field.checked : field.value);

// How the server drew the form: hidden fields too, since they hold the version of what is being edited.
function drawn(form) {
  const fields = [...form.elements].filter(field => field.name && field.name !== '_csrf' && field.type !== 'password');
  return JSON.stringify(fields.map(field => {
    if (isTicked(field)) return [field.name, field.value, field.defaultChecked];
    if (field.type.startsWith('select')) return [field.name, [...field.options].map(o => o.defaultSelected && o.value)];
    return [field.name, field.defaultValue];
  }));
}

function read(key) {
  try { return JSON.parse(storage.getItem(key)); } catch { return null; }
}

function write(key, draft) {
  // Full or forbidden storage: then there is no draft, and everything else works.
  try { storage.setItem(key, JSON.stringify(draft)); } catch { /* nothing to do */ }
}

function keep(form, isSent = false) {
  write(keyOf(form), { isSent, drawn: drawn(form), values: fieldsOf(form).map(valueOf) });
}

function restore(form) {
  const draft = read(keyOf(form)), fields = fieldsOf(form);
  if (!draft || draft.drawn !== drawn(form) || draft.values.length !== fields.length) return false;
  let changed = false;
  fields.forEach((field, at) => {
    if (valueOf(field) === draft.values[at]) return;
    if (isTicked(field)) field.checked = draft.values[at]; else field.value = draft.values[at];
    field.dispatchEvent(new Event('change', { bubbles: true }));
    changed = true;
  });
  return changed;
}

const draftKeys = () => Object.keys(storage).filter(key => key.startsWith(PREFIX));
const forms = [...document.querySelectorAll('form[method=post]')].filter(form => personOf(form) && fieldsOf(form).length);

// What was sent and led on to another page was taken; a page of an error, Back and reload say nothing about that.
const [navigation] = performance.getEntriesByType('navigation');
if (navigation?.type === 'navigate' && !document.querySelector('[data-error]')) {
  for (const key of draftKeys()) if (read(key)?.isSent) storage.removeItem(key);
}
const restored = forms.filter(form => !form.closest('[data-bulk]') && restore(form));
if (restored.length) toast({ tone: 'info', title: 'We restored what you typed', text: 'It is not saved yet.' });

for (const form of forms) {
  for (const type of ['input', 'change']) form.addEventListener(type, () => keep(form));
  form.addEventListener('submit', () => keep(form, true));
  form.addEventListener('reset', () => storage.removeItem(keyOf(form)));
}
// A shared computer must not remember what somebody wrote here.
document.getElementById('log-out')?.addEventListener('submit', () => draftKeys().forEach(key => storage.removeItem(key)));

// Page behaviour by data attributes and event delegation: no inline handlers, no eval, safe after htmx swaps.
const $ = (s, el = document) => el.querySelector(s), $$ = (s, el = document) => [...el.querySelectorAll(s)];
const sprite = new URL('icons.svg', import.meta.url).href; // beside this file, under the same content hash
const on = (type, sel, fn) => document.addEventListener(type, e => { const t = e.target.closest?.(sel); if (t) fn(t, e); });

// the choice of a theme shows at once, and is kept without leaving the page
on('submit', 'form[data-theme-form]', (form, e) => {
  e.preventDefault();
  const theme = e.submitter.value, body = new URLSearchParams([...new FormData(form), ['theme', theme]]);
  document.documentElement.dataset.theme = theme;
  $$('form[data-theme-form] button').forEach(b => { b.ariaCurrent = b.value === theme ? 'true' : null; });
  fetch(form.action, { method: 'POST', body, redirect: 'manual' }).then(answer => { if (answer.status >= 400) throw new Error(); })
    .catch(() => toast({ tone: 'error', title: 'Theme not saved', text: 'Check your network and try again.' }));
});

// <button command="show-modal" commandfor="id"> where the browser lacks invoker commands
if (!('commandForElement' in HTMLButtonElement.prototype)) on('click', '[commandfor]', b => {
  const d = document.getElementById(b.getAttribute('commandfor'));
  b.getAttribute('command') === 'close' ? d.close() : d.showModal();
});
// a link to a page that asks, with the same question as a dialog on this page
on('click', 'a[data-dialog]', (a, e) => { e.preventDefault(); document.getElementById(a.dataset.dialog).showModal(); });
// a link to a page that asks opens its question over this page; what cannot be fetched is gone to instead
on('click', 'a[data-ask]', async (a, e) => {
  if (e.metaKey || e.ctrlKey || e.shiftKey) return;
  e.preventDefault();
  const d = $('#ask');
  try {
    const answer = await fetch(a.href), page = new DOMParser().parseFromString(await answer.text(), 'text/html'), question = $('[data-question]', page);
    if (!answer.ok || answer.redirected || !question) throw new Error('no question');
    d.replaceChildren(document.importNode(question, true)); d.showModal();
  } catch { location.href = a.href; }
});
on('click', 'dialog a[data-cancel]', (a, e) => { e.preventDefault(); a.closest('dialog').close(); });
on('click', 'dialog', (d, e) => { if (e.target === d) d.close(); });

// <details class="dropdown">: close on outside click, Escape and choice
document.addEventListener('click', e => $$('details.dropdown[open]').forEach(d => { if (!d.contains(e.target) || e.target.closest('.pop a, .pop button')) d.open = false; }));
document.addEventListener('keydown', e => {
  if (e.key === 'Escape') $$('details.dropdown[open]').forEach(d => { d.open = false; $('summary', d).focus(); });
});

// keys on people's devices, where a page has to do with them
if ($('form[data-passkey], [data-no-passkeys]')) import('./passkeys.js');
// files that are sent as they are
if ($('form[data-upload]')) import('./upload.js');

// toasts: server sends HX-Trigger: {"toast": {"tone": "success", "title": "…", "text": "…"}}
const tones = { success: 'circle-check', error: 'circle-x', warning: 'triangle-alert', info: 'info' };
export function toast({ tone = 'info', title, text = '', label = '', path = '' }) {
  const el = document.createElement('div');
  el.className = `toast-item t-${tone}`;
  el.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#${tones[tone] ?? 'info'}"/></svg><div><strong></strong><p></p></div><button class="btn btn-ghost btn-xs btn-square" aria-label="Dismiss" data-dismiss><svg class="icon" aria-hidden="true"><use href="${sprite}#x"/></svg></button>`;
  $('strong', el).textContent = title; text ? ($('p', el).textContent = text) : $('p', el).remove();
  if (label && /^\/(?!\/)/.test(path)) { const a = document.createElement('a'); a.className = 'btn btn-sm mt-1.5 flex w-fit'; a.href = path; a.textContent = label; $('div', el).append(a); }
  $(tone === 'error' ? '#toasts-alert' : '#toasts').append(el);
  if (tone !== 'error') setTimeout(() => el.matches(':hover, :focus-within') || el.remove(), 6000);
}
document.addEventListener('toast', e => toast(e.detail));
on('click', '[data-dismiss]', b => b.closest('.toast-item, .alert').remove());
on('click', '[data-toast]', b => toast(JSON.parse(b.dataset.toast)));

// one form for several rows: a field that somebody types in is one that changes
on('input', '[data-touch]', (field, e) => { if (e.target.type !== 'checkbox' || e.target.parentElement !== field) $('input', field).checked = true; });

// bulk selection: ticks on this page, or all that match; the browser's Back finds them again
const selection = scope => {
  const rows = $$('[data-check]', scope), head = $('[data-check-all]', scope), bar = $('.bulkbar', scope), all = $('[data-check-matching]', scope);
  const ticks = rows.filter(r => r.checked).map(r => r.value), n = ticks.length;
  head.checked = n > 0 && n === rows.length; head.indeterminate = n > 0 && n < rows.length;
  if (all) { all.checked &&= head.checked; all.closest('label').hidden = !head.checked; }
  if (bar) { bar.hidden = !n; $('[data-count]', bar).textContent = all?.checked ? (+all.dataset.total).toLocaleString('en') : n; }
  return { ticks, all: !!all?.checked };
};
on('change', '[data-check-all], [data-check], [data-check-matching]', box => {
  const scope = box.closest('[data-bulk]');
  if (box.matches('[data-check-all]')) $$('[data-check]', scope).forEach(r => { r.checked = box.checked; });
  history.replaceState({ ...history.state, bulk: selection(scope) }, '');
});
on('click', '[data-clear-selection]', b => { const s = b.closest('[data-bulk]'); $$('input[type=checkbox]', s).forEach(c => { c.checked = c.indeterminate = false; }); history.replaceState({ ...history.state, bulk: selection(s) }, ''); $('[data-check-all]', s).focus(); });
const reselect = () => $$('[data-bulk]').forEach(scope => {
  const kept = history.state?.bulk, all = $('[data-check-matching]', scope);
  if (kept) { $$('[data-check]', scope).forEach(r => { r.checked = kept.ticks.includes(r.value); }); if (all) all.checked = kept.all; }
  selection(scope);
});
addEventListener('pageshow', reselect);
document.addEventListener('htmx:historyRestore', reselect);
// a button that says whom or what a select has chosen
on('change', 'select[data-names]', s => { const b = document.getElementById(s.dataset.names); b.dataset.text ??= b.textContent.trim(); b.textContent = s.value ? `${b.dataset.text} to ${s.selectedOptions[0].text}` : b.dataset.text; });

// a list is found again as it was left: its breadcrumb leads back to the same filters and page
const keep = () => {
  if (!$('form[role=search]')) return;
  const search = new URLSearchParams(location.search);
  for (const passing of ['ticked', 'all', 'choose']) search.delete(passing);
  sessionStorage.setItem(`list ${location.pathname}`, search);
};
addEventListener('pageshow', keep);
document.addEventListener('htmx:pushedIntoHistory', keep);
on('click', 'nav[aria-label=Breadcrumb] a', a => { if (!a.search) a.search = sessionStorage.getItem(`list ${a.pathname}`) ?? ''; });
on('submit', '#log-out', () => sessionStorage.clear());

// on a phone the settings are a row that is longer than the screen: the one that is open is in view
const showTab = () => {
  const tab = $('nav[aria-label=Settings] [aria-current]'), row = tab?.closest('nav');
  if (row) row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - tab.offsetWidth) / 2;
};
showTab();
addEventListener('resize', showTab);

// copy, reveal password, typed confirmation
on('click', '[data-copy]', async b => { await navigator.clipboard?.writeText(document.getElementById(b.dataset.copy).textContent.trim()); toast({ tone: 'success', title: 'Copied to clipboard' }); });
on('click', '[data-reveal]', b => { const i = document.getElementById(b.dataset.reveal), show = i.type === 'password'; i.type = show ? 'text' : 'password'; b.setAttribute('aria-pressed', show); });
on('input', '[data-confirm-match]', i => { i.form.querySelector('[data-confirm-submit]').disabled = i.value !== i.dataset.confirmMatch; });
// the address follows the name, as the server spells it, until somebody types one
on('htmx:confirm', '[data-slug-to]', (i, e) => { if (document.getElementById(i.dataset.slugTo).dataset.touched) e.preventDefault(); });
on('slug', '[data-slug-to]', (i, e) => { const s = document.getElementById(i.dataset.slugTo); if (!s.dataset.touched) s.value = e.detail.value; });
on('input', '[data-slug]', s => { s.dataset.touched = 'yes'; });

// a day under its field, as the reader writes it: the browser draws the field in a way of its own
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
on('input', 'input[type=date]', i => {
  const o = $(`output[for="${i.id}"]`), [year, month, day] = i.value.split('-').map(Number), { lang } = document.documentElement; if (!o) return;
  o.textContent = !i.value || lang === 'en-CA' ? i.value : lang === 'en-US' ? `${months[month - 1]} ${day}, ${year}` : `${day} ${months[month - 1]} ${year}`;
});

// a form that takes a moment says so on its button, and is sent once
on('submit', 'form[data-busy]', (form, e) => {
  const b = e.submitter; if (!b) return;
  if (b.ariaBusy === 'true') return e.preventDefault();
  b.ariaBusy = 'true'; b.dataset.label = b.textContent; b.textContent = form.dataset.busy;
  b.insertAdjacentHTML('afterbegin', '<span class="loading loading-spinner loading-xs"></span>');
});
addEventListener('pageshow', e => { if (e.persisted) $$('form[data-busy] [aria-busy]').forEach(b => { b.removeAttribute('aria-busy'); b.textContent = b.dataset.label; }); });

// a table of ticks says how many were changed and not saved, how many people that concerns, and asks before they are lost
const changes = form => $$('input[type=checkbox]', form).filter(b => b.checked !== b.defaultChecked);
const changed = form => {
  const boxes = changes(form), n = boxes.length;
  const columns = new Map(boxes.map(b => [b.value.split(':')[0], +b.dataset.people])), people = [...columns.values()].reduce((a, b) => a + b, 0);
  $('[data-changed]', form).hidden = !n; $('[data-unchanged]', form).hidden = !!n;
  $('[data-changed-text]', form).textContent = n ? `${n} unsaved ${n === 1 ? 'change' : 'changes'}${people ? (n === 1 ? ' affects ' : ' affect ') + (people === 1 ? '1 person' : `${people} people`) : ''}` : '';
};
on('change', 'form[data-changes]', changed);
on('reset', 'form[data-changes]', form => setTimeout(() => { changed(form); $$('select[data-column]', form).forEach(column); }));
let saving = false;
on('submit', 'form[data-changes]', () => { saving = true; });
addEventListener('beforeunload', e => { if (!saving && $$('form[data-changes]').some(form => changes(form).length)) e.preventDefault(); });

// a table that is wider than its place says so at its edge, and on a phone one with roles shows one of them
const edge = wrap => wrap.toggleAttribute('data-more', wrap.scrollWidth - wrap.clientWidth - wrap.scrollLeft > 1);
const edges = new ResizeObserver(seen => seen.forEach(one => edge(one.target.closest('.table-wrap'))));
const watch = () => { edges.disconnect(); $$('.table-wrap').forEach(wrap => { edges.observe(wrap); edges.observe(wrap.firstElementChild); }); };
document.addEventListener('scroll', e => { if (e.target.matches?.('.table-wrap')) edge(e.target); }, true);
document.addEventListener('htmx:afterSettle', watch);
const column = select => { for (const row of select.form.querySelector('table').rows) for (const cell of row.cells) if (cell.cellIndex) cell.classList.toggle('max-sm:hidden', cell.cellIndex !== +select.value); };
on('change', 'select[data-column]', column);
addEventListener('pageshow', () => { saving = false; watch(); $$('select[data-column]').forEach(select => { select.closest('[hidden]')?.removeAttribute('hidden'); column(select); }); });

// chart tooltips; the numbers are also in a visually hidden table
on('pointerover', '.chart .hit', r => {
  const plot = r.closest('.plot'); let t = $('.tip', plot);
  if (!t) { t = document.createElement('div'); t.className = 'tip'; plot.append(t); }
  t.hidden = false; t.textContent = r.dataset.tip;
  const x = +r.getAttribute('x') + +r.getAttribute('width') / 2; t.style.left = `${Math.min(88, Math.max(12, x))}%`; t.style.top = '35%';
});
document.addEventListener('pointerout', e => { if (e.target.matches?.('.chart .hit')) $('.tip', e.target.closest('.plot')).hidden = true; });

// htmx: request bar, errors as toasts
document.addEventListener('htmx:beforeRequest', () => document.documentElement.classList.add('busy'));
document.addEventListener('htmx:afterRequest', () => document.documentElement.classList.remove('busy'));
// what was chosen and not saved goes back to what is true
const unsaved = (e, title, text) => { toast({ tone: 'error', title, text }); const form = e.detail.elt.closest('form'); if (form?.method === 'post' && !form.querySelector('textarea, input:not([type=hidden])')) form.reset(); };
document.addEventListener('htmx:sendError', e => unsaved(e, 'No connection', 'Nothing was saved. Check your network and try again.'));
document.addEventListener('htmx:responseError', e => e.detail.xhr.status === 401 || unsaved(e, e.detail.requestConfig?.verb === 'get' ? 'Not loaded' : 'Not saved', [429, 503].includes(e.detail.xhr.status) ? 'We are busy right now. Try again in a moment.' : 'Something went wrong. Try again, or contact support if it keeps happening.'));

// The search over every page: keys that open it, arrows that move in it. Without script its page does the same.
const $ = (s, el = document) => el.querySelector(s), $$ = (s, el = document) => [...el.querySelectorAll(s)];
const sprite = new URL('icons.svg', import.meta.url).href; // beside this file, under the same content hash
const SINGLE = 'no-single-keys'; // in the browser's storage: whoever speaks to it types single letters by chance
const link = () => $('a[data-palette]');
const isOff = () => { try { return localStorage.getItem(SINGLE) === 'yes'; } catch { return false; } };
let asked = 0; // answers to earlier words come too late

const dialog = () => {
  const known = $('#palette');
  if (known) return known;
  const made = document.createElement('dialog');
  made.id = 'palette'; made.className = 'dialog palette'; made.setAttribute('aria-label', 'Search');
  document.body.append(made);
  return made;
};

async function box(path) {
  const answer = await fetch(path, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html'), found = $('[data-palette-box]', page);
  if (!answer.ok || answer.redirected || !found) throw new Error('no search');
  return document.importNode(found, true);
}

const address = words => `${link().getAttribute('href')}?${new URLSearchParams({ q: words, from: location.pathname })}`;

function settle(el) {
  $('[data-palette-go]', el)?.remove();
  $$('[data-palette-keys], [data-palette-single]', el).forEach(one => { one.hidden = false; });
  const single = $('[data-palette-single] input', el);
  if (single) single.checked = !isOff();
}

// The field is there at once, so that no letter goes elsewhere; what is found comes after it.
const field = () => {
  const made = document.createElement('div');
  made.dataset.paletteBox = '';
  made.innerHTML = `<form class="flex items-center gap-3 border-b border-line px-4" method="get" role="search"><svg class="icon text-muted" aria-hidden="true"><use href="${sprite}#search"/></svg><input type="hidden" name="from"><input class="h-13 min-w-0 flex-1 bg-transparent text-[0.9375rem] outline-none" type="text" enterkeyhint="search" name="q" maxlength="200" autocomplete="off" spellcheck="false" dir="auto"></form><div class="max-h-[60dvh] overflow-y-auto p-1.5" data-palette-results></div>`;
  $('form', made).action = link().href;
  $('[name=from]', made).value = location.pathname;
  const input = $('[name=q]', made);
  input.placeholder = 'Search records, pages and actions';
  input.setAttribute('aria-label', input.placeholder);
  return made;
};

async function search(words) {
  const d = dialog(), made = field(), input = $('[name=q]', made), mine = ++asked;
  input.value = words;
  d.replaceChildren(made);
  if (!d.open) d.showModal();
  input.focus(); input.setSelectionRange(words.length, words.length);
  try {
    const content = await box(address(words));
    if (mine !== asked) return; // more was typed meanwhile
    settle(content);
    const [, ...rest] = content.children;
    $('[data-palette-results]', made).replaceWith(...rest);
  } catch { location.href = address(words); }
}

async function keys() {
  const d = dialog();
  try {
    const content = await box(`${link().getAttribute('href')}/keys`);
    content.classList.remove('panel');
    settle(content);
    d.replaceChildren(content);
    if (!d.open) d.showModal();
  } catch { location.href = `${link().getAttribute('href')}/keys`; }
}

// what stands on a page of its own is settled too
const settlePage = () => { const own = $('main [data-palette-box]'); if (own) settle(own); };
settlePage();
document.addEventListener('htmx:afterSettle', settlePage);

document.addEventListener('click', e => {
  const button = e.target.closest('a[data-palette], #palette a[href$="/keys"]');
  if (!button || e.metaKey || e.ctrlKey || e.shiftKey) return;
  e.preventDefault();
  if (button.matches('[data-palette]')) search(''); else keys();
});

document.addEventListener('change', e => {
  if (!e.target.closest('[data-palette-single]')) return;
  try { localStorage.setItem(SINGLE, e.target.checked ? 'no' : 'yes'); } catch { e.target.checked = true; }
});

let waiting;
document.addEventListener('input', e => {
  const found = e.target.closest('[data-palette-box]');
  if (!found || e.target.name !== 'q') return;
  clearTimeout(waiting);
  const mine = ++asked;
  waiting = setTimeout(async () => {
    const from = $('input[name=from]', found).value;
    try {
      const next = await box(`${$('form', found).getAttribute('action')}?${new URLSearchParams({ q: e.target.value, from })}`);
      if (mine !== asked) return;
      settle(next);
      const [, ...rest] = next.children;
      while (found.children.length > 1) found.lastElementChild.remove();
      found.append(...rest);
    } catch { /* what was found before stays, and Enter goes to the page */ }
  }, 150);
});

const lines = found => $$('[data-palette-results] :is(a, button)', found);
document.addEventListener('keydown', e => {
  const found = e.target.closest?.('[data-palette-box]');
  if (found && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
    const all = [$('input[name=q]', found), ...lines(found)].filter(Boolean), at = all.indexOf(document.activeElement);
    e.preventDefault();
    all.at((at + (e.key === 'ArrowDown' ? 1 : -1)) % all.length)?.focus();
    return;
  }
  if (found && e.key === 'Enter' && e.target.name === 'q' && !e.isComposing) {
    const first = lines(found)[0];
    if (first && found.closest('dialog')) { e.preventDefault(); first.click(); }
    return;
  }
  if (!link() || e.altKey || e.isComposing) return;
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); search(''); return; }
  if (e.ctrlKey || e.metaKey || isOff() || $('dialog[open]') || e.target.closest('input, textarea, select, [contenteditable]')) return;
  const deed = { '/': () => search(''), c: () => search('new'), '?': keys }[e.key];
  if (deed) { e.preventDefault(); deed(); }
});

// What is wrong with how a page shows people's text: runs in the page, so it takes nothing from here.
export function faults() {
  const found = new Set(), root = document.documentElement;
  const over = root.scrollWidth - innerWidth;
  const told = element => `<${element.localName} class="${element.className?.baseVal ?? element.className}"> ${[...element.textContent.trim()].slice(0, 24).join('')}`;
  const unseen = element => { const of = element.closest('[class*=sr-only]'); return of && of.getBoundingClientRect().width <= 1; };
  const hidden = element => unseen(element) || element.closest('svg, option, script, style, iframe, [hidden], dialog:not([open]), noscript, textarea');
  const clips = value => value === 'hidden' || value === 'clip';
  if (over > 0) {
    const wide = [...document.querySelectorAll('body *')].filter(element => !hidden(element) && element.getBoundingClientRect().right > innerWidth + 1);
    found.add(`scrolls ${over} px sideways: ${wide.slice(-1).map(told)}`);
  }
  const rtl = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]/, latin = /[A-Za-z]/;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.data.trim(), at = node.parentElement;
    if (!text || hidden(at) || !at.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) { found.add(`cannot be seen: ${told(at)}`); continue; }
    // A cut must show: with an ellipsis, and the whole under the pointer.
    for (let element = at; element && element !== document.body; element = element.parentElement) {
      const style = getComputedStyle(element), around = element.getBoundingClientRect();
      if (clips(style.overflowX) && box.right > around.right + 1 && element.scrollWidth > element.clientWidth + 1) {
        const shown = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none';
        if (!shown) found.add(`is cut without a sign: ${told(element)}`);
        else if (!element.closest('[title]')) found.add(`is cut, and no title has the whole: ${told(element)}`);
        if (around.width < 16) found.add(`is cut to nothing: ${told(element)}`);
        break;
      }
      if (clips(style.overflowY) && box.bottom > around.bottom + 1 && style.webkitLineClamp === 'none') {
        found.add(`is cut at the foot: ${told(element)}`);
        break;
      }
      if (['auto', 'scroll'].includes(style.overflowX)) break;
    }
    // Between words of ours, text from right to left must keep to itself.
    if (rtl.test(text)) {
      const block = at.closest('p, h1, h2, h3, li, td, th, dd, a, button, summary, label, span, div');
      const alone = at.closest('bdi, [dir=auto]');
      const stripped = text.replace(/\u2068[^\u2069]*\u2069/g, '');
      const sentence = block && block.textContent.replace(node.data, '').trim();
      if (!alone && (rtl.test(stripped) && (sentence || latin.test(stripped)))) found.add(`may turn the words around it: ${told(at)}`);
    }
  }
  // What is typed into keeps its own direction.
  for (const field of document.querySelectorAll('main input[type=text], main textarea')) {
    if (rtl.test(field.value) && field.dir !== 'auto') found.add(`has no direction of its own: the field ${field.name}`);
  }
  return [...found];
}

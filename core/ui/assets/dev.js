// In development: loads the page again once another build answers (`make dev`), unless something was typed.
(() => {
  const typed = () => [...document.querySelectorAll('input, textarea')].some(field =>
    field.type !== 'hidden' && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
  let first;
  const look = async () => {
    try {
      const answer = await fetch('/dev/version', { cache: 'no-store' });
      const version = answer.ok ? await answer.text() : first;
      first ??= version;
      if (version !== first && !typed()) return location.reload();
    } catch { /* it is being built */ }
    setTimeout(look, document.hidden ? 3000 : 500);
  };
  look();
})();

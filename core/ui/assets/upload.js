// A file is sent as it is, without a form around it; without script people paste what is in it.
import { toast } from './app.js';

const SORRY = { title: 'The file was not read', text: 'Check your network and try again.' };

async function send(form, file) {
  const address = `${form.getAttribute('action')}/file?${new URLSearchParams({ name: file.name })}`;
  const headers = { 'x-csrf-token': form.elements._csrf.value, 'content-type': 'application/octet-stream', accept: 'application/json' };
  const answer = await fetch(address, { method: 'POST', body: file, headers });
  if (answer.status === 401) return location.reload();
  const said = await answer.json();
  if (answer.ok) return location.assign(said.path);
  toast({ tone: 'error', title: SORRY.title, text: answer.status === 413 ? 'It is larger than 20 MB. Split it and import one part after the other.' : said.detail ?? SORRY.text });
}

for (const form of document.querySelectorAll('form[data-upload]')) {
  const field = form.querySelector('[data-upload-file]'), input = field.querySelector('input');
  field.hidden = false;
  form.addEventListener('submit', async e => {
    const file = input.files[0];
    if (!file) return;
    e.preventDefault();
    const button = e.submitter ?? form.querySelector('button');
    button.disabled = true;
    await send(form, file).catch(() => toast({ tone: 'error', ...SORRY }));
    button.disabled = false;
  });
}

// Cloudflare Turnstile as its documentation describes it: the widget's script and frame, and the check of an answer.
//   node turnstile.mjs PORT     prints `ready` when it answers
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';

const port = Number(process.argv[2]);
const at = `http://127.0.0.1:${port}`;
const SECRET = 'of-the-test';
const issued = new Map();

// Draws each widget as the real one does: a frame from here, and a hidden field that a person's answer arrives in.
const script = `
for (const place of document.querySelectorAll('.cf-turnstile')) {
  const { sitekey, action, responseFieldName } = place.dataset;
  const field = Object.assign(document.createElement('input'), { type: 'hidden', name: responseFieldName });
  const frame = Object.assign(document.createElement('iframe'), {
    title: 'Check that you are a person', height: 65,
    src: '${at}/frame?' + new URLSearchParams({ sitekey, action, host: location.hostname }),
  });
  frame.style.cssText = 'width: 100%; border: 0';
  addEventListener('message', event => {
    if (event.origin === '${at}' && event.source === frame.contentWindow) field.value = event.data;
  });
  place.append(frame, field);
}`;

const frame = answer => `<!doctype html><html lang="en"><title>Check</title>
<body style="margin: 0; font: 15px sans-serif; background: #fafafa; color: #222">
<p style="padding: 8px 16px">✓ You are a person</p>
<script>parent.postMessage(${JSON.stringify(answer)}, '*')</script>`;

createServer(async (request, answer) => {
  const url = new URL(request.url, at);
  const say = (type, text) => answer.writeHead(200, { 'content-type': type }).end(text);
  if (url.pathname === '/turnstile/v0/api.js') return say('text/javascript', script);
  if (url.pathname === '/frame') {
    const { action, host } = Object.fromEntries(url.searchParams), token = randomUUID();
    issued.set(token, { action, hostname: host });
    return say('text/html; charset=utf-8', frame(token));
  }
  if (url.pathname !== '/turnstile/v0/siteverify' || request.method !== 'POST') return answer.writeHead(404).end();
  let body = '';
  for await (const piece of request) body += piece;
  const { secret, response } = Object.fromEntries(new URLSearchParams(body));
  const no = code => say('application/json', JSON.stringify({ success: false, 'error-codes': [code] }));
  if (secret !== SECRET) return no('invalid-input-secret');
  if (!response) return no('missing-input-response');
  const about = issued.get(response);
  if (!about) return no('timeout-or-duplicate');
  issued.delete(response);
  say('application/json', JSON.stringify({
    success: true, 'error-codes': [], challenge_ts: new Date().toISOString(), cdata: '', ...about,
  }));
}).listen(port, '127.0.0.1', () => console.log('ready'));

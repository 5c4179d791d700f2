// Passkeys: a form with data-passkey asks the browser for a key, and is sent with what it answers.
const bytes = text => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0));
const text = buffer => (buffer ? btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') : undefined);
const named = list => list?.map(one => ({ ...one, id: bytes(one.id) }));

function options(form) {
  const { publicKey } = JSON.parse(form.dataset.options);
  return {
    ...publicKey, challenge: bytes(publicKey.challenge),
    ...(publicKey.user && { user: { ...publicKey.user, id: bytes(publicKey.user.id) } }),
    ...(publicKey.allowCredentials && { allowCredentials: named(publicKey.allowCredentials) }),
    ...(publicKey.excludeCredentials && { excludeCredentials: named(publicKey.excludeCredentials) }),
  };
}

const said = key => JSON.stringify({
  id: key.id, rawId: text(key.rawId), type: key.type, extensions: key.getClientExtensionResults(),
  response: {
    clientDataJSON: text(key.response.clientDataJSON), attestationObject: text(key.response.attestationObject),
    authenticatorData: text(key.response.authenticatorData), signature: text(key.response.signature),
    userHandle: text(key.response.userHandle), transports: key.response.getTransports?.(),
  },
});

// A browser has one request at a time: the one that waits in a field ends before a button begins another.
let waiting;
async function ask(form, more = {}) {
  waiting?.abort();
  waiting = new AbortController();
  const how = { publicKey: options(form), signal: waiting.signal, ...more };
  const key = await navigator.credentials[form.dataset.passkey](how);
  form.elements.credential.value = said(key);
  form.submit();
}

const why = {
  InvalidStateError: 'This device already has a key for your account.',
  NotAllowedError: 'Nothing was confirmed. Try again, or use another way.',
  SecurityError: 'Keys don\'t work at this address.',
};

async function pressed(form) {
  const note = form.querySelector('[data-passkey-note]');
  note.hidden = true;
  try { await ask(form); } catch (error) {
    if (error.name === 'AbortError') return;
    note.textContent = why[error.name] ?? 'That didn\'t work. Try again, or use another way.';
    note.hidden = false;
  }
}

const can = 'PublicKeyCredential' in window;
for (const form of document.querySelectorAll('form[data-passkey]')) {
  form.hidden = !can;
  form.addEventListener('submit', e => { if (!form.elements.credential.value) { e.preventDefault(); pressed(form); } });
}
for (const note of document.querySelectorAll('[data-no-passkeys]')) note.hidden = can;

// Where somebody types an address, the browser offers the passkeys that it knows for this site.
const offered = document.querySelector('[data-conditional] form[data-passkey]');
if (can && offered && await PublicKeyCredential.isConditionalMediationAvailable?.()) {
  ask(offered, { mediation: 'conditional' }).catch(() => {});
}

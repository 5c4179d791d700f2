// A certified OpenID Connect provider for tests: anybody logs in by typing who they are.
//   node certified.mjs PORT REDIRECT_URI…     prints `ready` when it answers
// What one types decides what is said of the address: `maya` is verified at maya@acme.example, `x@y` at x@y; with
// `unverified:` before it, it is not; with `silent:`, nothing is said of that; with `nameless:`, there is no address.
import Provider from 'oidc-provider';

const [port, ...redirects] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

function claims(id) {
  const [, kind, who] = /^(?:(unverified|silent|nameless):)?(.*)$/.exec(id);
  const email = who.includes('@') ? who : `${who}@acme.example`;
  const name = who[0].toUpperCase() + who.slice(1).split('@')[0];
  if (kind === 'nameless') return { sub: id, name };
  return { sub: id, name, email, ...(kind !== 'silent' && { email_verified: kind !== 'unverified' }) };
}

const provider = new Provider(issuer, {
  clients: [{ client_id: 'groundwork', client_secret: 'of-the-test', redirect_uris: redirects }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['only-for-tests'] },
  pkce: { required: () => true },
  findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));

// A provider that says what a test asks of it, good or bad: the code that a test makes up is what the token will say.
//   node mean.mjs PORT     prints `ready` when it answers
// `/` speaks OpenID Connect, `/common/v2.0` as Microsoft does, `/login/oauth` and `/api` as GitHub does.
// A code is base64url of JSON: { claims, way }, where `way` names what is wrong with the token.
import { createServer } from 'node:http';
import { SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const CLIENT = 'groundwork';
const SECRET = 'of-the-test-which-is-long-enough-to-sign';

let keys = [];
async function turn() {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-${Date.now()}-${Math.random()}`;
  keys = [{ ...pair, kid, jwk: { ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' } }];
}
await turn();

const metadata = at => ({
  issuer: at === '' ? issuer : `${issuer}/{tenantid}/v2.0`,
  authorization_endpoint: `${issuer}${at}/authorize`,
  token_endpoint: `${issuer}${at}/token`,
  jwks_uri: `${issuer}${at}/jwks`,
  response_types_supported: ['code'], subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  token_endpoint_auth_methods_supported: ['client_secret_post'],
  authorization_response_iss_parameter_supported: at === '',
});

async function token(at, { claims, way }) {
  const now = Math.floor(Date.now() / 1000);
  const tenant = claims.tid ? `${issuer}/${claims.tid}/v2.0` : issuer;
  const all = { iss: at === '' ? issuer : tenant, aud: CLIENT, iat: now, exp: now + 300, ...claims };
  if (way === 'issuer') all.iss = 'https://elsewhere.example';
  if (way === 'audience') all.aud = 'somebody-else';
  if (way === 'audiences') Object.assign(all, { aud: [CLIENT, 'somebody-else'] });
  if (way === 'nonce') all.nonce = 'of-another-flow';
  if (way === 'no-nonce') delete all.nonce;
  if (way === 'expired') Object.assign(all, { iat: now - 900, exp: now - 600 });
  if (way === 'unsigned') return new UnsecuredJWT(all).encode();
  if (way === 'secret') return new SignJWT(all).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(SECRET));
  if (way === 'rotated') await turn();
  const [known] = keys;
  if (way === 'forged') {
    const { privateKey } = await generateKeyPair('RS256');
    return new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: known.kid }).sign(privateKey);
  }
  const jwt = await new SignJWT(all).setProtectedHeader({ alg: 'RS256', kid: known.kid }).sign(known.privateKey);
  if (way !== 'altered') return jwt;
  const [head, body, seal] = jwt.split('.');
  const other = JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url')), sub: 'somebody-else' });
  return [head, Buffer.from(other).toString('base64url'), seal].join('.');
}

const opened = text => JSON.parse(Buffer.from(text, 'base64url'));
const used = new Set();

createServer(async (request, answer) => {
  const say = (status, body) => {
    answer.writeHead(status, { 'content-type': 'application/json' });
    answer.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  let body = '';
  for await (const piece of request) body += piece;
  const sent = new URLSearchParams(body);
  const { pathname: path } = new URL(request.url, issuer);
  const at = path.startsWith('/common/v2.0') ? '/common/v2.0' : '';
  const bearer = request.headers.authorization?.replace(/^Bearer /, '');
  if (path.endsWith('/.well-known/openid-configuration')) return say(200, metadata(at));
  if (path.endsWith('/jwks')) return say(200, { keys: keys.map(key => key.jwk) });
  if (path === '/api/user') return say(200, opened(bearer).claims);
  if (path === '/api/user/emails') return say(200, opened(bearer).emails);
  if (path === '/redirected') return answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  if (!path.endsWith('/token') && path !== '/login/oauth/access_token') return say(404, {});
  if (!sent.get('code_verifier') || sent.get('client_id') !== CLIENT) return say(400, { error: 'invalid_client' });
  const code = sent.get('code');
  if (used.has(code)) return say(400, { error: 'invalid_grant' });
  used.add(code);
  const asked = opened(code);
  if (asked.way === 'garbage') return say(200, '<html>not what was asked for</html>');
  if (asked.way === 'broken') return say(500, { error: 'server_error' });
  if (asked.way === 'endless') return say(200, JSON.stringify({ id_token: 'x'.repeat(3 << 20) }));
  if (asked.way === 'moved') return answer.writeHead(302, { location: `${issuer}/elsewhere` }).end();
  if (path === '/login/oauth/access_token') {
    if (asked.way === 'refused') return say(200, { error: 'bad_verification_code' });
    return say(200, { access_token: code, token_type: 'bearer', scope: 'read:user,user:email' });
  }
  const tokens = { access_token: code, token_type: 'Bearer', expires_in: 300 };
  if (asked.way !== 'none') tokens.id_token = await token(at, asked);
  return say(200, tokens);
}).listen(port, '127.0.0.1', () => console.log('ready'));

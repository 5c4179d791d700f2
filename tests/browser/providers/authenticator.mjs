// A key in software, for tests: makes and uses credentials as a device would, or as none should.
//   node authenticator.mjs create|get < {"options", "origin", "key"?, "uv"?, "challenge"?, "rpId"?, "counter"?, "user"?}
// prints {"answer", "key"}: what a browser would send, and the key to use again.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const text = bytes => Buffer.from(bytes).toString('base64url');
const hash = bytes => createHash('sha256').update(bytes).digest();

// RFC 8949, as much of it as is needed.
function cbor(value) {
  const head = (major, n) => (n < 24 ? Buffer.from([major << 5 | n])
    : n < 256 ? Buffer.from([major << 5 | 24, n]) : Buffer.from([major << 5 | 25, n >> 8, n & 255]));
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const pairs = [...value].flatMap(([key, one]) => [cbor(key), cbor(one)]);
  return Buffer.concat([head(5, value.size), ...pairs]);
}

const asked = JSON.parse(readFileSync(0, 'utf8'));
const { publicKey } = JSON.parse(asked.options);
const make = process.argv[2] === 'create';
const rpId = asked.rpId ?? publicKey.rp?.id ?? publicKey.rpId;
let key = asked.key;
if (make) {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  key = { id: text(randomBytes(32)), pem: privateKey.export({ type: 'pkcs8', format: 'pem' }), user: publicKey.user.id };
}
const privateKey = createPrivateKey(key.pem);

const client = Buffer.from(JSON.stringify({
  type: make ? 'webauthn.create' : 'webauthn.get', challenge: asked.challenge ?? publicKey.challenge,
  origin: asked.origin, crossOrigin: false,
}));
const flags = 0x01 | (asked.uv === false ? 0 : 0x04) | (make ? 0x40 : 0);
const counter = Buffer.alloc(4);
counter.writeUInt32BE(asked.counter ?? 0);
let data = Buffer.concat([hash(rpId), Buffer.from([flags]), counter]);
if (make) {
  const { x, y } = privateKey.export({ format: 'jwk' });
  const cose = cbor(new Map([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, 'base64url')], [-3, Buffer.from(y, 'base64url')]]));
  const id = Buffer.from(key.id, 'base64url');
  data = Buffer.concat([data, Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
}
const response = make
  ? { attestationObject: text(cbor(new Map([['fmt', 'none'], ['attStmt', new Map()], ['authData', data]]))) }
  : {
    authenticatorData: text(data), userHandle: asked.user ?? key.user,
    signature: text(sign('sha256', Buffer.concat([data, hash(client)]), privateKey)),
  };
const answer = { id: key.id, rawId: key.id, type: 'public-key', extensions: {}, response: { clientDataJSON: text(client), ...response } };
console.log(JSON.stringify({ answer: JSON.stringify(answer), key, options: publicKey }));

// Goes through a certified provider's pages as a person would, and prints where it sends the browser back to.
//   node walk.mjs ADDRESS WHO
const [start, who] = process.argv.slice(2);
const issuer = new URL(start).origin;
const jar = new Map();

async function go(url, form) {
  const answer = await fetch(url, {
    redirect: 'manual', method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form),
    headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    jar.set(name, value);
  }
  const location = answer.headers.get('location');
  if (!location) return { url, page: await answer.text() };
  const next = new URL(location, url);
  return next.origin === issuer ? go(next.href) : { back: next.href };
}

let at = await go(start);
for (let i = 0; i < 4 && !at.back; i++) {
  const prompt = /name="prompt" value="(\w+)"/.exec(at.page)?.[1];
  if (!prompt) throw new Error(`nothing to do at ${at.url}:\n${at.page}`);
  at = await go(/action="([^"]+)"/.exec(at.page)[1], { prompt, login: who, password: 'any' });
}
console.log(at.back);

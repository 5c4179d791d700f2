// A stranger signs up, makes a workspace, works in it, forgets the password and comes back.
import { forget, makeWorkspace, signUp } from './_newcomer.mjs';

export const environment = 'development';

const who = { name: 'Ada Lovelace', email: 'ada@engines.example', password: 'the kettle sings at noon', next: 'seven boats below the bridge' };

export async function walk(person, { base }) {
  await signUp(person, base, who);
  const url = await makeWorkspace(person, 'Engines and Sons', 'engines');
  await forget(person, base, who, url);
}

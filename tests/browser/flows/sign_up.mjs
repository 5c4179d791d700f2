// A stranger signs up, makes a workspace, brings a colleague, forgets the password and comes back.
import { bringColleague, forget, makeWorkspace, signUp } from './_newcomer.mjs';

export const environment = 'development';

const who = { name: 'Ada Lovelace', email: 'ada@engines.example', password: 'the kettle sings at noon', next: 'seven boats below the bridge' };
const colleague = { name: 'Charles Babbage', email: 'charles@engines.example', password: 'brass wheels turn slowly' };

export async function walk(person, { base }) {
  await signUp(person, base, who);
  const url = await makeWorkspace(person, 'Engines and Sons', 'engines');
  await bringColleague(person, base, who, colleague);
  await forget(person, base, who, url);
}

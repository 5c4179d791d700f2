// What somebody finds who has just typed `make run`: the demo workspaces and a printed sign-in.
import { signIns } from '../server.mjs';
import { wholeDay } from './_day.mjs';
import { insist } from './_steps.mjs';

export const environment = 'development';

export async function walk(person, { base, output }) {
  const [who] = signIns(output);
  insist(who, `serve printed no sign-in:\n${output}`);
  await wholeDay(person, base, who);
}

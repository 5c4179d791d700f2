// The whole day of a person who belongs to two workspaces.
import { readHome } from './_home.mjs';
import { bringRows, bulkDelete, create, createWithCare, edit, filter, find, remove, takeAsFile, undoDelete } from './_projects.mjs';
import { signIn, signOut, switchWorkspace } from './_steps.mjs';

export async function wholeDay(person, base, who) {
  const tag = Date.now().toString(36);
  await signIn(person, base, who);
  const name = `Orbital depot ${tag}`, renamed = `Orbital harbour ${tag}`, pair = [`Bulk one ${tag}`, `Bulk two ${tag}`];
  const { status, url } = await createWithCare(person, name);
  await edit(person, url, renamed);
  await readHome(person, renamed);
  await find(person, renamed);
  await takeAsFile(person, renamed);
  await filter(person, renamed, status);
  for (const one of pair) await create(person, one);
  await bulkDelete(person, pair, 'Bulk');
  await undoDelete(person, pair, 'Bulk');
  await bringRows(person, tag);
  await remove(person, url, renamed);
  const left = await create(person, `Left behind ${tag}`);
  await switchWorkspace(person, left, `Left behind ${tag}`);
  await signOut(person, left);
}

// An owner decides about colleagues and roles.
import { changePassword, changeProfile } from './_account.mjs';
import { deleteRole, giveRole, lookAtSettings, makeRole, removeMember } from './_people.mjs';
import { signIn, signOut } from './_steps.mjs';

export const environment = 'test';

const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  for (const [email, name] of [[who.email, 'Nora Plain'], ['omar@example.test', 'Omar Reed']]) {
    run(['user', 'create', email, '--name', name, '--password-stdin'], `${who.password}\n`);
  }
  run(['tenant', 'create', 'plain', '--name', 'Plain Paper', '--owner', who.email]);
  run(['member', 'add', '--tenant', 'plain', '--email', 'omar@example.test', '--role', 'member']);
}

export async function walk(person, { base }) {
  await signIn(person, base, who);
  await lookAtSettings(person);
  await makeRole(person, 'Contractor');
  await giveRole(person, 'Omar Reed', 'Contractor');
  await deleteRole(person, 'Contractor');
  await removeMember(person, 'Omar Reed');
  await changeProfile(person, 'Nora Bright');
  await changePassword(person, who.password, 'nine lanterns over the harbour');
  await signOut(person, person.page.url());
}

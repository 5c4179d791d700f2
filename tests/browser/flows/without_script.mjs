// The same with JavaScript switched off, for people and workspaces made on the command line.
import { wholeDay } from './_day.mjs';

export const environment = 'test';
export const javaScript = false;
export const pictures = false;

const who = { email: 'nora@example.test', password: 'correct horse battery staple' };

export function prepare({ run }) {
  run(['migrate']);
  run(['user', 'create', who.email, '--name', 'Nora Plain', '--password-stdin'], `${who.password}\n`);
  for (const [slug, name] of [['plain', 'Plain Paper'], ['initech', 'Initech Labs']]) {
    run(['tenant', 'create', slug, '--name', name, '--owner', who.email]);
  }
}

export const walk = (person, { base }) => wholeDay(person, base, who);

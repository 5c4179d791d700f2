// Builds ../assets/icons.svg: the marks drawn here, and from Lucide the icons named in icons.txt.
import { readFileSync, writeFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);
const read = path => readFileSync(new URL(path, here), 'utf8');
const names = read('icons.txt').split('\n').filter(line => line && !line.startsWith('#'));

const symbol = name => {
  const svg = read(`node_modules/lucide-static/icons/${name}.svg`);
  const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, '')}</symbol>`;
};

const marks = Object.fromEntries(read('marks.svg').split('\n').filter(line => line.startsWith('<symbol'))
  .map(line => [line.match(/id="([^"]+)"/)[1], line]));
const symbols = { ...marks, ...Object.fromEntries(names.map(name => [name, symbol(name)])) };
const body = Object.keys(symbols).sort().map(name => symbols[name]).join('\n');
writeFileSync(new URL('../assets/icons.svg', here), `<svg xmlns="http://www.w3.org/2000/svg">
<!-- Icons: Lucide, ISC License, © Lucide Contributors. Brand marks belong to their owners. -->
${body}
</svg>
`);
console.log(`${Object.keys(symbols).length} icons`);

// The same with JavaScript switched off.
export { prepare, walk } from './_things.mjs';
export const environment = 'test';
export const program = 'test-things';
export const javaScript = false;
export const pictures = false;

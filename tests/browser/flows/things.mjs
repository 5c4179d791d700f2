// Every kind of field, by mouse and keyboard.
export { prepare, walk } from './_things.mjs';
export const environment = 'test';
export const program = 'test-things';

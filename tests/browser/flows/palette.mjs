// The palette at the keyboard alone.
export { prepare, byKeys as walk } from './_palette.mjs';
export const environment = 'test';
export const program = 'test-things';
export const pictures = false;

// The palette's own page, with JavaScript switched off.
export { prepare, byForm as walk } from './_palette.mjs';
export const environment = 'test';
export const program = 'test-things';
export const javaScript = false;
export const pictures = false;

// The same with JavaScript switched off.
export { environment, prepare, walk } from './kept.mjs';
export const javaScript = false;
export const pictures = false;

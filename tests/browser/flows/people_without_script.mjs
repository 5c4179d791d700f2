// The same with JavaScript switched off.
export { environment, prepare, walk } from './people.mjs';
export const javaScript = false;
export const pictures = false;

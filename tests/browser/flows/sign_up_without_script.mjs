// The same in a browser without JavaScript.
export { environment, walk } from './sign_up.mjs';
export const javaScript = false;

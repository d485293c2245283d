// What few visitors need, and nobody at once: one part, as each further one would divide what it shares with the page.
export { Explanation } from './explain/explanation.js';
export { Detail } from './library/detail.js';
export { Operator } from './library/operator.js';

// What the page's modules find besides their own: style sheets, a build of hls.js, and what the page leaves for others.

declare module '*.css';

declare module 'hls.js/dist/hls.min.mjs' {
  export { default } from 'hls.js';
}

interface Window {
  /** The figures of the session. */
  experience: { record(): ReturnType<import('./record/session.js').Session['toJSON']> };
}

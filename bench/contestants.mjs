// The Workers that are measured beside each other.
import { local } from '../scripts/lib/project.mjs';
import { built } from './workerd.mjs';

/** Our modules. */
export const OURS = built(local('build'));

/**
 * The hand-written Worker, ours, and `others` (`NAME=DIR`, the build/ of another branch).
 * @param {string[]} others
 * @returns {[name: string, modules: import('./workerd.mjs').Module[]][]}
 */
export const contestants = (others) => [
  [
    'reference',
    [
      ['index.js', 'esModule', local('bench/reference.mjs')],
      ['layout.mjs', 'esModule', local('bench/layout.mjs')],
    ],
  ],
  ['millrace', OURS],
  ...others.map((other) => {
    const [name, folder] = other.split('=');
    return /** @type {[string, import('./workerd.mjs').Module[]]} */ ([name, built(folder)]);
  }),
];

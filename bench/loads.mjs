// What the Workers are asked for, in turns.

/**
 * @typedef {object} Load what is asked in turns
 * @property {string} name
 * @property {string} stream
 * @property {number} count how many a round, which lasts about half a second
 * @property {'r2' | 'cache'} [from] what each answer should come out of
 * @property {boolean} [isSigned] whether ours is held against itself, with a token in every path
 * @property {'HEAD'} [method]
 * @property {boolean} [isKnown] whether the client says that it has the version that there is
 * @property {number} [status]
 */

/** @type {Load[]} */
export const LOADS = [
  { name: '500k', stream: 'video', count: 400, from: 'r2' },
  { name: '20k', stream: 'audio', count: 800, from: 'r2' },
  { name: '304', stream: 'audio', count: 1600, isKnown: true, status: 304 },
  { name: 'head', stream: 'audio', count: 1600, method: 'HEAD' },
  { name: 'signed_20k', stream: 'audio', count: 800, from: 'r2', isSigned: true },
  { name: 'hit_500k', stream: 'video', count: 400, from: 'cache' },
  { name: 'hit_20k', stream: 'audio', count: 800, from: 'cache' },
];

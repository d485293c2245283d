// Bodies of several pieces, as a plan states them: bytes that were made with it, and parts of objects.

// @ts-expect-error A build puts the Worker there.
import { made } from 'worker';
import { called } from './called.js';
import { giveUp } from './fronts.js';
import { MAX_WHOLE, joined } from './join.js';
import { bytesOf, opened } from './stored.js';
import { together } from './together.js';

/** @typedef {import('./fronts.js').Begun} Begun */
/** @typedef {import('./stored.js').Read} Read */
/** @typedef {{pieces: Piece[], length: number}} Body */
/**
 * So many of the bytes that were made; or what is kept of a read, or of what lies from `at` in the fragment whose front came as
 * this one: where each run starts and ends, if not all is.
 * @typedef {{made?: number, read?: Read, front?: number, at?: number, kept?: number[]}} Piece
 */

/**
 * The body of a plan that was made right now; none if what it reads is not there, or not of that version any more, or comes out
 * of transfers that it cannot be cut from.
 * @param {Body} body
 * @param {Begun[]} begun the fragments whose fronts the plan was made with
 * @param {Record<string, any>} env
 * @param {{waitUntil: (promise: Promise<unknown>) => void}} context
 */
export async function bodyOf({ pieces, length }, begun, env, context) {
  const bytes = called(made);
  let taken = 0;
  const parts = pieces.map(({ made, read, front, at, kept }) => {
    if (read) return partOf(read, kept, env);
    if (!made) return restOf(begun[front], at, kept);
    taken += made;
    return [bytes.subarray(taken - made, taken)];
  });
  const given = await together(parts, (given) => {
    giveUp(begun);
    for (const piece of given) if (Array.isArray(piece)) piece[0].cancel().catch(() => {});
  });
  return given && joined(given, length, context);
}

/** What is kept of a read. */
async function partOf(read, kept, env) {
  const found = await opened(read, env);
  if (!found) return undefined;
  const {
    length,
    object: { patienceMs },
  } = read;
  if (length > MAX_WHOLE) return [[found.body, kept ? kept.at(-1) : length, kept, patienceMs]];
  const bytes = await bytesOf(found, read);
  return kept ? runsOf(bytes, kept) : [bytes];
}

/**
 * What is kept of a fragment from a place in its object on.
 * @param {Begun} fragment
 * @param {number} at
 * @param {number[] | undefined} kept
 */
function restOf({ start, end, bytes, stream, patienceMs }, at, kept) {
  const here = bytes.subarray(at - start);
  if (!stream) return kept ? runsOf(here, kept) : [here];
  if (kept) return undefined;
  const missing = end - start - bytes.length;
  return missing ? [here, [stream, missing, undefined, patienceMs]] : [here];
}

function runsOf(bytes, kept) {
  const runs = [];
  for (let run = 0; run < kept.length; run += 2) runs.push(bytes.subarray(kept[run], kept[run + 1]));
  return runs;
}

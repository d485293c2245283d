// What stored fragments begin with: read off the front of transfers that go on. Which bytes belong to it, WebAssembly says; no
// others are shown to it.

import { MAX_WHOLE } from './join.js';
import { fill, readerOf, within } from './patience.js';
import { bytesOf, opened } from './stored.js';
import { together } from './together.js';

/** @typedef {import('./stored.js').Read} Read */
/** @typedef {{generation: string, transfers: Transfer[], longest: number}} Fronts what is wanted: the longest `moof` */
/** @typedef {{read: Read, fragments: [start: number, end: number][]}} Transfer a read that gives these fragments */

/**
 * A fragment whose transfer has begun: where it lies in its object, the first bytes of it, and where the others come from, if
 * these are not all, and for how many milliseconds they are waited for.
 * @typedef {{start: number, end: number, bytes: Uint8Array, stream?: ReadableStream, patienceMs?: number}} Begun
 */

/** So many bytes of a fragment are read at first where it is not read whole: few `moof`s are longer. */
const FIRST = 4 << 10;

/** The header of an `mdat` has no more bytes. */
const MDAT_HEADER = 16;

/**
 * All fragments of these transfers, in order, each begun; none if an object is not there, or not of that version any more.
 * @param {Fronts} fronts
 * @param {Record<string, any>} env
 */
export const begin = ({ transfers, longest }, env) =>
  together(
    transfers.map((each) => transferred(each, longest, env)),
    giveUp,
  );

/**
 * Ends the transfers of fragments that are not going to be sent.
 * @param {Begun[]} fragments
 */
export function giveUp(fragments) {
  for (const { stream } of fragments) stream?.cancel().catch(() => {});
}

/**
 * The boxes that each of these fragments begins with, one behind the other, and how long they are.
 * @param {Begun[]} fragments
 * @param {number} longest
 * @returns {[bytes: Uint8Array, lengths: Uint32Array]}
 */
export function frontsOf(fragments, longest) {
  const fronts = fragments.map(({ bytes }) => bytes.subarray(0, frontOf(bytes, longest)));
  return [concatenated(fronts), Uint32Array.from(fronts, ({ length }) => length)];
}

/** How many bytes a `moof` and the header behind it have at most, by what the `moof` says of itself. */
function frontOf(bytes, longest) {
  if (bytes.length < 4) return bytes.length;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return Math.min(size, longest) + MDAT_HEADER;
}

/**
 * The fragments of one transfer. All of them but the last are read whole.
 * @param {Transfer} transfer
 * @param {number} longest
 * @param {Record<string, any>} env
 * @returns {Promise<Begun[] | undefined>}
 */
async function transferred({ read, fragments }, longest, env) {
  const found = await opened(read, env);
  if (!found) return undefined;
  const {
    offset,
    length,
    object: { patienceMs },
  } = read;
  if (length <= MAX_WHOLE) {
    const bytes = await bytesOf(found, read);
    return fragments.map(([start, end]) => ({ start, end, bytes: bytes.subarray(start - offset, end - offset) }));
  }
  const stream = found.body;
  const reader = readerOf(stream);
  let at = offset;
  const upTo = async (position) => {
    const bytes = await within(patienceMs, fill(reader, new Uint8Array(position - at)));
    at = position;
    return bytes;
  };
  try {
    const before = [];
    for (const [start, end] of fragments.slice(0, -1)) {
      const bytes = await upTo(end);
      before.push({ start, end, bytes: bytes.subarray(bytes.length - (end - start)) });
    }
    const [start, end] = fragments.at(-1);
    if (at < start) await upTo(start);
    let bytes = await upTo(Math.min(end, start + FIRST));
    const needed = Math.min(end, start + frontOf(bytes, longest));
    if (at < needed) bytes = concatenated([bytes, await upTo(needed)]);
    reader.releaseLock();
    return [...before, { start, end, bytes, stream, patienceMs }];
  } catch (error) {
    reader.cancel().catch(() => {});
    throw error;
  }
}

/**
 * All of these, one behind the other.
 * @param {Uint8Array[]} pieces
 */
function concatenated(pieces) {
  if (pieces.length === 1) return pieces[0];
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

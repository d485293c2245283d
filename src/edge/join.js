// Bodies that are made of several pieces. Bytes of media go from buffer to buffer of the runtime's own; none of them comes
// into WebAssembly.
//
// A piece is a Uint8Array, or a stored one: a stream; how many of its bytes are needed; which of them are kept (where each
// run starts and ends, counted from the first byte), if not all of the stream is; and for how many milliseconds its bytes
// are waited for, where they are read here. Where a stream is piped as it is, the runtime waits for it.

import { fill, readerOf, within } from './patience.js';

/** @typedef {[stream: ReadableStream, needed: number, keep: Float64Array | number[] | undefined, patienceMs: number]} Stored */
/** @typedef {Uint8Array | Stored} Piece */

/**
 * Bodies are read whole, before they are sent, where no more bytes are read for them than this. A stream between storage
 * and viewer costs more than moving these, and an isolate has room for hundreds of them.
 */
export const MAX_WHOLE = 256 << 10;

/** So many bytes are asked for at once where some are cut out on the way. */
const CHUNK = 256 << 10;

/**
 * The body of these pieces, one behind the other. A stream that breaks off breaks the response off, and is never taken for
 * its end; one that is read whole is an error then.
 * @param {Piece[]} pieces
 * @param {number} length of all of it, in bytes
 * @param {{waitUntil: (promise: Promise<unknown>) => void}} context
 * @returns {Promise<Uint8Array<ArrayBuffer> | ReadableStream>}
 */
export async function joined(pieces, length, context) {
  const read = pieces.reduce((sum, piece) => sum + (Array.isArray(piece) ? piece[1] : 0), 0);
  if (read <= MAX_WHOLE) return joinedWhole(pieces, length);
  // @ts-expect-error Only the runtime has it.
  const { readable, writable } = new FixedLengthStream(length);
  // The reader of the response learns of a failure by its end; nobody else has to know.
  context.waitUntil(write(pieces, writable).catch((error) => writable.abort(error).catch(() => {})));
  return readable;
}

/** @param {Piece[]} pieces */
async function joinedWhole(pieces, length) {
  let body = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    if (!Array.isArray(piece)) {
      body.set(piece, at);
      at += piece.length;
      continue;
    }
    const [stream, needed, keep, patienceMs] = piece;
    const reader = readerOf(stream);
    try {
      if (keep) {
        const kept = closeUp(await within(patienceMs, fill(reader, new Uint8Array(needed))), keep, 0);
        body.set(kept, at);
        at += kept.length;
      } else {
        const read = await within(patienceMs, fill(reader, body.subarray(at, at + needed)));
        body = new Uint8Array(read.buffer);
        at += needed;
      }
    } finally {
      reader.cancel().catch(() => {});
    }
  }
  return body;
}

/**
 * @param {Piece[]} pieces
 * @param {WritableStream} writable
 */
async function write(pieces, writable) {
  const last = pieces.at(-1);
  for (const piece of pieces) {
    if (!Array.isArray(piece)) {
      const writer = writable.getWriter();
      // What comes behind it waits for it by itself, and fails as it does.
      writer.write(piece).catch(() => {});
      writer.releaseLock();
      continue;
    }
    const [stream, needed, keep, patienceMs] = piece;
    if (keep) await cut(stream, needed, keep, patienceMs, writable);
    else await stream.pipeTo(writable, { preventClose: piece !== last });
    if (piece === last && !keep) return;
  }
  await writable.close();
}

/** Writes what is kept of a stream, as fast as that is taken. */
async function cut(stream, needed, keep, patienceMs, writable) {
  const reader = readerOf(stream);
  const writer = writable.getWriter();
  try {
    let buffer = new ArrayBuffer(Math.min(CHUNK, needed));
    for (let position = 0; position < needed; position += CHUNK) {
      const view = new Uint8Array(buffer, 0, Math.min(CHUNK, needed - position));
      const chunk = await within(patienceMs, fill(reader, view));
      const kept = closeUp(chunk, keep, position);
      // A disconnect of the viewer only shows up as a failed write.
      if (kept.length > 0) await writer.write(kept);
      // What was written has been taken, so its memory is free again.
      buffer = chunk.buffer;
    }
  } finally {
    writer.releaseLock();
    reader.cancel().catch(() => {});
  }
}

/**
 * The bytes of a chunk that are kept, moved together to its front.
 * @param {Uint8Array} chunk
 * @param {Float64Array | number[]} keep
 * @param {number} position of the chunk's first byte
 */
function closeUp(chunk, keep, position) {
  let length = 0;
  for (let run = firstBehind(keep, position); run < keep.length && keep[run] < position + chunk.length; run += 2) {
    const from = Math.max(0, keep[run] - position);
    const until = Math.min(chunk.length, keep[run + 1] - position);
    if (from > length) chunk.copyWithin(length, from, until);
    length += until - from;
  }
  return chunk.subarray(0, length);
}

/** The place of the first run that ends behind `position`. */
function firstBehind(keep, position) {
  let [low, high] = [0, keep.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keep[2 * middle + 1] <= position) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

// Reads of R2 buckets, as a plan states them.

import { within } from './patience.js';

/**
 * One version of an object, and for how many milliseconds the bucket's answer is waited for, and bytes each time.
 * @typedef {{bucket: string, key: string, etag: string, patienceMs: number}} BucketObject
 */
/** @typedef {{object: BucketObject, offset: number, length: number}} Read a part of it */

/**
 * The object with a body of just what is read; none if it is not there, or not of that version any more.
 * @param {Read} read
 * @param {Record<string, any>} env
 */
export async function opened({ object: { bucket, key, etag, patienceMs }, offset, length }, env) {
  const answer = env[bucket].get(key, { range: { offset, length }, onlyIf: { etagMatches: etag } });
  const found = await inTime(answer, patienceMs);
  if (!found?.body) return undefined;
  // A shorter object cannot be that version.
  if (found.size < offset + length) return void (await found.body.cancel());
  return found;
}

/** What a bucket answers, if it does in time. A body that comes later is not read. */
async function inTime(answer, patienceMs) {
  try {
    return await within(patienceMs, answer, `no answer came within ${patienceMs} ms`);
  } catch (error) {
    answer.then((late) => late?.body?.cancel()).catch(() => {});
    throw error;
  }
}

/**
 * All bytes of the body of an object that is read.
 * @param {{arrayBuffer: () => Promise<ArrayBuffer>}} found
 * @param {Read} read
 */
export async function bytesOf(found, { object: { patienceMs }, length }) {
  const bytes = new Uint8Array(await within(patienceMs, found.arrayBuffer()));
  if (bytes.length !== length) throw new Error('its body ended too early');
  return bytes;
}

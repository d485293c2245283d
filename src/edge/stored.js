// Reads of R2 buckets, as a plan states them.

import { within } from './patience.js';

/** @typedef {{bucket: string, key: string, etag: string, offset: number, length: number}} Read of a part of one version of an object */

/**
 * The object with a body of just what is read; none if it is not there, or not of that version any more.
 * @param {Read} read
 * @param {Record<string, any>} env
 */
export async function opened({ bucket, key, etag, offset, length }, env) {
  const object = await env[bucket].get(key, { range: { offset, length }, onlyIf: { etagMatches: etag } });
  if (!object?.body) return undefined;
  // A shorter object cannot be that version.
  if (object.size < offset + length) return void (await object.body.cancel());
  return object;
}

/**
 * All bytes of an object's body, of which there are to be so many.
 * @param {{arrayBuffer: () => Promise<ArrayBuffer>}} object
 * @param {number} length
 * @param {number} patienceMs for how long they are waited for
 */
export async function bytesOf(object, length, patienceMs) {
  const bytes = new Uint8Array(await within(patienceMs, object.arrayBuffer()));
  if (bytes.length !== length) throw new Error('its body ended too early');
  return bytes;
}

// Stored fragments that were planned with one beside them: whoever asks for one of these, and for nothing special, is answered
// without another call into WebAssembly.
//
// Their URLs name a generation, so what was planned of them holds for ever; and every read is of the version that the
// generation is of. Where a policy closes them, the gate is asked each time.

import { Latest } from './latest.js';

/** @typedef {[start: number, offset: number, length: number, etag: string]} InRow */
/**
 * Fragments in a row, as src/edge/row.rs writes them.
 * @typedef {object} Row
 * @property {string} before what the URL of each begins with, up to its start
 * @property {string} behind
 * @property {boolean} isBehindCache whether the Cache API is asked first
 * @property {boolean} isClosed whether the gate is asked each time
 * @property {import('./stored.js').BucketObject} object of which each is a part
 * @property {Record<string, string>} headers of each answer, but for its entity tag and its length
 * @property {Record<string, string>} unchanged the same of each 304
 * @property {InRow[]} fragments
 */

/**
 * By URL, the latest: some three megabytes.
 * @type {Latest<string, {row: Row, own: InRow}>}
 */
const known = new Latest(8192);

/**
 * The URL of one of a row.
 * @param {Row} row
 * @param {InRow} own
 */
const urlOf = ({ before, behind }, [start]) => `${before}${start}${behind}`;

/**
 * Remembers the fragments of a row.
 * @param {Row} row
 */
export function remember(row) {
  for (const own of row.fragments) known.set(urlOf(row, own), { row, own });
}

/** Forgets the row of the fragment with this URL: its object is not of that version any more. */
export function forget(url) {
  const fragment = known.get(withoutToken(url));
  for (const own of fragment?.row.fragments ?? []) known.delete(urlOf(fragment.row, own));
}

/** What may be a token, in front of a path. */
const TOKEN = /^(https?:\/\/[^/]+)\/(?:hdntl|hdnts|jwt)=[^/]*(?=\/)/;

/** The URL that a row may have an answer to. Whether a token is one, and opens it, the gate says. */
const withoutToken = (url) => (known.has(url) ? url : url.replace(TOKEN, '$1'));

/**
 * The plan of a request for a fragment that is remembered; none if it asks for more than that, if its viewer is not admitted, or
 * where the Cache API is to be asked first.
 * @param {Request} request
 * @param {boolean} hasLooked whether the Cache API was asked
 * @param {(url: string) => boolean} admits says whether the request is one for this URL, and of a viewer who passes the gate
 * @returns {import('./entry.js').Plan | undefined}
 */
export function fromRow({ method, url, headers }, hasLooked, admits) {
  const asked = withoutToken(url);
  const fragment = known.get(asked);
  if (!fragment || headers.has('range') || headers.has('if-match')) return undefined;
  const { row, own } = fragment;
  const isGet = method === 'GET';
  if (isGet ? row.isBehindCache && !hasLooked : method !== 'HEAD') return undefined;
  const [, offset, length, etag] = own;
  const held = headers.get('if-none-match');
  if (held !== null && held !== etag) return undefined;
  if (row.isClosed && !admits(asked)) return undefined;
  if (held) return { status: 304, headers: { ...row.unchanged, etag } };
  const plan = { status: 200, headers: { ...row.headers, etag, 'content-length': String(length) } };
  return isGet ? { ...plan, read: { object: row.object, offset, length } } : plan;
}

// The Worker's JSON (docs/openapi.yaml): the library for everybody, the indexes for whoever has the token.
import { fetchUnpaced } from './unpaced.js';
import { toPath } from './urls.js';

/**
 * @typedef {object} Index of a presentation, without its chunks
 * @property {string} generation
 * @property {{key: string, size: number, etag: string}[]} sources the server manifest first
 * @property {Stream[]} streams
 *
 * @typedef {object} Stream
 * @property {'video' | 'audio' | 'text'} type
 * @property {string} name
 * @property {number} timescale ticks a second
 * @property {number} chunks how many there are
 * @property {[number, number]} first start and duration of the first chunk, in ticks
 * @property {number} end of the last chunk, in ticks
 * @property {Track[]} tracks
 *
 * @typedef {object} Track
 * @property {number} bitrate
 * @property {number} source which of the index's sources holds it
 * @property {{four_cc: string, width?: number, height?: number, sampling_rate?: number, channels?: number}} format
 * @property {'fragments' | 'samples' | 'cues'} media what its fragments are made of
 * @property {boolean} protected whether it is encrypted
 *
 * @typedef {object} Entry of the list
 * @property {string} presentation
 * @property {string} [generation]
 * @property {number} [tracks]
 * @property {number} [duration_ms]
 * @property {number} [bytes]
 * @property {number | null} [index_bytes] what its index takes, with its pages
 * @property {string} [built_at] when the index was stored
 *
 * @typedef {{index: Index, index_bytes: number}} About a presentation: its index, and what that takes without its pages
 *
 * @typedef {object} Stretch of a stream's chunks
 * @property {string} generation
 * @property {number} number which chunk is the first here
 * @property {[number, number][]} chunks start and duration in ticks
 * @property {[number, number][] | null} fragments where each lies in its source; null where they are not stored as they are
 * @property {number | null} next
 */

/** An answer of the Worker that is an error, with its status and its detail. */
class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(path, init) {
  const response = await fetch(path, { cache: 'no-store', ...init });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  throw new ApiError(response.status, isProblem ? JSON.parse(text).detail : text.slice(0, 300));
}

/**
 * One page of the list of what begins with `prefix`, and the cursor of the next.
 * @param {{prefix: string, cursor: string | null, limit: number}} wanted
 * @returns {Promise<{indexes: Entry[], cursor: string | null}>}
 */
export const library = ({ prefix, cursor, limit }) =>
  ask(
    `/_millrace/library?limit=${limit}${prefix && `&prefix=${encodeURIComponent(prefix)}`}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
  );

/**
 * A presentation's index, if it has one.
 * @param {string} presentation
 * @returns {Promise<About>}
 */
export const shown = (presentation) => ask(`/_millrace/library/${toPath(presentation)}`);

/**
 * The chunks of a stream from time `from` on; with `bitrate`, also where that level's fragments lie in their file.
 * @param {string} presentation
 * @param {{stream: string, bitrate?: number, from: number}} wanted
 * @returns {Promise<Stretch>}
 */
export const stretch = (presentation, { stream, bitrate, from }) =>
  ask(
    `/_millrace/library/${toPath(presentation)}?stream=${encodeURIComponent(stream)}&from=${from}${bitrate === undefined ? '' : `&bitrate=${bitrate}`}`,
  );

/**
 * The runs of bytes that a fragment is made of, or a segment of several chunks that begins with it.
 * @param {string} presentation
 * @param {import('./urls.js').Fragment} fragment
 * @returns {Promise<{generation: string, chunks: number, runs: [number, number][]}>}
 */
export const runs = (presentation, { stream, bitrate, start, segment }) =>
  ask(
    `/_millrace/library/${toPath(presentation)}?stream=${encodeURIComponent(stream)}&bitrate=${bitrate}&from=${start}&segment=${segment}`,
  );

/**
 * A presentation's index. If there is none yet, a request for the manifest has the Worker build it.
 * @param {string} presentation
 * @param {string} url of the manifest
 */
export async function shownOrMade(presentation, url) {
  try {
    return await shown(presentation);
  } catch (error) {
    if (error.status !== 404) throw error;
    const manifest = await fetchUnpaced(url, { cache: 'no-store' });
    if (!manifest.ok) throw new ApiError(manifest.status, await manifest.text());
    return shown(presentation);
  }
}

const operator = (token, method, path) => ask(path, { method, headers: { authorization: `Bearer ${token}` } });

export const tryToken = (token) => operator(token, 'GET', '/_millrace/indexes?limit=1');
export const reindex = (token, presentation) => operator(token, 'PUT', `/_millrace/indexes/${toPath(presentation)}`);
export const purge = (token, presentation) => operator(token, 'DELETE', `/_millrace/indexes/${toPath(presentation)}`);

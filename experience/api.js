// The Worker's JSON (docs/openapi.yaml): the library for everybody, the indexes for whoever has the token.
import { fetchUnpaced } from './line/unpaced.js';
import { toPath } from './urls.js';

/** An answer that is none, with what it says. */
export class Refused extends Error {
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
  throw new Refused(response.status, isProblem ? JSON.parse(text).detail : text.slice(0, 300));
}

/** A part of the list, and where it goes on. */
export const library = (cursor) =>
  ask(`/_millrace/library?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

/** A presentation's index without its chunks, if it has one. */
export const shown = (presentation) => ask(`/_millrace/library/${toPath(presentation)}`);

/**
 * Some chunks of a stream, from the one that plays at `from` on; and where the fragments of its level `bitrate` lie.
 * @param {string} presentation
 * @param {{stream: string, bitrate?: number, from: number}} wanted
 * @returns {Promise<{generation: string, number: number, chunks: [number, number][], fragments: [number, number][] | null, next: number | null}>}
 */
export const stretch = (presentation, { stream, bitrate, from }) =>
  ask(
    `/_millrace/library/${toPath(presentation)}?stream=${encodeURIComponent(stream)}&from=${from}${bitrate === undefined ? '' : `&bitrate=${bitrate}`}`,
  );

/** A presentation's index, which is made by asking for the manifest if it is not there. */
export async function shownOrMade(presentation) {
  try {
    return await shown(presentation);
  } catch (error) {
    if (error.status !== 404) throw error;
    const manifest = await fetchUnpaced(`/${toPath(presentation)}/Manifest`, { cache: 'no-store' });
    if (!manifest.ok) throw new Refused(manifest.status, await manifest.text());
    return shown(presentation);
  }
}

const operator = (token, method, path) => ask(path, { method, headers: { authorization: `Bearer ${token}` } });

export const tryToken = (token) => operator(token, 'GET', '/_millrace/indexes?limit=1');
export const reindex = (token, presentation) => operator(token, 'PUT', `/_millrace/indexes/${toPath(presentation)}`);
export const purge = (token, presentation) => operator(token, 'DELETE', `/_millrace/indexes/${toPath(presentation)}`);

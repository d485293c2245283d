// Loads a stream as a player does: every fragment that the manifest lists, in order.
import { readFragment } from './boxes.mjs';
import { readManifest } from './manifest.mjs';
import { samplesOf } from './progressive.mjs';

/**
 * @param {{get: (path: string) => Promise<import('./http.mjs').Answer>}} worker
 * @param {string} key of the presentation
 * @param {string} name of the stream
 * @param {number} [level] which of its levels, as they are listed
 * @returns {Promise<{chunk: {start: number, duration: number}, body: Buffer, fragment: import('./boxes.mjs').Fragment}[]>}
 */
export async function servedFragments(worker, key, name, level = 0) {
  const { chunks, levels, url } = await servedStream(worker, key, name);
  const fragments = [];
  for (const chunk of chunks) {
    const path = `/${key}/${url(levels[level].Bitrate, chunk.start)}`;
    const { status, body, text } = await worker.get(encodeURI(path));
    if (status !== 200) throw new Error(`${status} for ${path}: ${text}`);
    fragments.push({ chunk, body, fragment: readFragment(body) });
  }
  return fragments;
}

/** What the manifest says of a stream. */
export async function servedStream(worker, key, name) {
  const { status, text } = await worker.get(encodeURI(`/${key}/manifest`));
  if (status !== 200) throw new Error(`${status} for the manifest of ${key}: ${text}`);
  return readManifest(text).stream(name);
}

/** The samples of all of them. */
export const samplesIn = (fragments) => fragments.flatMap(({ fragment }) => samplesOf(fragment));

// A long film of several quality levels, each in a progressive MP4 of its own.
import { longFile } from './long.mjs';
import { serverManifest } from './media.mjs';

export const FILM = 'long/film.ism';

/** @typedef {Map<string, {bytes: import('./sparse.mjs').Sparse | Buffer, etag?: string}>} Objects in storage, by key */

/** @returns {Promise<{objects: Objects, samples: {sizes: number[]}[]}>} what lies in storage; all levels have the same samples */
export async function longFilm(seconds, levels) {
  const { bytes, samples } = await longFile(seconds);
  const sources = Array.from({ length: levels }, (_, at) => ({
    kind: 'video',
    src: `film_${at}.mp4`,
    trackId: 1,
    bitrate: 1_000_000 * (at + 1),
  }));
  const manifest = serverManifest([...sources, { kind: 'audio', src: 'film_0.mp4', trackId: 2, bitrate: 64_000 }]);
  /** @type {Objects} */
  const objects = new Map(sources.map(({ src }) => [`long/${src}`, { bytes, etag: src }]));
  return { objects: objects.set(FILM, { bytes: Buffer.from(manifest) }), samples };
}

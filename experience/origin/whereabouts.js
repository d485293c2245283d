// Where a fragment's bytes lie: by the index, and by the answer's entity tag.
import { runs } from '../api.js';

/**
 * @param {import('../api.js').Index} index
 * @param {import('./chunks.js').Chunks} chunks of the same presentation
 * @param {import('../urls.js').Fragment} fragment
 * @returns what of it is known: `range` is missing where a fragment is `madeOf` the samples of a progressive MP4, or the cues of
 *   a text file; `all` is where others around it lie
 */
export async function whereabouts(index, chunks, { generation, stream: name, bitrate, start }) {
  // A cache may still hold a manifest of an earlier generation, whose files this index does not know.
  if (generation && generation !== index.generation) return undefined;
  const stream = index.streams.find((one) => one.name === name);
  const track = stream?.tracks.find((one) => one.bitrate === bitrate);
  if (!track) return undefined;
  const place = await chunks.find({ stream: name, bitrate, start });
  if (!place || place.stretch.generation !== index.generation) return undefined;
  const { number, range, stretch } = place;
  return {
    stream,
    track,
    source: index.sources[track.source],
    number,
    range,
    all: stretch.fragments ?? [],
    madeOf: track.media,
  };
}

/**
 * The runs of bytes that it is made of, and of how many chunks it is; `undefined` if the index has been replaced.
 * @param {{index: import('../api.js').Index, chunks: import('./chunks.js').Chunks}} playing
 * @param {NonNullable<Awaited<ReturnType<typeof whereabouts>>>} found
 * @param {import('../urls.js').Fragment} fragment
 * @returns {Promise<{runs: [number, number][], chunks: number} | undefined>}
 */
export async function runsOf({ index, chunks }, { range }, fragment) {
  if (range && fragment.segment === 0) return { runs: [range], chunks: 1 };
  const { generation, runs: all, chunks: many } = await runs(chunks.presentation, fragment);
  return generation === index.generation ? { runs: all, chunks: many } : undefined;
}

/** `"{source's etag}-{start}-{end}"`, in hexadecimal, as an entity tag names the range. */
export function rangeInTag(etag, sourceTag) {
  const bare = (etag ?? '').replace(/^(W\/)?"|"$/g, '');
  if (!bare.startsWith(`${sourceTag}-`)) return undefined;
  const [start, end] = bare
    .slice(sourceTag.length + 1)
    .split('-')
    .map((hex) => Number.parseInt(hex, 16));
  return [start, end];
}

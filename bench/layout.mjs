// What the bench plays: a presentation of two hours whose fragments lie where a little arithmetic says,
// so that a Worker without an index can find them too. `benches/presentation` lays the files out like
// this, and every run begins by comparing what the two Workers answer.

export const PRESENTATION = 'bench/evenly.ism';
export const CHUNKS = 3600;

/** The entity tag of every stored file. */
export const ETAG = '9b2cf535f27731c974343645a3985328';

const CHUNK_TICKS = 20_000_000;

/** One quality level of each stream: fragments of `mean` bytes, give or take a twentieth. */
export const STREAMS = {
  video: { key: 'bench/evenly-2000.ismv', type: 'video/mp4', bitrate: 2_000_000, mean: 500_000 },
  audio: { key: 'bench/evenly-80.isma', type: 'audio/mp4', bitrate: 80_000, mean: 20_000 },
};

/** When the fragment in place `at` starts: one of audio at the first of its frames from there on. */
export function startOf(stream, at) {
  if (stream === STREAMS.video) return at * CHUNK_TICKS;
  return Math.floor((Math.ceil((at * 96_000) / 1024) * 640_000) / 3);
}

/** Where the fragment that starts at `start` lies in its file. */
export function rangeAt({ mean }, start) {
  const at = Math.floor(start / CHUNK_TICKS);
  const begin = (at) => 4096 + at * mean + ((at * 7919) % (mean / 20));
  const offset = begin(at);
  return { offset, length: begin(at + 1) - offset };
}

/** The entity tag that a fragment at such a range is answered with. */
export const etagOf = ({ offset, length }) => `"${ETAG}-${offset.toString(16)}-${(offset + length).toString(16)}"`;

// What viewers ask for who play what benches/views has written down.

/**
 * What benches/views prints.
 * @typedef {object} Setting
 * @property {string} generation of every index
 * @property {number[]} bitrates of the levels of video, and of audio behind them
 * @property {number} chunk_seconds
 * @property {number} presentations
 * @property {number} minutes
 * @property {number} data_centres
 * @property {number} viewers
 * @property {number} cache_bytes that each data centre keeps
 * @property {number} index_bytes of each presentation
 * @property {{requests: number, hits: number, r2: number, kv: number}} model what it says
 */

/** @typedef {{ms: number, path: string, isCounted: boolean}} Request the first half of all that is played fills caches */

/** Ticks a second. */
const TICKS = 10_000_000;

/**
 * The requests of each data centre in the order of time: a viewer who plays a minute asks for its chunks one after the
 * other, video and then audio, when each is due.
 * @param {Setting} setting
 * @param {string} views a line for each minute that is played, in turns: data centre, presentation, level, minute
 * @returns {Request[][]}
 */
export function requestsOf({ generation, bitrates, chunk_seconds, data_centres, viewers }, views) {
  /** @type {Request[][]} */
  const asked = Array.from({ length: data_centres }, () => []);
  const lines = views.trim().split('\n');
  const chunks = 60 / chunk_seconds;
  for (const [turn, line] of lines.entries()) {
    const [dataCentre, presentation, level, minute] = line.split(' ').map(Number);
    const base = `/${key(presentation)}/${generation}`;
    for (let at = 0; at < chunks; at += 1) {
      const ms = (turn * 60_000) / viewers + at * chunk_seconds * 1000;
      const start = (minute * chunks + at) * chunk_seconds * TICKS;
      const isCounted = turn >= lines.length / 2;
      const ask = (bitrate, stream) =>
        asked[dataCentre].push({
          ms,
          path: `${base}/QualityLevels(${bitrate})/Fragments(${stream}=${start})`,
          isCounted,
        });
      ask(bitrates[level], 'video');
      ask(bitrates.at(-1), 'audio');
    }
  }
  return asked.map((requests) => requests.toSorted((one, other) => one.ms - other.ms));
}

const key = (presentation) => `bench/played-${presentation}.ism`;

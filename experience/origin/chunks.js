// The chunks of a presentation, requested in stretches as they are needed.
import { stretch } from '../api.js';

export class Chunks {
  /** @type {Map<string, import('../api.js').Stretch[]>} loaded stretches, by stream and level */
  #stretches = new Map();
  /** @type {Map<string, Promise<unknown>>} the search under way in each */
  #looking = new Map();

  /** @param {string} presentation */
  constructor(presentation) {
    this.presentation = presentation;
  }

  /**
   * The chunk that starts at `start`, and where its fragment lies; `undefined` if there is none.
   * @param {{stream: string, bitrate: number, start: number}} fragment
   * @returns {Promise<{number: number, range?: [number, number], stretch: import('../api.js').Stretch} | undefined>}
   */
  find(fragment) {
    const level = `${fragment.bitrate} ${fragment.stream}`;
    // One search after the other: the stretch that one loads mostly holds the chunk of the next.
    const found = (this.#looking.get(level) ?? Promise.resolve()).then(() => this.#find(level, fragment));
    this.#looking.set(
      level,
      found.catch(() => {}),
    );
    return found;
  }

  async #find(level, { stream, bitrate, start }) {
    const here = this.#stretches.get(level) ?? [];
    const known = here.map((one) => placed(one, start)).find((place) => place);
    if (known) return known;
    const more = await stretch(this.presentation, { stream, bitrate, from: start });
    this.#stretches.set(level, [...here, more]);
    return placed(more, start);
  }
}

/** @param {import('../api.js').Stretch} stretch */
function placed(stretch, start) {
  const at = stretch.chunks.findIndex(([time]) => time === start);
  return at < 0 ? undefined : { number: stretch.number + at, range: stretch.fragments?.[at], stretch };
}

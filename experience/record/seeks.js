// Finds seeks: when a visitor has playback go on somewhere else.

/** Players step over gaps of less. */
const LEAST_SECONDS = 0.5;
/** Whoever drags the position seeks many times, and means it once. */
const DRAGGED_MS = 500;

/** @typedef {{at: number, kind: 'seek', from: number, to: number}} Seek in seconds of the presentation */

export class Seeks {
  /** @type {Seek | undefined} */
  #last;

  /**
   * @param {HTMLVideoElement} video
   * @param {(seek: Seek) => void} found
   * @param {() => number | undefined} position at which playback was before
   */
  constructor(video, found, position) {
    video.addEventListener('seeking', () => {
      const [at, to, from] = [performance.now(), video.currentTime, position()];
      if (this.#last && at - this.#last.at < DRAGGED_MS) this.#last.to = to;
      else if (from !== undefined && Math.abs(to - from) >= LEAST_SECONDS) {
        this.#last = { at, kind: 'seek', from, to };
        found(this.#last);
      }
    });
  }
}

// Finds stalls: when playback stands still for want of bytes.

/** Shorter interruptions are invisible: players skip small gaps. */
const LEAST_MS = 120;

/** @typedef {{at: number, kind: 'stall', ms: number}} Stall that lasts for `ms` so far */

export class Stalls {
  #hasPlayed = false;
  /** @type {Stall | undefined} the one under way */
  #stall;
  #found;

  /**
   * @param {HTMLVideoElement} video
   * @param {(stall: Stall) => void} found called once it is one, while it lasts
   */
  constructor(video, found) {
    this.#found = found;
    video.addEventListener('playing', () => {
      this.#hasPlayed = true;
      this.#end();
    });
    video.addEventListener('timeupdate', () => video.readyState > 2 && this.#end());
    // A seek waits at its target, and a start for the first frame: neither is a stall.
    video.addEventListener('seeking', () => (this.#stall = undefined));
    video.addEventListener('waiting', () => {
      if (this.#hasPlayed && !video.seeking && !video.ended)
        this.#stall ??= { at: performance.now(), kind: 'stall', ms: 0 };
    });
  }

  begin() {
    this.#stall = undefined;
    this.#hasPlayed = false;
  }

  /** Measures the one under way. */
  measure() {
    if (!this.#stall) return;
    const isKnown = this.#stall.ms >= LEAST_MS;
    this.#stall.ms = performance.now() - this.#stall.at;
    if (!isKnown && this.#stall.ms >= LEAST_MS) this.#found(this.#stall);
  }

  #end() {
    this.measure();
    this.#stall = undefined;
  }
}

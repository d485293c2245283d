// Finds stalls: when playback stood still for want of bytes.

/** Shorter interruptions are invisible: players skip small gaps. */
const LEAST_MS = 120;

export class Stalls {
  #since;
  #hasPlayed = false;

  /**
   * @param {HTMLVideoElement} video
   * @param {(mark: {at: number, kind: 'stall', ms: number}) => void} found told once it is over
   */
  constructor(video, found) {
    video.addEventListener('playing', () => {
      this.#hasPlayed = true;
      this.#end(found);
    });
    video.addEventListener('timeupdate', () => video.readyState > 2 && this.#end(found));
    // A seek waits at its target, and a start for the first frame: neither is a stall.
    video.addEventListener('seeking', () => (this.#since = undefined));
    video.addEventListener('waiting', () => {
      if (this.#hasPlayed && !video.seeking && !video.ended) this.#since ??= performance.now();
    });
  }

  begin() {
    this.#since = undefined;
    this.#hasPlayed = false;
  }

  #end(found) {
    if (this.#since === undefined) return;
    const ms = performance.now() - this.#since;
    if (ms >= LEAST_MS) found({ at: this.#since, kind: 'stall', ms });
    this.#since = undefined;
  }
}

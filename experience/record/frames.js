// Measures how many frames a second the video has shown.

/** The window in which they are counted. */
const WINDOW_MS = 1000;

export class Frames {
  /** @type {[at: number, shown: number][]} */
  #counted = [];

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.video = video;
  }

  /** Frames a second within the last window; null where there is no video. */
  rate() {
    const { totalVideoFrames, droppedVideoFrames } = this.video.getVideoPlaybackQuality();
    if (this.video.videoWidth === 0) return null;
    const [at, shown] = [performance.now(), totalVideoFrames - droppedVideoFrames];
    // Another source counts from 0.
    if (shown < (this.#counted.at(-1)?.[1] ?? 0)) this.#counted = [];
    this.#counted.push([at, shown]);
    while (this.#counted.length > 2 && at - this.#counted[1][0] >= WINDOW_MS) this.#counted.shift();
    const [since, before] = this.#counted[0];
    return at > since ? ((shown - before) * 1000) / (at - since) : 0;
  }
}

// The record of one session: samples four times a second, transfers, switches, stalls and seeks. All charts are drawn from it, and
// it can be saved as JSON.
import { Frames } from './frames.js';
import { Seeks } from './seeks.js';
import { Stalls } from './stalls.js';

export const SAMPLE_MS = 250;
/** An hour of samples. */
const KEPT = 14_400;

/**
 * @typedef {object} Sample
 * @property {number} at milliseconds since the page began
 * @property {number | null} line what the simulated line lets through, in bit/s; null without a limit
 * @property {number | null} delivered what came in the last second
 * @property {number | null} estimate what the player believes in
 * @property {number | null} fetched the level last asked for
 * @property {number | null} shown the level on the screen
 * @property {number} buffer seconds fetched ahead of playback
 * @property {number} position seconds
 * @property {number | null} frames shown a second; null without video
 *
 * @typedef {object} Playing
 * @property {string} presentation
 * @property {string} protocol
 * @property {number} [timescale] of its video, in ticks a second
 * @property {string} [stream] the name of that
 * @property {() => number | null} estimate of the player, in bit/s
 */

export class Session extends EventTarget {
  /** @type {Sample[]} */
  samples = [];
  /** @type {{at: number, kind: 'switch' | 'stall' | 'seek', from?: number, to?: number, ms?: number}[]} */
  marks = [];
  /** @type {Playing | undefined} */
  playing;
  #stalls;
  #frames;
  /** The fragment on the screen, and the level that it had when playback reached it. */
  /** @type {{start?: number, bitrate?: number}} */
  #entered = {};

  /**
   * @param {HTMLVideoElement} video
   * @param {import('../line/line.js').Line} line
   * @param {import('./transfers.js').Transfers} transfers
   */
  constructor(video, line, transfers) {
    super();
    this.video = video;
    this.line = line;
    this.transfers = transfers;
    this.#stalls = new Stalls(video, (stall) => this.marks.push(stall));
    this.#frames = new Frames(video);
    new Seeks(
      video,
      (seek) => this.marks.push(seek),
      () => this.samples.at(-1)?.position,
    );
    video.addEventListener('seeking', () => (this.#entered = {}));
    setInterval(() => this.#take(), SAMPLE_MS);
  }

  /**
   * Begins a record, or goes on with the one that has not ended.
   * @param {Playing} playing
   */
  play(playing) {
    if (!this.playing) {
      this.samples = [];
      this.marks = [];
      this.transfers.forget();
      this.#entered = {};
      this.#stalls.begin();
    }
    this.playing = playing;
  }

  /** Goes on without a player until there is one again. */
  wait() {
    if (this.playing) this.playing.estimate = () => null;
  }

  /** Ends the record. */
  end() {
    this.playing = undefined;
  }

  #take() {
    if (!this.playing) return;
    this.#stalls.measure();
    const { video, line, transfers } = this;
    const last = this.samples.at(-1);
    const sample = {
      at: performance.now(),
      line: line.isPaced && line.mbps !== null ? line.mbps * 1e6 : null,
      delivered: transfers.delivered(),
      estimate: this.playing.estimate(),
      fetched: this.#videoTransfers().at(-1)?.fragment.bitrate ?? null,
      shown: this.#shown(),
      buffer: bufferedAhead(video),
      position: video.currentTime,
      frames: this.#frames.rate(),
    };
    if (last?.shown && sample.shown && last.shown !== sample.shown)
      this.marks.push({ at: sample.at, kind: 'switch', from: last.shown, to: sample.shown });
    this.samples.push(sample);
    if (this.samples.length > KEPT) this.samples.shift();
    this.dispatchEvent(new CustomEvent('sample', { detail: sample }));
  }

  /** Transfers of video fragments, in the order of their requests. */
  #videoTransfers() {
    return this.transfers.list.filter(({ fragment, failed }) => fragment?.stream === this.playing.stream && !failed);
  }

  /** The level of the fragment on the screen. */
  #shown() {
    const { timescale } = this.playing;
    const now = this.video.currentTime;
    if (this.video.readyState < 2) return this.samples.at(-1)?.shown ?? null;
    // Levels are aligned. A fragment that was fetched again replaces the earlier one, except while it is on the screen.
    const begun = this.#videoTransfers().filter(
      ({ fragment, lastByteAt }) => lastByteAt !== undefined && fragment.start / timescale <= now + 0.05,
    );
    const latest = Math.max(...begun.map(({ fragment }) => fragment.start));
    if (this.#entered.start !== latest)
      this.#entered = {
        start: latest,
        bitrate: begun.findLast(({ fragment }) => fragment.start === latest)?.fragment.bitrate,
      };
    return this.#entered.bitrate ?? null;
  }

  /** The whole record. */
  toJSON() {
    const { playing, samples, marks, transfers } = this;
    return {
      presentation: playing?.presentation,
      protocol: playing?.protocol,
      samples,
      marks,
      transfers: transfers.list,
    };
  }
}

function bufferedAhead({ buffered, currentTime }) {
  for (let at = 0; at < buffered.length; at++) {
    if (buffered.start(at) <= currentTime + 0.1 && buffered.end(at) > currentTime)
      return buffered.end(at) - currentTime;
  }
  return 0;
}

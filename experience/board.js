// Draws figures and charts from the session.
import { rowsOf, Timeline } from './charts/timeline.js';
import { LevelPlot, SmallPlot } from './charts/plots.js';
import { stretch } from './charts/axis.js';
import { isCalm } from './charts/theme.js';
import { at, h } from './dom.js';
import { PLACES } from './record/timing.js';
import { plural, rate } from './words.js';

/** A chart's description for screen readers changes once in so many samples. */
const SPOKEN_EVERY = 20;
/** With reduced motion, charts are redrawn once in so many samples: once a second. */
const CALM_EVERY = 4;

export class Board {
  #taken = 0;

  /** @param {(transfer: import('./record/transfers.js').Transfer) => void} chosen */
  constructor(chosen) {
    this.levels = new LevelPlot(at('levels-plot'));
    this.buffer = new SmallPlot(at('buffer-plot'), 'buffer', 's', 15);
    this.frames = new SmallPlot(at('frames-plot'), 'frames', '/s', 30);
    this.timeline = new Timeline(at('timeline'), chosen);
    at('places').append(
      ...Object.entries(PLACES).map(([place, words]) =>
        h('span', { title: words }, h('i', { class: `dot ${place}` }), place),
      ),
    );
  }

  /** @param {import('./api.js').Index} index */
  begin(index) {
    this.#taken = 0;
    at('frames').hidden = !index.streams.some(({ type }) => type === 'video');
    const kind = index.streams.some(({ type }) => type === 'video') ? 'video' : 'audio';
    this.levels.levels = index.streams
      .filter(({ type }) => type === kind)
      .flatMap(({ tracks }) => tracks.map(({ bitrate }) => bitrate))
      .toSorted((one, other) => one - other);
    this.timeline.rows = rowsOf(index);
  }

  /** @param {import('./record/session.js').Session} session */
  draw(session) {
    const { samples, marks } = session;
    const calm = isCalm();
    if (calm && this.#taken % CALM_EVERY !== 0) return void this.#taken++;
    const [since, last] = [samples[0].at, samples.at(-1)];
    const range = stretch((last.at - since) / 1000, calm);
    const seen = samples.filter(({ at }) => (at - since) / 1000 >= range[0] - 1);
    this.#figures(last, marks);
    this.levels.draw(seen, since, range);
    this.buffer.draw(seen, since, range);
    if (last.frames !== null) this.frames.draw(seen, since, range);
    this.timeline.draw(session, since, range);
    if (this.#taken++ % SPOKEN_EVERY === 0) this.#speak(last, marks);
  }

  #figures({ shown, line, delivered, estimate, buffer }, marks) {
    const stalls = marks.filter(({ kind }) => kind === 'stall');
    const ms = stalls.reduce((sum, stall) => sum + stall.ms, 0);
    at('figure-shown').textContent = rate(shown);
    at('figure-line').textContent = line === null ? 'no limit' : rate(line);
    at('figure-delivered').textContent = delivered === null ? 'idle' : rate(delivered);
    at('figure-estimate').textContent = rate(estimate);
    at('figure-buffer').textContent = `${buffer.toFixed(1)} s`;
    at('figure-stalls').textContent = stalls.length === 0 ? '0' : `${stalls.length}, ${(ms / 1000).toFixed(1)} s`;
  }

  #speak({ shown, line, buffer }, marks) {
    const of = (kind) => marks.filter((mark) => mark.kind === kind).length;
    at('levels-plot').setAttribute(
      'aria-label',
      `The level on the screen is ${rate(shown)}, the line ${line === null ? 'has no limit' : `lets ${rate(line)} through`}; ${plural(of('switch'), 'switch', 'switches')} so far.`,
    );
    at('buffer-plot').setAttribute('aria-label', `${buffer.toFixed(0)} seconds are buffered.`);
    at('timeline').setAttribute(
      'aria-label',
      `Fragments by level over time, with ${plural(of('stall'), 'stall')} and ${plural(of('seek'), 'seek')}. The table of the last fragments says the same.`,
    );
  }
}

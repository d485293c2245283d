// The line charts: levels with bandwidth, the buffer, and frames.
import uPlot from 'uplot';
import { rate } from '../words.js';
import { GUTTER, MARGIN } from './axis.js';
import { theme } from './theme.js';

const LEVELS_HEIGHT = 220;
const SMALL_HEIGHT = 96;
/** Values labelled on the axis above the levels. */
const DECADES = [1e7, 1e8];

/** The axis of time is drawn below all charts, by the last. */
const x = { show: false };
/** @param {uPlot.Axis} more */
const y = (more) => ({
  stroke: () => theme().quiet,
  font: theme().font,
  size: GUTTER,
  gap: 6,
  ticks: { show: false },
  grid: { stroke: () => theme().rule, width: 1 },
  ...more,
});
const stepped = uPlot.paths.stepped({ align: 1 });
const line = (label, stroke, more = {}) => ({
  label,
  stroke: () => theme()[stroke],
  width: 1.5,
  points: { show: false },
  ...more,
});

/** @returns {Omit<uPlot.Options, 'series'>} */
const base = (width, height) => ({
  width,
  height,
  legend: { show: false },
  cursor: { show: false },
  padding: [8, MARGIN, 8, 0],
});
/** @type {uPlot.Scale} */
const time = { time: false, range: (_plot, min, max) => [min, max] };

/** Levels, the line's speed, the bit rate delivered, and the player's estimate, on a logarithmic scale. */
export class LevelPlot {
  /** @type {[number, number]} */
  #bounds = [1e5, 1e7];
  #levels = [];

  constructor(host) {
    this.host = host;
    this.plot = new uPlot(
      {
        ...base(host.clientWidth, LEVELS_HEIGHT),
        scales: { x: time, y: { distr: 3, range: () => this.#bounds } },
        axes: [
          x,
          y({
            splits: () =>
              [...this.#levels, ...DECADES.filter((decade) => decade > 1.6 * (this.#levels.at(-1) ?? 0))].filter(
                (value) => value <= this.#bounds[1],
              ),
            filter: (_, splits) => splits,
            values: (_, splits) => splits.map(rate),
          }),
        ],
        series: [
          {},
          line('delivered', 'quiet', { fill: () => theme().wash, width: 1 }),
          line('line', 'ink', { paths: stepped }),
          line('estimate', 'quiet', { dash: [2, 3] }),
          line('fetched', 'accent', { paths: stepped, width: 1 }),
          line('shown', 'accent', { paths: stepped, width: 3 }),
        ],
      },
      [[], [], [], [], [], []],
      host,
    );
  }

  /** @param {number[]} levels bitrates, lowest first */
  set levels(levels) {
    this.#levels = levels;
  }

  /**
   * @param {import('../record/session.js').Sample[]} samples
   * @param {number} since when the session began
   * @param {[number, number]} range
   */
  draw(samples, since, range) {
    const [lowest, highest] = [this.#levels[0] ?? 3e5, this.#levels.at(-1) ?? 3e6];
    const fastest = Math.max(...samples.map((sample) => sample.line ?? 0), 4 * highest);
    this.#bounds = [lowest / 2, fastest * 1.25];
    // A logarithmic scale has no 0: smaller values lie on the floor.
    const of = (name) =>
      samples.map((sample) => (sample[name] === null ? null : Math.max(sample[name], this.#bounds[0])));
    const data = [
      samples.map(({ at }) => (at - since) / 1000),
      of('delivered'),
      of('line'),
      of('estimate'),
      of('fetched'),
      of('shown'),
    ];
    show(this, data, range, LEVELS_HEIGHT);
  }
}

/** One figure of the samples over time, from 0. */
export class SmallPlot {
  /**
   * @param {HTMLElement} host
   * @param {'buffer' | 'frames'} name
   * @param {string} unit
   * @param {number} least what the axis reaches at least
   */
  constructor(host, name, unit, least) {
    this.host = host;
    this.name = name;
    this.plot = new uPlot(
      {
        ...base(host.clientWidth, SMALL_HEIGHT),
        scales: { x: time, y: { range: (_plot, _min, max) => [0, Math.max(least, max)] } },
        axes: [
          x,
          y({
            values: (_, all) => all.map((value) => `${value} ${unit}`),
          }),
        ],
        series: [{}, line(name, 'accent', { fill: () => theme().wash })],
      },
      [[], []],
      host,
    );
  }

  draw(samples, since, range) {
    const values = samples.map((sample) => sample[this.name]);
    show(this, [samples.map(({ at }) => (at - since) / 1000), values], range, SMALL_HEIGHT);
  }
}

function show({ plot, host }, data, [min, max], height) {
  if (plot.width !== host.clientWidth) plot.setSize({ width: host.clientWidth, height });
  plot.batch(() => {
    plot.setData(data, false);
    plot.setScale('x', { min, max });
  });
}

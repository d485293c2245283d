// A presentation of the library: a frame of it, its figures, and what can be done with it.
import { shown } from '../api.js';
import { h } from '../dom.js';
import { clock, plural, size } from '../words.js';
import { drawPoster } from './poster.js';

export class Card {
  #facts = h('p', { class: 'facts' });
  #generation = h('code', {}, '–');
  #poster = h('canvas', { 'aria-hidden': 'true' });

  /**
   * @param {import('../api.js').Entry} entry
   * @param {(type: 'watch' | 'detail') => void} tell
   */
  constructor(entry, tell) {
    const { presentation, generation, tracks } = entry;
    this.entry = entry;
    if (generation) this.#generation.textContent = generation;
    if (tracks !== undefined) this.#facts.textContent = facts(entry);
    const button = (name, type, label) =>
      h('button', { type: 'button', 'aria-label': `${label} ${presentation}`, onclick: () => tell(type) }, name);
    this.element = h(
      'li',
      { class: 'card' },
      this.#poster,
      h('h3', {}, presentation),
      this.#facts,
      h('p', {}, 'generation ', this.#generation),
      h('div', { class: 'row' }, button('Watch', 'watch', 'Watch'), button('Details', 'detail', 'Details of')),
    );
    this.element.dataset.presentation = presentation;
  }

  /** Says and draws what the index has to tell. */
  async fill() {
    const { presentation } = this.entry;
    try {
      const about = await shown(presentation);
      this.#facts.textContent = `${facts(summary(about.index))} · index ${indexSize(this.entry, about)}`;
      this.#generation.textContent = about.index.generation;
      await drawPoster(this.#poster, presentation, about.index);
    } catch {
      // The card does without a poster.
    }
  }
}

/** @param {Omit<import('../api.js').Entry, 'presentation'>} entry */
const facts = ({ tracks, duration_ms: ms, bytes }) =>
  `${clock(ms / 1000)} · ${plural(tracks, 'track')} · ${size(bytes)}`;

/**
 * What an index takes, with the pages of sample tables that lie beside it: lists say it, unless they are older.
 * @param {Partial<import('../api.js').Entry> | undefined} entry
 * @param {import('../api.js').About} about
 */
export function indexSize(entry, { index, index_bytes: bytes }) {
  const isPaged = index.streams.some(({ tracks }) => tracks.some(({ media }) => media === 'samples'));
  const whole = entry?.index_bytes;
  if (whole) return size(whole);
  return isPaged ? `${size(bytes)} and its pages` : size(bytes);
}

/**
 * The same figures as in the list, from an index.
 * @param {import('../api.js').Index} index
 */
function summary({ streams, sources }) {
  const lengths = streams.map(({ first, end, timescale }) => (end - first[0]) / timescale);
  return {
    tracks: streams.reduce((sum, { tracks }) => sum + tracks.length, 0),
    duration_ms: Math.max(...lengths) * 1000,
    bytes: sources.reduce((sum, source) => sum + source.size, 0),
  };
}

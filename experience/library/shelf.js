// The library: a card for each presentation, filled in when it comes into sight.
import { library, shown } from '../api.js';
import { at, h } from '../dom.js';
import { clock, plural, size } from '../words.js';
import { drawPoster } from './poster.js';

export class Shelf extends EventTarget {
  /** @type {Map<string, import('../api.js').Entry>} the list's entries by presentation */
  entries = new Map();
  #cards = new Map();
  #cursor;
  #sight = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) this.#fill(target);
    },
    { rootMargin: '200px' },
  );

  constructor() {
    super();
    at('more').addEventListener('click', () => this.more());
  }

  /** Loads the next page of the list. */
  async more() {
    const { indexes, cursor } = await library(this.#cursor);
    for (const entry of indexes) this.#put(entry);
    this.#cursor = cursor;
    at('more').hidden = cursor === null;
    at('library-said').textContent =
      this.entries.size > 0
        ? ''
        : 'Nothing is indexed yet. Put files and an .ism into the bucket, and publish them, or ask for the manifest.';
    this.dispatchEvent(new Event('change'));
  }

  /** Reloads the entry of a presentation that has changed. */
  async renew(presentation) {
    const about = await shown(presentation).catch(() => undefined);
    if (!about) {
      this.entries.delete(presentation);
      this.#cards.get(presentation)?.remove();
      this.#cards.delete(presentation);
    } else {
      this.#put({ ...this.entries.get(presentation), presentation, generation: about.index.generation });
    }
    this.dispatchEvent(new Event('change'));
    return about;
  }

  #put(entry) {
    const { presentation } = entry;
    this.entries.set(presentation, entry);
    const card = this.#card(entry);
    const before = this.#cards.get(presentation);
    if (before) before.replaceWith(card);
    else at('cards').append(card);
    this.#cards.set(presentation, card);
    this.#sight.observe(card);
  }

  #card({ presentation, generation, ...about }) {
    const tell = (type) => () => this.dispatchEvent(new CustomEvent(type, { detail: presentation }));
    const card = h(
      'li',
      { class: 'card' },
      h('canvas', { 'aria-hidden': 'true' }),
      h('h3', {}, presentation),
      h('p', { class: 'facts' }, about.tracks === undefined ? '' : facts(about)),
      h('p', {}, 'generation ', h('code', {}, generation ?? '–')),
      h(
        'div',
        { class: 'row' },
        h('button', { type: 'button', 'aria-label': `Watch ${presentation}`, onclick: tell('watch') }, 'Watch'),
        h('button', { type: 'button', 'aria-label': `Details of ${presentation}`, onclick: tell('detail') }, 'Details'),
      ),
    );
    card.dataset.presentation = presentation;
    return card;
  }

  async #fill(card) {
    this.#sight.unobserve(card);
    const { presentation } = card.dataset;
    try {
      const { index, index_bytes: length } = await shown(presentation);
      card.querySelector('.facts').textContent = `${facts(summary(index))} · index ${size(length)}`;
      card.querySelector('code').textContent = index.generation;
      await drawPoster(card.querySelector('canvas'), presentation, index);
    } catch {
      // The card does without a poster.
    }
  }
}

/** @param {Omit<import('../api.js').Entry, 'presentation'>} entry */
const facts = ({ tracks, duration_ms: ms, bytes }) =>
  `${clock(ms / 1000)} · ${plural(tracks, 'track')} · ${size(bytes)}`;

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

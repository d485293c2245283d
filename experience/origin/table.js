// The last fragments as rows of a table: the same as the timeline, as text.
import { h } from '../dom.js';
import { clock, count, rate, span } from '../words.js';
import { within } from '../urls.js';
import { PLACES } from '../record/timing.js';
import { whereabouts } from './whereabouts.js';

const LINES = 10;

export class FragmentTable {
  #number = 0;
  /** @type {Map<string, HTMLTableRowElement>} by the transfer's id, the oldest first */
  #rows = new Map();

  /**
   * @param {HTMLTableSectionElement} body
   * @param {(transfer: import('../record/transfers.js').Transfer) => void} chosen
   */
  constructor(body, chosen) {
    this.body = body;
    this.chosen = chosen;
  }

  clear() {
    this.#number += 1;
    this.body.replaceChildren();
    this.#rows.clear();
  }

  /**
   * @param {{index: import('../api.js').Index, chunks: import('./chunks.js').Chunks}} playing
   * @param {import('../record/transfers.js').Transfer} transfer
   */
  async add(playing, transfer) {
    const {
      id,
      url,
      fragment,
      begunAt,
      firstByteAt = transfer.lastByteAt,
      lastByteAt,
      bytes,
      place,
      failed,
    } = transfer;
    const number = this.#number;
    const found = await whereabouts(playing.index, playing.chunks, fragment);
    // Another presentation may be playing by now.
    if (!found || number !== this.#number) return;
    const at = fragment.start / found.stream.timescale;
    const what = found.stream.type === 'video' ? rate(fragment.bitrate) : found.stream.name;
    const ms = (until) => `${Math.round(until - begunAt)} ms`;
    const row = h(
      'tr',
      {},
      h(
        'td',
        {},
        h(
          'button',
          {
            type: 'button',
            class: 'plain',
            'aria-label': `Where the fragment at ${clock(at)}, ${what}, comes from`,
            onclick: () => this.chosen(transfer),
          },
          clock(at),
        ),
      ),
      h('td', {}, what),
      h('td', { class: 'number' }, count(bytes)),
      h('td', { class: 'number' }, ms(firstByteAt)),
      h('td', { class: 'number' }, failed ? 'given up' : ms(lastByteAt)),
      h('td', { title: PLACES[place] ?? '' }, place ? h('i', { class: `dot ${place}` }) : '', place ?? '–'),
      h('td', {}, found.range ? span(found.range) : found.madeOf),
      h('td', { class: 'mono' }, fragment.generation ?? 'none'),
      h('td', { class: 'mono url', title: url }, within(url, fragment.presentation)),
    );
    this.#rows.set(id, row);
    this.body.prepend(row);
    if (this.#rows.size <= LINES) return;
    const [oldest] = this.#rows.keys();
    this.#rows.get(oldest).remove();
    this.#rows.delete(oldest);
  }

  mark(id) {
    for (const [each, row] of this.#rows) row.setAttribute('aria-current', String(each === id));
  }
}

// Draws the source file to scale with the fragment's range lit, and the boxes inside the fragment.
import { h, svg } from '../dom.js';
import { fetchUnpaced } from '../unpaced.js';
import { count, plural, size, span } from '../words.js';
import { boxesOf } from './boxes.js';
import { rangeInTag, whereabouts } from './whereabouts.js';

const MADE_OF = {
  samples:
    'is made of samples of a progressive MP4, video and audio interleaved: the moof is written from the sample tables, and the samples are read from where they lie.',
  cues: 'is made of the cues of a text file that are said while it lasts.',
};
/** The width of drawings in units: SVG loses precision with the bytes of a film. */
const WIDE = 1600;

export class Strip {
  #number = 0;

  constructor(host) {
    this.host = host;
  }

  /**
   * Says so where there is nothing to show.
   * @param {string} words
   */
  say(words) {
    this.host.replaceChildren(h('p', { class: 'said' }, words));
  }

  /**
   * Shows where the fragment at `url` came from.
   * @param {{index: import('../api.js').Index, chunks: import('./chunks.js').Chunks}} playing
   * @param {import('../record/transfers.js').Transfer} transfer
   */
  async show({ index, chunks }, { url, fragment }) {
    const number = ++this.#number;
    const found = await whereabouts(index, chunks, fragment);
    if (!found) return;
    const response = await fetchUnpaced(url);
    if (!response.ok) return;
    const bytes = await response.arrayBuffer();
    // A later call shows another fragment.
    if (number !== this.#number) return;
    const told = rangeInTag(response.headers.get('etag'), found.source.etag);
    this.host.replaceChildren(...draw(found, { url, bytes, told }));
  }
}

function draw(found, { url, bytes, told }) {
  const { source, number, stream, range } = found;
  const boxes = boxesOf(bytes);
  const which = `Fragment ${number + 1} of ${stream.chunks}`;
  const title = h('h3', {}, `${source.key}`);
  if (!range) {
    const said = h('p', { class: 'said' }, `${count(source.size)} bytes. ${which} ${MADE_OF[found.madeOf]}`);
    return [title, said, fileOf(found), inside(boxes), tree(boxes)];
  }
  const [start, end] = range;
  const part = ((end - start) / source.size) * 100;
  const agrees = told && told[0] === start && told[1] === end;
  const changed = boxes.some(({ type }) => type === 'tfdt')
    ? ' Its samples are these bytes untouched; the moof before them was written anew for HLS and DASH.'
    : bytes.byteLength === end - start
      ? ' It is these bytes and nothing else.'
      : '';
  const said = h(
    'p',
    { class: 'said' },
    `${which} is `,
    h('b', {}, `bytes ${span(range)}`),
    ` of ${count(source.size)}: ${size(end - start)}, ${part.toFixed(1)} % of the file.${changed} `,
    agrees ? 'The entity tag of the answer names the same range.' : '',
  );
  said.dataset.url = url;
  return [title, said, fileOf(found), zoom(range, source.size), inside(boxes), tree(boxes)];
}

/** The file from its first byte to its last. */
function fileOf({ source, all, range, number }) {
  const drawing = svg('svg', { class: 'file', viewBox: `0 0 ${WIDE} 1`, preserveAspectRatio: 'none', role: 'img' });
  drawing.setAttribute(
    'aria-label',
    range ? `Bytes ${span(range)} of ${count(source.size)} are lit.` : `${count(source.size)} bytes.`,
  );
  const share = (bytes) => (bytes / source.size) * WIDE;
  drawing.append(svg('rect', { class: 'one', x: 0, y: 0, width: WIDE, height: 1 }));
  drawing.append(
    ...all.map(([start]) => svg('rect', { class: 'between', x: share(start) - 0.5, y: 0, width: 1, height: 1 })),
  );
  if (range) {
    const [start, end] = range;
    const lit = svg('rect', { class: 'lit', x: share(start), y: 0, width: Math.max(share(end - start), 2), height: 1 });
    Object.assign(lit.dataset, { start, end, number, source: source.key });
    drawing.append(lit);
  }
  return drawing;
}

/** From the lit range to the whole width below. */
function zoom([start, end], length) {
  const drawing = svg('svg', {
    class: 'zoom',
    viewBox: `0 0 ${WIDE} 10`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  drawing.append(svg('polygon', { points: `${(start / length) * WIDE},0 ${(end / length) * WIDE},0 ${WIDE},10 0,10` }));
  return drawing;
}

/** The innermost boxes side by side, not to scale: a moof is a thousandth of its mdat. */
function inside(boxes) {
  const leaves = boxes.filter((box, at) => (boxes[at + 1]?.depth ?? 0) <= box.depth);
  return h(
    'div',
    { class: 'boxes', 'aria-hidden': 'true' },
    leaves.map(({ type, size: bytes }) =>
      h('span', { class: type === 'mdat' ? 'samples' : 'head' }, type === 'mdat' ? `mdat, ${size(bytes)}` : type),
    ),
  );
}

function tree(boxes) {
  const line = ({ type, start, size: bytes, depth, meaning }) => {
    const item = h(
      'li',
      {},
      h('span', { class: 'number' }, count(start)),
      h('span', { class: 'number size' }, count(bytes)),
      h('span', { class: `in-${Math.min(depth, 3)}` }, type),
      h('span', { class: 'meaning' }, meaning),
    );
    Object.assign(item.dataset, { type, start, size: bytes, depth });
    return item;
  };
  return h(
    'ul',
    { class: 'tree', 'aria-label': `${plural(boxes.length, 'box', 'boxes')}: offset, size, type` },
    boxes.map(line),
  );
}

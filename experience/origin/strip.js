// Draws the source file to scale with the fragment's range lit, and the boxes inside the fragment.
import { h } from '../dom.js';
import { fetchUnpaced } from '../unpaced.js';
import { count, plural, size, span } from '../words.js';
import { boxesOf } from './boxes.js';
import { fileOf, zoom } from './file.js';
import { rangeInTag, runsOf, whereabouts } from './whereabouts.js';

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
    const made = found && (await runsOf({ index, chunks }, found, fragment));
    if (!made) return;
    const response = await fetchUnpaced(url);
    if (!response.ok) return;
    const bytes = await response.arrayBuffer();
    // A later call shows another fragment.
    if (number !== this.#number) return;
    const told = rangeInTag(response.headers.get('etag'), found.source.etag);
    this.host.replaceChildren(...draw({ ...found, ...made }, { url, bytes, told }));
  }
}

function draw(found, { url, bytes, told }) {
  const { source, runs } = found;
  const boxes = boxesOf(bytes);
  /** @type {import('./file.js').Span} */
  const hull = [Math.min(...runs.map(([start]) => start)), Math.max(...runs.map(([, end]) => end))];
  const said = h('p', { class: 'said' }, ...words(found, hull, { boxes, length: bytes.byteLength, told }));
  said.dataset.url = url;
  const whole = fileOf([0, source.size], found);
  const isMade = runs.length !== 1 || isWritten(found, boxes);
  const parts = runs.length > 1 ? [fileOf(hull, { ...found, all: [] })] : [];
  const lens = runs.length > 0 ? [zoom(hull, source.size)] : [];
  return [h('h3', {}, source.key), said, whole, ...lens, ...parts, inside(boxes, isMade), tree(boxes)];
}

/** Whether the boxes before the samples are not those of the file. */
const isWritten = ({ madeOf }, boxes) => madeOf === 'samples' || boxes.some(({ type }) => type === 'tfdt');

/** What a fragment is, as text and elements. */
function words(found, hull, { boxes, length, told }) {
  const { source, number, stream, runs, chunks, madeOf } = found;
  const which =
    chunks > 1
      ? `Fragments ${number + 1} to ${number + chunks} of ${stream.chunks}, as one segment, are `
      : `Fragment ${number + 1} of ${stream.chunks} is `;
  const stored = runs.reduce((sum, [start, end]) => sum + end - start, 0);
  const part = `${size(stored)}, ${((stored / source.size) * 100).toFixed(1)} % of the file.`;
  if (madeOf === 'cues')
    return [
      `${which}made of the cues of a text file that are said while it lasts, out of ${count(source.size)} bytes.`,
    ];
  if (runs.length !== 1)
    return [
      `${which}made of `,
      h('b', {}, plural(runs.length, 'run of bytes', 'runs of bytes')),
      ` between ${span(hull)} of ${count(source.size)}: ${part} ${madeOf === 'samples' ? `Other tracks lie between them. The ${size(length - stored)} before them are written by the Worker.` : ''}`,
    ];
  const [start, end] = runs[0];
  const changed = isWritten(found, boxes)
    ? ` Its samples are these bytes untouched; the moof before them was written ${madeOf === 'samples' ? 'by the Worker' : 'anew for HLS and DASH'}.`
    : length === end - start
      ? ' It is these bytes and nothing else.'
      : '';
  return [
    which,
    h('b', {}, `bytes ${span(runs[0])}`),
    ` of ${count(source.size)}: ${part}${changed} `,
    told && told[0] === start && told[1] === end ? 'The entity tag of the answer names the same range.' : '',
  ];
}

/** The innermost boxes side by side, not to scale: a moof is a thousandth of its mdat. */
function inside(boxes, isMade) {
  const leaves = boxes.filter((box, at) => (boxes[at + 1]?.depth ?? 0) <= box.depth);
  return h(
    'div',
    { class: 'boxes', 'aria-hidden': 'true' },
    leaves.map(({ type, size: bytes }) =>
      h(
        'span',
        { class: type === 'mdat' ? 'samples' : isMade ? 'made' : 'head' },
        type === 'mdat' ? `mdat, ${size(bytes)}` : type,
      ),
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

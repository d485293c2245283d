// Draws a file to scale, with the runs of bytes lit that a fragment is made of.
import { svg } from '../dom.js';
import { count, plural, span } from '../words.js';

/** The width of drawings in units: SVG loses precision with the bytes of a film. */
const WIDE = 1600;

/** @typedef {[start: number, end: number]} Span of bytes */

/**
 * @param {Span} part of the file that is drawn
 * @param {{runs: Span[], all?: Span[], source: import('../api.js').Index['sources'][0], number: number}} of `all`: where fragments begin
 */
export function fileOf([from, to], { runs, all = [], source, number }) {
  const drawing = svg('svg', { class: 'file', viewBox: `0 0 ${WIDE} 1`, preserveAspectRatio: 'none', role: 'img' });
  const what = runs.length === 1 ? `Bytes ${span(runs[0])}` : plural(runs.length, 'run');
  drawing.setAttribute('aria-label', `${what} of ${count(source.size)} bytes are lit.`);
  const share = (bytes) => (bytes / (to - from)) * WIDE;
  drawing.append(svg('rect', { class: 'one', x: 0, y: 0, width: WIDE, height: 1 }));
  drawing.append(
    ...all.map(([start]) => svg('rect', { class: 'between', x: share(start - from) - 0.5, y: 0, width: 1, height: 1 })),
  );
  for (const [start, end] of runs) {
    const width = Math.max(share(end - start), 2);
    const lit = svg('rect', { class: 'lit', x: share(start - from), y: 0, width, height: 1 });
    Object.assign(lit.dataset, { start, end, number, source: source.key });
    drawing.append(lit);
  }
  return drawing;
}

/**
 * From a span of a file to the whole width below.
 * @param {Span} part
 * @param {number} length of the file
 */
export function zoom([start, end], length) {
  const drawing = svg('svg', {
    class: 'zoom',
    viewBox: `0 0 ${WIDE} 10`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  drawing.append(svg('polygon', { points: `${(start / length) * WIDE},0 ${(end / length) * WIDE},0 ${WIDE},10 0,10` }));
  return drawing;
}

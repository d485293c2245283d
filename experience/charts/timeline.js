// Draws each fragment as a bar: as high as its level, from its request until its last byte. The bar is pale until the
// first byte, then in the colour of where the origin found the index. Stalls are bands behind; switches and seeks are lines.
import { rate } from '../words.js';
import { GUTTER, MARGIN } from './axis.js';
import { theme } from './theme.js';

const ROW = 22;
const BAR = 12;
const FOOT = 24;
const TICK_SECONDS = 10;

export class Timeline {
  #rows = [];
  #bars = [];

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(transfer: import('../record/transfers.js').Transfer) => void} chosen
   */
  constructor(canvas, chosen) {
    this.canvas = canvas;
    canvas.addEventListener('click', ({ offsetX, offsetY }) => {
      const hit = this.#bars.findLast(
        ({ left, right, top }) =>
          offsetX >= left - 4 && offsetX <= right + 4 && offsetY >= top - 5 && offsetY <= top + BAR + 5,
      );
      if (hit) chosen(hit.transfer);
    });
  }

  /** @param {{stream: string, bitrate: number, label: string}[]} rows from the top */
  set rows(rows) {
    this.#rows = rows;
    this.canvas.style.height = `${rows.length * ROW + FOOT}px`;
  }

  /**
   * @param {import('../record/session.js').Session} session
   * @param {number} since when it began
   * @param {[number, number]} range in seconds of the session
   */
  draw({ transfers, marks }, since, [from, to]) {
    const { canvas } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const ratio = devicePixelRatio;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const context = canvas.getContext('2d');
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const place = (ms) => GUTTER + (((ms - since) / 1000 - from) / (to - from)) * (width - GUTTER - MARGIN);
    this.#grid(context, width, height, from, to, (seconds) => place(since + seconds * 1000));
    context.save();
    context.beginPath();
    context.rect(GUTTER, 0, width - GUTTER - MARGIN, height);
    context.clip();
    this.#marks(context, marks, place, height - FOOT);
    this.#bars = [];
    for (const transfer of transfers.list) this.#bar(context, transfer, place);
    context.restore();
  }

  #grid(context, width, height, from, to, place) {
    const { quiet, rule, font } = theme();
    Object.assign(context, {
      font,
      fillStyle: quiet,
      strokeStyle: rule,
      lineWidth: 1,
      textBaseline: 'middle',
      textAlign: 'right',
    });
    this.#rows.forEach(({ label }, n) => {
      const y = Math.round(n * ROW + ROW / 2) + 0.5;
      context.fillText(label, GUTTER - 6, y, GUTTER - 6);
      context.beginPath();
      context.moveTo(GUTTER, y);
      context.lineTo(width - MARGIN, y);
      context.stroke();
    });
    context.textAlign = 'center';
    for (let second = Math.ceil(from / TICK_SECONDS) * TICK_SECONDS; second <= to; second += TICK_SECONDS) {
      context.fillText(`${second} s`, Math.min(place(second), width - MARGIN - 10), height - FOOT / 2);
    }
  }

  #marks(context, marks, place, height) {
    const { ink, accent, alarm } = theme();
    for (const { at, kind, ms } of marks) {
      const x = Math.round(place(at)) + 0.5;
      if (kind === 'stall') {
        context.fillStyle = alarm;
        context.globalAlpha = 0.35;
        context.fillRect(x, 0, Math.max(2, place(at + ms) - x), height);
        context.globalAlpha = 1;
      } else {
        context.strokeStyle = kind === 'seek' ? accent : ink;
        context.setLineDash(kind === 'seek' ? [6, 3] : [1, 3]);
        context.beginPath();
        context.moveTo(x, 0);
        context.lineTo(x, height);
        context.stroke();
        context.setLineDash([]);
      }
    }
  }

  #bar(context, transfer, place) {
    const { fragment, begunAt, firstByteAt, lastByteAt = performance.now(), failed, place: found } = transfer;
    const row = this.#rows.findIndex(
      ({ stream, bitrate }) => stream === fragment?.stream && bitrate === fragment.bitrate,
    );
    if (row < 0) return;
    const top = row * ROW + (ROW - BAR) / 2;
    const colours = theme();
    const [left, first, right] = [place(begunAt), place(firstByteAt ?? lastByteAt), place(lastByteAt)];
    const colour = colours[found] ?? colours.quiet;
    context.fillStyle = context.strokeStyle = colour;
    context.globalAlpha = 0.35;
    context.fillRect(left, top, Math.max(1, first - left), BAR);
    context.globalAlpha = 1;
    if (failed) context.strokeRect(left + 0.5, top + 0.5, Math.max(2, right - left), BAR - 1);
    else context.fillRect(first, top, Math.max(2, right - first - 1), BAR);
    this.#bars.push({ transfer, left, right: Math.max(right, left + 3), top });
  }
}

/**
 * The rows of an index: levels of video from the top, then audio.
 * @param {import('../api.js').Index} index
 */
export function rowsOf(index) {
  const rows = (kind) =>
    index.streams
      .filter(({ type }) => type === kind)
      .flatMap((stream) =>
        stream.tracks
          .map(({ bitrate }) => ({ stream: stream.name, bitrate }))
          .toSorted((one, other) => other.bitrate - one.bitrate),
      );
  return [
    ...rows('video').map((row) => ({ ...row, label: rate(row.bitrate) })),
    ...rows('audio').map((row) => ({ ...row, label: row.stream })),
    ...rows('text').map((row) => ({ ...row, label: row.stream })),
  ];
}

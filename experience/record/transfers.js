// All transfers: as the service worker reports them, or, without one, as the browser measures them.
import { on } from '../dom.js';
import { isUnpaced } from '../unpaced.js';
import { fragmentOf } from '../urls.js';
import { parse, told } from './timing.js';

/** Transfers that are kept at most. */
const KEPT = 2000;
/** The window in which the delivered bit rate is measured. */
const WINDOW_MS = 1000;

/**
 * @typedef {object} Transfer
 * @property {string} id
 * @property {string} url
 * @property {number} begunAt milliseconds since the page began, as all of these
 * @property {number} [firstByteAt]
 * @property {number} [lastByteAt]
 * @property {number} bytes
 * @property {boolean} failed
 * @property {number} [status]
 * @property {import('../urls.js').Fragment} [fragment]
 * @property {string} [place]
 * @property {number} [storageMs]
 */

export class Transfers extends EventTarget {
  /** @type {Transfer[]} */
  list = [];
  /** @type {Map<string, Transfer>} those under way */
  #byId = new Map();
  /** @type {[at: number, bytes: number][]} */
  #arrived = [];

  /** @param {import('../line/line.js').Line} line */
  constructor(line) {
    super();
    on(line, 'transfer', (detail) => this.#hear(detail));
    new PerformanceObserver((entries) => {
      for (const entry of /** @type {PerformanceResourceTiming[]} */ (entries.getEntries())) {
        if (!isUnpaced(entry) && !line.isPaced) this.#measured(entry);
      }
    }).observe({ type: 'resource' });
  }

  #hear({ type, id, at, ...more }) {
    const now = at - performance.timeOrigin;
    if (type === 'begun') return this.#add({ id, url: more.url, begunAt: now, bytes: 0, failed: false });
    const transfer = this.#byId.get(id);
    if (!transfer) return;
    if (type === 'head') {
      const { headers, status } = more;
      Object.assign(transfer, { status, ...told(parse(headers['server-timing'])) });
    } else if (type === 'bytes') {
      transfer.firstByteAt ??= now;
      transfer.bytes += more.count;
      this.#arrived.push([now, more.count]);
    } else {
      this.#byId.delete(id);
      transfer.lastByteAt = now;
      transfer.failed = more.failure !== undefined || transfer.status >= 400;
      this.dispatchEvent(new CustomEvent('ended', { detail: transfer }));
    }
  }

  #add(transfer) {
    transfer.fragment = fragmentOf(transfer.url);
    this.#byId.set(transfer.id, transfer);
    this.list.push(transfer);
    if (this.list.length > KEPT) this.list.shift();
  }

  /**
   * Adds a transfer that the browser has measured, which is over.
   * @param {PerformanceResourceTiming} entry
   */
  #measured({
    name,
    startTime,
    responseStart,
    responseEnd,
    transferSize,
    encodedBodySize,
    serverTiming,
    responseStatus,
  }) {
    if (!/\.isml?\//i.test(name)) return;
    const id = `${name} ${startTime}`;
    this.#add({
      id,
      url: name,
      begunAt: startTime,
      firstByteAt: responseStart,
      lastByteAt: responseEnd,
      bytes: encodedBodySize,
      failed: responseStatus >= 400,
      status: responseStatus,
      ...told([...serverTiming]),
    });
    this.#byId.delete(id);
    if (transferSize > 0) this.#arrived.push([responseEnd, encodedBodySize]);
    this.dispatchEvent(new CustomEvent('ended', { detail: this.list.at(-1) }));
  }

  /** Bits a second delivered within the last window; null while nothing is requested. */
  delivered() {
    const since = performance.now() - WINDOW_MS;
    this.#arrived = this.#arrived.filter(([at]) => at > since);
    const bytes = this.#arrived.reduce((sum, [, count]) => sum + count, 0);
    return bytes > 0 || this.isBusy() ? (bytes * 8 * 1000) / WINDOW_MS : null;
  }

  isBusy() {
    return this.#byId.size > 0;
  }

  forget() {
    this.list = [];
    this.#arrived = [];
  }
}

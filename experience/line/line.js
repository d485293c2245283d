// The simulated line, as the page sees it: starts the service worker, tells it the line's speed, and passes on what it
// reports of each transfer.
import { LAP_SECONDS, PROFILES, along } from './profiles.js';

const STEP_MS = 250;
const PATIENCE_MS = 4000;

export class Line extends EventTarget {
  /** Whether a service worker paces transfers; the page says so if not. */
  isPaced = false;
  profile = 'open';
  /** @type {number | null} null without a limit */
  mbps = null;
  latencyMs = 0;
  lapSeconds = LAP_SECONDS;
  #begunAt = 0;
  #timer;

  /** Resolves once the service worker controls this page, or cannot. */
  async start() {
    const workers = navigator.serviceWorker;
    if (!workers) return;
    workers.addEventListener('message', ({ data }) => {
      if (data.type === 'line?') this.#tell();
      else this.dispatchEvent(new CustomEvent('transfer', { detail: data }));
    });
    workers.addEventListener('controllerchange', () => this.#taken());
    try {
      await workers.register('/_millrace/experience/pacer.js', { scope: '/', updateViaCache: 'none' });
      await within(PATIENCE_MS, this.#controlled(workers));
    } catch {
      // Without a service worker, the line is as fast as the visitor's.
    }
    this.#taken();
  }

  async #controlled(workers) {
    const { active } = await workers.ready;
    if (workers.controller) return;
    const taken = new Promise((resolve) => workers.addEventListener('controllerchange', resolve, { once: true }));
    active.postMessage({ type: 'claim' });
    await taken;
  }

  #taken() {
    this.isPaced = Boolean(navigator.serviceWorker.controller);
    this.#tell();
    this.dispatchEvent(new Event('change'));
  }

  /** @param {string} name of one of the profiles */
  choose(name) {
    const { mbps = null, latencyMs, curve } = PROFILES[name];
    clearInterval(this.#timer);
    Object.assign(this, { profile: name, mbps, latencyMs });
    if (curve) {
      this.#begunAt = performance.now();
      const step = () => this.#set(along(curve, (performance.now() - this.#begunAt) / 1000, this.lapSeconds));
      this.#timer = setInterval(step, STEP_MS);
      step();
    } else {
      this.#set(mbps);
    }
  }

  /** Sets a speed of the visitor's own. */
  set(mbps) {
    clearInterval(this.#timer);
    this.profile = 'own';
    this.#set(mbps);
  }

  #set(mbps) {
    this.mbps = mbps;
    this.#tell();
    this.dispatchEvent(new Event('change'));
  }

  #tell() {
    const bitsPerSecond = this.mbps === null ? null : this.mbps * 1e6;
    navigator.serviceWorker?.controller?.postMessage({ type: 'line', bitsPerSecond, latencyMs: this.latencyMs });
  }
}

const within = (ms, promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(reject, ms, new Error('it takes too long')))]);

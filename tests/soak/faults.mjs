// Faults of the stores in a soak: a share of all calls, chosen by seed.
import { Random } from '../lib/random.mjs';

/** What a web server does whatever it is asked, and to ranges. */
const WEB = ['fail', 'busy', 'drop', 'unmeasured', 'encoded', 'retagged', 'untagged'];
/** What a store does that answers other than it should. R2 is taken at its word, so it only fails and breaks off. */
const KINDS = {
  'r2 head': ['fail', 'cut'],
  'r2 get': ['fail', 'cut'],
  'kv get': ['fail', 'cut'],
  'kv put': ['fail'],
  'kv list': ['fail'],
  'kv delete': ['fail'],
  'web head': WEB,
  'web get': [...WEB, 'cut', 'whole', 'elsewhere', 'shorter'],
};
/** One fault in so many at the web server is that nothing comes of a call, which takes as long as it is waited for. */
const HANGS_ONE_IN = 64;

export class Faults {
  /** How many there were of each kind. */
  tally = new Map();
  /** When each folder was last in trouble. */
  #last = new Map();
  #random;
  #share;

  /**
   * @param {number} seed
   * @param {number} share of all calls
   */
  constructor(seed, share) {
    this.#random = new Random(seed);
    this.#share = share;
  }

  get injected() {
    return [...this.tally.values()].reduce((sum, count) => sum + count, 0);
  }

  /** What shall become of a call, if anything. */
  of({ store, method, key }) {
    if (!this.#random.chance(this.#share)) return undefined;
    const call = `${store} ${method}`;
    const hangs = store === 'web' && this.#random.between(1, HANGS_ONE_IN) === 1;
    const fault = hangs ? 'hang' : this.#random.pick(KINDS[call]);
    const name = `${call}: ${fault}`;
    this.tally.set(name, (this.tally.get(name) ?? 0) + 1);
    this.#last.set(folderIn(key), performance.now());
    return fault;
  }

  /** Whether a call for what lies in `folder` was spoilt since `begun`. */
  since(folder, begun) {
    return (this.#last.get(folder) ?? -Infinity) >= begun;
  }
}

/** `index/r2/film 7/film.ism` → `r2/film 7/` */
const folderIn = (key) => /(?:r2|web)\/film \d+\//.exec(key)?.[0] ?? key;

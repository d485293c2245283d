// The list of the library as far as it has been read, of one folder. A library has thousands of presentations, so that no
// more of it is read than is looked for.
import { library } from '../api.js';

/** How many lines are read at once: to look at, and to look through. */
const LOOKED_AT = 100;
const LOOKED_THROUGH = 1000;
/** To look for something, so many lines are read in all before a visitor is asked whether to go on. */
const AT_A_TIME = 5000;

/** @typedef {import('../api.js').Entry} Entry */

/** @type {Record<string, (one: Entry, other: Entry) => number>} */
const ORDERS = {
  name: (one, other) => (one.presentation < other.presentation ? -1 : 1),
  newest: (one, other) => (other.built_at ?? '').localeCompare(one.built_at ?? ''),
  longest: (one, other) => (other.duration_ms ?? 0) - (one.duration_ms ?? 0),
  largest: (one, other) => (other.bytes ?? 0) - (one.bytes ?? 0),
};

export class Catalogue {
  /** The folder that is looked at, with its last slash; empty for all. */
  folder = '';
  /** Part of the names that are looked for. */
  search = '';
  /** One of `ORDERS`. */
  order = 'name';
  /** @type {Map<string, Entry>} by presentation */
  entries = new Map();
  isWhole = false;
  /** @type {string | null} */
  #cursor = null;

  /** Looks at another folder. */
  enter(folder) {
    this.folder = folder;
    this.entries = new Map();
    this.isWhole = false;
    this.#cursor = null;
  }

  /** Reads on, by more lines where one is looked for among them. */
  async more() {
    const { folder, entries } = this;
    const limit = this.#isLooking() ? LOOKED_THROUGH : LOOKED_AT;
    const { indexes, cursor } = await library({ prefix: folder, cursor: this.#cursor, limit });
    // Another folder may be looked at by now.
    if (entries !== this.entries) return;
    for (const entry of indexes) entries.set(entry.presentation, entry);
    this.#cursor = cursor;
    this.isWhole = cursor === null;
  }

  #isLooking = () => this.search !== '' || this.order !== 'name';

  /**
   * Whether more lines are to be read at once, for `wanted` of them.
   * @param {number} wanted
   * @param {number} before how many had been read when the search began
   */
  lacks(wanted, before) {
    if (this.isWhole || this.entries.size >= before + AT_A_TIME) return false;
    return this.entries.size === 0 || this.order !== 'name' || this.matching().length < wanted;
  }

  /** The entries that are looked for, in order. */
  matching() {
    const words = this.search.toLowerCase().split(/\s+/);
    const isWanted = ({ presentation }) => words.every((word) => presentation.toLowerCase().includes(word));
    return [...this.entries.values()].filter(isWanted).sort(ORDERS[this.order]);
  }

  /**
   * The folders in this one, as far as they are known, each with how many presentations are below it.
   * @returns {[folder: string, count: number][]}
   */
  folders() {
    const counts = new Map();
    for (const presentation of this.entries.keys()) {
      const end = presentation.indexOf('/', this.folder.length) + 1;
      const folder = presentation.slice(0, end);
      if (end > 0) counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    return [...counts];
  }
}

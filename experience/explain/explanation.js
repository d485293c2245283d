// One explanation of a visitor's files: has a worker look at them, and says how far that is and what comes of it.
import { at, h } from '../dom.js';
import { plural, size } from '../words.js';
import { drawn } from './drawn.js';
import { gather } from './gather.js';

/** More findings than this nobody reads. */
const MOST = 200;

/** @typedef {{type: string, name?: string, end?: number, size?: number, bytes?: number, why?: string, finding?: object}} Told */

/** How many explanations were begun. */
let begun = 0;

export class Explanation {
  /** @type {Explanation | undefined} */
  static #current;
  #worker = new Worker(at('explain').dataset.worker, { type: 'module' });
  #files;
  #found = 0;
  /** Apart from what is said, which would be read out each time. */
  #progress = h('p', { class: 'note' });
  #begunAt = performance.now();

  /**
   * Begins another, in place of what there was.
   * @param {Iterable<FileSystemEntry | File>} dropped
   */
  static async begin(dropped) {
    const number = ++begun;
    if (number === 1) at('explain').before(h('link', { rel: 'stylesheet', href: at('explain').dataset.style }));
    Explanation.#current?.end('');
    at('explained').replaceChildren();
    say('The files are looked at …');
    try {
      const files = await gather(dropped);
      if (number !== begun) return;
      if (files.size > 0) Explanation.#current = new Explanation(files);
      else say('There are no files in that.');
    } catch (error) {
      say(`It cannot be read: ${error.message}`);
    }
  }

  /** @param {Map<string, File>} files */
  constructor(files) {
    this.#files = files;
    this.#worker.addEventListener('message', ({ data }) => this.#hear(data));
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(event.message ?? '');
    });
    this.#worker.postMessage(files);
    at('explained').before(this.#progress);
    at('explain-stop').hidden = false;
    at('explain-stop').onclick = () => this.end('It was stopped.');
  }

  /** Ends it wherever it is, and says so. */
  end(words) {
    this.#worker.terminate();
    this.#progress.remove();
    at('explain-stop').hidden = true;
    say(words);
  }

  /** @param {Told} told */
  #hear({ type, name, end, size: whole, bytes, why, finding }) {
    if (type === 'read') {
      const percent = Math.floor((100 * end) / (whole || 1));
      this.#progress.textContent = `${name}: at ${percent} % of ${size(whole)}; ${size(bytes)} read so far.`;
    } else if (type === 'found') {
      at('explained').append(drawn(finding));
      if (++this.#found >= MOST) this.end(`These are the first ${MOST}. Drop fewer files to see of others.`);
    } else if (type === 'failed') this.#fail(why);
    else this.#finish(bytes);
  }

  #finish(bytes) {
    const all = [...this.#files.values()].reduce((sum, file) => sum + file.size, 0);
    const seconds = ((performance.now() - this.#begunAt) / 1000).toFixed(1);
    this.end(
      `${plural(this.#files.size, 'file')} of ${size(all)}: ${size(bytes)} of it read in ${seconds} s, and nothing sent.`,
    );
  }

  #fail(why) {
    this.end(`What looks at files has failed, which is a fault of millrace’s${why && ` (${why})`}.`);
  }
}

const say = (words) => {
  at('explain-said').textContent = words;
};

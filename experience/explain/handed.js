// Files as src/explain.rs reads them: a slice at a time, and never one whole.

/** How often it is told how far a file is read. */
const TELL_MS = 100;

/** The most that is read at once: the core asks for 8 MiB, and for a part of a client manifest or a sample at the most. */
const MOST = 80 * 2 ** 20;

export class Handed {
  /** How many bytes were read in all. */
  bytes = 0;
  #files;
  #tell;
  #toldAt = 0;

  /**
   * @param {Map<string, File>} files
   * @param {(what: object) => void} tell
   */
  constructor(files, tell) {
    this.#files = files;
    this.#tell = tell;
  }

  names = () => [...this.#files.keys()];

  /** @param {string} name */
  size = (name) => {
    const file = this.#files.get(name);
    return file && BigInt(file.size);
  };

  /**
   * Rejects with words: what a browser throws differs, and the core tells them as they are.
   * @param {string} name
   * @param {bigint} first
   * @param {bigint} beyond
   */
  async read(name, first, beyond) {
    const [file, start, end] = [this.#files.get(name), Number(first), Number(beyond)];
    if (end > file.size || end - start > MOST) throw 'it is asked for more than it has';
    this.#advance(name, end, file.size);
    this.bytes += end - start;
    try {
      return await file.slice(start, end).arrayBuffer();
    } catch (error) {
      throw `the browser is not let to it, or it was changed after it was chosen (${error.name})`;
    }
  }

  /** @param {string} json */
  found = (json) => this.#tell({ type: 'found', finding: JSON.parse(json) });

  #advance(name, end, size) {
    const now = performance.now();
    if (now - this.#toldAt < TELL_MS) return;
    this.#toldAt = now;
    this.#tell({ type: 'read', name, end, size, bytes: this.bytes });
  }
}

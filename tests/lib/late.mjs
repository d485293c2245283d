// Workers KV as one location sees it: a value that was read is returned again for a while, even if it has changed.

/** Takes the place of `Storage.values`. */
export class LateValues {
  /** How many times a value was given out that was not the right one any more. */
  late = 0;
  #truth;
  #lifeMs;
  #seen = new Map();

  /**
   * @param {Map<string, Buffer>} truth what all locations write to
   * @param {() => number} lifeMs for how long what is read now is given out
   */
  constructor(truth, lifeMs) {
    this.#truth = truth;
    this.#lifeMs = lifeMs;
  }

  get(key) {
    const truth = this.#truth.get(key);
    const seen = this.#seen.get(key);
    if (seen && Date.now() < seen.until) {
      if (!same(seen.value, truth)) this.late += 1;
      return seen.value;
    }
    this.#seen.set(key, { value: truth, until: Date.now() + this.#lifeMs() });
    return truth;
  }

  keys() {
    return this.#truth.keys();
  }

  set(key, value) {
    this.#truth.set(key, value);
  }

  delete(key) {
    this.#truth.delete(key);
  }
}

const same = (one, other) => one === other || Boolean(one && other?.equals(one));

// What is remembered of what came last.

/**
 * A map of the latest entries, so many at most.
 * @template K, V
 * @extends {Map<K, V>}
 */
export class Latest extends Map {
  /** @param {number} most */
  constructor(most) {
    super();
    this.most = most;
  }

  /**
   * @param {K} key
   * @param {V} value
   */
  set(key, value) {
    super.set(key, value);
    if (this.size > this.most) this.delete(this.keys().next().value);
    return this;
  }
}

// What a cache keeps that has room for so many bytes: what was asked for last.

/** @extends {Map<string, {headers: [string, string][], body: Buffer}>} */
export class Recent extends Map {
  #most;
  #bytes = 0;

  /** @param {number} most bytes of bodies: headers count for nothing, which beside media of a usual size they are */
  constructor(most) {
    super();
    this.#most = most;
  }

  /** Is called when something was kept, or was too large for it. */
  onSet = () => {};

  get(key) {
    const found = super.get(key);
    if (!found) return undefined;
    // A map is in the order in which its keys were set.
    super.delete(key);
    super.set(key, found);
    return found;
  }

  set(key, kept) {
    this.delete(key);
    if (kept.body.length <= this.#most) {
      super.set(key, kept);
      this.#bytes += kept.body.length;
    }
    for (const oldest of this.keys()) {
      if (this.#bytes <= this.#most) break;
      this.delete(oldest);
    }
    this.onSet();
    return this;
  }

  delete(key) {
    this.#bytes -= super.get(key)?.body.length ?? 0;
    return super.delete(key);
  }
}

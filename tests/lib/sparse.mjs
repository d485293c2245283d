// An object of many gigabytes of which only the few bytes that are read exist.

/** What `Storage` asks of the bytes of an object. What lies between the pieces is all zeros. */
export class Sparse {
  #pieces;

  /** @param {{at: number, bytes: Buffer}[]} pieces in order, without overlaps; the last ends the object */
  constructor(pieces) {
    this.#pieces = pieces;
    const { at, bytes } = pieces.at(-1);
    this.length = at + bytes.length;
  }

  subarray(start, end) {
    const taken = Buffer.alloc(end - start);
    for (const { at, bytes } of this.#pieces) {
      const [from, to] = [Math.max(at, start), Math.min(at + bytes.length, end)];
      if (from < to) bytes.copy(taken, from - start, from - at, to - at);
    }
    return taken;
  }
}

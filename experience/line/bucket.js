// One token bucket for all transfers, which share the simulated line.

/** Timers come late: while bytes wait, so many seconds' worth may be made up for. */
const LATE_SECONDS = 0.1;
/** A line that was idle has saved up no more than this. */
const IDLE_SECONDS = 0.01;
/** Whoever waits is given bytes in turn, about this many seconds' worth at a time. Who has had his and has not come
 * back for that long wants no more. */
const TURN_SECONDS = 0.02;
const LEAST_TURN = 1024;

/**
 * The bytes that a line of so many bytes a second lets through.
 *
 * Over any stretch of time no more passes than `rate` times its length, and `capacity` once.
 */
export class Bucket {
  #rate = Infinity;
  #tokens = 0;
  #filledAt = 0;
  #grantedAt = -Infinity;
  #waiting = [];
  #timer;

  /** @param {() => number} now in milliseconds */
  constructor(now = () => performance.now()) {
    this.now = now;
  }

  /** The most that it ever holds. */
  get capacity() {
    return this.#worth(LATE_SECONDS);
  }

  /** Bytes a second; `Infinity` for a line without a limit. */
  set rate(rate) {
    this.#fill();
    this.#rate = rate;
    this.#serve();
  }

  /**
   * Waits for its turn.
   * @param {number} wanted at least 1
   * @param {() => boolean} isGone whether nobody wants them any more
   * @returns {Promise<number>} how many of them may pass now
   */
  take(wanted, isGone = () => false) {
    return new Promise((resolve) => {
      this.#fill();
      this.#waiting.push({ wanted, isGone, resolve });
      this.#serve();
    });
  }

  #worth(seconds) {
    return Math.max(this.#rate * seconds, LEAST_TURN);
  }

  /** Lets in what has come since. */
  #fill() {
    const now = this.now();
    const more = ((now - this.#filledAt) / 1000) * this.#rate;
    this.#filledAt = now;
    const isBusy = this.#waiting.length > 0 || now - this.#grantedAt <= TURN_SECONDS * 1000;
    if (this.#rate !== Infinity)
      this.#tokens = Math.min(this.#tokens + more, isBusy ? this.capacity : this.#worth(IDLE_SECONDS));
  }

  #serve() {
    clearTimeout(this.#timer);
    this.#fill();
    while (this.#waiting.length > 0) {
      const [{ wanted, isGone, resolve }] = this.#waiting;
      const turn = this.#rate === Infinity ? wanted : Math.min(wanted, Math.floor(this.#worth(TURN_SECONDS)));
      if (!isGone()) {
        if (this.#rate !== Infinity) {
          if (this.#tokens < turn) {
            this.#timer = setTimeout(() => this.#serve(), ((turn - this.#tokens) / this.#rate) * 1000);
            return;
          }
          this.#tokens -= turn;
        }
        this.#grantedAt = this.#filledAt;
        resolve(turn);
      }
      this.#waiting.shift();
    }
  }
}

// One token bucket for all transfers, which share the simulated line.

/** Timers fire late: while bytes wait, the bucket makes up for so many seconds. */
const LATE_SECONDS = 0.1;
/** An idle line saves up so many seconds' worth at most. */
const IDLE_SECONDS = 0.01;
/**
 * Waiting transfers take turns of so many seconds' worth each. One that has not asked again for as long after its turn
 * is done.
 */
const TURN_SECONDS = 0.02;
const LEAST_TURN = 1024;

/**
 * Limits transfers to a line of `rate` bytes a second.
 *
 * Over any stretch of time at most `rate` times its length passes, plus `capacity` once.
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

  /** Adds the tokens of the time since the last call. */
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

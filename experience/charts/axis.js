// The time axis that all charts share: the latest moments, at the right.

const WINDOW_SECONDS = 60;
/** Pixels between the left edge and the plot, the same in all charts. */
export const GUTTER = 64;
export const MARGIN = 10;
/** With reduced motion, the axis moves on in steps of so many seconds. */
const LEAP_SECONDS = 10;

/**
 * The stretch of time that is shown, in seconds of the session.
 * @param {number} now
 * @param {boolean} calm whether time moves on in leaps
 * @returns {[number, number]}
 */
export function stretch(now, calm) {
  const end = Math.max(WINDOW_SECONDS, calm ? Math.ceil(now / LEAP_SECONDS) * LEAP_SECONDS : now);
  return [end - WINDOW_SECONDS, end];
}

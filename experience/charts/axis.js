// The time axis that all charts share: the latest moments, at the right.

export const WINDOW_SECONDS = 60;
/** Between the left edge and the plot, so that the plots stand under each other. */
export const GUTTER = 64;
export const MARGIN = 10;
/** Without motion, time moves on in leaps. */
const LEAP_SECONDS = 10;

/**
 * From when to when, in seconds of the session.
 * @param {number} now
 * @param {boolean} calm whether time moves on in leaps
 * @returns {[number, number]}
 */
export function stretch(now, calm) {
  const end = Math.max(WINDOW_SECONDS, calm ? Math.ceil(now / LEAP_SECONDS) * LEAP_SECONDS : now);
  return [end - WINDOW_SECONDS, end];
}

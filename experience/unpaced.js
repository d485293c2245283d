// Requests of the page itself, which the simulated line does not hold up, and which no chart shows.

/** Marks a request of the page itself, which the service worker does not pace. */
export const UNPACED = 'x-unpaced';

/** The browser dates a request so many milliseconds later at most than the page did. */
const LATE_MS = 50;

/** When the page itself has requested each URL, until the browser has measured it. */
const own = new Map();

/**
 * Fetches past the simulated line.
 * @param {string} url
 * @param {Omit<RequestInit, 'headers'> & {headers?: Record<string, string>}} [init]
 */
export function fetchUnpaced(url, { headers, ...more } = {}) {
  const { href } = new URL(url, location.href);
  own.set(href, [...(own.get(href) ?? []), performance.now()]);
  return fetch(url, { ...more, headers: { ...headers, [UNPACED]: '1' } });
}

/**
 * Whether it was the page that made a request which the browser has measured; of each, once.
 * @param {PerformanceResourceTiming} entry
 */
export function isUnpaced({ name, startTime }) {
  const times = own.get(name) ?? [];
  const at = times.findIndex((time) => startTime >= time - 1 && startTime <= time + LATE_MS);
  if (at < 0) return false;
  times.splice(at, 1);
  if (times.length === 0) own.delete(name);
  return true;
}

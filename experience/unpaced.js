// Requests that the simulated line does not hold up.

/** Marks a request of the page itself, which the service worker does not pace. */
export const UNPACED = 'x-unpaced';

/**
 * Fetches past the simulated line.
 * @param {string} url
 * @param {Omit<RequestInit, 'headers'> & {headers?: Record<string, string>}} [init]
 */
export const fetchUnpaced = (url, { headers, ...more } = {}) =>
  fetch(url, { ...more, headers: { ...headers, [UNPACED]: '1' } });

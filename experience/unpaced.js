// Requests that the simulated line does not hold up.

/** A request with this header is the page's own, not the player's, and is not held up. */
export const UNPACED = 'x-unpaced';

/**
 * Asks for something past the simulated line.
 * @param {string} url
 * @param {Omit<RequestInit, 'headers'> & {headers?: Record<string, string>}} [init]
 */
export const fetchUnpaced = (url, { headers, ...more } = {}) =>
  fetch(url, { ...more, headers: { ...headers, [UNPACED]: '1' } });

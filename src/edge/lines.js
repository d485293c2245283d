// What WebAssembly is told of a request.

/** The headers that decide what of a resource is wanted, in the order of their lines. */
export const CONDITIONS = ['if-match', 'if-none-match', 'if-range', 'range'];

/**
 * A request in lines, as src/edge/lines.rs reads them.
 * @param {Request} request
 */
export function linesOf({ method, url, headers }) {
  const conditions = CONDITIONS.map((name) => headers.get(name) ?? '');
  return [method, url, ...conditions, Date.now()].join('\n');
}

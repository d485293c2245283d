// What WebAssembly is told of a request.

/**
 * A request in lines, as src/edge/lines.rs reads them.
 * @param {Request} request
 */
export function linesOf({ method, url, headers }) {
  const header = (name) => headers.get(name) ?? '';
  return `${method}\n${url}\n${header('if-match')}\n${header('if-none-match')}\n${header('if-range')}\n${header('range')}\n${Date.now()}`;
}

// A front that stands in place of the Worker and tells, at `/memory`, how much memory its wasm has taken so far; and at
// `/stretch?ms=N`, for how many milliseconds at most, within the next N, nobody else had a turn.
import { request } from './http.mjs';

export const WATCHED = `
const { Instance } = WebAssembly;
let memory;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  ({ memory } = instance.exports);
  return instance;
};
const { default: Worker } = await import('./index.js');
async function stretch(ms) {
  let longest = 0;
  for (let last = Date.now(), end = last + ms; last < end; ) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const now = Date.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return longest;
}
export default {
  async fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === '/memory') return new Response(String(memory.buffer.byteLength));
    if (pathname === '/stretch') return new Response(String(await stretch(Number(searchParams.get('ms')))));
    return Worker.fetch(request, env, ctx);
  },
};`;

/** The bytes of WebAssembly memory that a Worker behind this front has; they never become fewer. */
export const memoryOf = async (worker) => Number((await worker.get('/memory')).text);

/** The longest stretch, in milliseconds, that a Worker behind this front gave nobody else a turn within the next `ms`. */
export const stretchOf = async (worker, ms) =>
  Number((await request(worker.url, `/stretch?ms=${ms}`, { patienceMs: ms + 60_000 })).text);

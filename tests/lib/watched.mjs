// A front that stands in place of the Worker and tells, at `/memory`, how much memory its wasm has taken so far.

export const WATCHED = `import { WorkerEntrypoint } from 'cloudflare:workers';
const { Instance } = WebAssembly;
let memory;
WebAssembly.Instance = function (module, imports) {
  const instance = new Instance(module, imports);
  ({ memory } = instance.exports);
  return instance;
};
const { default: Worker } = await import('./index.js');
export default class extends WorkerEntrypoint {
  fetch(request) {
    if (new URL(request.url).pathname === '/memory') return new Response(String(memory.buffer.byteLength));
    return new Worker(this.ctx, this.env).fetch(request);
  }
}`;

/** The bytes of WebAssembly memory that a Worker behind this front has; they never become fewer. */
export const memoryOf = async (worker) => Number((await worker.get('/memory')).text);

// Runs the Worker in bare workerd, with its bindings led to a `Storage` of the test.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import workerd from 'workerd';
import { local } from '../../scripts/lib/project.mjs';
import { builtWorker } from './edge.mjs';
import { request } from './http.mjs';

/** For tests that count what an answer costs. */
export const CACHE_OFF = { CACHE_API: 'off' };

const external = (name, there) =>
  there ? `(name = "${name}", external = (address = "${there.address}", http = ())),` : '';

/**
 * @param {import('./storage.mjs').Storage} storage
 * @param {Record<string, string>} [vars]
 * @param {string} [front] a module whose default export stands in place of the Worker, which it can
 *   import from `./index.js`
 * @param {{cache?: {address: string}, points?: {address: string}, built?: string}} [more] what stands behind the
 *   Cache API, which is off without it, and behind an Analytics Engine; and the folder of the Worker
 */
export async function startWorkerd(storage, vars = {}, front = undefined, more = {}) {
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-workerd-'));
  const config = path.join(scratch, 'config.capnp');
  if (front) await writeFile(path.join(scratch, 'front.js'), front);
  await writeFile(
    config,
    capnp(
      storage.address,
      // Segments of HLS and DASH are held against fragments, one by one, unless a test wants longer ones.
      { ...(more.cache ? {} : CACHE_OFF), SEGMENT_MS: '0', ...vars },
      front && path.join(scratch, 'front.js'),
      more,
    ),
  );
  // An Analytics Engine is not for everybody yet.
  const experimental = more.points ? ['--experimental'] : [];
  // File descriptor 3: where workerd says which port it has been given.
  const child = spawn(workerd.default, ['serve', config, '--import-path=/', '--control-fd=3', ...experimental], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  const port = await new Promise((resolve, reject) => {
    let said = '';
    const control = /** @type {import('node:stream').Readable} */ (child.stdio[3]);
    control.setEncoding('utf8').on('data', (text) => {
      said += text;
      const [, number] = /"event":"listen","socket":"http","port":(\d+)/.exec(said) ?? [];
      if (number) resolve(number);
    });
    child.once('error', reject);
    ended.then(() => reject(new Error(`workerd ended: ${log}`)));
  });
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    /** What the Worker wrote to its log since this was asked last. */
    logged() {
      const written = log;
      log = '';
      return written;
    },
    get: (path, headers = {}) => request(url, path, { headers }),
    send: (method, path, headers = {}, body = undefined) => request(url, path, { method, headers, body }),
    async close() {
      child.kill('SIGKILL'); // not gently: it would wait for requests that a test has left hanging
      await ended;
      await rm(scratch, { recursive: true });
    },
  };
}

/**
 * @param {string} storage its address
 * @param {Record<string, string>} vars
 * @param {string | undefined} front
 * @param {{cache?: {address: string}, points?: {address: string}, built?: string}} more
 */
function capnp(storage, vars, front, { cache, points, built = 'build' }) {
  const { main, compatibilityDate } = builtWorker(built);
  const text = Object.entries(vars).map(([name, value]) => `(name = "${name}", text = ${JSON.stringify(value)})`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = .worker),
    (name = "storage", external = (address = "${storage}", http = ())),
    ${external('cache', cache)}
    ${external('points', points)}
    (name = "internet", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
const worker :Workerd.Worker = (
  compatibilityDate = "${compatibilityDate}",
  modules = [
    ${front ? `(name = "front.js", esModule = embed "${front}"),` : ''}
    (name = "index.js", esModule = embed "${main}"),
    (name = "./index_bg.wasm", wasm = embed "${local(built, 'index_bg.wasm')}"),
  ],
  bindings = [
    (name = "INDEX", kvNamespace = "storage"),
    (name = "MEDIA", r2Bucket = "storage"),
    ${points ? '(name = "ANALYTICS", analyticsEngine = "points"),' : ''}
    ${text.join(',\n    ')}
  ],
  ${cache ? 'cacheApiOutbound = "cache",' : ''}
);
`;
}

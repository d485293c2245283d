// A data centre: the Worker as it is deployed, KV and R2, and a cache that keeps what was asked for last. Everything that is
// asked of them is counted.
import { createServer } from 'node:http';
import { Pool } from 'undici';
import { ScriptError } from '../../scripts/lib/errors.mjs';
import { EdgeCache } from '../../tests/lib/cache.mjs';
import { close as closed, listen } from '../../tests/lib/http.mjs';
import { OURS } from '../contestants.mjs';
import { cpuMs } from '../process.mjs';
import { answerR2 } from '../objects.mjs';
import { serve } from '../workerd.mjs';
import { Recent } from './recent.mjs';

/**
 * What one request came to.
 * @typedef {object} Answered
 * @property {boolean} isHit whether the cache had it
 * @property {number} r2 reads
 * @property {number} kv reads
 * @property {number} bytes of the answer
 * @property {number} cpuMs of the Worker's process since the request before
 */

/**
 * Starts one.
 * @param {string} name
 * @param {{index: Buffer, cacheBytes: number, kept: import('../process.mjs').Keep}} options the index of every presentation
 */
export async function dataCentre(name, { index, cacheBytes, kept }) {
  const counts = { r2: 0, kv: 0 };
  const stores = createServer((request, response) => {
    const asked = request.headers['cf-r2-request'];
    counts[asked ? 'r2' : 'kv'] += 1;
    if (asked) answerR2(String(asked), response);
    else response.end(index);
  });
  stores.keepAliveTimeout = 120_000;
  const cache = await EdgeCache.start();
  const recent = new Recent(cacheBytes);
  cache.kept = recent;
  const ports = { store: await listen(stores), cache: Number(cache.address.split(':').pop()), port: 0 };
  const worker = kept(await serve(name, OURS, ports));
  const viewers = new Pool(worker.origin, { connections: 1, pipelining: 1 });
  let spentMs = cpuMs(worker.pid);

  /**
   * Asks for a fragment, and waits until the cache has it.
   * @param {string} path
   * @returns {Promise<Answered>}
   */
  const ask = async (path) => {
    const before = { ...counts, spentMs };
    const isKept = new Promise((resolve) => (recent.onSet = () => resolve(true)));
    const { statusCode, headers, body } = await viewers.request({ method: 'GET', path });
    const bytes = (await body.arrayBuffer()).byteLength;
    if (statusCode !== 200) throw new ScriptError(`${statusCode} for ${path}`);
    const isHit = String(headers['server-timing']).includes('cache;desc="hit"');
    if (!isHit) await isKept;
    cache.questions.length = 0;
    spentMs = cpuMs(worker.pid);
    return { isHit, r2: counts.r2 - before.r2, kv: counts.kv - before.kv, bytes, cpuMs: spentMs - before.spentMs };
  };

  /** Ends all but the Worker, which whoever keeps it does. */
  const close = () => Promise.all([viewers.destroy(), cache.close(), closed(stores)]);

  return { ask, close };
}

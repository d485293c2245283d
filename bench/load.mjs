// The clients, in a process of their own: a few connections, each of which sends one request after the other. The parent
// process sends an order over IPC and gets the result back.
import { Pool } from 'undici';

const pools = new Map();

/** @typedef {{path: string, headers?: Record<string, string>}} Request */
/**
 * @typedef {object} Order
 * @property {string} origin
 * @property {Request[]} requests
 * @property {number} connections
 * @property {'GET' | 'HEAD'} [method]
 * @property {number} [status] that all answers should have
 */

process.on('message', async (message) => {
  const { origin, requests, connections, method = 'GET', status = 200 } = /** @type {Order} */ (message);
  if (!pools.has(origin)) pools.set(origin, new Pool(origin, { connections, pipelining: 1 }));
  const pool = pools.get(origin);
  const latencies = new Float64Array(requests.length);
  const result = { bytes: 0, failed: 0 };
  let next = 0;
  const client = async () => {
    while (next < requests.length) {
      const at = next++;
      const begun = performance.now();
      await ask(pool, { method, ...requests[at] }, status, result);
      latencies[at] = performance.now() - begun;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - begun) / 1000;
  latencies.sort();
  const percentile = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  process.send({ ...result, seconds, p50: percentile(0.5), p99: percentile(0.99) });
});
process.on('disconnect', () => process.exit());

/**
 * Sends one request; the bytes of its answer are counted and let go.
 * @returns {Promise<void>}
 */
function ask(pool, request, expected, result) {
  return new Promise((resolve) => {
    pool.dispatch(request, {
      onRequestStart() {},
      onResponseStart(_, status) {
        if (status !== expected) result.failed += 1;
      },
      onResponseData(_, chunk) {
        result.bytes += chunk.length;
      },
      onResponseEnd() {
        resolve();
      },
      onResponseError() {
        result.failed += 1;
        resolve();
      },
    });
  });
}

// Sends requests exactly as they are written, where `fetch` would normalise the path; and runs servers for tests.
import assert from 'node:assert/strict';
import http from 'node:http';

/** @typedef {{status: number, headers: Record<string, string>, body: Buffer, text: string}} Answer */

/**
 * Has a server listen.
 * @param {import('node:net').Server} server
 * @param {number} [port] 0 for any that is free
 * @returns {Promise<number>} the port
 */
export const listen = (server, port = 0) =>
  new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });

/**
 * Closes a server, whatever is still asked of it.
 * @param {http.Server} server
 * @returns {Promise<unknown>}
 */
export function close(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

/**
 * @param {string | URL} base
 * @param {string} path as it goes over the wire
 * @param {{method?: string, headers?: Record<string, string>, body?: Buffer, patienceMs?: number}} [options]
 * @returns {Promise<Answer>}
 */
export function request(base, path, { method = 'GET', headers = {}, body, patienceMs = 10_000 } = {}) {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = http.request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const received = Buffer.concat(chunks);
        resolve({
          status: response.statusCode,
          headers: /** @type {Record<string, string>} */ (response.headers),
          body: received,
          text: received.toString(),
        });
      });
    });
    sent.setTimeout(patienceMs, () => sent.destroy(new Error(`${method} ${path}: no answer within ${patienceMs} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * The answer of a Worker to a GET, which has to be 200.
 * @param {{get: (path: string) => Promise<Answer>}} worker
 * @param {string} path
 * @returns {Promise<Answer>}
 */
export async function found(worker, path) {
  const answer = await worker.get(path);
  assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 200)}`);
  return answer;
}

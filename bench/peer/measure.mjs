// Measures one request: its time, and what the server read from storage for it.
import { Client } from 'undici';
import { ScriptError } from '../../scripts/lib/errors.mjs';

/** What the storage counts. */
const COUNTED = ['requests', 'bytes', 'kv', 'kvBytes', 'roundTrips'];

/**
 * Asks for one path, alone.
 * @param {ReturnType<typeof import('../process.mjs').helper>} storage
 * @param {import('./contenders.mjs').Contender} contender
 * @param {string} path
 * @param {{connected?: boolean}} [options] whether the connection is there already, as a player's is
 * @returns {Promise<{firstMs: number, lastMs: number, body: Buffer, requests: number, bytes: number, kv: number, kvBytes: number, roundTrips: number}>}
 *   milliseconds until the first byte of the body, and until the last; and what the storage was asked
 */
export async function single(storage, { name, origin }, path, { connected = true } = {}) {
  const client = new Client(origin);
  try {
    if (connected) await ask(client, '/');
    await storage.ask('counts');
    const { status, ...answer } = await ask(client, path);
    const { wrong, ...counts } = await storage.ask('counts');
    if (status === 200 && wrong === 0) return { ...answer, ...counts };
    const output = answer.body.toString('latin1', 0, 500);
    throw new ScriptError(`${name} answers ${status} for ${path}, and ${wrong} of its reads were refused.`, { output });
  } finally {
    await client.close();
  }
}

/** Asks for one path after the other; the first byte is that of the last one's body. */
export async function inARow(storage, contender, paths) {
  let sum;
  for (const path of paths) {
    const one = await single(storage, contender, path);
    const counts = COUNTED.map((field) => [field, one[field] + (sum?.[field] ?? 0)]);
    const before = sum?.lastMs ?? 0;
    sum = { body: one.body, firstMs: before + one.firstMs, lastMs: before + one.lastMs, ...Object.fromEntries(counts) };
  }
  return sum;
}

function ask(client, path) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const answer = {};
    const begun = performance.now();
    client.dispatch(
      { method: 'GET', path },
      {
        onRequestStart() {},
        onResponseStart(_, status) {
          answer.status = status;
        },
        onResponseData(_, chunk) {
          answer.firstMs ??= performance.now() - begun;
          chunks.push(chunk);
        },
        onResponseEnd() {
          resolve({ ...answer, lastMs: performance.now() - begun, body: Buffer.concat(chunks) });
        },
        onResponseError(_, error) {
          reject(error);
        },
      },
    );
  });
}

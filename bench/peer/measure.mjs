// Measures requests, alone or as a player sends them: their time, and what the server read from storage for them.
import { Client } from 'undici';
import { ScriptError } from '../../scripts/lib/errors.mjs';

/**
 * @typedef {{firstMs: number, lastMs: number, body: Buffer, requests: number, bytes: number, kv: number, kvBytes: number, roundTrips: number}} Cost
 *   milliseconds until the first byte of the last body, and until all of it; and what the storage was asked
 */

/**
 * Asks for one path, alone.
 * @param {ReturnType<typeof import('../process.mjs').helper>} storage
 * @param {import('./contenders.mjs').Contender} contender
 * @param {string} path
 * @param {{connected?: boolean}} [options] whether the connection is there already, as a player's is
 * @returns {Promise<Cost>}
 */
export const single = (storage, contender, path, options) => inSteps(storage, contender, [[path]], options);

/** Asks for one path after the other. */
export const inARow = (storage, contender, paths) =>
  inSteps(
    storage,
    contender,
    paths.map((path) => [path]),
  );

/**
 * Asks as a player does: for one step after the other, and for all paths of a step at once.
 * @param {Parameters<typeof single>[0]} storage
 * @param {Parameters<typeof single>[1]} contender
 * @param {string[][]} steps
 * @returns {Promise<Cost>}
 */
export async function inSteps(storage, { name, origin }, steps, { connected = true } = {}) {
  const atOnce = Math.max(...steps.map((step) => step.length));
  const clients = Array.from({ length: atOnce }, () => new Client(origin));
  try {
    if (connected) for (const client of clients) await ask(client, '/');
    await storage.ask('counts');
    const sum = { firstMs: 0, lastMs: 0, body: Buffer.alloc(0) };
    for (const step of steps) {
      const answers = await Promise.all(step.map((path, at) => ask(clients[at], path)));
      for (const [at, { status, body }] of answers.entries()) {
        if (status === 200) continue;
        const output = body.toString('latin1', 0, 500);
        throw new ScriptError(`${name} answers ${status} for ${step[at]}.`, { output });
      }
      sum.firstMs = sum.lastMs + Math.max(...answers.map(({ firstMs }) => firstMs));
      sum.lastMs += Math.max(...answers.map(({ lastMs }) => lastMs));
      sum.body = answers.at(-1).body;
    }
    const { wrong, ...counts } = await storage.ask('counts');
    if (wrong > 0) throw new ScriptError(`${name}: ${wrong} reads of storage for ${steps[0][0]} were refused.`);
    return { ...sum, ...counts };
  } finally {
    for (const client of clients) await client.close();
  }
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

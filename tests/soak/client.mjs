// Viewers: a few connections that send one request after the other, exactly as it is written.
import { Pool } from 'undici';

const PATIENCE_MS = 20_000;

export function connect(url, connections) {
  const pool = new Pool(url.replace(/\/$/, ''), {
    connections,
    pipelining: 1,
    headersTimeout: PATIENCE_MS,
    bodyTimeout: PATIENCE_MS,
  });
  return {
    /** @returns {Promise<import('./judge.mjs').Answer>} what came, or why all of it did not */
    ask: ({ method, path, headers }) =>
      new Promise((resolve) => {
        const answer = { status: 0, headers: {}, chunks: [] };
        pool.dispatch(
          { method, path, headers },
          {
            onRequestStart() {},
            onResponseStart(_, status, headers) {
              Object.assign(answer, { status, headers });
            },
            onResponseData: (_, chunk) => void answer.chunks.push(chunk),
            onResponseEnd: () =>
              resolve({
                status: answer.status,
                headers: answer.headers,
                body: answer.chunks.length === 1 ? answer.chunks[0] : Buffer.concat(answer.chunks),
              }),
            onResponseError: (_, /** @type {NodeJS.ErrnoException} */ error) =>
              resolve({ broken: error.code ?? error.message }),
          },
        );
      }),
    close: () => pool.destroy(),
  };
}

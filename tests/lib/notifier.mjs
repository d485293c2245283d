// The Worker, and a bucket that tells it of changes through a queue. Local R2 tells of nothing, so
// that is played here; the queue, its retries and the queue of dead letters are the runtime's own.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { local } from '../../scripts/lib/project.mjs';
import { VARS } from './admin.mjs';
import { startEdge } from './edge.mjs';

const QUEUE = 'millrace-events';
const DEAD = 'millrace-events-dead';
export const MAX_RETRIES = 2;
/** For how long something is waited for that the queue has to bring about. */
const PATIENCE_MS = 30_000;

const CONSUMER = {
  queue: QUEUE,
  max_batch_size: 50,
  max_batch_timeout: 1,
  max_concurrency: 1,
  max_retries: MAX_RETRIES,
  retry_delay: 1,
  dead_letter_queue: DEAD,
};
const UNDERTAKER = {
  name: 'undertaker',
  main: local('tests/lib/undertaker.mjs'),
  kv_namespaces: [{ binding: 'DEAD', id: 'dead' }],
  queues: { consumers: [{ queue: DEAD, max_batch_timeout: 0 }] },
};

/** With nothing in the bucket yet. */
export async function startNotified() {
  const config = {
    main: local('tests/lib/behind-cache.mjs'),
    queues: { producers: [{ binding: 'EVENTS', queue: QUEUE }], consumers: [CONSUMER] },
  };
  const edge = await startEdge(undefined, { vars: VARS, config, beside: [UNDERTAKER] });
  const { EVENTS } = await edge.harness.getWorker().getEnv();
  const { DEAD } = await edge.harness.getWorker('undertaker').getEnv();
  const lines = () => edge.harness.getLogs().map(({ message }) => String(message));
  return {
    ...edge,
    /** Delivers messages together. */
    tell: (...bodies) => EVENTS.sendBatch(bodies.map((body) => ({ body }))),
    /** The purges there were: the paths of each. */
    purges: () =>
      lines()
        .filter((line) => line.startsWith('purged '))
        .map((line) => JSON.parse(line.slice('purged '.length)).pathPrefixes),
    /** What the Worker said of messages that it could not act on. */
    troubles: () =>
      lines()
        .filter((line) => line.startsWith('{"'))
        .map((line) => JSON.parse(line)),
    /** The messages that were given up. */
    dead: async () => Promise.all((await DEAD.list()).keys.map(({ name }) => DEAD.get(name, 'json'))),
    /** Has the bucket hold the files of `from` under these keys, and says nothing. */
    put: async (from, ...keys) => {
      for (const key of keys) await edge.MEDIA.put(key, await readFile(path.join(from, key)));
    },
  };
}

/** What R2 says when something has happened to `key`. */
export const told = (action, key, more = {}) => ({
  account: '3f4b7e3dcab231cbfdaa90a6a28bd548',
  action,
  bucket: 'millrace-media',
  object: action === 'DeleteObject' ? { key } : { key, size: 65_536, eTag: 'c846ff7a18f28c2e262116d6e8719ef0' },
  eventTime: '2026-11-22T19:36:44.379Z',
  ...more,
});

/** What `look` gives, as soon as it gives something. */
export async function awaited(what, look) {
  for (
    const begun = Date.now();
    Date.now() - begun < PATIENCE_MS;
    await new Promise((resolve) => setTimeout(resolve, 50))
  ) {
    const seen = await look();
    if (seen) return seen;
  }
  throw new Error(`within ${PATIENCE_MS / 1000} s: no ${what}`);
}

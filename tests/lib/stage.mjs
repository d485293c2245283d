// The stage of a storm test: files that can be replaced, and locations from which viewers watch them.
import { VARS } from './admin.mjs';
import { startEdge } from './edge.mjs';
import { LateValues } from './late.mjs';
import { Storage } from './storage.mjs';
import { startWorkerd } from './workerd.mjs';

/**
 * @typedef {object} Place an isolate, and the storage that it sees
 * @property {(path: string, headers?: Record<string, string>) => Promise<import('./http.mjs').Answer>} get
 * @property {(method: string, path: string, headers?: Record<string, string>, body?: Buffer) => Promise<import('./http.mjs').Answer>} send
 *
 * @typedef {object} Stage
 * @property {Place[]} places
 * @property {(key: string, bytes: Buffer) => unknown} put
 * @property {() => Promise<void>} renew another isolate takes the place of one, and remembers nothing
 * @property {() => number | undefined} late how many times KV was late, where that can be known
 * @property {() => Promise<unknown>} close
 */

/**
 * Two locations with one isolate each, one bucket, and KV of which each has its own view.
 * @returns {Promise<Stage>}
 */
export async function twoLocations(edition, vars, random) {
  const objects = new Map();
  const truth = new Map(edition.values);
  const locations = await Promise.all(
    [0, 1].map(() => startLocation(objects, truth, { ...VARS, ...vars }, random.fork())),
  );
  const put = (key, bytes) => locations[0].storage.put(key, bytes);
  for (const [key, bytes] of edition.files) put(key, bytes);
  return {
    places: locations,
    put,
    renew: () => random.pick(locations).renew(),
    late: () => locations.reduce((sum, { values }) => sum + values.late, 0),
    close: () => Promise.all(locations.map((location) => location.close())),
  };
}

async function startLocation(objects, truth, vars, random) {
  const storage = await Storage.start();
  storage.objects = objects;
  const values = new LateValues(truth, () => random.between(0, 1500));
  // It has of a `Map` what the storage asks for.
  storage.values = /** @type {Map<string, Buffer>} */ (/** @type {unknown} */ (values));
  const start = async () => ({ worker: await startWorkerd(storage, vars), underWay: new Set() });
  let isolate = await start();
  /** @type {Place['send']} */
  const send = (...asked) => {
    const { worker, underWay } = isolate;
    const answer = worker.send(...asked);
    underWay.add(answer);
    return answer.finally(() => underWay.delete(answer));
  };
  const end = async ({ worker, underWay }) => {
    await Promise.allSettled(underWay);
    await worker.close();
  };
  return {
    storage,
    values,
    send,
    get: (path, headers) => send('GET', path, headers),
    async renew() {
      const before = isolate;
      isolate = await start();
      await end(before);
    },
    async close() {
      await end(isolate);
      await storage.close();
    },
  };
}

/**
 * One isolate over wrangler's own R2 and KV: Cloudflare's reading of what a conditional read is.
 * @returns {Promise<Stage>}
 */
export async function wranglersStores(edition, vars) {
  const edge = await startEdge(edition.folder, { vars: { ...VARS, ...vars } });
  return {
    places: [edge],
    put: (key, bytes) => edge.MEDIA.put(key, bytes),
    renew: async () => {},
    late: () => undefined,
    close: () => edge.close(),
  };
}

// A bare workerd over a storage that counts calls and holds one media folder. Nothing is warm.
import path from 'node:path';
import { indexes } from './cli.mjs';
import { isPresentation, readFolder } from './folder.mjs';
import { Storage } from './storage.mjs';
import { startWorkerd } from './workerd.mjs';

/**
 * Runs `use` with a Worker that has answered nothing yet.
 * @param {string | undefined} folder
 * @param {{indexed?: boolean, vars?: Record<string, string>, front?: string, cache?: {address: string}, points?: {address: string}}} options
 *   `front`, `cache`, `points`: see `startWorkerd`
 * @param {(worker: Awaited<ReturnType<typeof startWorkerd>>, storage: Storage) => unknown} use
 */
export async function withWorker(folder, { indexed = true, vars = {}, front, ...more }, use) {
  const storage = await Storage.start();
  try {
    const files = folder ? await readFolder(folder) : new Map();
    for (const [key, bytes] of files) storage.put(key, bytes);
    if (indexed) storage.values = new Map(await indexesOf(folder, files));
    const worker = await startWorkerd(storage, vars, front, more);
    try {
      await use(worker, storage);
    } finally {
      await worker.close();
    }
  } finally {
    await storage.close();
  }
}

const known = new Map();

/** The command line is asked once a folder. */
async function indexesOf(folder, files) {
  if (!known.has(folder)) known.set(folder, indexes(folder, [...files.keys()].filter(isPresentation)));
  return known.get(folder);
}

/** Calls of one store. */
export const reads = (calls, store) => calls.filter((call) => call.store === store && call.method !== 'put');

/** Waits for what the Worker does after it has answered. */
export async function eventually(what, condition) {
  for (const begun = Date.now(); Date.now() - begun < 5000; await new Promise((resolve) => setTimeout(resolve, 10))) {
    if (condition()) return;
  }
  throw new Error(`within 5 s: no ${what}`);
}

/** Waits until an index that a viewer had built is stored, and looked after. */
export const looked = (storage, presentation) =>
  eventually(`look after the index of ${presentation} was stored`, () => {
    const put = storage.calls.findLastIndex(({ method, key }) => method === 'put' && key === `index/${presentation}`);
    return (
      put >= 0 &&
      storage.calls
        .slice(put)
        .some(({ store, method, key }) => store === 'r2' && method === 'head' && key === presentation)
    );
  });

/** The etag of an object as storage has it. */
export const etagOf = (storage, key) => storage.objects.get(key).etag;

/** The key of a file beside the presentation `key`. */
export const beside = (key, name) => path.posix.join(path.posix.dirname(key), name);

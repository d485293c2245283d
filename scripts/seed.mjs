// Puts presentations into the local R2 and KV: `node scripts/seed.mjs MEDIA_FOLDER STATE_FOLDER`. Needs the Node
// that wrangler needs.
//
// The command line's index names the files of a presentation, and only those are put. A record beside the state lists
// what was put: files whose size and time have not changed are not put again, and files that no presentation is made of
// any more are deleted.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { CLI } from './build.mjs';
import { isMain } from './lib/project.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { bytes, step } from './lib/step.mjs';
import { ScriptError, printError, runMain } from './lib/errors.mjs';
import { indexed } from './seed/indexed.mjs';
import { namesBeside, serverManifests, stateOf } from './seed/media.mjs';
import { bindingNames, openStores } from './seed/stores.mjs';

/**
 * @typedef {object} Record of what is in the stores
 * @property {{bucket: string, namespace: string}} names
 * @property {{[key: string]: {size: number, mtimeMs: number, etag: string}}} files
 * @property {{[key: string]: {from: string, sources: string[], keys: string[]}}} indexes
 */

/**
 * @param {string} folder the media folder
 * @param {string} state where the local stores lie
 */
export async function seed(folder, state) {
  const names = bindingNames();
  // The record lies beside the stores, so that emptying them by hand deletes it too.
  const recordFile = path.join(state, 'v3/seeded.json');
  const known = await readStamp(recordFile);
  /** @type {Record} */
  const record =
    known && JSON.stringify(known.names) === JSON.stringify(names) ? known : { names, files: {}, indexes: {} };
  const cli = await digest([CLI]);
  const manifests = await serverManifests(folder);
  const gone = Object.keys(record.indexes).filter((key) => !manifests.includes(key));
  const changed = [];
  for (const key of manifests) if (await isChanged(folder, key, record.indexes[key], cli)) changed.push(key);
  if (changed.length + gone.length === 0) return;
  await mkdir(state, { recursive: true });
  const stores = await openStores(state, names);
  const shelf = new Shelf(folder, stores, record, path.join(state, 'indexes.json'));
  try {
    for (const key of gone) await shelf.forget(key);
    if (changed.length > 0) await fill(shelf, changed, cli);
    await shelf.clear();
  } finally {
    await writeStamp(recordFile, record);
    await stores.close();
  }
}

/** Whether an index is out of date: its files have changed, or the program that made it. */
async function isChanged(folder, key, known, cli) {
  return !known?.sources || known.from !== (await origins(folder, key, known.sources, cli));
}

async function origins(folder, key, sources, cli) {
  const states = await Promise.all(sources.map(async (source) => [source, await stateOf(folder, source)]));
  return JSON.stringify([cli, states, await namesBeside(folder, key)]);
}

/** Puts presentations; one that cannot be indexed is reported, and the others go on. */
async function fill(shelf, changed, cli) {
  /** @type {Error[]} */
  const failures = [];
  /** @type {string[]} */
  const warnings = [];
  await step('Filling the local R2 and KV', async (report) => {
    for (const [n, key] of changed.entries()) {
      report(n / changed.length, key);
      try {
        const told = await shelf.put(key, cli, (share) => report((n + share) / changed.length));
        warnings.push(...told);
      } catch (error) {
        await shelf.forget(key);
        failures.push(error);
      }
    }
    return {
      note: `${changed.length - failures.length} of ${changed.length} presentations, ${shelf.files} files, ${bytes(shelf.sent)}`,
    };
  });
  for (const warning of warnings) console.error(warning);
  for (const failure of failures) printError(failure);
}

/** The local stores, and the record of what is in them. */
class Shelf {
  /** How many files were put, and how many bytes they had. */
  files = 0;
  sent = 0;

  /**
   * @param {string} folder the media folder
   * @param {Awaited<ReturnType<typeof openStores>>} stores
   * @param {Record} record
   * @param {string} scratch a file to be written meanwhile
   */
  constructor(folder, stores, record, scratch) {
    this.folder = folder;
    this.stores = stores;
    this.record = record;
    this.scratch = scratch;
  }

  /**
   * Puts a presentation's files, and then its index.
   * @returns {Promise<string[]>} what the command line warns of
   */
  async put(key, cli, onShare) {
    const { sources, entries, warnings } = await indexed(this.folder, key, this.scratch);
    const total = sources.reduce((sum, { size }) => sum + size, 0);
    let sent = 0;
    for (const source of sources) {
      await this.#putFile(source.key, (count) => {
        sent += count;
        onShare(sent / (total || 1));
      });
    }
    const keys = entries.map((entry) => entry.key);
    for (const entry of entries) await this.stores.putIndex(entry.key, entry.value, entry.metadata);
    await this.forget(key, keys);
    const named = sources.map((source) => source.key);
    this.record.indexes[key] = { from: await origins(this.folder, key, named, cli), sources: named, keys };
    return warnings;
  }

  async #putFile(key, onBytes) {
    const state = await stateOf(this.folder, key);
    const known = this.record.files[key];
    if (known && known.size === state?.size && known.mtimeMs === state.mtimeMs) return;
    const etag = await this.stores.putFile(key, path.join(this.folder, key), onBytes);
    this.record.files[key] = { ...state, etag };
    this.files += 1;
    this.sent += state.size;
  }

  /**
   * Drops the index of a presentation, but for these of its entries.
   * @param {string} key
   * @param {string[]} [except]
   */
  async forget(key, except = []) {
    for (const old of this.record.indexes[key]?.keys ?? [])
      if (!except.includes(old)) await this.stores.deleteIndex(old);
    delete this.record.indexes[key];
  }

  /** Drops the files that no presentation is made of. */
  async clear() {
    const wanted = new Set(Object.values(this.record.indexes).flatMap(({ sources }) => sources));
    for (const key of Object.keys(this.record.files).filter((key) => !wanted.has(key))) {
      await this.stores.deleteFile(key);
      delete this.record.files[key];
    }
  }
}

if (isMain(import.meta)) {
  await runMain(([folder, state]) => {
    if (!state) throw new ScriptError('Usage: node scripts/seed.mjs MEDIA_FOLDER STATE_FOLDER');
    return seed(path.resolve(folder), path.resolve(state));
  });
}

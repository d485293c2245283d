// Puts the files of presentations into the local R2: `node scripts/seed.mjs MEDIA_FOLDER STATE_FOLDER`. Needs the Node
// that wrangler needs.
//
// Only files that a server manifest names are put. The Worker indexes a presentation when it is first asked for; the
// index of what has changed is taken out of the local KV. A record beside the state lists what was put: files whose size
// and time have not changed are not put again, and files that no presentation is made of any more are deleted.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { isMain } from './lib/project.mjs';
import { readStamp, writeStamp } from './lib/stamp.mjs';
import { bytes, step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';
import { presentationsBelow, stateOf } from './seed/media.mjs';
import { named } from './seed/named.mjs';
import { bindingNames, openStores } from './seed/stores.mjs';

/**
 * @typedef {object} Record of what is in the bucket
 * @property {{bucket: string, namespace: string}} names
 * @property {{[key: string]: {size: number, mtimeMs: number}}} files
 * @property {{[key: string]: string}} presentations what each was made of
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
  const isOfThese = known?.presentations && JSON.stringify(known.names) === JSON.stringify(names);
  /** @type {Record} */
  const record = isOfThese ? known : { names, files: {}, presentations: {} };
  const wanted = await contents(folder);
  const outdated = Object.keys({ ...record.presentations, ...wanted.presentations }).filter(
    (key) => record.presentations[key] !== wanted.presentations[key],
  );
  if (outdated.length === 0) return;
  await mkdir(state, { recursive: true });
  const stores = await openStores(state, names);
  try {
    await fill(stores, record, folder, wanted.files);
    for (const key of outdated) await stores.deleteIndex(key);
    record.presentations = wanted.presentations;
  } finally {
    await writeStamp(recordFile, record);
    await stores.close();
  }
}

/** What there is in a folder: presentations, and the files that they are made of. */
async function contents(folder) {
  const wanted = { files: {}, presentations: {} };
  for (const { key, lone } of await presentationsBelow(folder)) {
    const sources = {};
    for (const source of lone ? [lone] : await named(folder, key)) sources[source] = await stateOf(folder, source);
    Object.assign(wanted.files, sources);
    wanted.presentations[key] = JSON.stringify(sources);
  }
  return wanted;
}

/** Has the bucket hold `files` as they are now, and no others. */
async function fill(stores, record, folder, files) {
  const changed = Object.keys(files).filter((key) => JSON.stringify(files[key]) !== JSON.stringify(record.files[key]));
  const total = changed.reduce((sum, key) => sum + files[key].size, 0);
  let sent = 0;
  await step('Filling the local R2', async (report) => {
    for (const key of changed) {
      await stores.putFile(key, path.join(folder, key), (count) => {
        sent += count;
        report(sent / (total || 1), key);
      });
      record.files[key] = files[key];
    }
    return { note: `${changed.length} files, ${bytes(total)}` };
  });
  for (const key of Object.keys(record.files).filter((key) => !files[key])) {
    await stores.deleteFile(key);
    delete record.files[key];
  }
}

if (isMain(import.meta)) {
  await runMain(([folder, state]) => {
    if (!state) throw new ScriptError('Usage: node scripts/seed.mjs MEDIA_FOLDER STATE_FOLDER');
    return seed(path.resolve(folder), path.resolve(state));
  });
}

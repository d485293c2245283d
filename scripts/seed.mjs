// Puts a media folder into the local R2 and its indexes into the local KV:
// `node scripts/seed.mjs MEDIA_FOLDER STATE_FOLDER`. Needs the Node that wrangler needs.
//
// What was put is written down beside the state, so that unchanged files (size and time) are left
// alone the next time, and what has gone from the folder goes from the stores.
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CLI } from './build.mjs';
import { isMain } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { bytes, step } from './lib/step.mjs';
import { Trouble, printTrouble, runMain } from './lib/trouble.mjs';
import { isServerManifest, listMedia, sourcesOf } from './seed/media.mjs';
import { bindingNames, openStores } from './seed/stores.mjs';

/**
 * @param {string} folder the media folder
 * @param {string} state where the local stores lie
 */
export async function seed(folder, state) {
  const names = bindingNames();
  // Beside what it tells of: who empties the stores by hand loses it too.
  const recordFile = path.join(state, 'v3/seeded.json');
  const known = await readStamp(recordFile);
  const record = known && JSON.stringify(known.names) === JSON.stringify(names) ? known : { names, files: {}, indexes: {} };
  const media = await listMedia(folder);
  const work = await plan(media, record, await digest([CLI]));
  if (Object.values(work).every((list) => list.length === 0)) return;
  await mkdir(state, { recursive: true });
  const stores = await openStores(state, names);
  try {
    await putFiles(stores, record, work);
    await putIndexes(stores, record, work, folder, path.join(state, 'indexes.json'));
  } finally {
    await writeStamp(recordFile, record);
    await stores.close();
  }
}

/** What is to do, in the order of the keys. */
async function plan(media, record, cli) {
  const isNew = ({ key, size, mtimeMs }) => record.files[key]?.size !== size || record.files[key]?.mtimeMs !== mtimeMs;
  const upload = [...media.values()].filter(isNew);
  const gone = Object.keys(record.files).filter((key) => !media.has(key));
  const manifests = [...media.values()].filter(({ key }) => isServerManifest(key));
  const made = await Promise.all(
    manifests.map(async (manifest) => {
      const sources = await sourcesOf(manifest, media);
      return { manifest, from: JSON.stringify([cli, sources.map(({ key, size, mtimeMs }) => [key, size, mtimeMs])]) };
    }),
  );
  const index = made.filter(({ manifest, from }) => record.indexes[manifest.key]?.from !== from);
  const dropped = Object.keys(record.indexes).filter((key) => !media.has(key));
  return { upload, gone, index, dropped };
}

async function putFiles(stores, record, { upload, gone }) {
  for (const key of gone) {
    await stores.deleteFile(key);
    delete record.files[key];
  }
  if (upload.length === 0) return;
  const total = upload.reduce((sum, { size }) => sum + size, 0);
  await step('Putting media into the local R2', async (report) => {
    let sent = 0;
    for (const { key, file, size, mtimeMs } of upload) {
      report(key);
      const etag = await stores.putFile(key, file, (count) => report((sent += count) / (total || 1)));
      record.files[key] = { size, mtimeMs, etag };
    }
    return { note: `${upload.length} files, ${bytes(total)}` };
  });
}

/** A presentation that cannot be indexed is named, and the others go on without it. */
async function putIndexes(stores, record, { index, dropped }, folder, scratch) {
  const failures = [];
  const forget = async (key, except = []) => {
    for (const old of record.indexes[key]?.keys ?? []) if (!except.includes(old)) await stores.deleteIndex(old);
    delete record.indexes[key];
  };
  for (const key of dropped) await forget(key);
  if (index.length === 0) return;
  await step('Indexing into the local KV', async (report) => {
    let size = 0;
    for (const [n, { manifest, from }] of index.entries()) {
      report(n / index.length, manifest.key);
      try {
        const entries = await indexWithCli(manifest.file, folder, scratch);
        for (const { key, value, metadata } of entries) await stores.putIndex(key, value, metadata);
        await forget(manifest.key, entries.map(({ key }) => key));
        record.indexes[manifest.key] = { from, keys: entries.map(({ key }) => key) };
        size += entries.reduce((sum, { value }) => sum + value.length, 0);
      } catch (error) {
        await forget(manifest.key);
        failures.push(error);
      }
    }
    return { note: `${index.length - failures.length} of ${index.length} presentations, ${bytes(size)}` };
  });
  failures.forEach(printTrouble);
}

/** Has the command line write a bulk file as `wrangler kv bulk put` takes it, and reads it. */
async function indexWithCli(manifest, folder, scratch) {
  await rm(scratch, { force: true });
  await run(CLI, ['index', manifest, '--root', folder, '--bulk', scratch], { title: `Indexing ${manifest}` });
  const entries = await readFile(scratch, 'utf8').then(JSON.parse, () => {
    throw new Trouble(`Indexing ${manifest} wrote nothing.`);
  });
  await rm(scratch, { force: true });
  return entries.map(({ key, value, base64, metadata }) => ({ key, metadata, value: Buffer.from(value, base64 ? 'base64' : 'utf8') }));
}

if (isMain(import.meta)) {
  await runMain(([folder, state]) => {
    if (!state) throw new Trouble('Usage: node scripts/seed.mjs MEDIA_FOLDER STATE_FOLDER');
    return seed(path.resolve(folder), path.resolve(state));
  });
}

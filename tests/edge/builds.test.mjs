// Many at once, and only one builds: what that costs in reads and memory, and that everybody is answered right.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { INDEXES, VARS, asOperator } from '../lib/admin.mjs';
import { fragmentsOfTrack, readFragment } from '../lib/boxes.mjs';
import { BRIEF, LEVELS, briefFolder, briefFragments, pathOf } from '../lib/brief.mjs';
import { beside, eventually, looked, withWorker } from '../lib/counted.mjs';
import { readFolder } from '../lib/folder.mjs';
import { request } from '../lib/http.mjs';
import { FILM, longFilm } from '../lib/levels.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { ffmpeg, inputs, madeFolder, serverManifest } from '../lib/media.mjs';
import { samplesOf } from '../lib/progressive.mjs';
import { replacement } from '../lib/replacement.mjs';
import { WATCHED, memoryOf } from '../lib/watched.mjs';

const TWO_HOURS = 7200;
const MANIFEST = `/${FILM}/Manifest`;

let film;
let folder;
let brief;

before(async () => {
  film = await longFilm(TWO_HOURS, 4);
  folder = await briefFolder();
  brief = briefFragments(folder, LEVELS[0]);
});

const fill = (storage) => {
  for (const [key, { bytes, etag }] of film.objects) storage.put(key, bytes, etag);
};
const patient = (worker, path) => request(worker.url, path, { patienceMs: 120_000 });
const count = (calls, wanted) => calls.filter(wanted).length;
/** How often the server manifest was looked for: once a build, and once more when its index is stored. */
const looks = (calls, key) => count(calls, (call) => call.store === 'r2' && call.key === key);
const puts = (calls) => count(calls, ({ store, method }) => store === 'kv' && method === 'put');

/** What one viewer of the film costs, who is the first. */
async function alone() {
  let cost;
  await withWorker(undefined, { indexed: false, front: WATCHED }, async (worker, storage) => {
    fill(storage);
    const { status, text } = await patient(worker, MANIFEST);
    assert.equal(status, 200, text);
    await looked(storage, FILM);
    cost = {
      memory: await memoryOf(worker),
      puts: puts(storage.calls),
      manifest: text,
      reads: count(storage.calls, isLarge),
    };
  });
  return cost;
}

/** @param {import('../lib/storage.mjs').Call} call */
const isLarge = ({ store, method, start, end }) => store === 'r2' && method === 'get' && end - start > 100_000;

test('twenty first touches at once of two hours in four levels: one build, in the memory of one', async (t) => {
  const one = await alone();
  const { chunks, levels, url } = readManifest(one.manifest).stream('video');
  const fragments = Array.from({ length: 10 }, (_, at) => ({ at: at * 300, level: at % 4 }));
  const path = ({ at, level }) =>
    `/${FILM}/${url(levels[level].Bitrate, chunks[at].start).replace(/^[0-9a-f]{16}\//, '')}`;
  await withWorker(undefined, { indexed: false, front: WATCHED }, async (worker, storage) => {
    fill(storage);
    const paths = [...new Array(10).fill(MANIFEST), ...fragments.map(path)];
    const answers = await Promise.all(paths.map((path) => patient(worker, path)));
    await looked(storage, FILM);
    const calls = storage.taken();
    assert.equal(looks(calls, FILM), 2);
    assert.equal(puts(calls), one.puts);
    const memory = await memoryOf(worker);
    t.diagnostic(`${memory >> 20} MiB, and ${one.memory >> 20} MiB for one`);
    assert.ok(memory <= 1.3 * one.memory, `${memory} bytes, and ${one.memory} for one`);
    for (const [n, { status, text, body, headers }] of answers.entries()) {
      if (status === 503) {
        assert.match(headers['retry-after'], /^[1-9]\d*$/);
        continue;
      }
      assert.equal(status, 200, text);
      if (n < 10) assert.equal(text, one.manifest);
      else
        assert.deepEqual(
          samplesOf(readFragment(body)).map(({ size }) => size),
          film.samples[0].sizes.slice(fragments[n - 10].at * 50, fragments[n - 10].at * 50 + 50),
        );
    }
    assert.ok(answers.some(({ status }) => status === 200));
    // Its pages are at hand: KV may not have them yet, and remembers that it had not.
    for (const [n, fragment] of fragments.entries())
      assert.equal((await worker.get(path(fragment))).status, 200, `${n}`);
    assert.equal(
      count(storage.taken(), ({ store }) => store === 'kv'),
      0,
    );
  });
});

test('while two hours are being indexed, a fragment of another film is answered', async () => {
  const { reads } = await alone();
  await withWorker(folder, { indexed: true, front: WATCHED }, async (worker, storage) => {
    fill(storage);
    let left = reads;
    /** @type {Promise<void>} */
    const isRead = new Promise((resolve) => {
      storage.onCall = (call) => {
        if (isLarge(call) && --left === 0) resolve();
      };
    });
    let isOver = false;
    const manifest = patient(worker, MANIFEST).finally(() => {
      isOver = true;
    });
    // From here on the build waits for nothing but its own work.
    await isRead;
    let between = 0;
    for (; !isOver; between += 1)
      assert.ok(
        (await patient(worker, pathOf(brief[between % brief.length]))).body.equals(brief[between % brief.length].bytes),
      );
    assert.equal((await manifest).status, 200);
    assert.ok(between >= 3, `${between} fragments before the end`);
  });
});

test('a page that KV does not give costs one build for all', () =>
  withWorker(undefined, { indexed: false }, async (worker, storage) => {
    fill(storage);
    const { text } = await patient(worker, MANIFEST);
    await looked(storage, FILM);
    const { values } = storage;
    await withWorker(undefined, { indexed: false }, async (worker, storage) => {
      fill(storage);
      for (const [key, value] of values) if (!key.startsWith('page/')) storage.values.set(key, value);
      const { chunks, levels, url } = readManifest(text).stream('video');
      const paths = Array.from(
        { length: 12 },
        (_, at) => `/${FILM}/${url(levels[at % 4].Bitrate, chunks[at * 250].start)}`,
      );
      const answers = await Promise.all(paths.map((path) => patient(worker, path)));
      await looked(storage, FILM);
      for (const path of paths) assert.equal((await patient(worker, path)).status, 200);
      assert.ok(answers.every(({ status }) => status === 200 || status === 503));
      assert.equal(looks(storage.calls, FILM), 2);
    });
  }));

test('a file replaced under fifty viewers: one build, and nobody gets wrong bytes', async () => {
  const bytes = await replacement();
  const now = fragmentsOfTrack(bytes, 1);
  await withWorker(folder, {}, async (worker, storage) => {
    for (const fragment of brief) assert.ok((await worker.get(pathOf(fragment))).body.equals(fragment.bytes));
    storage.put(beside(BRIEF, LEVELS[0].src), bytes);
    storage.taken();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) => patient(worker, pathOf(brief[at % brief.length]))),
    );
    for (const [at, { status, body }] of answers.entries())
      assert.ok(status === 200 && body.equals(now[at % now.length].bytes), `${at}: ${status}`);
    await looked(storage, BRIEF);
    assert.equal(looks(storage.taken(), BRIEF), 2);
  });
});

test('a viewer who goes away takes no build with them', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    let go;
    const gate = new Promise((resolve) => (go = resolve));
    let reads = 0;
    storage.onCall = async ({ store, method }) => {
      if (store === 'r2' && method === 'get' && ++reads === 2) await gate;
    };
    const first = fetch(`${worker.url}${BRIEF}/Manifest`, { signal: AbortSignal.timeout(1000) }).catch(() => 'gone');
    await eventually('read that waits', () => reads >= 2);
    assert.equal(await first, 'gone');
    const second = patient(worker, `/${BRIEF}/Manifest`);
    await pause(200);
    go();
    assert.equal((await second).status, 200);
    await looked(storage, BRIEF);
    assert.equal(looks(storage.calls, BRIEF), 2, 'the second waits for the build of the first');
  }));

test('what takes too many reads is tried once, however many ask', async () => {
  const key = 'costly/x.ism';
  const made = await madeFolder('costly', import.meta.filename, (scratch) =>
    ffmpeg(
      scratch,
      ...inputs({ seconds: 40 }),
      '-map',
      '0:v',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      1,
      '-movflags',
      'frag_every_frame+empty_moov+default_base_moof+skip_trailer',
      '-f',
      'mp4',
      'x.mp4',
    ),
  );
  const files = await readFolder(path.join(made));
  await withWorker(undefined, { indexed: false }, async (worker, storage) => {
    storage.put('costly/x.mp4', files.get('x.mp4'));
    storage.put(key, Buffer.from(serverManifest([{ kind: 'video', src: 'x.mp4', trackId: 1, bitrate: 100_000 }])));
    const answers = [];
    for (let at = 0; at < 300; at++) {
      answers.push(patient(worker, `/${key}/Manifest`));
      await pause(50);
    }
    const statuses = new Set();
    for (const { status, headers } of await Promise.all(answers)) {
      statuses.add(`${status}`);
      assert.match(headers['retry-after'] ?? '', /^[1-9]\d*$/, `${status}`);
    }
    assert.deepEqual([...statuses], ['503']);
    assert.equal(looks(storage.calls, key), 1);
    assert.ok(count(storage.calls, ({ store }) => store === 'r2') <= 800);
  });
});

test('what is taken down while its index is being stored stays down', () =>
  withWorker(folder, { indexed: false, vars: VARS }, async (worker, storage) => {
    let go;
    const gate = new Promise((resolve) => (go = resolve));
    let isPutting = false;
    storage.onCall = async ({ method, key }) => {
      if (method !== 'put' || key !== `index/${BRIEF}`) return;
      isPutting = true;
      await gate;
    };
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200);
    await eventually('write that waits', () => isPutting);
    for (const key of [...storage.objects.keys()]) storage.objects.delete(key);
    assert.equal((await asOperator(worker)('DELETE', `${INDEXES}/${BRIEF}`)).status, 200);
    go();
    const isDelete = ({ method, key }) => method === 'delete' && key === `index/${BRIEF}`;
    await eventually('write that is taken back', () => count(storage.calls, isDelete) === 2);
    await eventually('KV without it', () => !storage.values.has(`index/${BRIEF}`));
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 404);
  }));

test('whoever finds a presentation gone clears its index away', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (const key of [...storage.objects.keys()]) storage.objects.delete(key);
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 200, 'nobody has looked');
    assert.equal((await worker.get(pathOf(brief[0]))).status, 404);
    await eventually('KV without it', () => !storage.values.has(`index/${BRIEF}`));
    assert.equal((await worker.get(`/${BRIEF}/Manifest`)).status, 404);
  }));

// What a batch of messages costs: a library that comes at once, and a file that belongs to many presentations. However much
// it is, each delivery stays within what Cloudflare grants, and gets on.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { withWorker } from '../lib/counted.mjs';
import { DELIVERED, deliver } from '../lib/delivered.mjs';
import { longFile } from '../lib/long.mjs';
import { serverManifest } from '../lib/media.mjs';
import { told } from '../lib/notifier.mjs';
import { memoryOf } from '../lib/watched.mjs';

const MIB = 2 ** 20;
/** Cloudflare's, for one invocation. */
const KV_OPERATIONS = 1000;
const CALLS = 10_000;
/** Ours: docs/monitor.md. */
const MEMORY = 64 * MIB;
const SECONDS = Number(process.env.FILM_SECONDS ?? 1800);
const LEVELS = ['one', 'two', 'three', 'four'];

let film;

before(async () => {
  ({ bytes: film } = await longFile(SECONDS));
});

/** An .ism of four levels of video, and one of audio; each level is a file of its own, or some are `shared`. */
const ismOf = (files) =>
  Buffer.from(
    serverManifest([
      ...files.map((src, at) => ({ kind: 'video', src, trackId: 1, bitrate: 1_000_000 + at })),
      { kind: 'audio', src: files[0], trackId: 2 },
    ]),
  );

/** Delivers messages until all are done, and holds each delivery to its limits. */
async function deliverAll(t, worker, storage, keys) {
  let left = keys.map((key) => told('PutObject', key));
  for (let deliveries = 1; ; deliveries += 1) {
    storage.taken();
    const begun = performance.now();
    left = await deliver(worker, left);
    const calls = storage.taken();
    const [kv, r2] = ['kv', 'r2'].map((store) => calls.filter((call) => call.store === store).length);
    const memory = await memoryOf(worker);
    const read = calls.reduce(
      (sum, { store, method, start, end }) => sum + (store === 'r2' && method === 'get' ? end - start : 0),
      0,
    );
    t.diagnostic(
      `${left.length} left after ${deliveries}: ${kv} of KV, ${r2} of R2, ${(read / MIB).toFixed(0)} MiB read, ${(memory / MIB).toFixed(0)} MiB, ${Math.round(performance.now() - begun)} ms`,
    );
    assert.ok(kv <= KV_OPERATIONS, `${kv} operations of KV`);
    assert.ok(kv + r2 <= CALLS, `${kv + r2} calls`);
    assert.ok(memory <= MEMORY, `${memory} bytes`);
    if (left.length === 0) return { deliveries, calls };
    assert.ok(
      calls.some(({ store, method, key }) => store === 'kv' && method === 'put' && key.startsWith('index/')),
      'it has got on',
    );
  }
}

const indexed = (storage) => new Map([...storage.values].filter(([key]) => key.startsWith('index/')));

test('fifty films of four levels, in one batch', (t) =>
  withWorker(undefined, { indexed: false, front: DELIVERED }, async (worker, storage) => {
    const keys = Array.from({ length: 50 }, (_, at) => `films/${at}/film.ism`);
    for (const [at, key] of keys.entries()) {
      for (const level of LEVELS) storage.put(`films/${at}/${level}.mp4`, film, `${at}-${level}`);
      storage.put(key, ismOf(LEVELS.map((level) => `${level}.mp4`)));
    }
    const { deliveries } = await deliverAll(t, worker, storage, keys);
    assert.ok(deliveries <= 15, `${deliveries} deliveries`);
    assert.equal(indexed(storage).size, 50);
    const { status, text } = await worker.get('/films/49/film.ism/Manifest');
    assert.equal(status, 200);
    assert.equal(text.match(/<QualityLevel /g).length, LEVELS.length + 1);
  }));

test('one file of forty presentations, replaced', (t) =>
  withWorker(undefined, { indexed: false, front: DELIVERED }, async (worker, storage) => {
    const keys = Array.from({ length: 40 }, (_, at) => `films/${at}.ism`);
    storage.put('films/shared.mp4', film, 'before');
    for (const key of keys) storage.put(key, ismOf(['shared.mp4']));
    await deliverAll(t, worker, storage, keys);
    const before = indexed(storage);
    assert.equal(before.size, 40);

    storage.put('films/shared.mp4', film, 'after');
    const { deliveries } = await deliverAll(t, worker, storage, ['films/shared.mp4']);
    assert.ok(deliveries <= 15, `${deliveries} deliveries`);
    const after = indexed(storage);
    assert.equal(after.size, 40);
    for (const [key, value] of after) assert.ok(!value.equals(before.get(key)), key);

    storage.taken();
    await deliverAll(t, worker, storage, ['films/shared.mp4', ...keys]);
  }));

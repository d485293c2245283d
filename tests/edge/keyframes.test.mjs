// KeyFrames: those samples of a fragment that can be decoded by themselves, under a moof of their own.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { before, test } from 'node:test';
import { find, parse, readFragment, readMedia } from '../lib/boxes.mjs';
import { beside, etagOf, eventually, reads, withWorker } from '../lib/counted.mjs';
import { AUDIO, KEYS, VIDEO, WIDE, keysFolder } from '../lib/keys.mjs';

const NON_SYNC = 0x10000;
/** What the Worker takes at once. */
const CHUNK = 128 << 10;

let folder;
let video;
let wide;
let audio;

before(async () => {
  folder = await keysFolder();
  const stored = async ({ src }) => readMedia(await readFile(path.join(folder, beside(KEYS, src)))).fragments;
  [video, wide, audio] = [await stored(VIDEO), await stored(WIDE), await stored(AUDIO)];
});

const pathOf = ({ start }, { kind, bitrate } = VIDEO) =>
  `/${KEYS}/QualityLevels(${bitrate})/KeyFrames(${kind}=${start})`;

/** The samples of a fragment as its moof has them: start, size, place in the payload, flags. */
function samples({ moof }) {
  const traf = find(find(parse(moof).boxes, 'moof').boxes, 'traf').boxes;
  const [header, run] = [find(traf, 'tfhd'), find(traf, 'trun')];
  let [at, place] = [0, 0];
  return run.samples.map((sample, index) => {
    const first = index === 0 ? run.first_sample_flags : undefined;
    const flags = sample.sample_flags ?? first ?? header.default_sample_flags;
    const [duration, size] = [
      sample.sample_duration ?? header.default_sample_duration,
      sample.sample_size ?? header.default_sample_size,
    ];
    const one = { at, duration, size, place, flags, offset: sample.sample_composition_time_offset ?? 0 };
    [at, place] = [at + duration, place + size];
    return one;
  });
}

const isKey = ({ flags }) => (flags & NON_SYNC) === 0;
const keysOf = (fragment) => samples(fragment).filter(isKey);
const bytesOf = ({ payload }, { place, size }) => payload.subarray(place, place + size);

test('what the test is made of has three keyframes a fragment, far apart', () => {
  for (const fragment of [...video.slice(0, -1), ...wide.slice(0, -1)]) assert.equal(keysOf(fragment).length, 3);
  const third = keysOf(video[1])[2];
  assert.ok(third.place > 2 * CHUNK, 'it takes several chunks');
  assert.ok(third.place > video[1].bytes.length * 0.55, 'the last lies in the second half');
});

test('what lies too far apart is read by itself', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(`/${KEYS}/Manifest`);
    storage.taken();
    const [fragment] = wide;
    const answer = await worker.get(pathOf(fragment, WIDE));
    const keys = keysOf(fragment);
    assert.ok(readFragment(answer.body).payload.equals(Buffer.concat(keys.map((key) => bytesOf(fragment, key)))));
    const [front, ...further] = reads(storage.taken(), 'r2');
    assert.equal(front.start, fragment.offset);
    const payload = fragment.offset + fragment.bytes.length - fragment.payload.length;
    assert.deepEqual(
      further.map(({ start, end }) => [start, end]),
      keys.map(({ place, size }) => [payload + place, payload + place + size]),
    );
    assert.ok([front, ...further].every(({ etag }) => etag === etagOf(storage, beside(KEYS, WIDE.src))));
  }));

test('each is the keyframes of the fragment, for one read', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await worker.get(`/${KEYS}/Manifest`);
    storage.taken();
    for (const fragment of video) {
      const answer = await worker.get(pathOf(fragment));
      assert.equal(answer.status, 200, answer.text.slice(0, 100));
      assert.equal(answer.headers['content-type'], 'video/mp4');
      assert.equal(answer.headers['content-length'], String(answer.body.length));
      const keys = keysOf(fragment);
      const made = readFragment(answer.body);
      const lasts = fragment.tfxdDuration - keys[0].at;
      assert.ok(made.payload.equals(Buffer.concat(keys.map((key) => bytesOf(fragment, key)))), pathOf(fragment));
      assert.deepEqual(
        [made.trackId, made.tfxd, made.tfxdDuration, made.duration],
        [fragment.trackId, fragment.tfxd + keys[0].at, lasts, lasts],
      );
      assert.equal(made.dataOffset, answer.body.length - made.payload.length);
      const told = ({ at, size, flags, offset }) => [fragment.tfxd + at, size, flags, offset];
      assert.deepEqual(
        samples(made).map((sample) => told({ ...sample, at: sample.at + keys[0].at })),
        keys.map(told),
      );
      const [start, key] = [fragment.offset, beside(KEYS, VIDEO.src)];
      assert.deepEqual(reads(storage.taken(), 'r2'), [
        { store: 'r2', method: 'get', key, start, end: start + fragment.bytes.length, etag: etagOf(storage, key) },
      ]);
    }
  }));

test('of audio it is the fragment as stored', () =>
  withWorker(folder, {}, async (worker) => {
    for (const fragment of audio) assert.ok((await worker.get(pathOf(fragment, AUDIO))).body.equals(fragment.bytes));
  }));

test('HEAD and a range say the same as the whole', () =>
  withWorker(folder, {}, async (worker) => {
    const url = pathOf(video[1]);
    const whole = await worker.get(url);
    const head = await worker.send('HEAD', url);
    for (const name of ['content-length', 'etag', 'content-type'])
      assert.equal(head.headers[name], whole.headers[name]);
    const end = whole.body.length;
    for (const [from, to] of [
      [0, 9],
      [100, end - 100],
      [end - 1000, end - 1],
      [end - 30_000, end - 1],
    ]) {
      const part = await worker.get(url, { range: `bytes=${from}-${to}` });
      assert.equal(part.status, 206);
      assert.ok(part.body.equals(whole.body.subarray(from, to + 1)), `${from}-${to}`);
    }
    assert.equal((await worker.get(url, { 'if-none-match': whole.headers.etag })).status, 304);
  }));

test('R2 breaks off between two keyframes: the client can tell', () =>
  withWorker(folder, {}, async (worker, storage) => {
    assert.equal((await worker.get(pathOf(video[1]))).status, 200);
    storage.onCall = ({ store }) => (store === 'r2' ? 'cut' : undefined);
    await assert.rejects(worker.get(pathOf(video[1])), { code: 'ECONNRESET' });
  }));

test('a client that goes away takes the read of storage with it', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const whole = (await worker.get(pathOf(video[1]))).body;
    let source;
    storage.server.on('request', (_, response) => (source = response));
    storage.onCall = ({ store }) => (store === 'r2' ? 'stall' : undefined);
    const begun = await new Promise((resolve, reject) => {
      const sent = http.get(new URL(pathOf(video[1]), worker.url), { agent: false }, (response) =>
        response.once('data', (data) => resolve({ sent, data })),
      );
      sent.on('error', reject);
    });
    assert.ok(whole.subarray(0, begun.data.length).equals(begun.data) && begun.data.length < whole.length);
    begun.sent.destroy();
    // It is heard of when there is something to send.
    await eventually('end of the read', () => source.closed || void source.write(Buffer.alloc(10_000)));
    assert.ok(!source.writableFinished);
  }));

// Progressive MP4s: every fragment is made at the edge, and held against what ffmpeg makes of the same encode.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { readFragment } from '../lib/boxes.mjs';
import { etagOf, reads, withWorker } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import {
  LARGE,
  LEVELS,
  PROGRESSIVE,
  SECONDS,
  SMALL,
  SOUND,
  progressiveFolder,
  samplesOf,
  twinSamples,
  manifestOf,
  pathOf,
} from '../lib/progressive.mjs';

let folder;

before(async () => {
  folder = await progressiveFolder();
});

/** Every fragment of a level, in order, parsed. */
async function fragmentsOf(worker, manifest, level) {
  const { chunks, url } = manifest.stream(level.kind);
  const fragments = [];
  for (const chunk of chunks) {
    const answer = await worker.get(`/${PROGRESSIVE}/${url(level.bitrate, chunk.start)}`);
    assert.equal(answer.status, 200, answer.text);
    assert.equal(answer.headers['content-length'], String(answer.body.length));
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(answer.headers['content-type'], `${level.kind}/mp4`);
    fragments.push({ chunk, answer, ...readFragment(answer.body) });
  }
  return fragments;
}

test('chunks begin at the keyframes, and follow each other to the end', async () => {
  const edge = await startEdge(folder);
  try {
    const manifest = await manifestOf(edge);
    const { chunks, attributes } = manifest.stream('video');
    assert.deepEqual(
      chunks.map(({ start }) => start),
      Array.from({ length: Math.ceil(SECONDS / 2) }, (_, at) => at * 20_000_000),
    );
    assert.equal(chunks.at(-1).start + chunks.at(-1).duration, SECONDS * 10_000_000);
    assert.equal(attributes.Chunks, String(chunks.length));
    assert.equal(manifest.attributes.TimeScale ?? '10000000', '10000000');
    const sound = manifest.stream('audio').chunks;
    assert.equal(sound[0].start, 0);
    for (const [at, chunk] of sound.entries()) {
      assert.ok(
        Math.abs(chunk.start - (chunks[at]?.start ?? 0)) < 220_000,
        `audio is cut where video is: ${chunk.start}`,
      );
      if (at > 0) assert.equal(chunk.start, sound[at - 1].start + sound[at - 1].duration);
    }
  } finally {
    await edge.close();
  }
});

test('every sample is the same as in the fragments that ffmpeg makes, byte for byte and tick for tick', async () => {
  const edge = await startEdge(folder);
  try {
    const manifest = await manifestOf(edge);
    for (const level of LEVELS) {
      const fragments = await fragmentsOf(edge, manifest, level);
      for (const { chunk, tfxd, tfxdDuration, dataOffset, moof, runs } of fragments) {
        assert.deepEqual([tfxd, tfxdDuration], [chunk.start, chunk.duration]);
        assert.equal(dataOffset, moof.length + 8);
        assert.equal(runs.length, 1);
      }
      const served = fragments.flatMap(samplesOf);
      // ffmpeg leaves in what the encoder put before the audio begins; players would hear all of it too late.
      const twins = twinSamples(folder, level).filter(({ at }) => at >= 0);
      assert.equal(served.length, twins.length);
      for (const [at, { bytes, flags, duration, ...sample }] of served.entries()) {
        const { bytes: twinBytes, flags: twinFlags, duration: twinDuration, ...twin } = twins[at];
        assert.deepEqual(sample, twin, `sample ${at} of ${level.src}, track ${level.trackId}`);
        assert.ok(bytes.equals(twinBytes), `bytes of sample ${at}`);
        assert.equal(flags & 0x10000, twinFlags & 0x10000, `sync of sample ${at}`);
        if (at < served.length - 1) assert.equal(duration, twinDuration);
      }
    }
  } finally {
    await edge.close();
  }
});

test('the video decodes to the frames of the file, at its times', async () => {
  const edge = await startEdge(folder);
  try {
    const manifest = await manifestOf(edge);
    for (const level of [SMALL, LARGE]) {
      const fragments = await fragmentsOf(edge, manifest, level);
      // The head of ffmpeg's own fragmented file, for a decoder: clients of Smooth Streaming make it up.
      const twin = path.join(folder, 'films', level.src.replace('.mp4', '.ismv'));
      const served = path.join(folder, `served-${process.pid}.ismv`);
      const bytes = await readFile(twin);
      const head = bytes.subarray(0, bytes.indexOf('moof') - 4);
      await writeFile(served, Buffer.concat([head, ...fragments.map(({ answer }) => answer.body)]));
      try {
        const source = path.join(folder, 'films', level.src);
        assert.deepEqual(await frames(served, 10_000_000), await frames(source, 12_800));
      } finally {
        await rm(served);
      }
    }
  } finally {
    await edge.close();
  }
});

/** Each frame that is shown: when, in ms, and a checksum of its pixels. */
async function frames(file, timescale) {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'frame=pkt_dts,pts,pict_type,pkt_size,key_frame',
    '-of',
    'json',
    file,
  ];
  const { frames } = JSON.parse(await run(ffprobePath(), args, { title: 'ffprobe' }));
  const first = frames[0].pts;
  return frames.map(({ pts, pict_type, pkt_size, key_frame }) => [
    Math.round(((pts - first) * 1000) / timescale),
    pict_type,
    pkt_size,
    key_frame,
  ]);
}

test('video out of a file with audio: cold two reads of KV, warm none; and one of storage', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const cold = await worker.get(pathOf(LARGE, 0));
    assert.equal(cold.status, 200);
    const calls = storage.taken();
    assert.deepEqual(
      reads(calls, 'kv').map(({ key }) => key.split('/')[0]),
      ['index', 'page'],
    );
    assertReads(calls, storage, 1);
    for (const start of [20_000_000, 200_000_000, 0]) {
      assert.equal((await worker.get(pathOf(LARGE, start))).status, 200);
      const calls = storage.taken();
      assert.equal(reads(calls, 'kv').length, 0);
      assertReads(calls, storage, 1);
    }
  }));

test('audio out of a file with video: at most four reads, of the file that costs least', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const manifest = await manifestOf(worker);
    storage.taken();
    for (const { start } of manifest.stream('audio').chunks) {
      const answer = await worker.get(pathOf(SOUND, start));
      assert.equal(answer.status, 200);
      const calls = reads(storage.taken(), 'r2');
      assert.ok(calls.length <= 4);
      for (const { key } of calls) assert.ok(key.endsWith(SMALL.src), `${key} was read`);
    }
  }));

/** Every read carries the etag, and there are so many. */
function assertReads(calls, storage, count) {
  const r2 = reads(calls, 'r2');
  assert.equal(r2.length, count);
  for (const { key, etag } of r2) assert.equal(etag, etagOf(storage, key));
}

test('FragmentInfo reads nothing; RawFragments is what the mdat holds; HEAD says how long it would be', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (const level of LEVELS) {
      const whole = await worker.get(pathOf(level, 0));
      const { moof, payload } = readFragment(whole.body);
      storage.taken();
      const info = await worker.get(pathOf(level, 0, 'FragmentInfo'));
      assert.ok(info.body.equals(moof));
      const head = await worker.send('HEAD', pathOf(level, 0));
      assert.equal(head.headers['content-length'], String(whole.body.length));
      assert.deepEqual(storage.taken(), []);
      const raw = await worker.get(pathOf(level, 0, 'RawFragments'));
      assert.ok(raw.body.equals(payload));
    }
  }));

test('KeyFrames has the keyframe alone, for as long as the chunk lasts', () =>
  withWorker(folder, {}, async (worker) => {
    for (const start of [0, 100_000_000]) {
      const [first] = samplesOf(readFragment((await worker.get(pathOf(LARGE, start))).body));
      const keys = readFragment((await worker.get(pathOf(LARGE, start, 'KeyFrames'))).body);
      const [only, ...others] = samplesOf(keys);
      assert.deepEqual(others, []);
      assert.ok(only.bytes.equals(first.bytes));
      assert.deepEqual([keys.tfxd, only.duration], [start, 20_000_000]);
    }
  }));

test('any part of a fragment is those bytes of it', () =>
  withWorker(folder, {}, async (worker) => {
    for (const level of LEVELS) {
      const { body } = await worker.get(pathOf(level, 0));
      for (const [from, to] of [
        [0, 99],
        [700, 9000],
        [body.length - 300, body.length - 1],
        [5000, body.length - 1],
      ]) {
        const part = await worker.get(pathOf(level, 0), { range: `bytes=${from}-${to}` });
        assert.equal(part.status, 206);
        assert.ok(part.body.equals(body.subarray(from, to + 1)), `${level.src} ${from}-${to}`);
      }
    }
  }));

test('a time at which no chunk starts, and video at the bitrate of the audio, are not found', () =>
  withWorker(folder, {}, async (worker) => {
    for (const start of [1, 20_000_001, 31_000_000, 9e15])
      assert.equal((await worker.get(pathOf(LARGE, start))).status, 404);
    assert.equal((await worker.get(pathOf({ ...LARGE, bitrate: SOUND.bitrate }, 0))).status, 404);
  }));

test('storage that breaks off in the middle is no whole answer', () =>
  withWorker(folder, {}, async (worker, storage) => {
    await manifestOf(worker);
    storage.onCall = ({ store, method }) => (store === 'r2' && method === 'get' ? 'cut' : undefined);
    for (const level of [LARGE, SOUND]) assert.equal((await worker.get(pathOf(level, 0))).status, 503, level.kind);
  }));

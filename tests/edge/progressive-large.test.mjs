// Progressive MP4s that are large: offsets beyond 4 GiB, and a `moov` of tens of megabytes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { readFragment } from '../lib/boxes.mjs';
import { withWorker } from '../lib/counted.mjs';
import { samplesIn, servedFragments } from '../lib/fragments.mjs';
import { request } from '../lib/http.mjs';
import { longFile } from '../lib/long.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { serverManifest } from '../lib/media.mjs';
import { notInterleaved } from '../lib/muxers.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { PROGRESSIVE, SMALL, progressiveFolder, samplesOf } from '../lib/progressive.mjs';
import { Sparse } from '../lib/sparse.mjs';
import { WATCHED, memoryOf } from '../lib/watched.mjs';

const KEY = 'large/x.ism';
const MANIFEST = Buffer.from(
  serverManifest([
    { kind: 'video', src: 'x.mp4', trackId: 1 },
    { kind: 'audio', src: 'x.mp4', trackId: 2 },
  ]),
);
const GIB = 2 ** 30;
const MIB = 2 ** 20;

let folder;

before(async () => {
  folder = await progressiveFolder();
});

test('samples behind 5 GiB', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const source = path.join(folder, path.dirname(PROGRESSIVE), SMALL.src);
    const { front, media, moov } = notInterleaved(await readFile(source), 5 * GIB);
    const at = front.length + 5 * GIB;
    const bytes = new Sparse([
      { at: 0, bytes: front },
      { at, bytes: media },
      { at: at + media.length, bytes: moov },
    ]);
    storage.put('large/x.mp4', bytes, 'large');
    storage.put(KEY, MANIFEST);
    for (const [kind, trackId] of Object.entries({ video: 1, audio: 2 })) {
      const samples = samplesIn(await servedFragments(worker, KEY, kind));
      assert.deepEqual(packetsOfSamples(samples), await packetsOf(source, trackId));
    }
  }));

test('ten hours, sample by sample: indexed in little more memory than its tables take', async (t) => {
  const { bytes, moov, samples } = await longFile(36_000);
  assert.ok(moov > 36 * MIB, `${moov} bytes of tables`);
  await withWorker(undefined, { indexed: false, front: WATCHED }, async (worker, storage) => {
    storage.put('large/x.mp4', bytes, 'large');
    storage.put(KEY, MANIFEST);
    const before = await memoryOf(worker);
    const { status, text } = await request(worker.url, `/${KEY}/Manifest`, { patienceMs: 60_000 });
    assert.equal(status, 200, text);
    const taken = (await memoryOf(worker)) - before;
    t.diagnostic(`${Math.round(taken / MIB)} MiB for ${Math.round(moov / MIB)} MiB of tables`);
    // An isolate has 128 MB for all that it does.
    assert.ok(taken < 64 * MIB, `${taken} bytes`);
    const manifest = readManifest(text);
    for (const [track, kind] of ['video', 'audio'].entries()) {
      const { chunks, levels, url } = manifest.stream(kind);
      assert.equal(chunks.length, 18_000);
      const { body } = await worker.get(`/${KEY}/${url(levels[0].Bitrate, chunks.at(-1).start)}`);
      const served = samplesOf(readFragment(body)).map(({ size }) => size);
      assert.ok(served.length > 45);
      assert.deepEqual(served, samples[track].sizes.slice(-served.length));
    }
  });
});

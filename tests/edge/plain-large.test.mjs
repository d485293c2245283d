// Plain MP4s that are large: offsets beyond 4 GiB, and a `moov` of tens of megabytes.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { withWorker } from '../lib/counted.mjs';
import { samplesIn, servedFragments } from '../lib/fragments.mjs';
import { serverManifest } from '../lib/media.mjs';
import { notInterleaved } from '../lib/muxers.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { PLAIN, SMALL, plainFolder } from '../lib/plain.mjs';
import { Sparse } from '../lib/sparse.mjs';

const KEY = 'large/x.ism';
const GIB = 2 ** 30;

let folder;

before(async () => {
  folder = await plainFolder();
});

test('samples behind 5 GiB', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const source = path.join(folder, path.dirname(PLAIN), SMALL.src);
    const { front, media, moov } = notInterleaved(await readFile(source), 5 * GIB);
    const at = front.length + 5 * GIB;
    const bytes = new Sparse([{ at: 0, bytes: front }, { at, bytes: media }, { at: at + media.length, bytes: moov }]);
    storage.put('large/x.mp4', bytes, 'large');
    storage.put(KEY, Buffer.from(serverManifest([{ kind: 'video', src: 'x.mp4', trackId: 1 }, { kind: 'audio', src: 'x.mp4', trackId: 2 }])));
    for (const [kind, trackId] of [['video', 1], ['audio', 2]]) {
      const samples = samplesIn(await servedFragments(worker, KEY, kind));
      assert.deepEqual(packetsOfSamples(samples), await packetsOf(source, trackId));
    }
  }));

// What Azure Media Services left in storage is served as it lies there.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { ASSET, MPI, RENDITIONS, SOUND, azureAssetFolder } from '../lib/azure-asset.mjs';
import { withWorker } from '../lib/counted.mjs';
import { samplesIn, servedFragments } from '../lib/fragments.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { SECONDS } from '../lib/progressive.mjs';

let folder;

before(async () => {
  folder = await azureAssetFolder();
});

for (const [said, without] of [
  ['with its .mpi', []],
  ['without them', MPI],
]) {
  for (const indexed of [true, false]) {
    test(`an asset ${said}, indexed ${indexed ? 'before' : 'when it is asked for'}`, () =>
      withWorker(folder, { indexed }, async (worker, storage) => {
        for (const key of without) storage.objects.delete(key);
        const { status, text } = await worker.get(encodeURI(`/${ASSET}/manifest`));
        assert.equal(status, 200, text);
        const manifest = readManifest(text);
        const [sound, video] = manifest.streams;
        assert.deepEqual([sound.attributes.Name, sound.attributes.Language], [SOUND, 'eng']);
        assert.deepEqual(
          video.levels.map(({ Bitrate, MaxWidth }) => [Bitrate, MaxWidth]),
          [
            ['212000', '320'],
            ['823000', '640'],
          ],
        );
        assert.deepEqual(
          video.chunks.map(({ start }) => start),
          Array.from({ length: Math.ceil(SECONDS / 2) }, (_, at) => at * 20_000_000),
          'where the keyframes are, whatever its .ismc says',
        );
        for (const [level, { src }] of RENDITIONS.entries()) await assertServed(worker, 'video', level, src, 1);
        await assertServed(worker, SOUND, 0, RENDITIONS[0].src, 2);
        assert.ok(
          storage.taken().every(({ key }) => !MPI.includes(key)),
          'no .mpi was asked for',
        );
      }));
  }
}

async function assertServed(worker, name, level, src, trackId) {
  const samples = samplesIn(await servedFragments(worker, ASSET, name, level));
  assert.deepEqual(packetsOfSamples(samples), await packetsOf(path.join(folder, path.dirname(ASSET), src), trackId));
}

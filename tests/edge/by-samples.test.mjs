// Fragmented files whose fragments begin between keyframes, or follow samples in the `moov`: indexed by the command line,
// and served like the MP4s that they were made of.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, test } from 'node:test';
import { BY_SAMPLES, HYBRID, bySamplesFolder, levelsOf } from '../lib/by-samples.mjs';
import { beside, reads, withWorker } from '../lib/counted.mjs';
import { samplesIn, servedFragments } from '../lib/fragments.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { LEVELS, progressiveFolder } from '../lib/progressive.mjs';

const NON_SYNC = 0x10000;
/** @type {[stream: string, level: number][]} */
const NAMES = [
  ['video', 0],
  ['video', 1],
  ['audio', 0],
];

let folder;

before(async () => {
  folder = await bySamplesFolder();
});

/**
 * The file that ffprobe reads to say what a level has. An edit without a duration, which lasts to the end of a fragmented
 * film, it takes for one that shows nothing where a `moov` lists samples: of that, it reads the MP4 that it was made of.
 */
const oracleOf = async (name, at) =>
  name === HYBRID
    ? path.join(await progressiveFolder(), 'films', LEVELS[at].src)
    : path.join(folder, 'films', levelsOf(name)[at].src);

for (const name of BY_SAMPLES) {
  test(`${name}: every packet of its files, in chunks that begin with keyframes`, () =>
    withWorker(folder, {}, async (worker) => {
      for (const [at, { src, trackId }] of levelsOf(name).entries()) {
        const fragments = await servedFragments(worker, name, ...NAMES[at]);
        for (const fragment of fragments) assert.equal(samplesIn([fragment])[0].flags & NON_SYNC, 0);
        assert.deepEqual(
          packetsOfSamples(samplesIn(fragments)),
          await packetsOf(await oracleOf(name, at), trackId),
          src,
        );
      }
    }));

  test(`${name}: every entry of its playlists is there, those of keyframes too`, () =>
    withWorker(folder, {}, async (worker) => {
      const master = await worker.get(`/${name}/master.m3u8`);
      assert.match(master.text, /^#EXT-X-INDEPENDENT-SEGMENTS$/m);
      const playlists = [...master.text.matchAll(/^[^#\s].*$|URI="([^"]+)"/gm)].map(([line, uri]) => uri ?? line);
      assert.equal(playlists.length, 2 + 2 + 1, 'two of video, of the keyframes of each, and of audio');
      for (const playlist of playlists) {
        const at = new URL(playlist, `http://edge/${name}/master.m3u8`);
        const { status, text } = await worker.get(at.pathname);
        assert.equal(status, 200, at.pathname);
        const segments = [...text.matchAll(/^[^#\s].*$/gm)].map(([line]) => new URL(line, at).pathname);
        assert.ok(segments.length >= 10, text);
        for (const segment of segments) assert.equal((await worker.get(segment)).status, 200, segment);
      }
    }));

  test(`${name}: the Worker does not index it, and says so after a few reads`, () =>
    withWorker(folder, { indexed: false }, async (worker, storage) => {
      const { status } = await worker.get(`/${name}/Manifest`);
      assert.equal(status, 503);
      assert.match(
        worker.logged(),
        /so it has to be indexed by its samples, which takes a look at every 'moof': do so with `millrace index` or `millrace publish`/,
      );
      const calls = reads(storage.taken(), 'r2').filter(({ method }) => method === 'get');
      for (const { src } of levelsOf(name)) {
        const count = calls.filter(({ key }) => key === beside(name, src)).length;
        assert.ok(count <= 8, `${count} reads of ${src}`);
      }
    }));
}

test('a file that was replaced is not read through when a viewer finds that out', () =>
  withWorker(folder, {}, async (worker, storage) => {
    const [name] = BY_SAMPLES;
    const manifest = await worker.get(`/${name}/Manifest`);
    assert.equal(manifest.status, 200);
    const [{ src, bitrate }] = levelsOf(name);
    const key = beside(name, src);
    storage.put(key, storage.objects.get(key).bytes, 'replaced');
    storage.taken();
    const { status } = await worker.get(`/${name}/QualityLevels(${bitrate})/Fragments(video=0)`);
    assert.equal(status, 503);
    const count = reads(storage.taken(), 'r2').filter((call) => call.key === key && call.method === 'get').length;
    assert.ok(count <= 1 + 8, `${count} reads`);
  }));

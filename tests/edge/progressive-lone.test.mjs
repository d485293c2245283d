// Progressive MP4s without a hand-written server manifest, and those that cannot be served as they are.
import assert from 'node:assert/strict';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { millrace } from '../lib/cli.mjs';
import { withWorker } from '../lib/counted.mjs';
import { samplesIn, servedFragments, servedStream } from '../lib/fragments.mjs';
import { ffmpeg, h264, inputs, madeFolder, writeServerManifest } from '../lib/media.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { SMALL, progressiveFolder } from '../lib/progressive.mjs';

const COMPOSED = 'films/composed.ism';
const APART = 'films/apart.ism';
/** A keyframe every two seconds, and every three: they meet at 6 and at 12. */
const GROUPS = { 'two.mp4': 50, 'three.mp4': 75 };

let folder;

before(async () => {
  folder = await madeFolder('plain-lone', import.meta.filename, async (scratch) => {
    const films = path.join(scratch, 'films');
    await mkdir(films);
    for (const name of ['plain_200k.mp4', 'plain_800k.mp4'])
      await copyFile(path.join(await progressiveFolder(), 'films', name), path.join(films, name));
    await writeServerManifest(
      path.join(scratch, APART),
      Object.keys(GROUPS).map((src, at) => ({ kind: 'video', src, bitrate: 200_000 + at, trackId: 1 })),
    );
    for (const [src, group] of Object.entries(GROUPS))
      await ffmpeg(films, ...inputs({ seconds: 13 }), ...h264(200_000, group), '-c:a', 'aac', src);
  });
});

const assertServed = async (worker, key, name, level, src, trackId) => {
  const samples = samplesIn(await servedFragments(worker, key, name, level));
  assert.deepEqual(packetsOfSamples(samples), await packetsOf(path.join(folder, 'films', src), trackId));
};

test('a file by itself is a presentation, where that is allowed', () =>
  withWorker(folder, { indexed: false, vars: { LONE: 'allow' } }, async (worker, storage) => {
    const upper = 'films/CAMERA.MP4';
    storage.put(upper, storage.objects.get(`films/${SMALL.src}`).bytes);
    for (const key of [`films/${SMALL.src}`, upper]) {
      await assertServed(worker, `${key}.ism`, 'video', 0, SMALL.src, 1);
      await assertServed(worker, `${key}.ism`, 'audio', 0, SMALL.src, 2);
    }
    assert.equal((await worker.get('/films/nothing.mp4.ism/Manifest')).status, 404);
  }));

test('and is none where it is not', () =>
  withWorker(folder, { indexed: false }, async (worker) => {
    for (const rest of ['Manifest', 'QualityLevels(200000)/Fragments(video=0)']) {
      assert.equal((await worker.get(`/films/${SMALL.src}.ism/${rest}`)).status, 404);
    }
  }));

test('what `millrace compose` makes of files is served', () =>
  withWorker(folder, { indexed: false }, async (worker, storage) => {
    const files = ['plain_200k.mp4', 'plain_800k.mp4'];
    const { code, stdout, stderr } = await millrace(
      'compose',
      ...files.map((name) => path.join(folder, 'films', name)),
    );
    assert.equal(code, 0, stderr);
    storage.put(COMPOSED, Buffer.from(stdout));
    const { levels } = await servedStream(worker, COMPOSED, 'video');
    assert.deepEqual(
      levels.map(({ MaxWidth }) => MaxWidth),
      ['320', '640'],
    );
    for (const [level, src] of files.entries()) await assertServed(worker, COMPOSED, 'video', level, src, 1);
    await assertServed(worker, COMPOSED, 'audio', 0, files[0], 2);
  }));

test('levels whose keyframes do not line up are refused, and the log says where they part', () =>
  withWorker(folder, { indexed: false }, async (worker) => {
    const { status, text } = await worker.get(`/${APART}/Manifest`);
    assert.equal(status, 502);
    assert.doesNotMatch(text, /two|three|films/);
    const log = worker.logged();
    assert.match(log, /track 1 of films\/three\.mp4 has no keyframe at 2\.000 s \(20000000 ticks/);
    assert.match(log, /films\/two\.mp4/);
  }));

test('or cut where they meet, if that is asked for', () =>
  withWorker(folder, { indexed: false, vars: { CUTS: 'shared' } }, async (worker) => {
    const { chunks } = await servedStream(worker, APART, 'video');
    assert.deepEqual(
      chunks,
      [
        [0, 6],
        [6, 6],
        [12, 1],
      ]
        .map((times) => times.map((time) => time * 10_000_000))
        .map(([start, duration]) => ({ start, duration })),
    );
    for (const [level, src] of Object.keys(GROUPS).entries()) {
      const fragments = await servedFragments(worker, APART, 'video', level);
      for (const { fragment } of fragments)
        assert.equal(samplesIn([{ fragment }])[0].flags & 0x10000, 0, 'begins with a keyframe');
      await assertServed(worker, APART, 'video', level, src, 1);
    }
  }));

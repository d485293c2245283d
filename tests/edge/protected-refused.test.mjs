// Protected presentations that HLS and DASH have no words for: those that contradict themselves, and those that
// are protected as these formats do not know it. Smooth Streaming has them as they are stored.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import { fragmentsOfTrack } from '../lib/boxes.mjs';
import { eventually, withWorker } from '../lib/counted.mjs';
import { generationIn } from '../lib/generation.mjs';
import { LEVELS, protectedFolder } from '../lib/protected.mjs';
import { rewrite } from '../lib/rewrite.mjs';

const [LEVEL] = LEVELS;
const PIFF_TENC = Buffer.from('8974dbce7be74c5184f97148f9882554', 'hex');
const PIFF_SENC = Buffer.from('a2394f525a9b4f14a2446c427c648df4', 'hex');

let folder;

before(async () => {
  folder = await protectedFolder();
});

/** Edits every `moof`, from where something is found in it. */
const inMoof = (found, edit) => (file) =>
  rewrite(file, (moof, mdat) => {
    const at = moof.indexOf(found);
    assert.ok(at > 0, 'it is there');
    const changed = Buffer.from(moof);
    edit(changed, at);
    return Buffer.concat([changed, mdat]);
  });
const inMoov = (found, edit) => (file) => {
  const at = file.indexOf(found);
  assert.ok(at > 0, 'it is there');
  const changed = Buffer.from(file);
  edit(changed, at);
  return changed;
};
const write = (by, bytes) => (file, at) => Buffer.from(bytes).copy(file, at + by);

/** What asks for a level, where it is known. */
const MASTERS = ['master.m3u8', 'manifest.mpd'];
const HEADERS = ['index.m3u8', 'init.mp4', 'iframes/index.m3u8', 'iframes/init.mp4'];
const SEGMENTS = ['0.m4s', 'iframes/0.m4s'];
const KEY_FRAMES = [`QualityLevels(${LEVEL.bitrate})/KeyFrames(video=0)`];

/** @type {[title: string, name: string, edit: (file: Buffer) => Buffer, wanted: RegExp][]} */
const BROKEN_FRAGMENTS = [
  ['a senc of fewer samples than there are', 'cenc', inMoof('senc', write(8, [0, 0, 0, 1])), /as many samples/],
  [
    'a senc of more samples than it can hold',
    'cenc',
    inMoof('senc', write(8, [255, 255, 255, 255])),
    /as many samples/,
  ],
  ['more subsamples than there are bytes', 'cenc', inMoof('senc', write(20, [255, 255])), /ends within a field/],
  [
    'subsamples that are not all of their sample',
    'cenc',
    inMoof('senc', (moof, at) => moof.writeUInt16BE(moof.readUInt16BE(at + 22) ^ 1, at + 22)),
    /subsamples/,
  ],
  ['a senc of an unknown version', 'cenc', inMoof('senc', write(4, [9])), /unknown version/],
  ["PIFF's box of fewer samples than there are", 'piff', inMoof(PIFF_SENC, write(20, [0, 0, 0, 1])), /as many samples/],
];

/** @type {[title: string, name: string, edit: (file: Buffer) => Buffer][]} */
const NO_VECTORS = [
  ['no senc at all', 'bare', inMoof('senc', write(0, Buffer.from('free')))],
  ["neither PIFF's box nor another", 'piff', inMoof(PIFF_SENC, write(0, [0]))],
];

for (const [title, name, edit] of NO_VECTORS) {
  test(`${title}: nobody could decrypt it, and it is refused when it is indexed`, () =>
    withWorker(folder, { indexed: false }, async (worker, storage) => {
      storage.put(`${name}/${LEVEL.file}`, edit(await readFile(path.join(folder, name, LEVEL.file))));
      for (const manifest of ['Manifest', ...MASTERS])
        assert.equal((await worker.get(`/${name}.ism/${manifest}`)).status, 502, manifest);
      assert.match(
        worker.logged(),
        new RegExp(
          `${name}/${LEVEL.file}: track 1: it is encrypted, but its fragments tell of no initialisation vectors`,
        ),
      );
    }));
}

for (const [title, name, edit, wanted] of BROKEN_FRAGMENTS) {
  test(`${title}: no segment of it is made, and the init segment is served`, () =>
    withEdited(name, edit, async ({ ask, level, refused }) => {
      for (const url of SEGMENTS.map((one) => `${level}/${one}`)) await refused(url, 502, wanted);
      for (const url of KEY_FRAMES) await refused(url, 502, wanted);
      for (const url of [...MASTERS, ...HEADERS.map((one) => `${level}/${one}`)])
        assert.equal((await ask(url)).status, 200, url);
    }));
}

/** @type {[title: string, name: string, edit: (file: Buffer) => Buffer, wanted: RegExp][]} */
const BROKEN_HEADERS = [
  [
    'a track that is protected and does not say how',
    'cenc',
    inMoov('schm', write(0, Buffer.from('free'))),
    /has no 'schm'/,
  ],
  ['initialisation vectors of seven bytes', 'cenc', inMoov('tenc', write(11, [7])), /neither 8 nor 16 bytes/],
  ['a tenc of an unknown version', 'cenc', inMoov('tenc', write(4, [9])), /version/],
  ["no tenc, neither PIFF's", 'piff', inMoov(PIFF_TENC, write(0, [0])), /has no 'tenc'/],
];
/** @type {[title: string, name: string, edit: (file: Buffer) => Buffer, wanted: RegExp][]} */
const FOREIGN = [
  [
    'a scheme of somebody else',
    'cenc',
    inMoov('schm', write(8, Buffer.from('adkm'))),
    /scheme 'adkm', where HLS and DASH have cenc or cbcs/,
  ],
  ['AES-CBC of common encryption', 'cenc', inMoov('schm', write(8, Buffer.from('cbc1'))), /scheme 'cbc1'/],
  [
    'AES-CBC of PIFF',
    'piff',
    inMoov(PIFF_TENC, write(22, [2])),
    /algorithm 2 of PIFF, where HLS and DASH have AES-CTR/,
  ],
];

for (const { status, list } of [
  { status: 502, list: BROKEN_HEADERS },
  { status: 501, list: FOREIGN },
]) {
  for (const [title, name, edit, wanted] of list) {
    test(`${title}: nothing of it in HLS and DASH (${status}), all of it in Smooth Streaming but keyframes`, () =>
      withEdited(name, edit, async ({ level, refused }) => {
        for (const url of [...MASTERS, ...[...HEADERS, ...SEGMENTS].map((one) => `${level}/${one}`), ...KEY_FRAMES])
          await refused(url, status, wanted);
      }));
  }
}

/**
 * The presentation with its lowest level edited, as a Worker serves it that has not seen it yet; its client manifest and
 * fragments are as ever.
 */
async function withEdited(name, edit, use) {
  const original = await readFile(path.join(folder, name, LEVEL.file));
  const edited = edit(original);
  assert.ok(!edited.equals(original) && edited.length === original.length);
  await withWorker(folder, { indexed: false }, async (worker, storage) => {
    storage.put(`${name}/${LEVEL.file}`, edited);
    const ask = (url) => worker.get(`/${name}.ism/${url}`);
    const manifest = await ask('Manifest');
    assert.equal(manifest.status, 200, manifest.text);
    const generation = generationIn(manifest);
    const refused = async (url, status, wanted) => {
      let log = '';
      worker.logged();
      const answer = await ask(url);
      assert.equal(answer.status, status, `${url}: ${answer.text.slice(0, 200)}`);
      // The log says whose media are broken, and the answer does not.
      const isReported = () => {
        log += worker.logged();
        return wanted.test(log);
      };
      if (status === 502) await eventually(`report of ${wanted}`, isReported);
      else assert.match(answer.text, wanted, url);
    };
    await use({ ask, refused, level: `${generation}/video/${LEVEL.bitrate}` });
    const [first, second] = fragmentsOfTrack(edited, 1);
    for (const fragment of [first, second]) {
      const answer = await ask(`QualityLevels(${LEVEL.bitrate})/Fragments(video=${fragment.start})`);
      assert.ok(answer.status === 200 && answer.body.equals(fragment.bytes), `${answer.status}`);
    }
  });
}

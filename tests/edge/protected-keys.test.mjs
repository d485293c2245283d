// A key for each track: whoever asks for a level gets the key id of that level and of no other, in every protocol
// that has a place for it. And what is left over of an encryption that was taken away is passed by.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startEdge } from '../lib/edge.mjs';
import { COMMON, PLAYREADY, WIDEVINE, encrypted, playReadyObject, widevineData } from '../lib/encrypt.mjs';
import { found } from '../lib/http.mjs';
import { madeFolder, writeServerManifest } from '../lib/media.mjs';
import { LEVELS, protectedFolder } from '../lib/protected.mjs';
import { appended, rewrite, shifted, sized } from '../lib/rewrite.mjs';
import { mp4boxes } from '../lib/box-faults.mjs';

const KEYS = [0xa1, 0xb2, 0xc3].map((byte) => ({
  key: Buffer.alloc(16, byte ^ 0xff).toString('hex'),
  keyId: Buffer.from([byte, ...Array(14).keys(), byte]).toString('hex'),
}));
/** @returns {import('../lib/encrypt.mjs').Protection['systems']} */
const systemsOf = (key) => [
  [WIDEVINE, widevineData(key)],
  [PLAYREADY, playReadyObject(key)],
  [COMMON, Buffer.alloc(0), [key.keyId]],
];

let folder;
let edge;

before(async () => {
  const source = path.join(await protectedFolder(), 'clear');
  folder = await madeFolder('protected-keys', import.meta.filename, async (scratch) => {
    for (const name of ['keys', 'left']) {
      await mkdir(path.join(scratch, name));
      await writeServerManifest(
        path.join(scratch, `${name}.ism`),
        LEVELS.map(({ kind, file, bitrate }) => ({ kind, src: `${name}/${file}`, bitrate })),
      );
    }
    for (const [at, { file }] of LEVELS.entries()) {
      const clear = await readFile(path.join(source, file));
      await writeFile(
        path.join(scratch, 'keys', file),
        encrypted(clear, { scheme: 'cenc', ...KEYS[at], systems: systemsOf(KEYS[at]) }),
      );
      await writeFile(path.join(scratch, 'left', file), withLeftovers(clear));
    }
  });
  edge = await startEdge(folder);
});

after(() => edge?.close());

/** The file in the clear, with the boxes of an encryption in each fragment. */
function withLeftovers(clear) {
  const u32 = (value) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
  const full = (type, ...parts) =>
    sized(Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), u32(0), ...parts]));
  const left = Buffer.concat([
    full('senc', u32(1), Buffer.alloc(8, 7)),
    full('saiz', Buffer.from([8]), u32(1)),
    full('saio', u32(1), u32(99)),
  ]);
  return rewrite(clear, (moof, mdat) => Buffer.concat([shifted(appended(moof, ['traf'], left), left.length), mdat]));
}

/** Which of the keys is named in some bytes, or in their base64: by PlayReady's object, by Widevine's data. */
const named = (said) =>
  KEYS.filter(
    (key) =>
      systemsOf(key).some(([, data]) => data.length > 0 && said.includes(data.toString('base64').slice(0, -4))) ||
      said.includes(key.keyId),
  );
const levelUrl = (generation, { kind, bitrate }) => `/keys.ism/${generation}/${kind}/${bitrate}`;
const generationOf = async (name) => /([0-9a-f]{16})\//.exec((await found(edge, `/${name}.ism/manifest.mpd`)).text)[1];

test('a playlist tells the systems of its own key, one line for each', async () => {
  const generation = await generationOf('keys');
  for (const [at, level] of LEVELS.entries()) {
    const { text: playlist } = await found(edge, `${levelUrl(generation, level)}/index.m3u8`);
    const lines = playlist.split('\n').filter((line) => line.startsWith('#EXT-X-KEY'));
    assert.equal(lines.length, 2, playlist);
    assert.ok(
      lines.some((line) => line.includes(playReadyObject(KEYS[at]).toString('base64'))),
      'of PlayReady',
    );
    assert.ok(
      lines.some((line) => line.includes(`KEYID=0x${KEYS[at].keyId}`)),
      'of Widevine',
    );
    assert.deepEqual(named(playlist), [KEYS[at]]);
  }
});

test('an MPD tells each level of its own key', async () => {
  const { text: mpd } = await found(edge, '/keys.ism/manifest.mpd');
  for (const [at, { kind, bitrate }] of LEVELS.entries()) {
    const sets = mpd.split('<AdaptationSet').filter((set) => set.includes(`id="${kind}/${bitrate}"`));
    const own =
      kind === 'audio'
        ? sets[0]
        : sets[0].split('<Representation').find((level) => level.includes(`id="${kind}/${bitrate}"`));
    assert.equal(own.match(/<cenc:pssh>/g).length, 3);
    assert.ok(own.includes(playReadyObject(KEYS[at]).toString('base64')));
    for (const other of KEYS.filter((key) => key !== KEYS[at]))
      assert.ok(!own.includes(playReadyObject(other).toString('base64')));
  }
});

test('an init segment has the pssh of its own key', async () => {
  const generation = await generationOf('keys');
  for (const [at, level] of LEVELS.entries()) {
    const { body } = await found(edge, `${levelUrl(generation, level)}/init.mp4`);
    const moov = mp4boxes(body).find(({ type }) => type === 'moov');
    const told = moov.boxes
      .filter(({ type }) => type === 'pssh')
      .map(({ system_id, kid, protection_data }) => [
        system_id,
        kid,
        Buffer.from(protection_data ?? []).toString('hex'),
      ]);
    const wanted = systemsOf(KEYS[at]).map(([system, data, keyIds]) => [system, keyIds ?? [], data.toString('hex')]);
    assert.deepEqual(told.sort(), wanted.sort());
  }
});

test('a client manifest of Smooth Streaming has them all', async () => {
  const { text: manifest } = await found(edge, '/keys.ism/Manifest');
  for (const key of KEYS) assert.ok(manifest.includes(playReadyObject(key).toString('base64')));
});

test('what is left over of an encryption is passed by', async () => {
  const generation = await generationOf('left');
  for (const { kind, bitrate } of LEVELS) {
    const url = `/left.ism/${generation}/${kind}/${bitrate}`;
    const { body } = await found(edge, `${url}/0.m4s`);
    for (const box of ['senc', 'saiz', 'saio']) assert.equal(body.subarray(0, 400).indexOf(box), -1, box);
    if (kind === 'video') await found(edge, `${url}/iframes/0.m4s`);
  }
});

// What is sent of protected presentations is decrypted by others, with the key, and comes to what it was before it was
// encrypted: by ffprobe and ffmpeg, and where these do not know PIFF's boxes by node's own cipher.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { fragmentsOfTrack, readMedia } from '../lib/boxes.mjs';
import { readMpd } from '../lib/cmaf.mjs';
import { decoded } from '../lib/decoded.mjs';
import { startEdge } from '../lib/edge.mjs';
import { servedFragments } from '../lib/fragments.mjs';
import { found } from '../lib/http.mjs';
import { samplesOf } from '../lib/progressive.mjs';
import { KEY, LEVELS, PRESENTATIONS, protectedFolder } from '../lib/protected.mjs';
import { decrypted } from '../lib/vectors.mjs';

const NAMES = Object.keys(PRESENTATIONS);
/** What the ffmpeg that is pinned can decrypt: of AES-CTR, in the boxes of common encryption, and one fragment at a time. */
const IN_CTR = NAMES.filter((name) => PRESENTATIONS[name].scheme !== 'cbcs');
const IN_PIFF = NAMES.filter((name) => PRESENTATIONS[name].scheme === 'piff');
const WRONG = KEY.key.replaceAll('7', '6');
const NON_SYNC = 0x10000;

let folder;
let edge;
let scratch;

before(async () => {
  folder = await protectedFolder();
  edge = await startEdge(folder);
  scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-decrypted-'));
});

after(async () => {
  await edge?.close();
  if (scratch) await rm(scratch, { recursive: true });
});

const body = async (name, url) => (await found(edge, `/${name}.ism/${url}`)).body;

/** A level as a client of DASH has it, init segment and segments, or its keyframes. */
async function levelOf(name, { kind, bitrate }, folder = '') {
  const { sets, tricks } = readMpd((await body(name, 'manifest.mpd')).toString());
  const all = [...sets, ...tricks].flatMap(({ levels }) => levels);
  const { init, segments } = all.find(({ attributes }) => attributes.id === `${kind}/${bitrate}${folder}`);
  return { init: await body(name, init), segments: await Promise.all(segments.map(({ url }) => body(name, url))) };
}

async function file(...parts) {
  const place = path.join(scratch, 'one.mp4');
  await writeFile(place, Buffer.concat(parts.flat()));
  return place;
}

/** What ffprobe finds in a file with the key: of every packet its times, and a digest of its bytes. */
async function packetsOf(place, key) {
  const args = [
    '-v',
    'quiet',
    ...(key ? ['-decryption_key', key] : []),
    '-show_data_hash',
    'MD5',
    '-show_entries',
    'packet=pts,dts,data_hash',
    '-of',
    'json',
    place,
  ];
  return JSON.parse(await run(ffprobePath(), args, { title: 'ffprobe' })).packets;
}

const sourceOf = (level) => path.join(folder, 'clear', level.file);
/** The front of a stored file, up to its first fragment. */
async function frontOf(name, level) {
  const bytes = await readFile(path.join(folder, name, level.file));
  return bytes.subarray(0, readMedia(bytes).fragments[0].offset);
}
const digest = ({ bytes }) => `MD5:${createHash('md5').update(bytes).digest('hex')}`;

test('every packet of every level in HLS and DASH is that of the source, when it plays in the clear', async () => {
  const digests = (packets) => packets.map(({ data_hash }) => data_hash);
  for (const level of LEVELS) {
    const source = digests(await packetsOf(sourceOf(level)));
    assert.ok(source.length > 290, `${source.length} packets`);
    const clear = await levelOf('clear', level);
    const wanted = await packetsOf(await file(clear.init, clear.segments));
    assert.deepEqual(digests(wanted), source);
    for (const name of NAMES) {
      const { init, segments } = await levelOf(name, level);
      const place = await file(init, segments);
      assert.deepEqual(await packetsOf(place, KEY.key), wanted, `${name}, ${level.file}`);
      const others = digests(await packetsOf(place, WRONG));
      assert.ok(
        source.every((one, at) => one !== others[at]),
        `${name}, ${level.file}: another key opens none of it`,
      );
    }
  }
});

test('every picture of every segment is decoded as that of the source, and so is every keyframe by itself', async (t) => {
  let count = 0;
  for (const level of LEVELS.filter(({ kind }) => kind === 'video')) {
    const film = await decoded(sourceOf(level), 'v:0');
    for (const name of IN_CTR) {
      const { init, segments } = await levelOf(name, level);
      const shown = [];
      for (const segment of segments) shown.push(...(await decoded(await file(init, segment), 'v:0', KEY.key)));
      assert.deepEqual(
        shown.map(({ digest: one }) => one),
        film.map(({ digest: one }) => one),
        `${name}, ${level.file}`,
      );
      const keys = await levelOf(name, level, '/iframes');
      const perSegment = film.length / segments.length;
      for (const [at, segment] of keys.segments.entries()) {
        const [picture, ...more] = await decoded(await file(keys.init, segment), 'v:0', KEY.key);
        assert.deepEqual(
          [picture.digest, more],
          [film[at * perSegment].digest, []],
          `${name}, ${level.file}, keyframe ${at}`,
        );
      }
      count += shown.length + keys.segments.length;
    }
  }
  t.diagnostic(`${count} frames`);
});

test('keyframes in HLS and DASH come to the bytes that they were', async () => {
  for (const level of LEVELS.filter(({ kind }) => kind === 'video')) {
    const wanted = fragmentsOfTrack(sourceOf(level), 1).map((fragment) => digest(samplesOf(fragment)[0]));
    for (const name of NAMES) {
      const { init, segments } = await levelOf(name, level, '/iframes');
      const packets = await packetsOf(await file(init, segments), KEY.key);
      assert.deepEqual(
        packets.map(({ data_hash }) => data_hash),
        wanted,
        `${name}, ${level.file}`,
      );
    }
  }
});

test('fragments of Smooth Streaming come to the samples that they were', async () => {
  for (const kind of ['video', 'audio']) {
    for (const [at, level] of LEVELS.filter((one) => one.kind === kind).entries()) {
      const wanted = fragmentsOfTrack(sourceOf(level), 1).flatMap(samplesOf).map(digest);
      for (const name of NAMES) {
        const fragments = (await servedFragments(edge, `${name}.ism`, kind, at)).map(({ body: bytes }) => bytes);
        assert.deepEqual(await opened(name, level, fragments), wanted, `${name}, ${level.file}`);
      }
    }
  }
});

test('KeyFrames of Smooth Streaming come to the samples that they were', async () => {
  for (const level of LEVELS.filter(({ kind }) => kind === 'video')) {
    const clear = fragmentsOfTrack(sourceOf(level), 1);
    const wanted = clear.flatMap(samplesOf).filter(({ flags }) => (flags & NON_SYNC) === 0);
    assert.equal(wanted.length, 3 * clear.length);
    for (const name of NAMES) {
      const frames = await Promise.all(
        clear.map(({ start }) => body(name, `QualityLevels(${level.bitrate})/KeyFrames(video=${start})`)),
      );
      assert.deepEqual(await opened(name, level, frames), wanted.map(digest), `${name}, ${level.file}`);
    }
  }
});

/** Digests of the samples of fragments in the clear. */
async function opened(name, level, fragments) {
  if (IN_PIFF.includes(name))
    return fragments.flatMap((bytes) => decrypted(bytes, KEY.key)).map((bytes) => digest({ bytes }));
  const packets = await packetsOf(await file(await frontOf(name, level), fragments), KEY.key);
  return packets.map(({ data_hash }) => data_hash);
}

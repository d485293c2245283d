// Encrypted films that begin in the clear, as Shaka Packager writes them unless it is told otherwise: what is in the clear is
// sent so, under a sample entry of its own, and what players are told of it is held against the film before it was encrypted.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { find, fragmentsOfTrack, parse, readFragment } from '../lib/boxes.mjs';
import { mp4boxes } from '../lib/box-faults.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { startEdge } from '../lib/edge.mjs';
import { servedFragments } from '../lib/fragments.mjs';
import { found } from '../lib/http.mjs';
import { samplesOf } from '../lib/progressive.mjs';
import { KEY, LEAD, LEADS, LEVELS, protectedFolder } from '../lib/protected.mjs';
import { decrypted, vectorsIn } from '../lib/vectors.mjs';

const NON_SYNC = 0x10000;
const NAMES = Object.keys(LEADS);
const IN_CTR = NAMES.filter((name) => LEADS[name] === 'cenc');

let folder;
let edge;

before(async () => {
  folder = await protectedFolder();
  edge = await startEdge(folder);
});

after(() => edge?.close());

const get = (url, worker = edge) => found(worker, url);

/** What an MPD lists of a level, or of its keyframes. */
async function listed(name, { kind, bitrate }, keys = '') {
  const { sets, tricks } = readMpd((await get(`/${name}.ism/manifest.mpd`)).text);
  const all = [...sets, ...tricks].flatMap(({ levels }) => levels);
  return all.find(({ attributes }) => attributes.id === `${kind}/${bitrate}${keys}`);
}

const body = async (name, url) => (await get(`/${name}.ism/${url}`)).body;
const sourceOf = (name, level) => fragmentsOfTrack(path.join(folder, name, level.file), 1);
const bytesOf = (samples) => samples.map(({ bytes }) => bytes);

/** What a segment says of its samples' entry, and of their encryption. */
function toldOf(segment) {
  const traf = find(find(parse(segment).boxes, 'moof').boxes, 'traf').boxes;
  const told = traf
    .map(({ type }) => type)
    .filter((type) => ['senc', 'saiz', 'saio', 'sgpd', 'sbgp', 'uuid'].includes(type));
  return { entry: entryOf(find(traf, 'tfhd')), told };
}

/** The entry that a `tfhd` says, as codem-isoboxer calls it; nothing where that is the default. */
const entryOf = ({ sample_description_offset: entry }) => entry;

/** The samples of a level before it was encrypted, taken one segment after another. */
function original(level) {
  const all = Buffer.concat(sourceOf('clear', level).map(({ payload }) => payload));
  let at = 0;
  const take = (length) => {
    at += length;
    return all.subarray(at - length, at);
  };
  return { take, isOver: () => at === all.length };
}

for (const name of NAMES) {
  describe(name, () => {
    test('an init segment has the entry of what is encrypted, and behind it the same of what is not', async () => {
      for (const level of LEVELS) {
        const moov = mp4boxes(await body(name, (await listed(name, level)).init)).find(({ type }) => type === 'moov');
        const [encrypted, clear, ...more] = moov.traks[0].mdia.minf.stbl.stsd.entries;
        const types = level.kind === 'video' ? ['encv', 'avc1'] : ['enca', 'mp4a'];
        assert.deepEqual([encrypted.type, clear.type, more], [...types, []]);
        assert.equal(encrypted.sinf.schm.scheme_type, LEADS[name]);
        const configurations = (entry) => entry.boxes.map(({ type }) => type).filter((type) => type !== 'sinf');
        assert.deepEqual(configurations(clear), configurations(encrypted));
        assert.equal(clear.sinf, undefined);
        assert.equal(moov.mvex.trexs[0].default_sample_description_index, 1);
      }
    });

    test('segments have the samples as they are stored, and say which of them are in the clear', async () => {
      for (const level of LEVELS) {
        const stored = sourceOf(name, level);
        const clear = original(level);
        const { segments } = await listed(name, level);
        assert.equal(segments.length, stored.length);
        for (const [at, { url }] of segments.entries()) {
          const segment = await body(name, url);
          const what = `${level.file}, segment ${at}`;
          const { payload } = readFragment(segment);
          assert.ok(payload.equals(stored[at].payload), what);
          const isClear = at < LEAD;
          const { entry, told } = toldOf(segment);
          assert.deepEqual(
            [entry, payload.equals(clear.take(payload.length))],
            isClear ? [2, true] : [undefined, false],
          );
          // One vector for all of it is all that there is to tell of audio in cbcs.
          const isTold = !isClear && (LEADS[name] === 'cenc' || level.kind === 'video');
          assert.deepEqual(told, isTold ? ['senc', 'saiz', 'saio'] : [], what);
        }
        assert.ok(clear.isOver());
      }
    });

    test('a keyframe of what is in the clear is so by itself', async () => {
      for (const level of LEVELS.filter(({ kind }) => kind === 'video')) {
        const clear = sourceOf('clear', level);
        const { segments } = await listed(name, level, '/iframes');
        for (const [at, { url }] of segments.entries()) {
          const segment = await body(name, url);
          const same = readFragment(segment).payload.equals(samplesOf(clear[at])[0].bytes);
          assert.deepEqual([same, toldOf(segment).entry], at < LEAD ? [true, 2] : [false, undefined]);
        }
      }
    });

    test('playlists state the keys in front of the first segment that is encrypted', async () => {
      const listings = [...LEVELS.map((level) => ({ level, frames: '' })), { level: LEVELS[0], frames: '/iframes' }];
      for (const { level, frames } of listings) {
        const url = `/${name}.ism/${level.kind}/${level.bitrate}${frames}/index.m3u8`;
        const tags = readPlaylist((await get(await placed(name, url))).text);
        const segments = tags.filter(({ tag }) => tag === 'EXTINF');
        const keys = tags.filter(({ tag }) => tag === 'EXT-X-KEY');
        assert.equal(keys.length, 2, 'of Widevine and of PlayReady');
        const behind = tags.slice(tags.indexOf(keys.at(-1)) + 1).filter(({ tag }) => tag === 'EXTINF');
        assert.equal(segments.length - behind.length, LEAD, url);
        assert.equal(tags.filter(({ tag }) => tag === 'EXT-X-MAP').length, 1);
      }
      const master = readPlaylist((await get(`/${name}.ism/master.m3u8`)).text);
      assert.equal(master.filter(({ tag }) => tag === 'EXT-X-SESSION-KEY').length, 2);
    });

    test('an MPD states the key of all of it', async () => {
      const { text } = await get(`/${name}.ism/manifest.mpd`);
      assert.equal(text.match(/mp4protection:2011/g).length, 3, 'video, its keyframes, audio');
    });

    test('Smooth Streaming has the first fragments without anything that tells of encryption', async () => {
      for (const level of LEVELS) {
        const at = LEVELS.filter(({ kind }) => kind === level.kind).indexOf(level);
        const clear = original(level);
        const fragments = await servedFragments(edge, `${name}.ism`, level.kind, at);
        for (const [place, { body: bytes }] of fragments.entries()) {
          const { payload } = readFragment(bytes);
          const same = payload.equals(clear.take(payload.length));
          assert.equal(same, place < LEAD, `${level.file}, fragment ${place}`);
          if (place < LEAD) assert.deepEqual(vectorsIn(bytes), []);
        }
      }
    });

    test('KeyFrames of what is in the clear are', async () => {
      const level = LEVELS[0];
      const [first] = sourceOf('clear', level);
      const wanted = samplesOf(first).filter(({ flags }) => (flags & NON_SYNC) === 0);
      const frames = await body(name, `QualityLevels(${level.bitrate})/KeyFrames(video=0)`);
      assert.deepEqual(bytesOf(samplesOf(readFragment(frames))), bytesOf(wanted));
    });
  });
}

/** The URL of a playlist as the multivariant playlist has it. */
async function placed(name, url) {
  const { text } = await get(`/${name}.ism/master.m3u8`);
  const [, generation] = /([0-9a-f]{16})\/video/.exec(text);
  return url.replace('.ism/', `.ism/${generation}/`);
}

test('with the key, all of a film comes to what it was', async () => {
  for (const name of IN_CTR) {
    for (const level of LEVELS) {
      const { segments } = await listed(name, level);
      const samples = [];
      for (const [at, { url }] of segments.entries()) {
        const segment = await body(name, url);
        samples.push(...(at < LEAD ? bytesOf(samplesOf(readFragment(segment))) : decrypted(segment, KEY.key)));
      }
      assert.deepEqual(samples, bytesOf(sourceOf('clear', level).flatMap(samplesOf)), level.file);
    }
  }
});

test('a segment that is encrypted in part stands behind the keys', async () => {
  const longer = await startEdge(folder, { vars: { SEGMENT_MS: '6000' } });
  try {
    const [name] = NAMES;
    const [level] = LEVELS;
    const root = new URL(`/${name}.ism/master.m3u8`, longer.url);
    const master = readPlaylist((await get(root.pathname, longer)).text);
    const variant = master.find(({ url }) => url?.includes(`/${level.bitrate}/`));
    const url = new URL(variant.url, root);
    const { text } = await get(url.pathname, longer);
    const tags = readPlaylist(text).filter(({ tag }) => ['EXT-X-MAP', 'EXT-X-KEY', 'EXTINF'].includes(tag));
    // Of two chunks, of two, and of the last: the first of the second is in the clear.
    const expected = ['EXT-X-MAP', 'EXTINF', 'EXT-X-KEY', 'EXT-X-KEY', 'EXTINF', 'EXTINF'];
    assert.deepEqual(
      tags.map(({ tag }) => tag),
      expected,
    );
    const bytes = (await get(new URL(tags[4].url, url).pathname, longer)).body;
    assert.deepEqual(parse(bytes).fetchAll('tfhd').map(entryOf), [2, undefined]);
  } finally {
    await longer.close();
  }
});

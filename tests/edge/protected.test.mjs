// Protected presentations: served as stored to Smooth Streaming, and as common encryption to HLS and DASH. What players
// are told of it is held against what the files say, and what is sent against what is stored.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fragmentsOfTrack, readFragment } from '../lib/boxes.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { reads, withWorker } from '../lib/counted.mjs';
import { startEdge } from '../lib/edge.mjs';
import { COMMON, PLAYREADY, VECTOR, WIDEVINE } from '../lib/encrypt.mjs';
import { servedFragments } from '../lib/fragments.mjs';
import { averageOf, peakOf } from '../lib/hls-rules.mjs';
import { found } from '../lib/http.mjs';
import { samplesOf } from '../lib/progressive.mjs';
import { KEY, LEVELS, MANIFESTED, OBJECT, PRESENTATIONS, dashed, protectedFolder } from '../lib/protected.mjs';
import { vectorsIn } from '../lib/vectors.mjs';
import { mp4boxes } from '../lib/box-faults.mjs';
import { named, parseXml } from '../lib/xml.mjs';

const NAMES = Object.keys(PRESENTATIONS);
const NON_SYNC = 0x10000;
const idOf = ({ kind, bitrate }) => `${kind}/${bitrate}`;

let folder;
let edge;

before(async () => {
  folder = await protectedFolder();
  edge = await startEdge(folder);
});

after(() => edge?.close());

const get = (url, worker = edge) => found(worker, url);

/** What an MPD lists of a level, and of its keyframes if it is one of video: init segments and segments. */
async function listed(name, level, worker) {
  const { sets, tricks } = readMpd((await get(`/${name}.ism/manifest.mpd`, worker)).text);
  const all = [...sets, ...tricks].flatMap(({ levels }) => levels);
  const place = (id) => all.find(({ attributes }) => attributes.id === id);
  return { whole: place(idOf(level)), keys: place(`${idOf(level)}/iframes`) };
}

const body = async (name, url, worker) => (await get(`/${name}.ism/${url}`, worker)).body;
const vectorSize = (name) => (PRESENTATIONS[name].scheme === 'cbcs' ? 0 : 8);
const storedOf = (name, level) => fragmentsOfTrack(path.join(folder, name, level.file), 1);

test('an init segment says in the boxes of common encryption what the file says in its own', async () => {
  for (const name of NAMES) {
    const { scheme, systems = [] } = PRESENTATIONS[name];
    for (const level of LEVELS) {
      const { whole, keys } = await listed(name, level);
      const init = await body(name, whole.init);
      if (keys) assert.ok(init.equals(await body(name, keys.init)), 'keyframes have the same');
      const moov = mp4boxes(init).find(({ type }) => type === 'moov');
      const isVideo = level.kind === 'video';
      const [entry] = moov.traks[0].mdia.minf.stbl.stsd.entries;
      assert.equal(entry.type, isVideo ? 'encv' : 'enca');
      assert.deepEqual(
        entry.sinf.boxes.map(({ type }) => type),
        ['frma', 'schm', 'schi'],
      );
      const { frma, schm, schi } = entry.sinf;
      assert.deepEqual(
        [frma.data_format, schm.scheme_type, schm.scheme_version],
        [isVideo ? 'avc1' : 'mp4a', scheme === 'cbcs' ? 'cbcs' : 'cenc', 0x10000],
      );
      assert.deepEqual(
        schi.boxes.map(({ type }) => type),
        ['tenc'],
      );
      const { tenc } = schi;
      assert.deepEqual(
        [tenc.default_KID, tenc.default_isProtected, tenc.default_Per_Sample_IV_Size],
        [KEY.keyId, 1, vectorSize(name)],
      );
      if (scheme === 'cbcs' && isVideo)
        assert.deepEqual([tenc.default_crypt_byte_block, tenc.default_skip_byte_block], [1, 9]);
      else assert.equal(tenc.version, 0, 'no pattern');
      if (scheme === 'cbcs') assert.equal(Buffer.from(tenc.default_constant_IV).toString('hex'), VECTOR);
      const told = moov.boxes
        .filter(({ type }) => type === 'pssh')
        .map((pssh) => [
          pssh.system_id,
          pssh.version,
          pssh.kid,
          Buffer.from(pssh.protection_data ?? []).toString('hex'),
        ]);
      const wanted = systems.map(([system, data, keyIds]) => [
        system,
        keyIds ? 1 : 0,
        keyIds ?? [],
        data.toString('hex'),
      ]);
      assert.deepEqual(told.sort(), wanted.sort(), name);
    }
  }
});

test('segments have the samples and what tells of their encryption as stored, for one read of storage', () =>
  withWorker(folder, {}, async (worker, storage) => {
    for (const name of NAMES) {
      for (const level of LEVELS) {
        const stored = storedOf(name, level);
        const size = vectorSize(name);
        const { whole, keys } = await listed(name, level, worker);
        assert.equal(whole.segments.length, stored.length);
        const load = async (url) => {
          storage.taken();
          const bytes = await body(name, url, worker);
          const [read, ...more] = reads(storage.taken(), 'r2');
          assert.deepEqual([read.method, read.key, more], ['get', `${name}/${level.file}`, []], url);
          return { ...readFragment(bytes), vectors: vectorsIn(bytes, size) };
        };
        for (const [at, fragment] of stored.entries()) {
          const vectors = vectorsIn(fragment.bytes, size);
          // One vector for all of it is all that there is to tell of audio.
          assert.equal(vectors.length, size > 0 || keys ? fragment.samples : 0);
          const told = ({ told: one }) => one.toString('hex');
          const segment = await load(whole.segments[at].url);
          assert.ok(segment.payload.equals(fragment.payload), `${name}, ${level.file}, segment ${at}`);
          assert.deepEqual(segment.vectors.map(told), vectors.map(told));
          if (!keys) continue;
          const samples = samplesOf(fragment);
          const first = samples.findIndex(({ flags }) => (flags & NON_SYNC) === 0);
          const key = await load(keys.segments[at].url);
          assert.ok(
            key.samples === 1 && key.payload.equals(samples[first].bytes),
            `${name}, ${level.file}, keyframe ${at}`,
          );
          assert.deepEqual(key.vectors.map(told), vectors.slice(first, first + 1).map(told));
        }
      }
    }
  }));

test('what saiz and saio lead to is what senc holds, sample by sample', async () => {
  for (const name of NAMES) {
    for (const level of LEVELS) {
      const { whole, keys } = await listed(name, level);
      for (const { url } of [...whole.segments, ...(keys?.segments ?? [])]) {
        const bytes = await body(name, url);
        const samples = samplesOf(readFragment(bytes));
        const vectors = vectorsIn(bytes, vectorSize(name));
        const moof = mp4boxes(bytes).find(({ type }) => type === 'moof');
        const [, traf] = moof.boxes;
        const [saiz, saio] = ['saiz', 'saio'].map((type) => traf.boxes.find((box) => box.type === type));
        if (vectors.length === 0) {
          assert.deepEqual([saiz, saio], [undefined, undefined]);
          continue;
        }
        const sizes =
          saiz.default_sample_info_size > 0 ? samples.map(() => saiz.default_sample_info_size) : saiz.sample_info_size;
        assert.deepEqual([sizes.length, saiz.sample_count, saio.offset.length], [samples.length, samples.length, 1]);
        let at = moof.start + saio.offset[0];
        for (const [number, { offset, told, subsamples }] of vectors.entries()) {
          assert.deepEqual([offset, told.length], [at, sizes[number]], `sample ${number} of ${url}`);
          at += sizes[number];
          const covered = subsamples.reduce((sum, { clear, encrypted }) => sum + clear + encrypted, 0);
          assert.equal(covered, level.kind === 'video' ? samples[number].size : 0, `sample ${number} of ${url}`);
        }
      }
    }
  }
});

test('an MPD names the key, and has for each licence system what it has to be told', async () => {
  for (const name of NAMES) {
    const { scheme, systems = [] } = PRESENTATIONS[name];
    const root = parseXml((await get(`/${name}.ism/manifest.mpd`)).text);
    const sets = named(named(root, 'Period')[0], 'AdaptationSet');
    assert.equal(sets.length, 3, 'video, its keyframes, audio');
    for (const set of sets) {
      const [key, ...told] = named(set, 'ContentProtection');
      assert.deepEqual(
        { ...key.attributes },
        {
          schemeIdUri: 'urn:mpeg:dash:mp4protection:2011',
          value: scheme === 'cbcs' ? 'cbcs' : 'cenc',
          'cenc:default_KID': dashed(KEY.keyId),
        },
      );
      assert.deepEqual(
        told.map(({ attributes }) => attributes.schemeIdUri).sort(),
        systems.map(([system]) => `urn:uuid:${dashed(system)}`).sort(),
      );
      for (const element of told) {
        const system = element.attributes.schemeIdUri.slice(9).replaceAll('-', '');
        const [, data, keyIds = []] = systems.find(([one]) => one === system);
        const pssh = Buffer.from(named(element, 'cenc:pssh')[0].text, 'base64');
        assert.equal(pssh.subarray(12, 28).toString('hex'), system);
        assert.ok(
          pssh.subarray(pssh.length - data.length).equals(data) && pssh.includes(Buffer.from(keyIds.join(''), 'hex')),
        );
        assert.deepEqual(
          named(element, 'mspr:pro').map(({ text }) => text),
          system === PLAYREADY ? [OBJECT.toString('base64')] : [],
        );
      }
    }
  }
});

test('playlists have the same for the systems that HLS has a format for', async () => {
  for (const name of NAMES) {
    const { scheme, systems = [] } = PRESENTATIONS[name];
    const master = readPlaylist((await get(`/${name}.ism/master.m3u8`)).text);
    const { url } = master.find(({ tag }) => tag === 'EXT-X-STREAM-INF');
    const others = master
      .filter(({ tag }) => /^EXT-X-(MEDIA|I-FRAME-STREAM-INF)$/.test(tag))
      .map(({ attributes }) => attributes.URI);
    const [keys, ...same] = await Promise.all(
      [url, ...others].map(async (one) => {
        const playlist = readPlaylist((await get(`/${name}.ism/${one}`)).text);
        const tags = playlist.map(({ tag }) => tag);
        assert.ok(tags.lastIndexOf('EXT-X-KEY') < tags.indexOf('EXTINF'), 'it holds for every segment');
        return playlist.filter(({ tag }) => tag === 'EXT-X-KEY').map(({ attributes }) => attributes);
      }),
    );
    assert.ok(
      same.length === 3 && same.every((own) => JSON.stringify(own) === JSON.stringify(keys)),
      'of audio and of keyframes too',
    );
    assert.deepEqual(
      master.filter(({ tag }) => tag === 'EXT-X-SESSION-KEY').map(({ attributes }) => attributes),
      keys,
    );
    assert.deepEqual(
      keys.map(({ METHOD }) => METHOD),
      systems.filter(([system]) => system !== COMMON).map(() => (scheme === 'cbcs' ? 'SAMPLE-AES' : 'SAMPLE-AES-CTR')),
    );
    const of = (format) => keys.find(({ KEYFORMAT }) => KEYFORMAT === format);
    if (keys.length === 0) continue;
    const object = Buffer.from(
      of('com.microsoft.playready').URI.replace('data:text/plain;charset=UTF-16;base64,', ''),
      'base64',
    );
    assert.ok(object.equals(OBJECT));
    const widevine = of(`urn:uuid:${dashed(WIDEVINE)}`);
    assert.equal(widevine.KEYID, `0x${KEY.keyId}`);
    const pssh = Buffer.from(widevine.URI.replace('data:text/plain;base64,', ''), 'base64');
    const data = systems.find(([system]) => system === WIDEVINE)[1];
    assert.ok(pssh.subarray(pssh.length - data.length).equals(data));
  }
});

test('the client manifest tells licence systems what the files do, PlayReady first', async () => {
  for (const name of NAMES) {
    const { systems = [] } = PRESENTATIONS[name];
    const protections = named(parseXml((await get(`/${name}.ism/Manifest`)).text), 'Protection');
    const headers = protections.flatMap((protection) => named(protection, 'ProtectionHeader'));
    assert.deepEqual(
      headers.map(({ attributes }) => attributes.SystemID).sort(),
      systems.flatMap(([system, data]) => (data.length > 0 ? [dashed(system)] : [])).sort(),
    );
    if (headers.length === 0) continue;
    assert.equal(headers[0].attributes.SystemID, dashed(PLAYREADY));
    assert.ok(Buffer.from(headers[0].text, 'base64').equals(OBJECT));
  }
});

test('a client manifest beside the files tells licence systems what they do not, in all three protocols', async () => {
  const [header] = named(
    named(parseXml((await get(`/${MANIFESTED}.ism/Manifest`)).text), 'Protection')[0],
    'ProtectionHeader',
  );
  assert.deepEqual([header.attributes.SystemID, header.text], [dashed(PLAYREADY), OBJECT.toString('base64')]);
  const mpd = (await get(`/${MANIFESTED}.ism/manifest.mpd`)).text;
  assert.equal(
    mpd.split(`<mspr:pro>${OBJECT.toString('base64')}</mspr:pro>`).length,
    4,
    'of video, its keyframes, audio',
  );
  assert.match((await get(`/${MANIFESTED}.ism/master.m3u8`)).text, /KEYFORMAT="com.microsoft.playready"/);
  const { whole } = await listed(MANIFESTED, LEVELS[0]);
  assert.ok((await body(MANIFESTED, whole.init)).includes(OBJECT));
});

test('fragments of Smooth Streaming are as stored', async () => {
  for (const name of NAMES) {
    for (const kind of ['video', 'audio']) {
      for (const [at, level] of LEVELS.filter((one) => one.kind === kind).entries()) {
        const served = await servedFragments(edge, `${name}.ism`, kind, at);
        const stored = storedOf(name, level);
        assert.equal(served.length, stored.length);
        for (const [number, one] of served.entries())
          assert.ok(one.body.equals(stored[number].bytes), `${name}, ${level.file}, fragment ${number}`);
      }
    }
  }
});

test('what is stated of bandwidth is what is sent, and hardly more', async () => {
  for (const name of NAMES) {
    for (const level of LEVELS) {
      const { whole, keys } = await listed(name, level);
      const playlist = readPlaylist((await get(`/${name}.ism/${path.posix.dirname(whole.init)}/index.m3u8`)).text);
      const tags = (wanted) => playlist.filter(({ tag }) => tag === wanted).map(({ value }) => parseFloat(value));
      const seconds = tags('EXTINF');
      const peak = async ({ segments }) => {
        const sent = await Promise.all(
          segments.map(async ({ url }, at) => ({ seconds: seconds[at], bytes: (await body(name, url)).length })),
        );
        return Math.max(peakOf(sent, tags('EXT-X-TARGETDURATION')[0]), averageOf(sent));
      };
      const [stated, taken] = [Number(whole.attributes.bandwidth), await peak(whole)];
      assert.ok(
        stated >= Math.floor(taken) && stated <= taken * 1.01 + 500,
        `${name}, ${level.file}: ${stated} is stated, ${taken} taken`,
      );
      if (keys)
        assert.ok(
          Number(keys.attributes.bandwidth) >= Math.floor(await peak(keys)),
          `${name}, keyframes of ${level.file}`,
        );
    }
  }
});

test('a manifest that insists on encryption is answered where it is stored so, and is no other', async () => {
  const schemes = { cenc: 'cenc', piff: 'cenc', 'cbcs-aapl': 'cbcs', cbc: 'none' };
  for (const name of [...NAMES, 'clear']) {
    const scheme = PRESENTATIONS[name]?.scheme?.replace('piff', 'cenc');
    for (const [argument, wanted] of Object.entries(schemes)) {
      for (const format of ['fmp4', 'm3u8-aapl', 'mpd-time-csf']) {
        const url = `/${name}.ism/manifest(format=${format},encryption=${argument})`;
        const answer = await edge.get(url);
        assert.equal(answer.status, scheme === wanted ? 200 : 403, url);
        if (scheme === wanted) assert.ok(answer.body.equals(await body(name, `manifest(format=${format})`)), url);
      }
    }
  }
});

// Audio and video that files describe unusually: what each protocol says of them, what stands in init segments, and
// that ffprobe reads out of what is served what it reads out of the file.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { millrace } from '../lib/cli.mjs';
import { configurationsFolder, keyOf, trackOf } from '../lib/configurations.mjs';
import { startEdge } from '../lib/edge.mjs';
import { multivariantFaults } from '../lib/hls-rules.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { mpdFaults } from '../lib/mpd-rules.mjs';
import { named, parseXml } from '../lib/xml.mjs';

let edge;
let folder;

before(async () => {
  folder = await configurationsFolder();
  edge = await startEdge(folder);
});

after(() => edge?.close());

const get = async (name, file) => {
  const answer = await edge.get(`/${keyOf(name)}/${file}`);
  assert.equal(answer.status, 200, `${name}/${file}: ${answer.text}`);
  return answer;
};

/** What manifests say of the first level of each kind: attributes of the MPD, and the lines of HLS. */
async function told(name) {
  const [mpd, master] = [(await get(name, 'manifest.mpd')).text, (await get(name, 'master.m3u8')).text];
  assert.deepEqual([multivariantFaults(master), mpdFaults(mpd)], [[], []], `${master}\n${mpd}`);
  const level = (kind) => readMpd(mpd).sets.find(({ attributes }) => attributes.contentType === kind)?.levels[0];
  return { mpd, video: level('video'), audio: level('audio'), tags: readPlaylist(master) };
}

const first = (tags, wanted) => tags.find(({ tag }) => tag === wanted).attributes;

/** The sample entry in an init segment: its box, header included. */
async function entryOf(name, level) {
  const { body } = await get(name, level.init);
  const at = body.indexOf('stsd') + 12;
  return body.subarray(at, at + body.readUInt32BE(at));
}

/** The channels that the MPD says of the first level of audio. */
const channelsOf = (mpd) => {
  const [period] = named(parseXml(mpd), 'Period');
  const set = named(period, 'AdaptationSet').find(({ attributes }) => attributes.contentType === 'audio');
  return named(named(set, 'Representation')[0], 'AudioChannelConfiguration')[0].attributes.value;
};

for (const name of ['mpeg-2-aac', 'mpeg-2-aac-in-fragments']) {
  test(`${name}: MPEG-2 AAC is told as MPEG-4 audio, in manifests and in the init segment`, async () => {
    const { audio, tags } = await told(name);
    assert.equal(audio.attributes.codecs, 'mp4a.40.2');
    assert.match(first(tags, 'EXT-X-STREAM-INF').CODECS, /,mp4a\.40\.2$/);
    const entry = await entryOf(name, audio);
    const config = entry.indexOf(Buffer.from([0x04, 0x80, 0x80, 0x80])) + 5;
    assert.equal(entry[config], 0x40);
    const [level] = readManifest((await get(name, 'Manifest')).text).stream('audio').levels;
    assert.equal(level.FourCC, 'AACL');
  });
}

for (const [name, rate] of [
  ['quicktime-1', 48_000],
  ['quicktime-2', 96_000],
]) {
  test(`${name}: audio of QuickTime is served under ISO's sample entry`, async () => {
    const { audio, tags } = await told(name);
    assert.deepEqual([audio.attributes.codecs, audio.attributes.audioSamplingRate], ['mp4a.40.2', String(rate)]);
    assert.equal(first(tags, 'EXT-X-MEDIA').CHANNELS, '1');
    const entry = await entryOf(name, audio);
    assert.equal(entry.readUInt16BE(16), 0, 'its version');
    assert.equal(entry.toString('latin1', 40, 44), 'esds', 'its first box');
  });
}

test('zeros at the end of a sample entry are no box', async () => {
  assert.match((await told('zeros-behind-boxes')).video.attributes.codecs, /^avc1\./);
});

test('video without width and height has those of its parameter set, in init segments too', async () => {
  const { video, tags } = await told('no-size');
  assert.deepEqual([video.attributes.width, video.attributes.height], ['320', '180']);
  assert.equal(first(tags, 'EXT-X-STREAM-INF').RESOLUTION, '320x180');
  const [level] = readManifest((await get('no-size', 'Manifest')).text).stream('video').levels;
  assert.deepEqual([level.MaxWidth, level.MaxHeight], ['320', '180']);
  const entry = await entryOf('no-size', video);
  assert.deepEqual([entry.readUInt16BE(32), entry.readUInt16BE(34)], [320, 180]);
});

test('channels that AAC lists are counted', async () => {
  const { mpd, tags } = await told('listed-channels');
  assert.deepEqual([channelsOf(mpd), first(tags, 'EXT-X-MEDIA').CHANNELS], ['6', '6']);
  const [level] = readManifest((await get('listed-channels', 'Manifest')).text).stream('audio').levels;
  assert.equal(level.Channels, '6');
});

test('HE-AAC that AAC-LC decoders may pass over is told as what comes out of it, and as AAC-LC in Smooth Streaming', async () => {
  const { audio, tags } = await told('he-aac');
  assert.deepEqual([audio.attributes.codecs, audio.attributes.audioSamplingRate], ['mp4a.40.5', '48000']);
  assert.match(first(tags, 'EXT-X-STREAM-INF').CODECS, /,mp4a\.40\.5$/);
  const [level] = readManifest((await get('he-aac', 'Manifest')).text).stream('audio').levels;
  assert.deepEqual([level.FourCC, level.SamplingRate, level.CodecPrivateData], ['AACL', '24000', '1310']);
});

test('HDR says so, of keyframes too', async () => {
  const { mpd, tags } = await told('hdr');
  for (const tag of ['EXT-X-STREAM-INF', 'EXT-X-I-FRAME-STREAM-INF'])
    assert.equal(first(tags, tag)['VIDEO-RANGE'], 'PQ');
  const transfer = /<SupplementalProperty schemeIdUri="urn:mpeg:mpegB:cicp:TransferCharacteristics" value="16"\/>/g;
  assert.equal(mpd.match(transfer)?.length, 2, mpd);
  const other = await told('no-size');
  assert.ok(!('VIDEO-RANGE' in first(other.tags, 'EXT-X-STREAM-INF')) && !transfer.test(other.mpd));
});

test('objects of E-AC-3 are told beside its channels', async () => {
  const { mpd, tags } = await told('atmos');
  assert.deepEqual([channelsOf(mpd), first(tags, 'EXT-X-MEDIA').CHANNELS], ['F801', '16/JOC']);
  for (const [scheme, value] of [
    ['EC3_ExtensionType', 'JOC'],
    ['EC3_ExtensionComplexityIndex', '16'],
  ]) {
    assert.ok(
      mpd.includes(`<SupplementalProperty schemeIdUri="tag:dolby.com,2018:dash:${scheme}:2018" value="${value}"/>`),
      mpd,
    );
  }
});

/**
 * Codecs that Smooth Streaming has no name for: what HLS and DASH call video and audio.
 * @type {Record<string, [video: RegExp, audio: string]>}
 */
const OPEN = { 'av1-opus': [/^av01\.0\.\d\dM\.08$/, 'opus'], 'vp9-flac': [/^vp09\.00\.\d\d\.08/, 'fLaC'] };

for (const [codecs, [video, audio]] of Object.entries(OPEN)) {
  for (const name of [codecs, `${codecs}-in-fragments`]) {
    test(`${name}: told in HLS and DASH, with init segments as stored, and in Smooth Streaming not`, async () => {
      const said = await told(name);
      assert.match(said.video.attributes.codecs, video);
      assert.equal(said.audio.attributes.codecs, audio);
      assert.equal(first(said.tags, 'EXT-X-STREAM-INF').CODECS, `${said.video.attributes.codecs},${audio}`);
      for (const kind of ['video', 'audio']) {
        const entry = await entryOf(name, said[kind]);
        const stored = edge.files.get(path.posix.join(name, trackOf(name, kind).src));
        assert.ok(stored.includes(entry), `the sample entry of ${kind}`);
      }
      const { status, text } = await edge.get(`/${keyOf(name)}/Manifest`);
      assert.equal(status, 501);
      assert.match(text, /no video and no audio that Smooth Streaming can carry/);
    });
  }
}

for (const codecs of Object.keys(OPEN)) {
  for (const name of [codecs, `${codecs}-in-fragments`]) {
    test(`${name}: ffprobe reads the packets of the file out of HLS and DASH`, async () => {
      for (const [stream, kind] of [
        ['v:0', 'video'],
        ['a:0', 'audio'],
      ]) {
        const file = await packets(path.join(folder, name, trackOf(name, kind).src), stream);
        assert.ok(file.length > 30);
        for (const manifest of ['master.m3u8', 'manifest.mpd']) {
          const served = await packets(new URL(`/${keyOf(name)}/${manifest}`, edge.url).href, stream);
          assert.deepEqual(served, file, `${kind} of ${manifest}`);
        }
      }
    });
  }
}

/** Of each packet that is shown its times to the hundred-thousandth of a second, its size, and whether it is a keyframe. */
async function packets(input, stream) {
  const args = [
    '-v',
    'error',
    '-select_streams',
    stream,
    '-show_entries',
    'packet=pts_time,dts_time,size,flags',
    '-of',
    'json',
    input,
  ];
  const found = JSON.parse(await run(ffprobePath(), args, { title: `ffprobe ${input}` })).packets;
  const shown = found.filter(({ pts_time: at }) => stream.startsWith('v') || Number(at) > -1e-6);
  return shown.map(({ pts_time, dts_time, size, flags }) =>
    [pts_time, dts_time]
      .map((at) => Number(at).toFixed(4))
      .concat(size, flags[0])
      .join(' '),
  );
}

test('MP3 is named where it is left out, and refused with the reason where it is the only audio', async () => {
  const file = path.join(folder, 'mp3', 'x.mp4');
  const composed = await millrace('compose', file);
  assert.notEqual(composed.code, 0);
  assert.match(composed.stderr, /track 2.*it is MP3, which no browser plays in MP4/);
});

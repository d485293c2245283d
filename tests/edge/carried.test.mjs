// Fragmented files whose fragments are rewritten when they are asked for: what is served is what ffprobe reads of the
// file, packet by packet, in every protocol.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { find, parse, readFragment } from '../lib/boxes.mjs';
import { CARRIED, KEY, carriedFolder } from '../lib/carried.mjs';
import { readPlaylist } from '../lib/cmaf.mjs';
import { startEdge } from '../lib/edge.mjs';
import { readManifest } from '../lib/manifest.mjs';
import { packetsOf, packetsOfSamples } from '../lib/packets.mjs';
import { samplesOf } from '../lib/progressive.mjs';
import { decrypted } from '../lib/vectors.mjs';

let folder;
let edge;

before(async () => {
  folder = await carriedFolder();
  edge = await startEdge(folder);
});

after(() => edge?.close());

const fileOf = (name, { src }) => path.join(folder, path.dirname(name), src);

/** When packets are decoded and shown, how large they are, and their flags, as ffprobe reads them. */
async function packets(input, stream) {
  const show = ['-show_entries', 'packet=pts,dts,size,flags:stream=time_base'];
  const args = ['-v', 'error', '-select_streams', stream, ...show, '-of', 'json', input];
  const {
    packets,
    streams: [{ time_base }],
  } = JSON.parse(await run(ffprobePath(), args, { title: 'ffprobe' }));
  const [, timescale] = time_base.split('/').map(Number);
  return packets.map(({ pts, dts, size, flags }) => ({ pts: pts / timescale, dts: dts / timescale, size, flags }));
}

/** Where ticks differ, times are within one of the coarser; else they are the same to the last. */
function assertSame(served, stored, what) {
  assert.equal(served.length, stored.length, `${what}: packets`);
  for (const [at, packet] of served.entries()) {
    for (const time of ['pts', 'dts'])
      assert.ok(
        Math.abs(packet[time] - stored[at][time]) < 1e-6,
        `${what}, packet ${at}: ${time} ${packet[time]} instead of ${stored[at][time]}`,
      );
    const rest = ({ size, flags }) => ({ size, flags });
    assert.deepEqual(rest(packet), rest(stored[at]), `${what}, packet ${at}`);
  }
}

/** The playlist of each level, by its bitrate. */
async function playlists(name) {
  const master = readPlaylist((await edge.get(`/${name}/master.m3u8`)).text);
  const urls = master.map(({ tag, attributes, url }) =>
    tag === 'EXT-X-MEDIA' ? attributes.URI : tag === 'EXT-X-STREAM-INF' ? url : undefined,
  );
  const inside = urls
    .filter(Boolean)
    .map((url) => new URL(`/${path.dirname(name)}/${path.basename(name)}/${url}`, edge.url).href);
  return new Map(inside.map((url) => [Number(url.split('/').at(-2)), url]));
}

for (const [name, tracks] of Object.entries(CARRIED)) {
  test(`${name}: HLS has the packets of the file`, async () => {
    const urls = await playlists(name);
    for (const track of tracks) {
      assertSame(
        await packets(urls.get(track.bitrate), '0'),
        await packets(fileOf(name, track), `i:${track.trackId}`),
        track.src,
      );
    }
  });

  test(`${name}: DASH has the packets of the file`, async () => {
    const seen = { video: 0, audio: 0 };
    for (const track of tracks) {
      const stream = `${track.kind[0]}:${seen[track.kind]++}`;
      const url = new URL(`/${name}/manifest.mpd`, edge.url).href;
      assertSame(
        await packets(url, stream),
        await packets(fileOf(name, track), `i:${track.trackId}`),
        `${track.src}, ${stream}`,
      );
    }
  });

  test(`${name}: Smooth Streaming has the packets that are shown`, async () => {
    const manifest = readManifest((await edge.get(`/${name}/Manifest`)).text);
    for (const track of tracks) {
      const { chunks, url, attributes } = manifest.stream(track.kind);
      const samples = [];
      for (const { start, duration } of chunks) {
        const at = `/${name}/${url(track.bitrate, start)}`;
        const answer = await edge.get(at);
        assert.equal(answer.status, 200, answer.text);
        const { boxes } = parse(answer.body);
        assert.deepEqual(
          boxes.map(({ type }) => type),
          ['moof', 'mdat'],
        );
        const traf = find(boxes[0].boxes, 'traf').boxes;
        assert.equal(find(traf, 'tfhd').flags & 1, 0, 'no offset from the start of a file');
        assert.equal(traf.filter(({ type }) => type === 'trun').length, 1, 'one run');
        const fragment = readFragment(answer.body);
        assert.equal(fragment.dataOffset, fragment.moof.length + 8);
        assert.equal(fragment.start, start, 'it says when the manifest does');
        assert.ok(Math.abs(fragment.duration - duration) <= 1, `${at}: ${fragment.duration} instead of ${duration}`);
        samples.push(...samplesOf(fragment));
        await assertParts(at, answer, fragment);
      }
      const scale = 10_000_000 / Number(attributes.TimeScale);
      const smooth = samples.map((sample) => ({ ...sample, at: sample.at * scale, composed: sample.composed * scale }));
      const [served, stored] = [packetsOfSamples(smooth), await packetsOf(fileOf(name, track), `${track.trackId}`)];
      assert.equal(served.length, stored.length, track.src);
      for (const [at, packet] of served.entries()) {
        const { at: decoded, composed, ...rest } = stored[at];
        // When the first is decoded is not the same: a fragment has no time before 0.
        const since = packet.at - served[0].at - (decoded - stored[0].at);
        assert.ok(
          Math.abs(since) <= 1 && Math.abs(packet.composed - composed) <= 1,
          `${track.src}, packet ${at}: ${packet.at} ${packet.composed} instead of ${decoded} ${composed}`,
        );
        assert.deepEqual(
          { size: packet.size, isSync: packet.isSync, digest: packet.digest },
          rest,
          `${track.src}, packet ${at}`,
        );
      }
    }
  });
}

/** What else is asked of the fragment at `url` fits it. */
async function assertParts(url, { body, headers }, { moof, payload }) {
  const head = await edge.send('HEAD', url);
  assert.equal(head.headers['content-length'], String(body.length));
  assert.equal(head.headers.etag, headers.etag);
  const range = await edge.get(url, { range: `bytes=${moof.length - 3}-${moof.length + 20}` });
  assert.equal(range.status, 206);
  assert.deepEqual(range.body, body.subarray(moof.length - 3, moof.length + 21));
  const of = (noun) => edge.get(url.replace('/Fragments(', `/${noun}(`));
  const [info, raw, keys] = [await of('FragmentInfo'), await of('RawFragments'), await of('KeyFrames')];
  assert.deepEqual([info.body, raw.body], [moof, payload]);
  assert.equal(keys.status, 200, keys.text);
  assert.equal(new Set([headers.etag, info.headers.etag, raw.headers.etag, keys.headers.etag]).size, 4);
  assert.equal((await edge.get(url, { 'if-none-match': headers.etag })).status, 304);
}

test('video and audio of one moof are told apart by their tags', async () => {
  const manifest = readManifest((await edge.get('/films/shared.ism/Manifest')).text);
  const tag = async (kind) => {
    const { chunks, levels, url } = manifest.stream(kind);
    return (await edge.send('HEAD', `/films/shared.ism/${url(levels[0].Bitrate, chunks[0].start)}`)).headers.etag;
  };
  assert.notEqual(await tag('video'), await tag('audio'));
});

test('what is encrypted is told of just those samples that are sent', async () => {
  const samples = async (name, kind, of) => {
    const { chunks, levels, url } = readManifest((await edge.get(`/${name}/Manifest`)).text).stream(kind);
    const answers = await Promise.all(chunks.map(({ start }) => edge.get(`/${name}/${url(levels[0].Bitrate, start)}`)));
    return answers.flatMap(({ body }) => of(body));
  };
  for (const kind of ['video', 'audio']) {
    const clear = await samples('films/shaka.ism', kind, (body) =>
      samplesOf(readFragment(body)).map(({ bytes }) => bytes),
    );
    assert.deepEqual(await samples('films/locked.ism', kind, (body) => decrypted(body, KEY)), clear, kind);
  }
});

test('what a track of a shared moof takes is about what is its own', async () => {
  const master = readPlaylist((await edge.get('/films/shared.ism/master.m3u8')).text);
  const variant = master.find(({ tag }) => tag === 'EXT-X-STREAM-INF').attributes;
  const own = async (trackId) => {
    const all = await packets(fileOf('films/shared.ism', CARRIED['films/shared.ism'][0]), `i:${trackId}`);
    return (8 * all.reduce((sum, { size }) => sum + Number(size), 0)) / 7;
  };
  const both = (await own(1)) + (await own(2));
  const average = Number(variant['AVERAGE-BANDWIDTH']);
  assert.ok(average > both && average < 1.3 * both, `${average} for ${both}`);
});

test('keyframes are there by themselves, when they are shown', async () => {
  for (const [name, tracks] of Object.entries(CARRIED)) {
    const urls = await playlists(name);
    for (const track of tracks.filter(({ kind }) => kind === 'video')) {
      const keys = (await packets(fileOf(name, track), `i:${track.trackId}`)).filter(({ flags }) =>
        flags.startsWith('K'),
      );
      const served = await packets(urls.get(track.bitrate).replace('index.m3u8', 'iframes/index.m3u8'), '0');
      assertSame(
        served.map(({ pts, ...rest }) => ({ ...rest, pts, dts: pts })),
        keys.map((key) => ({ ...key, dts: key.pts })),
        track.src,
      );
    }
  }
});

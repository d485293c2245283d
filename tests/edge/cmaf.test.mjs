// HLS and DASH of both kinds of source: every segment, sample by sample, and what ffprobe makes of the whole.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { earlyOf, find, parse, readFragment, readMedia } from '../lib/boxes.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { inside, startOriginals } from '../lib/originals.mjs';
import { samplesOf } from '../lib/progressive.mjs';

const IMMUTABLE = 'public, max-age=31536000, immutable';
const RENEWED = 'public, max-age=10, stale-while-revalidate=20, stale-if-error=20';

/** Presentations, and the samples that each level must come to. */
const presentations = [];

before(async () => {
  presentations.push(...(await startOriginals()));
});

after(() => Promise.all(presentations.map(({ edge }) => edge.close())));

/** Video and audio: text is no copy of what is stored. */
async function mpdOf({ edge, name }) {
  const answer = await edge.get(`/${name}/manifest.mpd`);
  assert.equal(answer.status, 200, answer.text);
  const { sets, ...mpd } = readMpd(answer.text);
  return { ...mpd, sets: sets.filter(({ attributes }) => attributes.contentType !== 'text') };
}

/** The level of an MPD that has this bitrate in its URLs. */
const levelOf = ({ sets }, { stream, bitrate }) =>
  sets.flatMap(({ levels }) => levels).find(({ attributes }) => attributes.id === `${stream}/${bitrate}`);

test('every segment of an MPD has the samples of its file, at their times, and nothing of PIFF', async () => {
  for (const presentation of presentations) {
    const { edge, name, levels } = presentation;
    const mpd = await mpdOf(presentation);
    assert.equal(mpd.sets.flatMap((set) => set.levels).length, levels.length);
    for (const level of levels) {
      const { init, segments } = levelOf(mpd, level);
      const early = earlyOf((await edge.get(inside(name, init))).body);
      // Of audio, what comes early is decoded before the first segment starts; of video, it is composed late.
      const hidden = level.stream === 'audio' ? early : 0;
      const served = [];
      for (const [number, { start, duration, url }] of segments.entries()) {
        const answer = await edge.get(inside(name, url));
        assert.equal(answer.status, 200, `${url}: ${answer.text}`);
        assert.equal(answer.headers['content-type'], `${level.stream}/mp4`);
        assert.equal(answer.headers['cache-control'], IMMUTABLE);
        assert.equal(answer.headers['content-length'], String(answer.body.length));
        const { boxes } = parse(answer.body);
        assert.deepEqual(
          boxes.map(({ type }) => type),
          ['moof', 'mdat'],
        );
        const traf = find(boxes[0].boxes, 'traf').boxes;
        assert.deepEqual(
          traf.map(({ type }) => type),
          ['tfhd', 'tfdt', 'trun'],
          url,
        );
        const [tfhd, tfdt, trun] = traf;
        assert.deepEqual(
          [tfhd.track_ID, tfhd.flags & 0x20001],
          [1, 0x20000],
          'default-base-is-moof, and no base-data-offset',
        );
        const before = number === 0 ? hidden : 0;
        assert.deepEqual([tfdt.version, trun.version], [1, 1]);
        assert.ok(
          Math.abs(tfdt.baseMediaDecodeTime - (start + hidden - before)) <= 1,
          `${url}: ${tfdt.baseMediaDecodeTime}`,
        );
        const fragment = readFragment(answer.body);
        assert.equal(fragment.dataOffset, fragment.moof.length + 8);
        assert.ok(
          Math.abs(fragment.duration - before - duration) <= 10_000,
          `${url}: ${fragment.duration} instead of ${duration}`,
        );
        served.push(...samplesOf(fragment));
      }
      assert.equal(served.length, level.samples.length, `${name}, ${level.stream} ${level.bitrate}`);
      for (const [place, { bytes, flags, at, composed, size }] of served.entries()) {
        const { bytes: wantedBytes, flags: wantedFlags, ...wanted } = level.samples[place];
        const sample = `sample ${place} of ${name}, ${level.stream} ${level.bitrate}`;
        // What comes early is rounded by itself.
        assert.ok(Math.abs(at - hidden - wanted.at) <= 1, `${sample} is decoded at ${at}`);
        assert.ok(Math.abs(composed - early - wanted.composed) <= 1, `${sample} is shown at ${composed}`);
        assert.equal(size, wanted.size, sample);
        assert.ok(bytes.equals(wantedBytes), `bytes of ${sample}`);
        assert.equal(flags & 0x10000, (wantedFlags ?? 0) & 0x10000, `sync of ${sample}`);
      }
    }
  }
});

test('an init segment has one track, in the ticks of its segments', async () => {
  for (const presentation of presentations) {
    const { edge, name } = presentation;
    for (const { attributes, levels } of (await mpdOf(presentation)).sets) {
      for (const { init } of levels) {
        const answer = await edge.get(inside(name, init));
        assert.deepEqual(
          [answer.status, answer.headers['content-type'], answer.headers['cache-control']],
          [200, attributes.mimeType, IMMUTABLE],
        );
        const { tracks, fragments } = readMedia(answer.body);
        const kind = { video: 'vide', audio: 'soun' }[attributes.contentType];
        assert.deepEqual([tracks, fragments], [[{ id: 1, kind, timescale: Number(attributes.timescale) }], []]);
      }
    }
  }
});

test('playlists name the same segments, and last as long', async () => {
  for (const presentation of presentations) {
    const { edge, name, levels } = presentation;
    const mpd = await mpdOf(presentation);
    const answer = await edge.get(`/${name}/master.m3u8`);
    assert.equal(answer.headers['content-type'], 'application/vnd.apple.mpegurl');
    const master = readPlaylist(answer.text);
    const variants = master.filter(({ tag }) => tag === 'EXT-X-STREAM-INF');
    const [sound] = master.filter(({ tag }) => tag === 'EXT-X-MEDIA');
    assert.equal(variants.length, levels.filter(({ stream }) => stream === 'video').length);
    for (const { attributes } of variants) {
      assert.match(attributes.CODECS, /^avc1\.[0-9a-f]{6},mp4a\.40\.2$/);
      assert.match(attributes.RESOLUTION, /^\d+x\d+$/);
      assert.ok(Number(attributes.BANDWIDTH) >= Number(attributes['AVERAGE-BANDWIDTH']));
      assert.equal(attributes.AUDIO, sound.attributes['GROUP-ID']);
    }
    const urls = [...variants.map(({ url }) => url), sound.attributes.URI];
    for (const [at, level] of levels.entries()) {
      const url = urls.find((one) => one.endsWith(`/${level.stream}/${level.bitrate}/index.m3u8`));
      const answer = await edge.get(inside(name, url));
      assert.deepEqual([answer.status, answer.headers['cache-control']], [200, IMMUTABLE]);
      const playlist = readPlaylist(answer.text);
      const { segments, init } = levelOf(mpd, level);
      const here = path.posix.dirname(url);
      const map = playlist.find(({ tag }) => tag === 'EXT-X-MAP');
      assert.equal(path.posix.join(here, map.attributes.URI), init);
      const listed = playlist.filter(({ tag }) => tag === 'EXTINF');
      assert.deepEqual(
        listed.map(({ url }) => path.posix.join(here, url)),
        segments.map(({ url }) => url),
      );
      const seconds = listed.reduce((sum, { value }) => sum + parseFloat(value), 0);
      assert.ok(
        Math.abs(seconds - (segments.at(-1).start + segments.at(-1).duration - segments[0].start) / 1e7) < 1e-6,
        `level ${at}`,
      );
      const target = Number(playlist.find(({ tag }) => tag === 'EXT-X-TARGETDURATION').value);
      assert.ok(listed.every(({ value }) => Math.round(parseFloat(value)) <= target));
      assert.equal(playlist.at(-1).tag, 'EXT-X-ENDLIST');
    }
  }
});

test('no stretch of a level takes more than its bandwidth says', async () => {
  for (const presentation of presentations) {
    const { edge, name, levels } = presentation;
    const mpd = await mpdOf(presentation);
    for (const level of levels) {
      const { attributes, segments } = levelOf(mpd, level);
      const longest = Math.max(...segments.map(({ duration }) => duration));
      let peak = 0;
      for (const { url, duration } of segments) {
        const { headers } = await edge.send('HEAD', inside(name, url));
        if (2 * duration >= longest) peak = Math.max(peak, (Number(headers['content-length']) * 8 * 1e7) / duration);
      }
      const stated = Number(attributes.bandwidth);
      assert.ok(
        peak <= stated * 1.005 && peak >= stated * 0.99,
        `${name}, ${attributes.id}: ${stated} is stated, ${Math.round(peak)} taken`,
      );
    }
  }
});

test('manifests are renewed, in either spelling', async () => {
  for (const { edge, name } of presentations) {
    for (const [people, azure] of [
      ['master.m3u8', 'm3u8-cmaf'],
      ['.m3u8', 'm3u8-aapl-v3,audio-only=false'],
      ['manifest.mpd', 'mpd-time-cmaf'],
      ['x.mpd', 'mpd-time-csf'],
    ]) {
      const one = await edge.get(`/${name}/${people}`);
      const other = await edge.get(`/${name}/manifest(format=${azure})`);
      assert.deepEqual(
        [one.status, one.headers['cache-control'], one.headers.etag],
        [200, RENEWED, other.headers.etag],
      );
      assert.ok(one.body.equals(other.body));
      const again = await edge.get(`/${name}/${people}`, { 'if-none-match': one.headers.etag });
      assert.equal(again.status, 304);
    }
  }
});

/** How ffmpeg is told which stream: it knows nothing of trick modes, and lists their sets behind those of the same kind. */
const specifier = (levels, { stream, bitrate }) =>
  `${stream[0]}:${levels.filter((level) => level.stream === stream).findIndex((level) => level.bitrate === bitrate)}`;

test('ffprobe finds every frame of the source through either manifest', async () => {
  for (const { edge, name, levels } of presentations) {
    const wanted = levels.map(({ stream, samples }) => `${stream} ${samples.length}`).sort();
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const url = new URL(`/${name}/${manifest}`, edge.url).href;
      // One stream at a time: its reader of DASH ends with the first stream that ends.
      const count = async (at) => {
        const args = [
          '-v',
          'error',
          '-select_streams',
          at,
          '-show_entries',
          'stream=codec_type:packet=pts',
          '-of',
          'json',
          url,
        ];
        const { streams, packets } = JSON.parse(await run(ffprobePath(), args, { title: `ffprobe ${manifest}` }));
        return `${streams[0].codec_type} ${packets.length}`;
      };
      const counts = await Promise.all(levels.map((level) => count(specifier(levels, level))));
      assert.deepEqual(counts.sort(), wanted, manifest);
    }
  }
});

test('ffprobe decodes every picture without a fault', async () => {
  const [, { edge, name, levels }] = presentations;
  const [{ samples }] = levels;
  for (const manifest of ['master.m3u8', 'manifest.mpd']) {
    const url = new URL(`/${name}/${manifest}`, edge.url).href;
    const args = ['-v', 'warning', '-select_streams', 'v:0', '-show_entries', 'frame=pts_time', '-of', 'json', url];
    const { frames } = JSON.parse(await run(ffprobePath(), args, { title: `ffprobe ${manifest}` }));
    const times = frames.map(({ pts_time }) => Number(pts_time));
    const shown = samples.map(({ composed }) => composed / 1e7).sort((a, b) => a - b);
    assert.deepEqual(
      times.map((time) => Math.round((time - times[0]) * 1000)),
      shown.map((time) => Math.round((time - shown[0]) * 1000)),
      manifest,
    );
  }
});

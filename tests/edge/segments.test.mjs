// Segments of several chunks: their samples and times are those of their chunks, whatever they are made of.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { earlyOf, readMedia } from '../lib/boxes.mjs';
import { readMpd, readPlaylist } from '../lib/cmaf.mjs';
import { inside, startOriginals } from '../lib/originals.mjs';
import { samplesOf } from '../lib/progressive.mjs';

/** Presentations, and the samples that each level must come to. */
const presentations = [];

before(async () => {
  presentations.push(...(await startOriginals({ vars: { SEGMENT_MS: '6000' } })));
});

after(() => Promise.all(presentations.map(({ edge }) => edge.close())));

async function levelsOf({ edge, name }) {
  const { sets } = readMpd((await edge.get(`/${name}/manifest.mpd`)).text);
  return new Map(sets.flatMap(({ levels }) => levels).map((level) => [level.attributes.id, level]));
}

test('every segment of an MPD lasts about six seconds, and has the samples of its file at their times', async () => {
  for (const presentation of presentations) {
    const { edge, name, levels } = presentation;
    const told = await levelsOf(presentation);
    for (const level of levels) {
      const { init, segments } = told.get(`${level.stream}/${level.bitrate}`);
      const hidden = level.stream === 'audio' ? earlyOf((await edge.get(inside(name, init))).body) : 0;
      const served = [];
      for (const [number, { start, duration, url }] of segments.entries()) {
        assert.match(url, /\/6000ms\/\d+\.m4s$/);
        assert.ok(number === segments.length - 1 || Math.abs(duration - 6e7) < 1e7, `${url} lasts ${duration}`);
        const answer = await edge.get(inside(name, url));
        assert.equal(answer.status, 200, `${url}: ${answer.text}`);
        assert.equal(answer.headers['content-length'], String(answer.body.length));
        const { fragments } = readMedia(answer.body);
        const before = number === 0 ? hidden : 0;
        assert.ok(Math.abs(fragments[0].tfdt - (start + hidden - before)) <= 1, `${url}: ${fragments[0].tfdt}`);
        const lasts = fragments.reduce((sum, fragment) => sum + fragment.duration, 0);
        assert.ok(Math.abs(lasts - before - duration) <= 10_000, `${url}: ${lasts} instead of ${duration}`);
        served.push(...fragments.flatMap(samplesOf));
      }
      assert.equal(served.length, level.samples.length, `${name}, ${level.stream} ${level.bitrate}`);
      for (const [place, { bytes, at }] of served.entries()) {
        const wanted = level.samples[place];
        const sample = `sample ${place} of ${name}, ${level.stream} ${level.bitrate}`;
        assert.ok(Math.abs(at - hidden - wanted.at) <= 1, `${sample} is decoded at ${at}`);
        assert.ok(bytes.equals(wanted.bytes), `bytes of ${sample}`);
      }
    }
  }
});

test('of stored fragments, a segment is the segments of its chunks; and a part of it is that part', async () => {
  const [presentation] = presentations;
  const { edge, name, levels } = presentation;
  const told = await levelsOf(presentation);
  for (const level of levels) {
    for (const { start, duration, url } of told.get(`${level.stream}/${level.bitrate}`).segments) {
      const chunks = [];
      for (const { start: at } of level.fragments.filter((one) => one.start >= start && one.start < start + duration))
        chunks.push((await edge.get(inside(name, url.replace(/6000ms\/.*/, `${at}.m4s`)))).body);
      const whole = Buffer.concat(chunks);
      assert.ok((await edge.get(inside(name, url))).body.equals(whole), url);
      const head = await edge.send('HEAD', inside(name, url));
      assert.equal(head.headers['content-length'], String(whole.length));
      const [from, to] = [Math.floor(whole.length / 3), Math.floor((whole.length * 4) / 5)];
      const part = await edge.get(inside(name, url), { range: `bytes=${from}-${to}` });
      assert.equal(part.status, 206);
      assert.ok(part.body.equals(whole.subarray(from, to + 1)), `a part of ${url}`);
    }
  }
});

test('playlists name the same segments, and last as long; keyframes are one a chunk', async () => {
  for (const presentation of presentations) {
    const { edge, name, levels } = presentation;
    const told = await levelsOf(presentation);
    const master = readPlaylist((await edge.get(`/${name}/master.m3u8`)).text);
    const urls = master.flatMap(({ url, attributes }) => [url, attributes.URI]).filter(Boolean);
    for (const level of levels) {
      const { init, segments } = told.get(`${level.stream}/${level.bitrate}`);
      const own = (folder) =>
        urls.find((url) => url.endsWith(`/${level.stream}/${level.bitrate}/${folder}/index.m3u8`));
      const playlistOf = async (url) => readPlaylist((await edge.get(inside(name, url))).text);
      const playlist = await playlistOf(own('6000ms'));
      const here = path.posix.dirname(own('6000ms'));
      assert.equal(path.posix.join(here, playlist.find(({ tag }) => tag === 'EXT-X-MAP').attributes.URI), init);
      const listed = playlist.filter(({ tag }) => tag === 'EXTINF');
      assert.deepEqual(
        listed.map(({ url }) => path.posix.join(here, url)),
        segments.map(({ url }) => url),
      );
      const ticks = listed.reduce((sum, { value }) => sum + Math.round(parseFloat(value) * 1e7), 0);
      const last = segments.at(-1);
      assert.ok(Math.abs(ticks - (last.start + last.duration - segments[0].start)) <= 1, `${ticks} in all`);
      const target = Number(playlist.find(({ tag }) => tag === 'EXT-X-TARGETDURATION').value);
      assert.equal(target, Math.max(...listed.map(({ value }) => Math.round(parseFloat(value)))));
      if (level.stream !== 'video') continue;
      const keys = (await playlistOf(own('iframes'))).filter(({ tag }) => tag === 'EXTINF');
      assert.ok(keys.length > 2 * listed.length, `${keys.length} keyframes`);
    }
  }
});

test('no segment takes more than the bandwidth says', async () => {
  for (const presentation of presentations) {
    const { edge, name } = presentation;
    for (const { attributes, segments } of (await levelsOf(presentation)).values()) {
      const longest = Math.max(...segments.map(({ duration }) => duration));
      for (const { url, duration } of segments.filter(({ duration }) => 2 * duration >= longest)) {
        const { headers } = await edge.send('HEAD', inside(name, url));
        const taken = (Number(headers['content-length']) * 8 * 1e7) / duration;
        assert.ok(taken <= Number(attributes.bandwidth), `${url}: ${attributes.bandwidth} is stated, ${taken} taken`);
      }
    }
  }
});

/** How ffmpeg is told which stream: it knows nothing of trick modes, and lists their sets behind those of the same kind. */
const specifier = (levels, { stream, bitrate }) =>
  `${stream[0]}:${levels.filter((level) => level.stream === stream).findIndex((level) => level.bitrate === bitrate)}`;

test('ffprobe finds every frame of the source at its time through either manifest', async () => {
  for (const { edge, name, levels } of presentations) {
    for (const manifest of ['master.m3u8', 'manifest.mpd']) {
      const url = new URL(`/${name}/${manifest}`, edge.url).href;
      for (const level of levels.filter(({ stream }) => stream === 'video')) {
        const args = ['-v', 'error', '-select_streams', specifier(levels, level)];
        const shown = ['-show_entries', 'packet=pts_time', '-of', 'json', url];
        const { packets } = JSON.parse(await run(ffprobePath(), [...args, ...shown], { title: `ffprobe ${manifest}` }));
        const times = packets.map(({ pts_time }) => Number(pts_time)).sort((a, b) => a - b);
        const wanted = level.samples.map(({ composed }) => composed / 1e7).sort((a, b) => a - b);
        const milliseconds = (all) => all.map((time) => Math.round((time - all[0]) * 1000));
        assert.deepEqual(milliseconds(times), milliseconds(wanted), `${manifest}, ${level.bitrate}`);
      }
    }
  }
});

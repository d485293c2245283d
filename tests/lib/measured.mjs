// Loads everything that a playlist lists, checks it against what the playlist says, and measures it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { createFile, MP4BoxBuffer } from 'mp4box';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { earlyOf, readFragment } from './boxes.mjs';
import { readPlaylist } from './cmaf.mjs';
import { averageOf, mediaFaults, peakOf } from './hls-rules.mjs';
import { samplesOf } from './progressive.mjs';

const NON_SYNC = 0x10000;
const seconds = (said) => Math.round(parseFloat(said) * 1e7) / 1e7;

/** Where a URL of a presentation's manifests leads. */
export const inside = (name, url) => `/${path.posix.dirname(name)}/${path.posix.basename(name)}/${url}`;

/** What a playlist and everything that it lists come to. Protected, it is not decoded. */
export async function measured(edge, name, url, isProtected) {
  const { text, status, headers } = await edge.get(inside(name, url));
  assert.deepEqual([status, headers['content-type']], [200, 'application/vnd.apple.mpegurl'], text);
  assert.deepEqual(mediaFaults(text), [], url);
  const tags = readPlaylist(text);
  const value = (wanted) => tags.find(({ tag }) => tag === wanted).value;
  const folder = path.posix.dirname(url);
  const init = await load(
    edge,
    inside(name, path.posix.join(folder, JSON.parse(value('EXT-X-MAP').slice('URI='.length)))),
  );
  const track = trackOf(init);
  // Audio that comes early is decoded before 0 by the edit list; video that does is composed late, and begins at 0.
  const hidden = track.size ? 0 : earlyOf(init);
  const segments = [];
  let frames = 0;
  let at;
  for (const { value: said, url: file } of tags.filter(({ tag }) => tag === 'EXTINF')) {
    const bytes = await load(edge, inside(name, path.posix.join(folder, file)));
    const fragment = readFragment(bytes);
    const samples = samplesOf(fragment);
    assert.ok((samples[0].flags & NON_SYNC) === 0, `${file} can be decoded from its start`);
    const start = Math.max(0, fragment.tfdt - hidden);
    const end = fragment.tfdt - hidden + samples.reduce((sum, { duration }) => sum + duration, 0);
    assert.ok(
      Math.abs(start - Number(path.posix.basename(file, '.m4s'))) <= (hidden > 0 ? 1 : 0),
      `${file} starts when its name says, and not at ${start}`,
    );
    at ??= start / track.timescale;
    assert.ok(
      Math.abs(start / track.timescale - at) < 1.01e-7 * (segments.length + 2),
      `${file} starts at ${start / track.timescale}, and the playlist is at ${at}`,
    );
    at += seconds(said);
    frames += samples.length;
    segments.push({ bytes: bytes.length, seconds: seconds(said), start, end });
  }
  const lasts = segments.reduce((sum, { seconds: one }) => sum + Math.round(one * 1e7), 0);
  const wanted = ((segments.at(-1).end - segments[0].start) / track.timescale) * 1e7;
  assert.ok(Math.abs(lasts - wanted) < 10_000, `${url} lasts ${lasts} ten-millionths, its samples ${wanted}`);
  const target = Number(value('EXT-X-TARGETDURATION'));
  const shown = isProtected
    ? { size: track.size }
    : track.size
      ? await probe(new URL(inside(name, url), edge.url).href)
      : {};
  // Where a short end is larger for its time than all before it, the average can be more than any stretch takes.
  const average = averageOf(segments);
  return { segments, frames, codec: track.codec, peak: Math.max(peakOf(segments, target), average), average, ...shown };
}

/** The same of text, whose segments have no init segment. */
export async function measuredText(edge, name, url) {
  const { text } = await edge.get(inside(name, url));
  assert.deepEqual(mediaFaults(text), [], url);
  const tags = readPlaylist(text);
  const segments = [];
  for (const { value: said, url: file } of tags.filter(({ tag }) => tag === 'EXTINF')) {
    const bytes = await load(edge, inside(name, path.posix.join(path.posix.dirname(url), file)), /^text\/vtt/);
    assert.match(bytes.toString(), /^WEBVTT[^\n]*\nX-TIMESTAMP-MAP=/, file);
    segments.push({ bytes: bytes.length, seconds: seconds(said) });
  }
  const average = averageOf(segments);
  return {
    segments,
    peak: Math.max(peakOf(segments, Number(tags.find(({ tag }) => tag === 'EXT-X-TARGETDURATION').value)), average),
    average,
  };
}

/**
 * A segment or an init segment.
 * @param {string | RegExp} type
 */
export async function load(edge, url, type = /^(video|audio|application)\/mp4$/) {
  const { status, headers, body, text } = await edge.get(url);
  assert.equal(status, 200, `${url}: ${text}`);
  assert.match(headers['content-type'], new RegExp(type));
  return body;
}

/** What mp4box.js reads in an init segment. */
function trackOf(init) {
  const file = createFile();
  let info;
  file.onReady = (ready) => (info = ready);
  file.onError = (module, message) => assert.fail(`${module}: ${message}`);
  // It does not look through protection, so that is called what it is of.
  const clear = Buffer.from(init.toString('latin1').replace('encv', 'avc1').replace('enca', 'mp4a'), 'latin1');
  const buffer = clear.buffer.slice(clear.byteOffset, clear.byteOffset + clear.length);
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(buffer, 0), true);
  assert.equal(info.tracks.length, 1);
  const [{ codec, timescale, video }] = info.tracks;
  return { codec, timescale, size: video && `${video.width}x${video.height}` };
}

/** What ffprobe decodes of a playlist. */
async function probe(url) {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-read_intervals',
    '%+#2',
    '-show_entries',
    'stream=avg_frame_rate:frame=width,height',
    '-of',
    'json',
    url,
  ];
  const {
    frames: [{ width, height }],
    streams: [stream],
  } = JSON.parse(await run(ffprobePath(), args, { title: `ffprobe ${url}` }));
  const [frames, each] = stream.avg_frame_rate.split('/').map(Number);
  return { size: `${width}x${height}`, rate: frames / each };
}

// yt-dlp downloads every level over HTTP, and ffprobe counts in what it wrote what it counts in the sources.
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { configurationsFolder, keyOf } from '../lib/configurations.mjs';
import { startEdge } from '../lib/edge.mjs';
import { framesOf, packetsOf } from '../lib/packets.mjs';
import * as plain from '../lib/progressive.mjs';
import { SAMPLE, sampleFolder, sampleLevels } from '../lib/sample.mjs';
import { chosen, count, withDownloads } from '../lib/yt-dlp.mjs';

/** Runs `use` with all that yt-dlp downloads of a presentation. */
async function downloaded(folder, key, use) {
  const edge = await startEdge(folder);
  try {
    await withDownloads(new URL(`/${key}/Manifest`, edge.url).href, use);
  } finally {
    await edge.close();
  }
}

test('lists every level, and downloads each whole', async (t) => {
  await downloaded(await sampleFolder(), SAMPLE, async (formats) => {
    const levels = sampleLevels();
    assert.equal(formats.length, levels.length);
    for (const level of levels) {
      const format = formats.find((one) => isOf(level, one));
      assert.ok(
        format,
        `no format of ${level.bitrate} among ${JSON.stringify(formats.map(({ format_id, tbr, width }) => [format_id, tbr, width]))}`,
      );
      const got = await count(format.file);
      const samples = level.fragments.reduce((sum, fragment) => sum + fragment.samples, 0);
      const { frames, packets, ...coded } = got;
      assert.deepEqual({ frames, packets }, { frames: samples, packets: samples });
      if (level.stream === 'video')
        assert.deepEqual(coded, { codec_name: 'h264', width: level.width, height: level.height });
      else
        assert.deepEqual(coded, { codec_name: 'aac', sample_rate: String(level.sampleRate), channels: level.channels });
      t.diagnostic(`${level.stream} ${level.bitrate}: ${frames} frames in ${packets} packets`);
    }
  });
});

test('downloads progressive MP4s whole, frame by frame', async (t) => {
  const folder = await plain.progressiveFolder();
  await downloaded(folder, plain.PROGRESSIVE, async (formats) => {
    assert.equal(formats.length, plain.LEVELS.length);
    for (const { kind, src, bitrate, trackId } of plain.LEVELS) {
      const { file } = formats.find(({ tbr }) => Math.round(tbr) === bitrate / 1000);
      const source = path.join(folder, 'films', src);
      const { packets, frames } = await count(file);
      // Of audio, what the encoder put before its start is not sent.
      const shown = (await packetsOf(source, trackId)).length;
      assert.deepEqual({ packets, frames }, { packets: shown, frames: shown });
      if (kind === 'video') assert.deepEqual(await framesOf(file, 1), await framesOf(source, trackId));
      t.diagnostic(`${kind} ${bitrate}: ${frames} frames`);
    }
  });
});

test('chooses the film out of an MPD, and not its keyframes', async () => {
  const edge = await startEdge(await configurationsFolder());
  try {
    for (const name of ['film-rate', 'no-size']) {
      const formats = await chosen(new URL(`/${keyOf(name)}/manifest(format=mpd-time-csf)`, edge.url).href);
      assert.deepEqual(formats, ['video_200000', 'audio_64000'], name);
    }
  } finally {
    await edge.close();
  }
});

/** @param {{stream: string, width?: number, height?: number, bitrate: number}} level */
const isOf = ({ stream, width, height, bitrate }, format) =>
  stream === 'video'
    ? format.vcodec !== 'none' && format.width === width && format.height === height
    : format.vcodec === 'none' && Math.round(format.tbr) === bitrate / 1000;

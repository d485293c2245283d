// yt-dlp downloads every level over HTTP, and ffprobe counts in what it wrote what it counts in the sources.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { ytDlp } from '../../scripts/yt-dlp.mjs';
import { startEdge } from '../lib/edge.mjs';
import { SAMPLE, sampleFolder, sampleLevels } from '../lib/sample.mjs';

let edge;
let program;
let scratch;

before(async () => {
  program = await ytDlp();
  edge = await startEdge(await sampleFolder());
  scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-yt-dlp-'));
});

after(async () => {
  await edge?.close();
  if (scratch) await rm(scratch, { recursive: true });
});

test('lists every level, and downloads each whole', async (t) => {
  const manifest = new URL(`/${SAMPLE}/Manifest`, edge.url).href;
  const common = ['--ignore-config', '--no-cache-dir', '--no-update', '--retries', '0', '--fragment-retries', '0', '--abort-on-unavailable-fragments'];
  const { formats } = JSON.parse(await run(program, [...common, '--dump-json', manifest], { title: 'yt-dlp --dump-json' }));
  const levels = sampleLevels();
  assert.equal(formats.length, levels.length);
  const all = ['--quiet', '--fixup', 'never', '--format', 'all', '--output', path.join(scratch, '%(format_id)s')];
  await run(program, [...common, ...all, manifest], { title: 'yt-dlp' });
  for (const level of levels) {
    const format = formats.find((one) => isOf(level, one));
    assert.ok(format, `no format of ${level.bitrate} among ${JSON.stringify(formats.map(({ format_id, tbr, width }) => [format_id, tbr, width]))}`);
    const got = await count(path.join(scratch, format.format_id));
    const samples = level.fragments.reduce((sum, fragment) => sum + fragment.samples, 0);
    const { frames, packets, ...coded } = got;
    assert.deepEqual({ frames, packets }, { frames: samples, packets: samples });
    if (level.stream === 'video') assert.deepEqual(coded, { codec_name: 'h264', width: level.width, height: level.height });
    else assert.deepEqual(coded, { codec_name: 'aac', sample_rate: String(level.sampleRate), channels: level.channels });
    t.diagnostic(`${level.stream} ${level.bitrate}: ${frames} frames in ${packets} packets`);
  }
});

const isOf = ({ stream, width, height, bitrate }, format) =>
  stream === 'video' ? format.vcodec !== 'none' && format.width === width && format.height === height : format.vcodec === 'none' && Math.round(format.tbr) === bitrate / 1000;

/** What ffprobe finds in the one stream of `file`: packets demuxed, frames decoded. */
async function count(file) {
  const entries = 'stream=codec_name,width,height,sample_rate,channels,nb_read_packets,nb_read_frames';
  const args = ['-v', 'error', '-threads', '2', '-count_packets', '-count_frames', '-show_entries', entries, '-of', 'json', file];
  const { streams } = JSON.parse(await run(ffprobePath(), args, { title: 'ffprobe' }));
  assert.equal(streams.length, 1);
  const [{ nb_read_packets: packets, nb_read_frames: frames, ...coded }] = streams;
  return { packets: Number(packets), frames: Number(frames), ...coded };
}

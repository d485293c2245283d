// Downloads a presentation level by level with yt-dlp, and counts with ffprobe what it wrote.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { ytDlp } from '../../scripts/yt-dlp.mjs';

const COMMON = [
  '--ignore-config',
  '--no-cache-dir',
  '--no-update',
  '--retries',
  '0',
  '--fragment-retries',
  '0',
  '--abort-on-unavailable-fragments',
];

/**
 * Downloads every level.
 * @param {string} manifest
 * @param {(formats: {file: string}[]) => Promise<void>} use what yt-dlp says of each level, and where it lies meanwhile
 */
export async function withDownloads(manifest, use) {
  const program = await ytDlp();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-yt-dlp-'));
  try {
    const { formats } = JSON.parse(
      await run(program, [...COMMON, '--dump-json', manifest], { title: 'yt-dlp --dump-json' }),
    );
    const all = ['--quiet', '--fixup', 'never', '--format', 'all', '--output', path.join(scratch, '%(format_id)s')];
    await run(program, [...COMMON, ...all, manifest], { title: 'yt-dlp' });
    await use(formats.map((format) => ({ ...format, file: path.join(scratch, format.format_id) })));
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The IDs of the formats that it would merge, were it not told which. */
export async function chosen(manifest) {
  const told = JSON.parse(
    await run(await ytDlp(), [...COMMON, '--dump-json', manifest], { title: 'yt-dlp --dump-json' }),
  );
  return told.requested_formats.map(({ format_id: id }) => id);
}

/** What ffprobe finds in the one stream of `file`, or in track `trackId`: packets demuxed, frames decoded. */
export async function count(file, trackId) {
  const entries = 'stream=codec_name,width,height,sample_rate,channels,nb_read_packets,nb_read_frames';
  const only = trackId ? ['-select_streams', `i:${trackId}`] : [];
  const args = [
    '-v',
    'error',
    '-threads',
    '2',
    '-count_packets',
    '-count_frames',
    ...only,
    '-show_entries',
    entries,
    '-of',
    'json',
    file,
  ];
  const { streams } = JSON.parse(await run(ffprobePath(), args, { title: 'ffprobe' }));
  if (streams.length !== 1) throw new Error(`${streams.length} streams in ${file}`);
  const [{ nb_read_packets: packets, nb_read_frames: frames, ...coded }] = streams;
  return { packets: Number(packets), frames: Number(frames), ...coded };
}

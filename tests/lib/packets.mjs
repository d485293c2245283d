// The oracle of progressive MP4s: the packets that ffprobe reads of one track, with its edit list applied.
import { ffmpegPath, ffprobePath } from '../../scripts/lib/ffmpeg.mjs';
import { run } from '../../scripts/lib/run.mjs';
import { lastDuration } from './boxes.mjs';
import { createHash } from 'node:crypto';

const SECOND = 10_000_000;

/**
 * @typedef {{at: number, composed: number, size: number, isSync: boolean, digest: string}} Packet when it is decoded and
 *   shown, in ticks of Smooth Streaming
 *
 * What is shown of a track, in the order of decoding, which begins when the first of it is shown: of audio, nothing
 * that ends before the film begins, and of what is heard across that, what is left.
 * @returns {Promise<Packet[]>}
 */
export async function packetsOf(file, trackId) {
  const show = [
    '-show_entries',
    'packet=pts,dts,size,flags,data_hash:stream=codec_type,time_base',
    '-show_data_hash',
    'MD5',
  ];
  const {
    packets,
    streams: [stream],
  } = await probe(file, trackId, show);
  const [, timescale] = stream.time_base.split('/').map(Number);
  const isVideo = stream.codec_type === 'video';
  const shown = packets.filter((_, at) => isVideo || !(packets[at + 1]?.pts <= 0));
  const [first] = shown;
  return shown.map(({ pts, dts, size, flags, data_hash: digest }) => ({
    at: ticks(isVideo ? dts - first.dts + first.pts : Math.max(0, dts), timescale),
    composed: ticks(isVideo ? pts : Math.max(0, pts), timescale),
    size: Number(size),
    isSync: flags.startsWith('K'),
    digest: digest.replace('MD5:', ''),
  }));
}

/** The same of samples that were served. */
export const packetsOfSamples = (samples) =>
  samples.map(({ at, composed, size, flags, bytes }) => ({
    at,
    composed,
    size,
    isSync: (flags & 0x10000) === 0,
    digest: createHash('md5').update(bytes).digest('hex'),
  }));

/** When the last sample of a track ends, in the same ticks: it lasts as long as the table says, not the codec. */
export async function endOf(file, trackId) {
  const {
    packets,
    streams: [stream],
  } = await probe(file, trackId, ['-show_entries', 'packet=pts,dts:stream=codec_type,time_base']);
  const [, timescale] = stream.time_base.split('/').map(Number);
  const first = packets.find(({ pts }) => stream.codec_type === 'video' || pts >= 0);
  return ticks(packets.at(-1).dts + lastDuration(file, trackId) - first.dts + first.pts, timescale);
}

/** A checksum of each frame that is decoded of a track. */
export async function framesOf(file, trackId) {
  const args = ['-v', 'error', '-i', file, '-map', `0:i:${trackId}`, '-vsync', 'passthrough', '-f', 'framemd5', '-'];
  const said = await run(ffmpegPath(), args, { title: 'ffmpeg' });
  return said
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').at(-1).trim());
}

async function probe(file, trackId, show) {
  const args = ['-v', 'error', '-select_streams', `i:${trackId}`, ...show, '-of', 'json', file];
  return JSON.parse(await run(ffprobePath(), args, { title: 'ffprobe' }));
}

/** To the nearest, as the times of every sample are told, so that nothing drifts. */
const ticks = (time, timescale) => Math.floor((time * SECOND + timescale / 2) / timescale);

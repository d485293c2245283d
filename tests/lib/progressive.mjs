// `films/plain.ism`: two levels as progressive MP4s, video and audio interleaved in each, and `twins/`: the same
// encodes as ffmpeg fragments them itself. One MP4 begins with its `moov`, the other ends in it.
import path from 'node:path';
import { readMedia } from './boxes.mjs';
import { readManifest } from './manifest.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

export const PROGRESSIVE = 'films/plain.ism';
export const SECONDS = 21;

/**
 * Its levels. The audio is the same in both files, and named in the larger one: the other is cheaper to read.
 * @type {{kind: string, src: string, bitrate: number, trackId: number, size?: string}[]}
 */
export const LEVELS = [
  { kind: 'video', src: 'plain_200k.mp4', bitrate: 200_000, trackId: 1, size: '320x180' },
  { kind: 'video', src: 'plain_800k.mp4', bitrate: 800_000, trackId: 1, size: '640x360' },
  { kind: 'audio', src: 'plain_800k.mp4', bitrate: 64_000, trackId: 2 },
];
export const [SMALL, LARGE, SOUND] = LEVELS;

export const progressiveFolder = () =>
  madeFolder('plain', import.meta.filename, async (folder) => {
    await writeServerManifest(path.join(folder, PROGRESSIVE), LEVELS);
    const films = path.join(folder, 'films');
    const plain = (/** @type {(typeof LEVELS)[number]} */ { bitrate, size }) => [
      ...h264(bitrate),
      '-s',
      size,
      '-c:a',
      'aac',
      '-b:a',
      64_000,
    ];
    const first = ['-movflags', '+faststart'];
    await ffmpeg(films, ...inputs({ seconds: SECONDS, size: '640x360' }), ...plain(SMALL), ...first, SMALL.src);
    await ffmpeg(films, ...inputs({ seconds: SECONDS, size: '640x360' }), ...plain(LARGE), LARGE.src);
    for (const { src } of [SMALL, LARGE]) await ffmpeg(films, '-i', src, '-map', 0, '-c', 'copy', ...ismv, twinOf(src));
  });

/** @typedef {{at: number, duration: number, composed: number, size: number, flags: number, bytes: Buffer}} Sample */

const twinOf = (src) => src.replace('.mp4', '.ismv');

/**
 * What ffmpeg made fragments of, sample by sample.
 * @returns {Sample[]}
 */
export function twinSamples(folder, { src, trackId }) {
  const { fragments } = readMedia(path.join(folder, 'films', twinOf(src)));
  return fragments.filter((fragment) => fragment.trackId === trackId).flatMap(samplesOf);
}

/**
 * The samples of a fragment as `readMedia` and `readFragment` give it.
 * @param {import('./boxes.mjs').Fragment} fragment
 * @returns {Sample[]}
 */
export function samplesOf({ start, runs, payload, defaults }) {
  let at = start;
  let offset = 0;
  return runs.flatMap((run) =>
    run.samples.map((sample, n) => {
      const duration = sample.sample_duration ?? defaults.duration;
      const size = sample.sample_size ?? defaults.size;
      const first = n === 0 ? run.first_sample_flags : undefined;
      const one = {
        at,
        duration,
        size,
        composed: at + (sample.sample_composition_time_offset ?? 0),
        flags: sample.sample_flags ?? first ?? defaults.flags,
        bytes: payload.subarray(offset, offset + size),
      };
      at += duration;
      offset += size;
      return one;
    }),
  );
}

/** The manifest that a Worker answers. */
export const manifestOf = async (worker) => readManifest((await worker.get(`/${PROGRESSIVE}/Manifest`)).text);

/** Where a fragment of a level lies, or what is made of it. */
export const pathOf = ({ bitrate, kind }, start, noun = 'Fragments') =>
  `/${PROGRESSIVE}/QualityLevels(${bitrate})/${noun}(${kind}=${start})`;

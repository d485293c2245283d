// `films/brief.ism`: ten seconds in two video levels and audio, one file each, without an `.ismc`.
import path from 'node:path';
import { fragmentsOfTrack } from './boxes.mjs';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

export const BRIEF = 'films/brief.ism';

/**
 * Its levels, as they are to be found in manifest and URLs.
 * @type {{kind: string, src: string, bitrate: number, size?: string}[]}
 */
export const LEVELS = [
  { kind: 'video', src: 'brief_200k.ismv', bitrate: 200_000, size: '320x180' },
  { kind: 'video', src: 'brief_400k.ismv', bitrate: 400_000, size: '480x270' },
  { kind: 'audio', src: 'brief.isma', bitrate: 64_000 },
];

export const briefFolder = () =>
  madeFolder('brief', import.meta.filename, async (folder) => {
    await writeServerManifest(path.join(folder, BRIEF), LEVELS);
    const films = path.join(folder, 'films');
    const video = (/** @type {(typeof LEVELS)[number]} */ { src, bitrate, size }) => [
      '-map',
      '0:v',
      ...h264(bitrate),
      '-s',
      size,
      ...ismv,
      src,
    ];
    // The encoder's first packet lies before 0; here all are moved so that it lies at 0.
    const from0 = ['-avoid_negative_ts', 'make_zero'];
    const audio = [
      '-map',
      '1:a',
      '-c:a',
      'aac',
      '-b:a',
      64_000,
      '-frag_duration',
      2_000_000,
      ...ismv,
      ...from0,
      LEVELS[2].src,
    ];
    await ffmpeg(films, ...inputs(), ...video(LEVELS[0]), ...video(LEVELS[1]), ...audio);
  });

/** The fragments of one level as its file has them. */
export const briefFragments = (folder, { src }) => fragmentsOfTrack(path.join(folder, 'films', src), 1);

/** Where a fragment of the first level lies, or what is made of it. */
export const pathOf = ({ start }, noun = 'Fragments') =>
  `/${BRIEF}/QualityLevels(${LEVELS[0].bitrate})/${noun}(video=${start})`;

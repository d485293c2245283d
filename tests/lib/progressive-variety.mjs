// Progressive MP4s of many kinds, each in a folder of its own: `x.ism` names the tracks of one, and where `twin` says so,
// `twin.ism` those of the same encode as ffmpeg fragments it.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';
import { mediabunny, mp4box } from './muxers.mjs';

const AAC = ['-c:a', 'aac', '-b:a', 64_000];
const SECONDS = 7;

/**
 * @param {string} folder
 * @param {string} src
 * @param {{input?: Parameters<typeof inputs>[0], video?: (string | number)[], audio?: (string | number)[], more?: (string | number)[]}} [options]
 */
const film = (folder, src, { input, video = h264(200_000), audio = AAC, more = [] } = {}) =>
  ffmpeg(folder, ...inputs({ seconds: SECONDS, ...input }), ...video, ...audio, ...more, src);

/** The film of ffmpeg, written anew by `mux`. */
const muxed = (mux) => async (folder) => {
  const [from, to] = ['ffmpeg.mp4', 'x.mp4'].map((name) => path.join(folder, name));
  await film(folder, 'ffmpeg.mp4');
  await mux(from, to);
  await rm(from);
};

/** Four wide to three high, as the frames themselves say, and a box in the file. */
export const UNEVEN_PIXELS = 'pixels that are not square';

const hevc = [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  'keyint=50:min-keyint=50:scenecut=0:open-gop=0:log-level=error:pools=1',
  '-b:v',
  200_000,
  '-tag:v',
  'hvc1',
];
const dolby = (codec) => ['-c:a', codec, '-b:a', 192_000];

/**
 * @typedef {object} ProgressiveVariety
 * @property {(folder: string) => Promise<unknown>} make writes `x.mp4`, whose first track is of video and the second of audio
 * @property {boolean} [twin]
 */

/** @type {Record<string, ProgressiveVariety>} */
export const PROGRESSIVE_VARIETY = {
  'H.264 with B-frames and AAC, moov first': {
    make: (folder) => film(folder, 'x.mp4', { more: ['-movflags', '+faststart'] }),
    twin: true,
  },
  'HEVC and AC-3': { make: (folder) => film(folder, 'x.mp4', { video: hevc, audio: dolby('ac3') }), twin: true },
  'E-AC-3': { make: (folder) => film(folder, 'x.mp4', { audio: dolby('eac3') }) },
  '29.97 frames a second': { make: (folder) => film(folder, 'x.mp4', { input: { rate: '30000/1001' } }), twin: true },
  // No twin: of the last sample of a fragment ffmpeg takes for granted that it lasts as long as the one before.
  'frames of uneven length': {
    make: (folder) =>
      film(folder, 'x.mp4', {
        more: ['-vf', 'select=not(eq(mod(n\\,5)\\,3))*not(eq(mod(n\\,7)\\,2))', '-vsync', 'vfr'],
      }),
  },
  [UNEVEN_PIXELS]: { make: (folder) => film(folder, 'x.mp4', { more: ['-vf', 'setsar=4/3'] }) },
  'audio that begins later': {
    make: (folder) => {
      const [video, audio] = [inputs({ seconds: SECONDS }).slice(0, 4), inputs({ seconds: SECONDS }).slice(4)];
      return ffmpeg(folder, ...video, '-itsoffset', 0.5, ...audio, ...h264(200_000), ...AAC, 'x.mp4');
    },
  },
  'written by Mediabunny': { make: muxed(mediabunny), twin: true },
  'written by MP4Box.js: not interleaved, co64': { make: muxed(mp4box), twin: true },
};

export const progressiveVarietyFolder = () =>
  madeFolder('plain-variety', import.meta.filename, async (scratch) => {
    for (const [at, { make, twin }] of Object.values(PROGRESSIVE_VARIETY).entries()) {
      const manifest = path.join(scratch, progressiveKey(at));
      const folder = path.dirname(manifest);
      await writeServerManifest(manifest, levels('x.mp4'));
      await make(folder);
      if (!twin) continue;
      await writeServerManifest(path.join(scratch, twinKey(at)), levels('x.ismv'));
      await ffmpeg(
        folder,
        '-i',
        'x.mp4',
        '-map',
        '0:v',
        '-map',
        '0:a',
        '-c',
        'copy',
        ...ismv,
        '-movflags',
        '+delay_moov',
        'x.ismv',
      );
    }
  });

const levels = (src) => [
  { kind: 'video', src, bitrate: 200_000, trackId: 1 },
  { kind: 'audio', src, bitrate: 64_000, trackId: 2 },
];

export const progressiveKey = (at) => `${at}/x.ism`;
export const twinKey = (at) => `${at}/twin.ism`;

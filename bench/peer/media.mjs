// What both are given: progressive MP4s as they lie in libraries, video and audio interleaved, `moov` first.
//
// Made once and kept in target/: forty seconds of each level are encoded and repeated without encoding
// again, which nobody who counts bytes can tell from a film.
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { local } from '../../scripts/lib/project.mjs';
import { digest, readStamp, writeStamp } from '../../scripts/lib/stamp.mjs';
import { step } from '../../scripts/lib/step.mjs';
import { ffmpeg, h264, writeServerManifest } from '../../tests/lib/media.mjs';

const SCENE_SECONDS = 40;
const AUDIO_KBPS = 128;

/**
 * @typedef {object} Show
 * @property {string} name of the folder, the presentation and its files
 * @property {number} seconds
 * @property {{kbps: number, size: string, noise: number}[]} levels the best first; noise makes the video
 *   worth their bitrate
 */

/** @type {Show} */
export const TEN_MINUTES = {
  name: 'ten-minutes',
  seconds: 600,
  levels: [
    { kbps: 3000, size: '640x360', noise: 20 },
    { kbps: 1500, size: '640x360', noise: 14 },
    { kbps: 800, size: '480x270', noise: 12 },
    { kbps: 400, size: '320x180', noise: 12 },
  ],
};

/** @type {Show} */
export const TWO_HOURS = { name: 'two-hours', seconds: 7200, levels: [{ kbps: 830, size: '480x270', noise: 12 }] };

/** @type {Show} */
export const TWO_HOURS_IN_FOUR = {
  name: 'two-hours-in-four',
  seconds: 7200,
  levels: [
    { kbps: 830, size: '480x270', noise: 12 },
    { kbps: 500, size: '480x270', noise: 6 },
    { kbps: 300, size: '320x180', noise: 8 },
    { kbps: 180, size: '320x180', noise: 3 },
  ],
};

/** The key of the server manifest. */
export const keyOf = ({ name }) => `${name}/${name}.ism`;

/** The key of a level's file. */
export const fileOf = ({ name }, { kbps }) => `${name}/${name}-${kbps}.mp4`;

/** The folder that holds everything. */
export async function madeMedia() {
  const folder = local('target/bench/peer');
  const stamp = `${folder}.json`;
  const made = await digest(['bench/peer/media.mjs', 'scripts/lib/ffmpeg.mjs']);
  if ((await readStamp(stamp))?.made === made) return folder;
  const scratch = `${folder}.making`;
  await rm(scratch, { recursive: true, force: true });
  await step('Making MP4s', async (progress) => {
    for (const show of [TEN_MINUTES, TWO_HOURS, TWO_HOURS_IN_FOUR]) await make(show, scratch, progress);
  });
  await rm(folder, { recursive: true, force: true });
  await rename(scratch, folder);
  await writeStamp(stamp, { made });
  return folder;
}

async function make(show, folder, progress) {
  await mkdir(path.join(folder, show.name), { recursive: true });
  const sound = `${show.name}.m4a`;
  progress(`${show.name}: sound`);
  await ffmpeg(
    folder,
    '-f',
    'lavfi',
    '-i',
    `anoisesrc=color=pink:sample_rate=48000:amplitude=0.3:duration=${show.seconds}`,
    '-ac',
    2,
    '-c:a',
    'aac',
    '-aac_coder',
    'fast',
    '-b:a',
    `${AUDIO_KBPS}k`,
    sound,
  );
  for (const level of show.levels) {
    progress(fileOf(show, level));
    const { kbps, size, noise } = level;
    const scene = 'scene.mp4';
    const picture = `testsrc2=size=${size}:rate=25:duration=${SCENE_SECONDS},noise=alls=${noise}:allf=t`;
    await ffmpeg(
      folder,
      '-f',
      'lavfi',
      '-i',
      picture,
      ...h264(`${kbps}k`),
      '-maxrate',
      `${kbps}k`,
      '-bufsize',
      `${kbps}k`,
      scene,
    );
    const again = show.seconds / SCENE_SECONDS - 1;
    await ffmpeg(
      folder,
      '-stream_loop',
      again,
      '-i',
      scene,
      '-i',
      sound,
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c',
      'copy',
      '-movflags',
      '+faststart',
      fileOf(show, level),
    );
    await rm(path.join(folder, scene));
  }
  await rm(path.join(folder, sound));
  await writeServerManifest(path.join(folder, keyOf(show)), tracksOf(show));
}

/** All files have the audio; the server manifest names the best one for it, as server manifests often do. */
function tracksOf(show) {
  const src = (level) => path.posix.basename(fileOf(show, level));
  const video = show.levels.map((level) => ({
    kind: 'video',
    src: src(level),
    bitrate: level.kbps * 1000,
    trackId: 1,
  }));
  return [...video, { kind: 'audio', src: src(show.levels[0]), bitrate: AUDIO_KBPS * 1000, trackId: 2 }];
}

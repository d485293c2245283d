// The ten-minute film in two more forms, with the same frames: as a Smooth Streaming encoder writes it, and as ffmpeg
// fragments it by default.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { step } from '../../scripts/lib/step.mjs';
import { ffmpeg, ismv, writeServerManifest } from '../../tests/lib/media.mjs';
import { TEN_MINUTES, fileOf, keyOf } from '../peer/media.mjs';

/** @type {import('../peer/media.mjs').Show} */
export const FRAGMENTED = { ...TEN_MINUTES, name: 'ten-minutes-fragmented' };

/** Video and audio in each `moof`, and offsets from the start of the file. @type {import('../peer/media.mjs').Show} */
export const SHARED = { ...TEN_MINUTES, name: 'ten-minutes-shared' };

/** Makes them in the folder with the progressive MP4s, which goes away with them when their recipe changes. */
export async function madeFragments(folder) {
  await madeShow(folder, FRAGMENTED, async (scratch, progress) => {
    const tracks = [];
    for (const level of FRAGMENTED.levels) {
      const src = `${level.kbps}.ismv`;
      progress(src);
      await ffmpeg(
        scratch,
        '-i',
        path.join(folder, fileOf(TEN_MINUTES, level)),
        '-map',
        '0:v',
        '-c',
        'copy',
        ...ismv,
        src,
      );
      tracks.push({ kind: 'video', src, bitrate: level.kbps * 1000, trackId: 1 });
    }
    const sound = path.join(folder, fileOf(TEN_MINUTES, FRAGMENTED.levels[0]));
    await ffmpeg(scratch, '-i', sound, '-map', '0:a', '-c', 'copy', '-frag_duration', 2e6, ...ismv, 'sound.isma');
    return [...tracks, { kind: 'audio', src: 'sound.isma', bitrate: 128_000, trackId: 1 }];
  });
  await madeShow(folder, SHARED, async (scratch, progress) => {
    const tracks = [];
    for (const level of SHARED.levels) {
      const src = `${level.kbps}.mp4`;
      progress(src);
      await ffmpeg(
        scratch,
        '-i',
        path.join(folder, fileOf(TEN_MINUTES, level)),
        '-c',
        'copy',
        '-movflags',
        'frag_keyframe+empty_moov',
        '-f',
        'mp4',
        src,
      );
      tracks.push({ kind: 'video', src, bitrate: level.kbps * 1000, trackId: 1 });
    }
    return [...tracks, { kind: 'audio', src: tracks[0].src, bitrate: 128_000, trackId: 2 }];
  });
}

/** Makes the files of one show, unless they are there; `make` says which tracks it has. */
async function madeShow(folder, show, make) {
  const made = path.join(folder, show.name);
  if (existsSync(made)) return;
  const scratch = `${made}.making`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await step(`Making ${show.name}`, async (progress) => {
    await writeServerManifest(path.join(scratch, path.basename(keyOf(show))), await make(scratch, progress));
  });
  await rename(scratch, made);
}

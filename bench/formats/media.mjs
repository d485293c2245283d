// The ten minutes once more as an encoder for Smooth Streaming leaves them: the same frames, in fragments.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { step } from '../../scripts/lib/step.mjs';
import { ffmpeg, ismv, writeServerManifest } from '../../tests/lib/media.mjs';
import { TEN_MINUTES, fileOf, keyOf } from '../peer/media.mjs';

/** @type {import('../peer/media.mjs').Show} */
export const FRAGMENTED = { ...TEN_MINUTES, name: 'ten-minutes-fragmented' };

/** Makes them in the folder with the plain files, which goes away with them when their recipe changes. */
export async function madeFragments(folder) {
  const made = path.join(folder, FRAGMENTED.name);
  if (existsSync(made)) return;
  const scratch = `${made}.making`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await step('Making fragmented files', async (progress) => {
    const tracks = [];
    for (const level of FRAGMENTED.levels) {
      const src = `${level.kbps}.ismv`;
      progress(src);
      await ffmpeg(scratch, '-i', path.join(folder, fileOf(TEN_MINUTES, level)), '-map', '0:v', '-c', 'copy', ...ismv, src);
      tracks.push({ kind: 'video', src, bitrate: level.kbps * 1000, trackId: 1 });
    }
    const sound = path.join(folder, fileOf(TEN_MINUTES, FRAGMENTED.levels[0]));
    await ffmpeg(scratch, '-i', sound, '-map', '0:a', '-c', 'copy', '-frag_duration', 2e6, ...ismv, 'sound.isma');
    tracks.push({ kind: 'audio', src: 'sound.isma', bitrate: 128_000, trackId: 1 });
    await writeServerManifest(path.join(scratch, path.basename(keyOf(FRAGMENTED))), tracks);
  });
  await rename(scratch, made);
}

// Fragmented files whose fragments cannot be served as they are, made from those of `progressive.mjs` without encoding again.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, madeFolder, writeServerManifest } from './media.mjs';
import { LEVELS, progressiveFolder } from './progressive.mjs';

/** How ffmpeg cuts the files of each presentation. */
const CUTS = {
  'films/frames.ism': ['-movflags', 'frag_every_frame+delay_moov+default_base_moof'],
  'films/halves.ism': ['-frag_duration', 500_000, '-movflags', 'delay_moov+default_base_moof'],
  'films/hybrid.ism': ['-use_editlist', 1, '-movflags', 'frag_keyframe+separate_moof'],
};
export const BY_SAMPLES = Object.keys(CUTS);
export const [FRAMES, , HYBRID] = BY_SAMPLES;

/** The levels of one of them. */
export const levelsOf = (name) =>
  LEVELS.map(({ src, ...level }) => ({ ...level, src: `${path.basename(name, '.ism')}_${src}` }));

export const bySamplesFolder = () =>
  madeFolder('by-samples', import.meta.filename, async (folder) => {
    const [films, plain] = [path.join(folder, 'films'), path.join(await progressiveFolder(), 'films')];
    await mkdir(films, { recursive: true });
    for (const [name, cut] of Object.entries(CUTS)) {
      await writeServerManifest(path.join(folder, name), levelsOf(name));
      const files = new Map(LEVELS.map(({ src }, at) => [src, levelsOf(name)[at].src]));
      for (const [src, made] of files)
        await ffmpeg(films, '-i', path.join(plain, src), '-map', 0, '-c', 'copy', ...cut, made);
    }
  });

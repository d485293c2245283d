// `films/untimed.ism`: fragments that say nothing of their time, as Microsoft's own tools write them.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BRIEF, LEVELS, briefFolder } from './brief.mjs';
import { madeFolder, writeServerManifest } from './media.mjs';
import { withWideMdat, withoutTfxd } from './rewrite.mjs';

export const UNTIMED = 'films/untimed.ism';
/** The second has 64-bit sizes, which make the header of an mdat longer. */
export const [LEVEL, WIDE, AUDIO] = LEVELS;

export const untimedFolder = () =>
  madeFolder('untimed', import.meta.filename, async (scratch) => {
    const beside = (key, { src }) => path.join(path.dirname(key), src);
    const brief = await briefFolder();
    await writeServerManifest(path.join(scratch, UNTIMED), LEVELS);
    for (const level of LEVELS) {
      const untimed = withoutTfxd(await readFile(path.join(brief, beside(BRIEF, level))));
      await writeFile(path.join(scratch, beside(UNTIMED, level)), level === WIDE ? withWideMdat(untimed) : untimed);
    }
  });

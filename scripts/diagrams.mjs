// `npm run diagrams`: draws the diagrams of the documentation into docs/images/, each for light and for dark pages. With
// --check it fails where one is not what it would draw.
import { readFile, writeFile } from 'node:fs/promises';
import * as files from './diagrams/files.mjs';
import * as request from './diagrams/request.mjs';
import { THEMES, picture } from './diagrams/drawing.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';
import { isMain, local } from './lib/project.mjs';

const DIAGRAMS = { files, request };

/** Draws all diagrams, or holds those that are there against what would be drawn. */
export async function diagrams({ isCheck = false } = {}) {
  for (const [name, { about, parts }] of Object.entries(DIAGRAMS)) {
    for (const [theme, colours] of Object.entries(THEMES)) {
      const file = `docs/images/${name}-${theme}.svg`;
      const drawn = picture(about, colours, parts());
      if (!isCheck) await writeFile(local(file), drawn);
      else if ((await readFile(local(file), 'utf8').catch(() => '')) !== drawn)
        throw new ScriptError(`${file} is not what it would be drawn as.`, { hint: 'npm run diagrams' });
    }
  }
}

if (isMain(import.meta)) await runMain(([how]) => diagrams({ isCheck: how === '--check' }));

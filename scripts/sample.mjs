// Makes the sample presentation, and again only when its recipe has changed or a file is missing.
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpegPath } from './lib/ffmpeg.mjs';
import { SAMPLE_MEDIA, isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';
import { CAPTIONS } from './sample/captions.mjs';
import { AUDIO, DURATION_SECONDS, LEVELS, ffmpegArguments } from './sample/recipe.mjs';

const STAMP = local('target/sample/stamp.json');
const FILES = [
  ...LEVELS.map((level) => level.file),
  AUDIO.file,
  ...CAPTIONS.map(({ file }) => file),
  'sample.ism',
  'sample.ismc',
];

/** Makes the sample unless it is there. */
export async function makeSample() {
  const recipe = await digest(['scripts/sample']);
  const folder = path.join(SAMPLE_MEDIA, 'sample');
  const complete = FILES.every((file) => existsSync(path.join(folder, file)));
  if (complete && (await readStamp(STAMP))?.recipe === recipe) return;
  await step('Making the sample presentation', (report) => make(folder, report));
  await writeStamp(STAMP, { recipe });
}

/** Makes the sample in a scratch folder first, so that the media folder always holds a whole one. */
async function make(folder, report) {
  const scratch = local('target/sample/making');
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  await run(ffmpegPath(), ['-loglevel', 'warning', '-progress', 'pipe:1', ...ffmpegArguments(scratch)], {
    title: 'ffmpeg, which makes the sample,',
    onLine: (line) => {
      const [, microseconds] = /^out_time_ms=(\d+)/.exec(line) ?? [];
      if (microseconds) report(Number(microseconds) / 1e6 / DURATION_SECONDS);
    },
    isNoise: (line) => /^\w+=\S*$/.test(line.trim()),
  });
  // Imported late: it needs what `npm ci` brings.
  const { describe } = await import('./sample/manifests.mjs');
  for (const { file, content } of CAPTIONS) await writeFile(path.join(scratch, file), content);
  for (const [name, text] of Object.entries(await describe(scratch))) await writeFile(path.join(scratch, name), text);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.dirname(folder), { recursive: true });
  await rename(scratch, folder);
  return { note: `${LEVELS.length} video levels, sound and captions, ${DURATION_SECONDS} s` };
}

if (isMain(import.meta)) await runMain(makeSample);

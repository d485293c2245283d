// Azurite, the Azure Blob service that the tests ask: at exactly the versions of its own lock file.
//
// It is not a dependency of the project, since it brings four times as many packages as all others: the tests
// install it.
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { TOOLS, isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';

const LOCKED = ['package.json', 'package-lock.json'];
const HOME = path.join(TOOLS, 'azurite');
const STAMP = path.join(HOME, 'stamp.json');
const PROGRAM = path.join(HOME, 'node_modules/azurite/dist/src/blob/main.js');

/** @returns {Promise<string>} the script that Node runs, installed if it was not */
export async function azurite() {
  const lock = await digest(LOCKED.map((name) => `scripts/azurite/${name}`));
  if (existsSync(PROGRAM) && (await readStamp(STAMP))?.lock === lock) return PROGRAM;
  await step('Installing Azurite (once)', install);
  await writeStamp(STAMP, { lock });
  return PROGRAM;
}

async function install() {
  await rm(HOME, { recursive: true, force: true });
  await mkdir(HOME, { recursive: true });
  for (const name of LOCKED) await copyFile(local('scripts/azurite', name), path.join(HOME, name));
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    title: 'npm ci, of Azurite,',
    cwd: HOME,
    isNoise: (line) => /^npm (warn|WARN)/.test(line),
    hint: 'If it could not download: is there a connection to the npm registry?',
  });
}

if (isMain(import.meta)) await runMain(async () => console.log(await azurite()));

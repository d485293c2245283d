// Installs npm packages when they are missing or older than the lock file.
import { existsSync, statSync } from 'node:fs';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';

const STAMP = local('node_modules/.millrace.json');
/** npm's own record of what it installed. */
const INSTALLED = local('node_modules/.package-lock.json');

export async function installPackages() {
  const lock = await digest(['package-lock.json']);
  if (await isInstalled(lock)) return;
  await step('Installing npm packages', () =>
    run('npm', ['ci', '--no-audit', '--no-fund'], {
      title: 'npm ci',
      isNoise: (line) => /^npm (warn|WARN)/.test(line),
      hint: 'If it could not download: is there a connection to the npm registry? If the lock file does not fit: run `npm install`.',
    }),
  );
  await writeStamp(STAMP, { lock });
}

async function isInstalled(lock) {
  if (!existsSync(INSTALLED)) return false;
  if ((await readStamp(STAMP))?.lock === lock) return true;
  // After an install by hand, npm's record is younger than the lock file.
  return statSync(INSTALLED).mtimeMs >= statSync(local('package-lock.json')).mtimeMs;
}

if (isMain(import.meta)) await runMain(installPackages);

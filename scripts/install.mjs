// Installs npm packages when they are missing or older than the lock file: for `npm start` what the Worker, its page and
// the sample are made with, for everything else what tests and deployments need besides (`devDependencies`).
import { existsSync, statSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { digest, readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { runMain } from './lib/errors.mjs';

const STAMP = local('node_modules/.millrace.json');
/** npm's own record of what it installed. */
const INSTALLED = local('node_modules/.package-lock.json');

/** What `npm start` needs. */
export const installPackages = () => install([], 'Installing npm packages');

/** What tests, benches and deployments need too. */
export async function installAllPackages() {
  const { devDependencies } = JSON.parse(await readFile(local('package.json'), 'utf8'));
  await install(Object.keys(devDependencies), 'Installing npm packages, with those for tests and deployment');
}

/** @param {string[]} more packages that have to be there as well, all of them or none */
async function install(more, title) {
  const lock = await digest(['package-lock.json']);
  if ((await isInstalled(lock)) && more.every((name) => existsSync(local('node_modules', name)))) return;
  const omit = more.length > 0 ? [] : ['--omit=dev'];
  await step(title, async () => {
    await run('npm', ['ci', '--no-audit', '--no-fund', ...omit], {
      title: 'npm ci',
      isNoise: (line) => /^npm (warn|WARN)/.test(line),
      hint: 'If it could not download: is there a connection to the npm registry? If the lock file does not fit: run `npm install`.',
    });
    await removeUnread();
  });
  await writeStamp(STAMP, { lock });
}

/** Source maps, and headers for addons of Node: 175 MB, a quarter of what a start installs, and nothing here reads them. */
async function removeUnread() {
  const entries = await readdir(local('node_modules'), { recursive: true, withFileTypes: true });
  const maps = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.map'));
  for (const { parentPath, name } of maps) await rm(path.join(parentPath, name));
  const runtimes = entries.filter(
    ({ parentPath, name }) => parentPath === local('node_modules') && /^node-\w+-\w+$/.test(name),
  );
  for (const { parentPath, name } of runtimes)
    await rm(path.join(parentPath, name, 'include'), { recursive: true, force: true });
}

async function isInstalled(lock) {
  if (!existsSync(INSTALLED)) return false;
  if ((await readStamp(STAMP))?.lock === lock) return true;
  // After an install by hand, npm's record is younger than the lock file.
  return statSync(INSTALLED).mtimeMs >= statSync(local('package-lock.json')).mtimeMs;
}

if (isMain(import.meta)) await runMain(installAllPackages);

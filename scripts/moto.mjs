// moto, the S3 that the tests ask: at exactly these versions, in an environment of its own.
//
// Of the S3 servers that a registry brings it is the one that both verifies signatures (by Amazon's own
// botocore) and heeds `If-Match`.
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { TOOLS, isMain, local } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const REQUIREMENTS = local('scripts/moto/requirements.txt');
const HOME = path.join(TOOLS, 'moto');
const STAMP = path.join(HOME, 'stamp.json');
const PROGRAM = path.join(HOME, 'bin/moto_server');

/** @returns {Promise<string>} where the program lies, installed if it was not */
export async function motoServer() {
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  if (existsSync(PROGRAM) && (await readStamp(STAMP))?.requirements === requirements) return PROGRAM;
  await step('Installing moto (once)', install);
  await writeStamp(STAMP, { requirements });
  return PROGRAM;
}

async function install() {
  await rm(HOME, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', HOME], {
    title: 'python3 -m venv',
    hint: 'The tests need Python 3.10 or newer with its venv module: `sudo apt install python3-venv`, `sudo dnf install python3` or `brew install python`.',
  });
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--only-binary',
    ':all:',
    '--require-hashes',
  ];
  await run(path.join(HOME, 'bin/python'), [...pip, '-r', REQUIREMENTS], {
    title: 'pip install moto',
    hint: 'If it could not download: is there a connection to the Python package registry?',
  });
  if (!existsSync(PROGRAM)) throw new ScriptError(`pip has installed no ${PROGRAM}.`);
}

if (isMain(import.meta)) await runMain(async () => console.log(await motoServer()));

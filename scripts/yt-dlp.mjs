// yt-dlp, which the tests have download the sample: at exactly this version, in an environment of its own.
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TOOLS, isMain } from './lib/project.mjs';
import { run } from './lib/run.mjs';
import { readStamp, writeStamp } from './lib/stamp.mjs';
import { step } from './lib/step.mjs';
import { Trouble, runMain } from './lib/trouble.mjs';

const REQUIREMENT = 'yt-dlp==2026.10.26 --hash=sha256:a05c5b5d8562f7e8a62f5334348b406af4930d56d3a65f8021d14af0e22339ae';
const HOME = path.join(TOOLS, 'yt-dlp');
const STAMP = path.join(HOME, 'stamp.json');
const PROGRAM = path.join(HOME, 'bin/yt-dlp');

/** @returns {Promise<string>} where the program lies, installed if it was not */
export async function ytDlp() {
  if (existsSync(PROGRAM) && (await readStamp(STAMP))?.requirement === REQUIREMENT) return PROGRAM;
  await step('Installing yt-dlp (once)', install);
  await writeStamp(STAMP, { requirement: REQUIREMENT });
  return PROGRAM;
}

async function install() {
  await rm(HOME, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', HOME], {
    title: 'python3 -m venv',
    hint: 'The tests need Python 3.10 or newer with its venv module: `sudo apt install python3-venv`, `sudo dnf install python3` or `brew install python`.',
  });
  await mkdir(HOME, { recursive: true });
  const requirements = path.join(HOME, 'requirements.txt');
  await writeFile(requirements, `${REQUIREMENT}\n`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--require-hashes'];
  await run(path.join(HOME, 'bin/python'), [...pip, '-r', requirements], {
    title: 'pip install yt-dlp',
    hint: 'If it could not download: is there a connection to pypi.org?',
  });
  if (!existsSync(PROGRAM)) throw new Trouble(`pip has installed no ${PROGRAM}.`);
}

if (isMain(import.meta)) await runMain(async () => console.log(await ytDlp()));

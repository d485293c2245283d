// Installs programs from Python packages: pinned, each in an environment of its own.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TOOLS } from './project.mjs';
import { run } from './run.mjs';
import { readStamp, writeStamp } from './stamp.mjs';
import { step } from './step.mjs';
import { ScriptError } from './errors.mjs';

/**
 * @param {string} name of the program
 * @param {string} requirements as pip reads them, everything that is to be installed
 * @param {string[]} [options] of pip
 * @returns {Promise<string>} where the program lies, installed if it was not
 */
export async function pythonProgram(name, requirements, options = []) {
  const program = path.join(await pythonPackages(name, requirements, options), 'bin', name);
  if (!existsSync(program)) throw new ScriptError(`pip has installed no ${program}.`);
  return program;
}

/**
 * @param {string} name of the environment
 * @param {string} requirements as above
 * @param {string[]} [options] of pip
 * @returns {Promise<string>} the environment's folder
 */
export async function pythonPackages(name, requirements, options = []) {
  const home = path.join(TOOLS, name);
  const stamp = path.join(home, 'stamp.json');
  if ((await readStamp(stamp))?.requirements === requirements) return home;
  await step(`Installing ${name} (once)`, () => install(name, home, requirements, options));
  await writeStamp(stamp, { requirements });
  return home;
}

async function install(name, home, requirements, options) {
  await rm(home, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', home], {
    title: 'python3 -m venv',
    hint: 'The tests need Python 3.10 or newer with its venv module: `sudo apt install python3-venv`, `sudo dnf install python3` or `brew install python`.',
  });
  const file = path.join(home, 'requirements.txt');
  await writeFile(file, requirements);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:'];
  await run(path.join(home, 'bin/python'), [...pip, ...options, '-r', file], {
    title: `pip install ${name}`,
    hint: 'If it could not download: is there a connection to the Python package registry?',
  });
}

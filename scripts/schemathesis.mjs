// schemathesis, which holds the running Worker to docs/openapi.yaml.
import { readFile } from 'node:fs/promises';
import { isMain, local } from './lib/project.mjs';
import { pythonProgram } from './lib/python.mjs';
import { runMain } from './lib/errors.mjs';

/** @returns {Promise<string>} where the program lies, installed if it was not */
export const schemathesis = async () =>
  pythonProgram('schemathesis', await readFile(local('scripts/schemathesis.txt'), 'utf8'));

if (isMain(import.meta)) await runMain(async () => console.log(await schemathesis()));

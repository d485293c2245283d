// moto, the S3 that the tests ask: at exactly these versions, in an environment of its own.
//
// Of the S3 servers that a registry brings it is the one that both verifies signatures (by Amazon's own
// botocore) and heeds `If-Match`.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isMain, local } from './lib/project.mjs';
import { pythonPackages } from './lib/python.mjs';
import { runMain } from './lib/errors.mjs';

const REQUIREMENTS = local('scripts/moto/requirements.txt');

/** @returns {Promise<string>} where the program lies, installed if it was not */
export async function motoServer() {
  const requirements = await readFile(REQUIREMENTS, 'utf8');
  return path.join(await pythonPackages('moto', requirements, ['--require-hashes']), 'bin/moto_server');
}

if (isMain(import.meta)) await runMain(async () => console.log(await motoServer()));

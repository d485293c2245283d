// Runs `benches/presentation`, which knows the presentation of two hours that is measured.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { local } from '../scripts/lib/project.mjs';
import { run } from '../scripts/lib/run.mjs';

/** Where its index is written. */
export const INDEX_FILE = local('target/bench/index.bin');
/** Where that of ten hours, 12 levels of video and 20 tracks of audio is written, which has the same name. */
export const SERVICE_FILE = local('target/bench/service.bin');

export const writeIndex = () => write('--write', INDEX_FILE);

export const writeService = () => write('--write-service', SERVICE_FILE);

async function write(what, file) {
  await mkdir(path.dirname(file), { recursive: true });
  await native(what, file);
}

/** What it prints. */
export const native = (...args) =>
  run('cargo', ['bench', '--quiet', '--locked', '--bench', 'presentation', '--', ...args], { title: 'cargo bench' });

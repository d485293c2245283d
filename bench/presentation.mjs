// Runs `benches/presentation`, which knows the presentation of two hours that is measured.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { local } from '../scripts/lib/project.mjs';
import { run } from '../scripts/lib/run.mjs';

/** Where its index is written. */
export const INDEX_FILE = local('target/bench/index.bin');

export async function writeIndex() {
  await mkdir(path.dirname(INDEX_FILE), { recursive: true });
  await native('--write', INDEX_FILE);
}

/** What it prints. */
export const native = (...args) =>
  run('cargo', ['bench', '--quiet', '--locked', '--bench', 'presentation', '--', ...args], { title: 'cargo bench' });

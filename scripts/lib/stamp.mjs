// Stamps: a digest of the inputs, kept beside the output, says whether work is already done.
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './project.mjs';

/** A digest of files and folders of the project (names and contents), and of any further strings. */
export async function digest(paths, ...words) {
  const hash = createHash('sha256').update(JSON.stringify(words));
  for (const file of (await Promise.all(paths.map(filesOf))).flat()) {
    hash.update(`\0${path.relative(ROOT, file)}\0`).update(await readFile(file));
  }
  return hash.digest('hex');
}

async function filesOf(name) {
  const full = path.resolve(ROOT, name);
  const entries = await readdir(full, { recursive: true, withFileTypes: true }).catch(() => null);
  if (!entries) return [full];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** The content of a stamp file, or `undefined`. */
export async function readStamp(file) {
  return readFile(file, 'utf8')
    .then(JSON.parse)
    .catch(() => undefined);
}

export async function writeStamp(file, value) {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(value, null, 2)}\n`);
}

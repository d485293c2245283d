// Reads a media folder: its server manifests, and the state of its files.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * @param {string} folder
 * @returns {Promise<string[]>} the keys of all server manifests below it: paths relative to it, with `/`
 */
export async function serverManifests(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const manifests = entries.filter((entry) => !entry.isDirectory() && /\.isml?$/i.test(entry.name));
  return manifests
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

/**
 * @param {string} folder
 * @param {string} key
 * @returns {Promise<{size: number, mtimeMs: number} | undefined>} what tells a file from what it was before
 */
export async function stateOf(folder, key) {
  const about = await stat(path.join(folder, key)).catch(() => undefined);
  return about && { size: about.size, mtimeMs: about.mtimeMs };
}

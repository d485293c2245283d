// Reads a media folder: its presentations, and the state of its files.
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

const MANIFEST = /\.isml?$/i;
const LONE = /\.(mp4|m4v|m4a|mov|ism[va])$/i;

/**
 * @param {string} folder
 * @returns {Promise<{key: string, lone?: string}[]>} the presentations below it. Keys are paths relative to it, with `/`.
 *   Where there is no server manifest, each media file is one by itself: `lone`, `x.mp4`, of the key `x.mp4.ism`
 */
export async function presentationsBelow(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
  const manifests = files.filter((file) => MANIFEST.test(file));
  if (manifests.length > 0) return manifests.map((key) => ({ key }));
  return files.filter((file) => LONE.test(file)).map((lone) => ({ key: `${lone}.ism`, lone }));
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

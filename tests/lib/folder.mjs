// A media folder: files by key.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** @returns {Promise<Map<string, Buffer>>} every file below `folder`, by its path with `/` */
export async function readFolder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  /** @returns {Promise<[string, Buffer]>} */
  const read = async (file) => [path.relative(folder, file).split(path.sep).join('/'), await readFile(file)];
  return new Map(await Promise.all(files.sort().map(read)));
}

export const isPresentation = (key) => /\.isml?$/i.test(key);

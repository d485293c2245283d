// What lies in a media folder: files by key, and what each server manifest refers to.
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What presentations are made of; anything else in the folder is none of our business. */
const ENDINGS = /\.(isml?|ismc|ism[vat]|mp4|m4[va]|mp4a|cmf[vatm]|mov|3gp|vtt|webvtt|ttml2?|dfxp|mpi)$/i;

/**
 * @typedef {{key: string, file: string, size: number, mtimeMs: number}} MediaFile
 * @param {string} folder
 * @returns {Promise<Map<string, MediaFile>>} by key: the path relative to the folder, with `/`
 */
export async function listMedia(folder) {
  const names = (await readdir(folder, { recursive: true })).filter((name) => ENDINGS.test(name)).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const { size, mtimeMs, ...about } = await stat(file);
      return { key: name.split(path.sep).join('/'), file, size, mtimeMs, isFile: (about.mode & 0o170000) === 0o100000 };
    }),
  );
  return new Map(files.filter(({ isFile }) => isFile).map(({ isFile, ...file }) => [file.key, file]));
}

export const isServerManifest = (key) => /\.isml?$/i.test(key);

/**
 * The files an index is made from: what the server manifest names, or everything in its folder where
 * it names something that is not there under that name.
 * @param {MediaFile} manifest
 * @param {Map<string, MediaFile>} media
 */
export async function sourcesOf(manifest, media) {
  const folder = path.posix.dirname(manifest.key);
  const text = decode(await readFile(manifest.file));
  const names = [...text.matchAll(/\b(?:src|clientManifestRelativePath"\s+content)\s*=\s*["']([^"']+)["']/gi)];
  const sources = names.map(([, name]) => media.get(path.posix.join(folder, name.replace(/&amp;/g, '&'))));
  if (sources.length > 0 && sources.every(Boolean)) return [manifest, ...new Set(sources)];
  return [...media.values()].filter(({ key }) => path.posix.dirname(key) === folder);
}

function decode(bytes) {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return bytes.subarray(0, bytes.length & ~1).swap16().toString('utf16le');
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
}

// Paths of the project, and the Node that runs wrangler. Built-ins only: used before `npm ci`.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** An absolute path inside the project. */
export const local = (...parts) => path.join(ROOT, ...parts);

/** Where the sample lies: keys are relative to `SAMPLE_MEDIA`, so the sample is `sample/sample.ism`. */
export const SAMPLE_MEDIA = local('target/sample/media');

/** Folder of the tools that Cargo builds for the project alone, apart from those of the machine. */
export const TOOLS = local('target/tools');

/**
 * The Node that runs wrangler and Miniflare, which need 22: the one pinned in package.json where its
 * platform has one, else the one that runs this.
 */
export function node() {
  const pinned = local('node_modules/.bin/node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** Whether a file was started by itself, and not imported. */
export const isMain = (meta) => process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(meta.url);

// All folders of test media: every export of a file here whose name ends in `Folder`.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const EXPORT = /^export (?:const|async function|function) \w+Folder\b/m;

/** @returns {Promise<{title: string, make: () => Promise<string>}[]>} */
export async function folders() {
  const found = [];
  for (const name of (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.mjs')).sort()) {
    const file = path.join(import.meta.dirname, name);
    if (!EXPORT.test(await readFile(file, 'utf8'))) continue;
    const makers = Object.entries(await import(file)).filter(([as, value]) => /Folder$/.test(as) && value.length === 0);
    found.push(...makers.map(([as, make]) => ({ title: as.replace(/Folder$/, ''), make })));
  }
  return found;
}

// Indexes a presentation with the command line, whose output also says which files it is made of.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { CLI } from '../build.mjs';
import { run } from '../lib/run.mjs';
import { ScriptError } from '../lib/errors.mjs';

/**
 * @param {string} folder what keys are counted from
 * @param {string} key of the server manifest
 * @param {string} scratch a file to be written meanwhile
 * @returns {Promise<{sources: {key: string, size: number}[], entries: {key: string, value: Buffer, metadata?: object}[], warnings: string[]}>}
 *   `entries`: what belongs into KV
 */
export async function indexed(folder, key, scratch) {
  await rm(scratch, { force: true });
  /** @type {string[]} */
  const warnings = [];
  const onLine = (line) => line.startsWith('warning: ') && warnings.push(line);
  const file = path.join(folder, key);
  try {
    const said = await run(CLI, ['index', file, '--root', folder, '--bulk', scratch, '--json'], {
      title: `Indexing ${file}`,
      onLine,
    });
    const bulk = await readFile(scratch, 'utf8').catch(() => {
      throw new ScriptError(`Indexing ${file} wrote nothing.`);
    });
    const entries = JSON.parse(bulk).map(({ key, value, base64, metadata }) => ({
      key,
      metadata,
      value: Buffer.from(value, base64 ? 'base64' : 'utf8'),
    }));
    return { sources: JSON.parse(said).sources, entries, warnings };
  } finally {
    await rm(scratch, { force: true });
  }
}

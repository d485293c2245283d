// Runs the command line as a person would.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { local } from '../../scripts/lib/project.mjs';

const CLI = local('target/release/millrace');

/**
 * Runs `millrace` with `args`, whatever comes of it.
 * @returns {Promise<{code: number, stdout: string, stderr: string}>}
 */
export const millrace = (...args) => start(args).done;

/**
 * The same as a process that can be sent signals.
 * @param {string[]} args
 * @param {import('node:child_process').ExecFileOptions} [options]
 */
export function start(args, options = {}) {
  if (!existsSync(CLI)) throw new Error('The command line is not built: npm run build');
  let child;
  const done = new Promise((resolve) => {
    const end = (error, stdout, stderr) => resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr });
    child = execFile(CLI, args, options, end);
  });
  return { child, done };
}

/**
 * The indexes of the presentations `keys` below `folder`, as they belong into KV.
 * @returns {Promise<Map<string, Buffer>>} by KV's key
 */
export async function indexes(folder, keys) {
  if (keys.length === 0) return new Map();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-index-'));
  try {
    const bulk = path.join(scratch, 'bulk.json');
    const manifests = keys.map((key) => path.join(folder, key));
    const { code, stderr } = await millrace('index', ...manifests, '--root', folder, '--bulk', bulk);
    if (code !== 0) throw new Error(`millrace index: ${stderr}`);
    const entries = JSON.parse(await readFile(bulk, 'utf8'));
    const isLink = ({ key }) => key.startsWith('source/');
    return new Map(
      entries.filter((entry) => !isLink(entry)).map(({ key, value }) => [key, Buffer.from(value, 'base64')]),
    );
  } finally {
    await rm(scratch, { recursive: true });
  }
}

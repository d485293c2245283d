// Runs a server for a test as a child process on 127.0.0.1: started, waited for, and stopped by its own id.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/**
 * @typedef {object} Store that a test has started
 * @property {string} url
 * @property {(endpoint: string) => object} entry of the table of stores, for one that answers at this address
 * @property {Record<string, string>} secrets that the Worker is given
 * @property {Record<string, string>[]} [wrong] secrets that it refuses
 * @property {(key: string, bytes: Buffer) => Promise<unknown>} put
 * @property {(keys: string[], bytes: Buffer) => Promise<unknown>} [putAll] the same under many keys, where that is faster
 * @property {(key: string) => Promise<unknown>} remove
 * @property {(key: string, at: number, bytes: Uint8Array) => Promise<unknown>} [putFar] `bytes` behind so many that nobody reads
 * @property {() => Promise<unknown>} close
 */

const PORTS = { first: 18_600, last: 18_699 };
const PATIENCE_MS = 60_000;

/** A port that nobody listens on. */
export async function freePort() {
  const count = PORTS.last - PORTS.first + 1;
  const from = Math.floor(Math.random() * count);
  for (let n = 0; n < count; n++) {
    const port = PORTS.first + ((from + n) % count);
    const isFree = await new Promise((resolve) => {
      const probe = net.createServer().once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
  throw new Error(`every port from ${PORTS.first} to ${PORTS.last} is taken`);
}

/**
 * @param {(where: {port: number, scratch: string}) => Promise<[string, string[]]> | [string, string[]]} command
 * @param {string} hint what to install if there is no such program
 */
export async function startServer(command, hint = '') {
  const port = await freePort();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'millrace-server-'));
  const [program, args] = await command({ port, scratch });
  const child = spawn(program, args, { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (log += text));
  let ended;
  const end = new Promise((resolve) => {
    const ends = (reason) => {
      ended ??= reason;
      resolve(ended);
    };
    child.once('error', (error) => ends(`${program}: ${error.message}. ${hint}`));
    child.once('close', (code) => ends(`${program} ended with ${code}: ${log}`));
  });
  const url = `http://127.0.0.1:${port}`;
  for (const begun = Date.now(); !(await answers(url)); await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (ended) throw new Error(ended);
    if (Date.now() - begun > PATIENCE_MS) throw new Error(`${program} does not answer: ${log}`);
  }
  return {
    url,
    scratch,
    async close() {
      child.kill();
      await end;
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

const answers = (url) =>
  fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    (answer) => answer.text().then(() => true),
    () => false,
  );

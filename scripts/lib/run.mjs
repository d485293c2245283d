// Runs child processes: keeps their output for errors, and ends them with us, by their own id.
import { spawn } from 'node:child_process';
import { ROOT } from './project.mjs';
import { INTERRUPTED, ScriptError } from './errors.mjs';

const children = new Set();
const TAIL_LINES = 40;

/** npm repeats a signal that its whole process group has received: a second one so soon is the same. */
const ECHO_MS = 500;

let told;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (told === undefined) {
      told = Date.now();
      if (children.size === 0) process.exit(INTERRUPTED);
      for (const child of children) child.kill(signal);
      // The script ends with its children, or at once on a second signal.
      process.exitCode = INTERRUPTED;
    } else if (Date.now() - told > ECHO_MS) {
      process.exit(INTERRUPTED);
    }
  });
}

/**
 * Starts a program and keeps it on the list of those that end with us.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] `env`: besides our own
 */
export function start(command, args, { env = {}, ...options } = {}) {
  const child = spawn(command, args, { cwd: ROOT, ...options, env: { ...process.env, ...env } });
  children.add(child);
  child.once('close', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}

/**
 * @typedef {object} Run
 * @property {string} [title] what failed, when it fails
 * @property {string} [hint] what to do then
 * @property {boolean} [show] let it write to our own output
 * @property {(line: string) => void} [onLine] sees each line, also those that overwrite each other
 * @property {(line: string) => boolean} [isNoise] lines not worth repeating when it fails
 */

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {Run & Omit<import('node:child_process').SpawnOptions, 'stdio'>} [options]
 * @returns {Promise<string>} its standard output
 */
export function run(command, args, options = {}) {
  const { title = `${command} ${args[0] ?? ''}`.trim(), hint, show, onLine, isNoise, ...rest } = options;
  return new Promise((resolve, reject) => {
    /** @type {import('node:child_process').StdioOptions} */
    const stdio = show ? 'inherit' : ['ignore', 'pipe', 'pipe'];
    const child = start(command, args, { stdio, ...rest });
    const tail = [];
    let stdout = '';
    const see = (line) => {
      onLine?.(line);
      if (!line.trim() || isNoise?.(line)) return;
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
    };
    const ends = [child.stdout, child.stderr].map((stream) => stream && eachLine(stream, see));
    child.stdout?.on('data', (chunk) => (stdout += chunk));
    child.once('error', (error) => {
      reject(new ScriptError(`${title} could not be started: ${error.message}`, { hint }));
    });
    child.once('close', (code, signal) => {
      for (const end of ends) end?.();
      if (code === 0) return resolve(stdout);
      const how = signal ? `was ended by ${signal}` : `failed (exit code ${code})`;
      reject(new ScriptError(`${title} ${how}.`, { output: tail.join('\n'), hint }));
    });
  });
}

/** Calls `see` for each line of a stream; returns a function that flushes the last one. */
function eachLine(stream, see) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk) => {
    const lines = (rest + chunk).split(/\r\n|\r|\n/);
    rest = lines.pop();
    for (const line of lines) see(line);
  });
  return () => rest && see(rest);
}

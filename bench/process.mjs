// Helper processes that talk over IPC, and what a process has cost so far.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { local, node } from '../scripts/lib/project.mjs';
import { start } from '../scripts/lib/run.mjs';

/** Runs a file of `bench/` in its own process. `ask` sends it a message and waits for its answer. */
export function helper(file, ...args) {
  const child = start(node(), [local('bench', file), ...args.map(String)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = new AbortController();
  child.once('exit', () => ended.abort());
  const answer = async () => (await once(child, 'message', { signal: ended.signal }))[0];
  return {
    child,
    pid: child.pid,
    answer,
    ask: (message) => {
      const answered = answer();
      child.send(message);
      return answered;
    },
  };
}

/** @typedef {{child: import('node:child_process').ChildProcess}} Started by a benchmark */
/** @typedef {<T extends Started>(started: T) => T} Keep */

/**
 * Does `work`, and then ends all that it has started and given to the function that it is handed.
 * @template T
 * @param {(kept: Keep) => Promise<T>} work
 */
export async function withProcesses(work) {
  /** @type {Started[]} */
  const processes = [];
  try {
    return await work((started) => {
      processes.push(started);
      return started;
    });
  } finally {
    // None of them has anything to bring to an end, and workerd would wait for its connections.
    for (const { child } of processes) child.kill('SIGKILL');
  }
}

/** Milliseconds of CPU that a process has used, on its own behalf and in the kernel. */
export function cpuMs(pid) {
  const tasks = `/proc/${pid}/task`;
  if (existsSync(`/proc/${pid}/schedstat`)) {
    // Nanoseconds, by thread; `stat` would count in hundredths of a second.
    const spent = (task) => Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
    return readdirSync(tasks).reduce((sum, task) => sum + spent(task), 0) / 1e6;
  }
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}

// Runs `wrangler dev` as a child process: starts it quietly, waits for it, and stops it with us.
import { setTimeout } from 'node:timers/promises';
import { node } from './lib/project.mjs';
import { start } from './lib/run.mjs';
import { ScriptError } from './lib/errors.mjs';
import { QUIET, WRANGLER } from './lib/wrangler.mjs';

const PATIENCE_MS = 120_000;
const TRIES = 3;
/** What a Worker logs comes through wrangler, some time after the answer that it is about. */
const LOG_PATIENCE_MS = 5000;

/**
 * Serves the Worker on this machine.
 * @param {object} where
 * @param {string} where.host the address that it listens at
 * @param {number} where.port
 * @param {string} where.state the folder of the local stores
 * @param {Record<string, string>} where.vars variables of the Worker, besides those of wrangler.toml
 * @param {string} where.probe the URL whose first answer, whatever it says, means that it serves
 * @returns {Promise<{logged: (errors: number) => Promise<string[]>, show: () => void, ended: Promise<void>}>} `logged`: what
 *   the Worker has warned of, or failed with, so far, once so many errors are among it; `show` lets wrangler's own lines
 *   through from then on
 */
export async function serve({ probe, ...where }) {
  for (let tried = 1; ; tried++) {
    const server = launch(where);
    const problem = await server.answers(probe);
    if (!problem) return server;
    // wrangler picks free ports and opens them a moment later: another process may take them first.
    if (tried === TRIES || !/Address already in use/i.test(problem.output)) throw problem;
  }
}

function launch({ host, port, state, vars }) {
  const given = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  const args = ['dev', '--ip', host, '--port', String(port), '--persist-to', state, ...given];
  const child = start(node(), [WRANGLER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: QUIET,
    // In a process group of its own, it receives Ctrl-C once, from us, and not from the terminal as well.
    detached: true,
  });
  const early = [];
  let shown = false;
  const pass = (stream, out) =>
    stream.setEncoding('utf8').on('data', (text) => (shown ? out.write(text) : early.push(text)));
  pass(child.stdout, process.stdout);
  pass(child.stderr, process.stderr);

  let failure;
  /** @type {Promise<void>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new ScriptError(`wrangler could not be started: ${error.message}`)));
    child.once('close', (code) => {
      if (code === 0 || process.exitCode) resolve();
      else reject(new ScriptError(`wrangler dev ended (exit code ${code}).`, { output: shown ? '' : early.join('') }));
    });
  });
  ended.catch((error) => (failure = error));

  return {
    ended,
    show: () => (shown = true),
    async logged(errors) {
      const deadline = Date.now() + LOG_PATIENCE_MS;
      for (;;) {
        const entries = entriesOf(early.join(''));
        const found = entries.filter(({ error }) => error).length;
        if (found >= errors || Date.now() > deadline || failure) return [...new Set(entries.map(inWords))];
        await setTimeout(50);
      }
    },
    /**
     * Nothing when it answers, an error when it does not.
     * @returns {Promise<void | ScriptError>}
     */
    async answers(url) {
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline && !failure) {
        const response = await fetch(url).catch(() => null);
        if (response) return void (await response.arrayBuffer());
        await setTimeout(100);
      }
      return failure ?? new ScriptError('The Worker does not answer.', { output: early.join('') });
    },
  };
}

/** Warnings and errors in a log. */
function entriesOf(log) {
  const lines = log.match(/\{"(?:error|presentation|status|warning)":.*\}/g) ?? [];
  return lines.map(parsed).filter((entry) => entry?.error ?? entry?.warning);
}

const inWords = ({ error, warning, presentation }) =>
  `${error ? 'error' : 'warning'}: ${presentation}: ${error ?? warning}`;

/** What a line of the log says, if it is JSON to its end: wrangler's own lines may hold some. */
function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

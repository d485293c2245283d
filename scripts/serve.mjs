// Runs `wrangler dev` as a child process: starts it quietly, waits for it, and stops it with us.
import { setTimeout } from 'node:timers/promises';
import { node } from './lib/project.mjs';
import { start } from './lib/run.mjs';
import { ScriptError } from './lib/errors.mjs';
import { QUIET, WRANGLER } from './lib/wrangler.mjs';

const PATIENCE_MS = 120_000;
const TRIES = 3;

/**
 * Serves the Worker on 127.0.0.1.
 * @param {{port: number, state: string, probe: string}} where `state`: the folder of the local stores;
 *   `probe`: the URL whose first answer, whatever it says, means that it serves
 * @returns {Promise<{note?: string, show: () => void, ended: Promise<void>}>} `note` tells of an answer
 *   that is none; `show` lets wrangler's own lines through from then on
 */
export async function serve({ port, state, probe }) {
  for (let tried = 1; ; tried++) {
    const server = launch(port, state);
    const problem = await server.answers(probe);
    if (!(problem instanceof ScriptError)) return { ...server, ...problem };
    // wrangler picks free ports and opens them a moment later: another process may take them first.
    if (tried === TRIES || !/Address already in use/i.test(problem.output)) throw problem;
  }
}

function launch(port, state) {
  const args = ['dev', '--ip', '127.0.0.1', '--port', String(port), '--persist-to', state];
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
    /**
     * Nothing when it answers well, a note when it answers otherwise, an error when it does not.
     * @returns {Promise<void | {note: string} | ScriptError>}
     */
    async answers(url) {
      const deadline = Date.now() + PATIENCE_MS;
      while (Date.now() < deadline && !failure) {
        const response = await fetch(url).catch(() => null);
        if (response?.ok) return void (await response.arrayBuffer());
        if (response)
          return { note: `but ${url} answers ${response.status}: ${(await response.text()).slice(0, 300).trim()}` };
        await setTimeout(100);
      }
      return failure ?? new ScriptError('The Worker does not answer.', { output: early.join('') });
    },
  };
}

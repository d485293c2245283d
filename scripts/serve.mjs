// `wrangler dev` as a child: started quietly, waited for, and stopped with us.
import { node } from './lib/project.mjs';
import { start } from './lib/run.mjs';
import { Trouble } from './lib/trouble.mjs';
import { QUIET, WRANGLER } from './lib/wrangler.mjs';

const PATIENCE_MS = 120_000;

/**
 * Serves the Worker on 127.0.0.1.
 * @param {{port: number, state: string}} where `state`: the folder of the local stores
 * @returns {{answers: (url: string) => Promise<{note: string}|undefined>, show: () => void, ended: Promise<void>}}
 */
export function serve({ port, state }) {
  const args = ['dev', '--ip', '127.0.0.1', '--port', String(port), '--persist-to', state];
  const child = start(node(), [WRANGLER, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: QUIET,
    // A group of its own: Ctrl-C reaches it once, from us, and not from the terminal as well.
    detached: true,
  });
  const early = [];
  let shown = false;
  const pass = (stream, out) => stream.setEncoding('utf8').on('data', (text) => (shown ? out.write(text) : early.push(text)));
  pass(child.stdout, process.stdout);
  pass(child.stderr, process.stderr);

  let code;
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Trouble(`wrangler could not be started: ${error.message}`)));
    child.once('close', (status) => {
      code = status ?? 1;
      if (code === 0 || process.exitCode) resolve();
      else reject(new Trouble(`wrangler dev ended (exit code ${code}).`, { output: shown ? '' : early.join('') }));
    });
  });
  ended.catch(() => {}); // whoever waits hears of it; until then it is not "unhandled"

  return {
    ended,
    /** From now on, lets wrangler's own lines (requests, rebuilds, errors) through. */
    show: () => (shown = true),
    /** Resolves with the first answer, whatever it says; a bad one is shown. */
    async answers(url) {
      const deadline = Date.now() + PATIENCE_MS;
      while (code === undefined) {
        const response = await fetch(url).catch(() => null);
        if (response) {
          const text = await response.text();
          if (response.ok) return undefined;
          return { note: `but ${url} answers ${response.status}: ${text.slice(0, 300).trim()}` };
        }
        if (Date.now() > deadline) {
          throw new Trouble('The Worker does not answer.', { output: early.join('') });
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      return ended;
    },
  };
}

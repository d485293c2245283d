// Measures both servers under load: many clients, warm indexes, in rounds that alternate.
import { step } from '../../scripts/lib/step.mjs';
import { ScriptError } from '../../scripts/lib/errors.mjs';
import { cpuMs } from '../process.mjs';

const AT_ONCE = { delayMs: 0, kvDelayMs: 0 };

/**
 * With the storage as slow as `delays` say, and with one that answers at once.
 * @returns {Promise<{what: string, delayMs: number, who: string, rate: number, p50: number, p99: number, cpuUs: number, bytes: number, requests: number, kv: number}[]>}
 *   a round each; what it cost by request
 */
export async function underLoad({ storage, contenders, fragments, delays, rounds, connections, load }) {
  const turn = async ({ name, origin, pids }, paths) => {
    const spent = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
    await storage.ask('counts');
    const before = spent();
    const { failed, seconds, p50, p99 } = await load.ask({
      origin,
      requests: paths.map((path) => ({ path })),
      connections,
    });
    const cpuUs = (spent() - before) * 1000;
    const { wrong, bytes, requests, kv } = await storage.ask('counts');
    if (failed || wrong)
      throw new ScriptError(`${name}: ${failed} of ${paths.length} requests failed, ${wrong} reads were refused.`);
    const each = Object.entries({ cpuUs, bytes, requests, kv }).map(([cost, all]) => [cost, all / paths.length]);
    return { who: name, rate: paths.length / seconds, p50, p99, ...Object.fromEntries(each) };
  };

  const taken = [];
  for (const { name, path, some, load: requests } of fragments.filter((fragment) => fragment.load)) {
    await step(`Measuring under load: ${name}`, async (progress) => {
      for (let round = 0; round <= rounds; round += 1) {
        for (const delay of [delays, AT_ONCE]) {
          await storage.ask(delay);
          for (const contender of round % 2 ? contenders.toReversed() : contenders) {
            const paths = Array.from({ length: requests }, (_, n) => path(contender, some(round * requests + n)));
            const cost = await turn(contender, paths);
            // The first round only makes everything warm.
            if (round > 0) taken.push({ what: name, delayMs: delay.delayMs, ...cost });
          }
        }
        progress(round / rounds);
      }
    });
  }
  return taken;
}

// Compares Workers: each is asked for the same fragments, in short rounds that alternate.
import { ScriptError } from '../scripts/lib/errors.mjs';
import { step } from '../scripts/lib/step.mjs';
import { contestants } from './contestants.mjs';
import { CHUNKS, PRESENTATION, STREAMS, etagOf, rangeAt, startOf } from './layout.mjs';
import { LOADS } from './loads.mjs';
import { cpuMs, helper, withProcesses } from './process.mjs';
import { median } from './quantiles.mjs';
import { serve } from './workerd.mjs';

const MANIFESTS = 200;

/**
 * How often each Worker is asked for each load before it is measured: until the runtime has compiled what answers it. All
 * that a plan calls has left the compiler's first tier after some five thousand plans.
 */
const WARM_UP = 5000;

/** @returns {Promise<{workers: string[], loads: string[], taken: object[], manifest: object}>} */
export const compare = (options) => withProcesses((kept) => compareWith(options, kept));

async function compareWith({ others, presentation, rounds, connections, port }, kept) {
  let ports = 0;
  const nextPort = () => (port ? port + ports++ : 0);
  const backend = kept(helper('backend.mjs', presentation.key, presentation.file, nextPort()));
  const store = (await backend.answer()).port;
  const load = kept(helper('load.mjs'));

  /** Each of them once as it is, and once with the Cache API in front. */
  const started = async (vars) => {
    const workers = [];
    for (const [name, modules] of contestants(others))
      workers.push(kept(await serve(name, modules, { store, port: nextPort(), vars })));
    return workers;
  };
  const workers = await started({ CACHE_API: 'off' });
  const cached = await started({ CACHE_API: 'auto', USES_CACHE: 'yes' });

  await step('Comparing answers', async () => {
    await agree(workers, presentation);
    await agree(cached, presentation);
  });

  /** One round: `requests` sent to `worker`, and what that cost. */
  const turn = async (worker, order, { warm = true } = {}) => {
    const { requests, method, status, from } = order;
    const before = { counts: await backend.ask('counts'), worker: cpuMs(worker.pid), backend: cpuMs(backend.pid) };
    const result = await load.ask({ origin: worker.origin, requests, method, status, connections });
    const cpu = (cpuMs(worker.pid) - before.worker) / requests.length;
    const backendCpu = (cpuMs(backend.pid) - before.backend) / requests.length;
    const after = await backend.ask('counts');
    const calls = Object.fromEntries(Object.keys(after).map((kind) => [kind, after[kind] - before.counts[kind]]));
    const expected = { r2: 0, kv: 0, cache: 0, wrong: 0, ...(from && { [from]: requests.length }) };
    if (result.failed || (warm && JSON.stringify(calls) !== JSON.stringify(expected))) {
      throw new ScriptError(
        `${worker.name}: ${result.failed} of ${requests.length} requests failed; they took ${JSON.stringify(calls)} calls, where ${JSON.stringify(expected)} were expected.`,
      );
    }
    return {
      cpuUs: cpu * 1000,
      backendUs: backendCpu * 1000,
      rate: requests.length / result.seconds,
      p50: result.p50,
      p99: result.p99,
    };
  };

  const taken = [];
  for (const { count, isKnown, ...each } of LOADS) {
    const measured = each.from === 'cache' ? cached : workers;
    await step(`Warming up for ${each.name}`, async () => {
      const requests = fragments(each.stream, WARM_UP, presentation, isKnown);
      for (const worker of measured) await turn(worker, { ...each, requests }, { warm: false });
    });
    await step(`Measuring ${each.name}`, async (progress) => {
      for (let round = 0; round < rounds; round += 1) {
        const requests = fragments(each.stream, count, presentation, isKnown);
        const order = [...measured];
        // Who comes first changes, so that nobody has the better place.
        if (round % 2) order.reverse();
        for (const worker of order)
          taken.push({ load: each.name, round, worker: worker.name, ...(await turn(worker, { ...each, requests })) });
        progress((round + 1) / rounds);
      }
    });
  }

  const ours = workers[1];
  const manifests = { requests: Array(MANIFESTS).fill({ path: `/${PRESENTATION}/Manifest` }) };
  const manifest = await step('Measuring manifests', async () => {
    const turns = [];
    for (let round = 0; round < 4; round += 1) turns.push(await turn(ours, manifests, { warm: false }));
    return { cpuUs: median(turns.slice(1).map((each) => each.cpuUs)) };
  });
  return { workers: workers.map((worker) => worker.name), loads: LOADS.map((each) => each.name), taken, manifest };
}

/** Requests for `count` fragments of a stream, all over the two hours; `isKnown` of the versions that there are. */
function fragments(name, count, { generation }, isKnown = false) {
  const stream = STREAMS[name];
  return Array.from({ length: count }, (_, n) => {
    const at = (n * 997 + Math.floor(Math.random() * CHUNKS)) % CHUNKS;
    const start = startOf(stream, at);
    const path = `/${PRESENTATION}/${generation}/QualityLevels(${stream.bitrate})/Fragments(${name}=${start})`;
    return { path, headers: isKnown ? { 'if-none-match': etagOf(rangeAt(stream, start)) } : {} };
  });
}

/** Sees to it that all Workers give the same answers: it is the same work that is measured. */
async function agree(workers, presentation) {
  for (const stream of Object.keys(STREAMS)) {
    for (const { path } of fragments(stream, 5, presentation)) {
      const answers = [];
      for (const { name, origin } of workers) {
        const response = await fetch(origin + path);
        const body = Buffer.from(await response.arrayBuffer());
        // Where the time went may differ.
        const { 'server-timing': timing, ...headers } = Object.fromEntries(response.headers);
        answers.push({ name, said: { status: response.status, ...headers }, body });
      }
      const [first, ...rest] = answers;
      for (const { name, said, body } of rest) {
        if (first.said.status === 200 && JSON.stringify(said) === JSON.stringify(first.said) && body.equals(first.body))
          continue;
        const tell = (who) => `${who.name}: ${JSON.stringify(who.said, null, 2)}, ${who.body.length} bytes`;
        throw new ScriptError(`${first.name} and ${name} do not answer alike for ${path}`, {
          output: answers.map(tell).join('\n'),
        });
      }
    }
  }
}

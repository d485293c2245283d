// Compares Workers: each is asked for the same fragments, in short rounds that alternate.
import { ScriptError } from '../scripts/lib/errors.mjs';
import { step } from '../scripts/lib/step.mjs';
import { contestants, OURS } from './contestants.mjs';
import { CHUNKS, PRESENTATION, STREAMS, etagOf, rangeAt, startOf } from './layout.mjs';
import { LOADS } from './loads.mjs';
import { cpuMs, helper, withProcesses } from './process.mjs';
import { CLOSED, token } from './signed.mjs';
import { serveTexts } from './texts.mjs';
import { serve } from './workerd.mjs';

/**
 * How often each Worker is asked for each load before it is measured: until the runtime has compiled what answers it. All
 * that a plan calls has left the compiler's first tier after some five thousand plans.
 */
const WARM_UP = 5000;

/** Which manifests are asked for, how often before they are measured, and how often a round. */
const MANIFESTS = { prefix: '', names: ['smooth', 'master', 'playlist', 'mpd'], warm: WARM_UP, count: 200 };

/** Of a service's presentation: they have some megabytes. */
const SERVICE = { prefix: 'service_', names: ['smooth', 'mpd'], warm: 500, count: 20 };

/**
 * @typedef {object} Turn one round of one Worker
 * @property {string} load
 * @property {number} round
 * @property {string} worker the first that a load names is the one that others are held against
 * @property {number} cpuUs of the Worker, a request
 * @property {number} backendUs CPU of its stores, a request
 * @property {number} rate requests a second
 * @property {number} p50
 * @property {number} p99
 */

/** @returns {Promise<Turn[]>} */
export const compare = (options) => withProcesses((kept) => compareWith(options, kept));

async function compareWith({ others, presentation, rounds, connections, port, only }, kept) {
  let ports = 0;
  const nextPort = () => (port ? port + ports++ : 0);
  const backend = kept(helper('backend.mjs', presentation.key, presentation.file, nextPort()));
  const store = (await backend.answer()).port;
  const load = kept(helper('load.mjs'));

  /** Each of them once as it is, and once with the Cache API in front. */
  const started = async (as, vars) => {
    const workers = [];
    for (const [name, modules] of contestants(others))
      workers.push(kept(await serve(name, modules, { store, port: nextPort(), vars, scratch: `${name}-${as}` })));
    return workers;
  };
  const workers = await started('bare', { CACHE_API: 'off' });
  const cached = await started('cached', { CACHE_API: 'auto', USES_CACHE: 'yes' });

  /** Ours, which wants a token, beside ours. */
  const signed = async () => {
    const options = { store, port: nextPort(), vars: { CACHE_API: 'off', ...CLOSED }, scratch: 'signed' };
    const [, ours] = workers;
    return [ours, { ...kept(await serve('signed', OURS, options)), prefix: token() }];
  };

  await step('Comparing answers', async () => {
    await agree(workers, presentation);
    await agree(cached, presentation);
  });

  /** One round: `requests` sent to `worker`, and what that cost. */
  const turn = async (worker, order, { warm = true } = {}) => {
    const { method, status, from } = order;
    const requests = order.requests.map((each) => ({ ...each, path: `${worker.prefix ?? ''}${each.path}` }));
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

  const warmUp = (name, measured, order) =>
    step(`Warming up for ${name}`, async () => {
      for (const worker of measured) await turn(worker, order, { warm: false });
    });

  const taken = [];
  /** Has Workers take turns at what `orderOf` a round says. */
  const measure = (name, measured, orderOf) =>
    step(`Measuring ${name}`, async (progress) => {
      for (let round = 0; round < rounds; round += 1) {
        const order = orderOf();
        // Who comes first changes, so that nobody has the better place.
        for (const worker of round % 2 ? measured.toReversed() : measured)
          taken.push({ load: name, round, worker: worker.name, ...(await turn(worker, order)) });
        progress((round + 1) / rounds);
      }
    });

  const measureFragments = async () => {
    for (const { count, isKnown, isSigned, ...each } of LOADS) {
      const unsigned = each.from === 'cache' ? cached : workers;
      const measured = isSigned ? await signed() : unsigned;
      const order = (count) => ({ ...each, requests: fragments(each.stream, count, presentation, isKnown) });
      await warmUp(each.name, measured, order(WARM_UP));
      await measure(each.name, measured, () => order(count));
    }
  };

  const measureManifests = async (ours, options, { prefix, names, warm, count }) => {
    const { paths, ...constant } = await serveTexts(ours, { ...options, port: nextPort() });
    const measured = [kept(constant), ours];
    for (const name of names) {
      const order = (count) => ({ requests: Array(count).fill({ path: paths[name] }) });
      await warmUp(prefix + name, measured, order(warm));
      await measure(prefix + name, measured, () => order(count));
    }
  };

  /** Those of a presentation as long, and of as many tracks, as services have. */
  const measureService = async () => {
    const backend = kept(helper('backend.mjs', presentation.key, presentation.service, nextPort()));
    const { port: store } = await backend.answer();
    const options = { store, port: nextPort(), vars: { CACHE_API: 'off' }, scratch: 'service' };
    await measureManifests(kept(await serve('millrace', OURS, options)), { store }, SERVICE);
  };

  if (only !== 'manifests') await measureFragments();
  if (only !== 'fragments') {
    await measureManifests(workers[1], { store }, MANIFESTS);
    await measureService();
  }
  return taken;
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
        // When it was answered and where the time went may differ.
        const { date: _, 'server-timing': timing, ...headers } = Object.fromEntries(response.headers);
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

// Compares Workers: each is asked for the same fragments, in short rounds that alternate.
import { ScriptError } from '../scripts/lib/errors.mjs';
import { local } from '../scripts/lib/project.mjs';
import { step } from '../scripts/lib/step.mjs';
import { CHUNKS, PRESENTATION, STREAMS, startOf } from './layout.mjs';
import { cpuMs, helper, withProcesses } from './process.mjs';
import { median } from './quantiles.mjs';
import { built, serve } from './workerd.mjs';

/** What is asked in turns: its name, the stream, and how many a round, which lasts about half a second. */
const LOADS = [
  { name: '500k', stream: 'video', requests: 400 },
  { name: '20k', stream: 'audio', requests: 800 },
];
const MANIFESTS = 200;

/** How often each Worker is asked for each size before anything is measured: until it is compiled. */
const WARM_UP = 1500;

/** @returns {Promise<{workers: string[], loads: string[], taken: object[], manifest: object}>} */
export const compare = (options) => withProcesses((kept) => compareWith(options, kept));

async function compareWith({ others, presentation, rounds, connections, port }, kept) {
  let ports = 0;
  const nextPort = () => (port ? port + ports++ : 0);
  const backend = kept(helper('backend.mjs', presentation.key, presentation.file, nextPort()));
  const store = (await backend.answer()).port;
  const load = kept(helper('load.mjs'));

  const workers = [];
  for (const [name, modules] of [
    [
      'reference',
      [
        ['index.js', 'esModule', local('bench/reference.mjs')],
        ['layout.mjs', 'esModule', local('bench/layout.mjs')],
      ],
    ],
    ['millrace', built(local('build'))],
    ...others.map(([name, folder]) => [name, built(folder)]),
  ]) {
    workers.push(kept(await serve(name, modules, { store, port: nextPort() })));
  }

  await step('Comparing answers', () => agree(workers, presentation));

  /** One round: `paths` asked of `worker`, and what that cost. */
  const turn = async (worker, paths, { warm = true } = {}) => {
    const before = { counts: await backend.ask('counts'), worker: cpuMs(worker.pid), backend: cpuMs(backend.pid) };
    const result = await load.ask({ origin: worker.origin, paths, connections });
    const cpu = (cpuMs(worker.pid) - before.worker) / paths.length;
    const backendCpu = (cpuMs(backend.pid) - before.backend) / paths.length;
    const after = await backend.ask('counts');
    const calls = Object.fromEntries(Object.keys(after).map((kind) => [kind, after[kind] - before.counts[kind]]));
    if (result.failed || calls.wrong) {
      throw new ScriptError(
        `${worker.name}: ${result.failed} of ${paths.length} requests failed, ${calls.wrong} of its calls were not as they should be.`,
      );
    }
    if (warm && (calls.r2 !== paths.length || calls.kv !== 0)) {
      throw new ScriptError(
        `${worker.name}: ${paths.length} requests took ${calls.r2} reads of R2 and ${calls.kv} of KV, where one of R2 and none of KV were expected.`,
      );
    }
    return {
      cpuUs: cpu * 1000,
      backendUs: backendCpu * 1000,
      rate: paths.length / result.seconds,
      p50: result.p50,
      p99: result.p99,
    };
  };

  await step('Warming up', async () => {
    for (const worker of workers) {
      for (const { stream } of LOADS) await turn(worker, fragments(stream, WARM_UP, presentation), { warm: false });
    }
  });

  const taken = [];
  for (const { name, stream, requests } of LOADS) {
    await step(`Measuring fragments of ${name}`, async (progress) => {
      for (let round = 0; round < rounds; round += 1) {
        const paths = fragments(stream, requests, presentation);
        // Who comes first changes, so that nobody has the better place.
        const order = round % 2 ? [...workers].reverse() : workers;
        for (const worker of order)
          taken.push({ load: name, round, worker: worker.name, ...(await turn(worker, paths)) });
        progress((round + 1) / rounds);
      }
    });
  }

  const ours = workers[1];
  const manifests = Array(MANIFESTS).fill(`/${PRESENTATION}/Manifest`);
  const manifest = await step('Measuring manifests', async () => {
    const turns = [];
    for (let round = 0; round < 4; round += 1) turns.push(await turn(ours, manifests, { warm: false }));
    return { cpuUs: median(turns.slice(1).map((each) => each.cpuUs)) };
  });
  return { workers: workers.map((worker) => worker.name), loads: LOADS.map((each) => each.name), taken, manifest };
}

/** Paths of `count` fragments of a stream, all over the two hours. */
function fragments(name, count, { generation }) {
  const { bitrate } = STREAMS[name];
  return Array.from({ length: count }, (_, n) => {
    const at = (n * 997 + Math.floor(Math.random() * CHUNKS)) % CHUNKS;
    return `/${PRESENTATION}/${generation}/QualityLevels(${bitrate})/Fragments(${name}=${startOf(STREAMS[name], at)})`;
  });
}

/** Sees to it that all Workers give the same answers: it is the same work that is measured. */
async function agree(workers, presentation) {
  for (const stream of Object.keys(STREAMS)) {
    for (const path of fragments(stream, 5, presentation)) {
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

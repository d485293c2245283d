// `npm run bench -- cost`: the model of `millrace cost --simulate` beside a run of the same requests.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildWorker } from '../scripts/build-worker.mjs';
import { local } from '../scripts/lib/project.mjs';
import { run } from '../scripts/lib/run.mjs';
import { bold, dim, step } from '../scripts/lib/step.mjs';
import { dataCentre } from './cost/data-centre.mjs';
import { requestsOf } from './cost/requests.mjs';
import { withProcesses } from './process.mjs';

const HELP = `Usage: npm run bench -- cost [options]

Plays a small library at four data centres, each the Worker with a cache that keeps what was asked for last, and holds what
it counts against what the model of millrace cost --simulate says of the same requests. The run is the same every time;
CPU apart. Takes some minutes once everything is built.

  --json               a line of {"name", "model", "measured"} for each figure
  --help
`;

const FOLDER = local('target/bench/cost');

export async function cost(args) {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return process.stdout.write(HELP);
  await mkdir(FOLDER, { recursive: true });
  const native = ['bench', '--quiet', '--locked', '--bench', 'views', '--', FOLDER];
  /** @type {import('./cost/requests.mjs').Setting} */
  const setting = JSON.parse(await run('cargo', native, { title: 'cargo bench' }));
  await buildWorker({ optimise: true });
  report(setting, await step('Playing', (progress) => play(setting, progress)), values.json);
}

/** What came of the requests that are counted. */
const play = (setting, progress) =>
  withProcesses(async (kept) => {
    const index = await readFile(path.join(FOLDER, 'index.bin'));
    const asked = requestsOf(setting, await readFile(path.join(FOLDER, 'views.txt'), 'utf8'));
    const all = asked.flat().length;
    const taken = { requests: 0, hits: 0, r2: 0, kv: 0, bytes: 0, hitMs: 0, missMs: 0 };
    let done = 0;
    const playAt = async (requests, at) => {
      const here = await dataCentre(`cost-${at}`, { index, cacheBytes: setting.cache_bytes, kept });
      for (const { path, isCounted } of requests) {
        const { isHit, r2, kv, bytes, cpuMs } = await here.ask(path);
        progress(++done / all);
        if (!isCounted) continue;
        taken.requests += 1;
        taken.hits += Number(isHit);
        taken.r2 += r2;
        taken.kv += kv;
        taken.bytes += bytes;
        taken[isHit ? 'hitMs' : 'missMs'] += cpuMs;
      }
      await here.close();
    };
    await Promise.all(asked.map(playAt));
    return taken;
  });

function report({ model, index_bytes, ...setting }, taken, isJson) {
  const misses = taken.requests - taken.hits;
  /** @type {[name: string, model: number, measured: number][]} */
  const rows = [
    ['requests', model.requests, taken.requests],
    ['answered by a cache', model.hits, taken.hits],
    ['reads of R2', model.r2, taken.r2],
    ['reads of KV', model.kv, taken.kv],
  ];
  /** @type {[name: string, measured: number][]} */
  const cpu = [
    ['ms of CPU where no cache answers', taken.missMs / misses],
    ['ms of CPU where the Cache API answers', taken.hitMs / taken.hits],
  ];
  if (isJson) {
    for (const [name, model, measured] of rows) console.log(JSON.stringify({ name, model, measured }));
    for (const [name, measured] of cpu) console.log(JSON.stringify({ name, measured: Number(measured.toFixed(3)) }));
    return;
  }
  const { presentations, minutes, viewers, data_centres, cache_bytes } = setting;
  console.log(
    `\n${bold('The model, and the same requests')}\n${presentations} presentations of ${minutes} minutes, with an index of ${index_bytes} bytes; ${viewers} viewers at ${data_centres} data centres, which keep ${cache_bytes} bytes each\n`,
  );
  console.log(dim(row('', 'model', 'measured', 'model / measured')));
  for (const [name, model, measured] of rows) console.log(row(name, model, measured, (model / measured).toFixed(3)));
  for (const [name, measured] of cpu) console.log(row(name, '', measured.toFixed(2), ''));
  console.log(`\n${(taken.bytes / 1e6).toFixed(0)} MB went to viewers.`);
}

const row = (first, ...rest) => `  ${first.padEnd(40)}${rest.map((each) => String(each).padStart(18)).join('')}`;

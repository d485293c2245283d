// `npm run bench -- cold`: what the first answer of an isolate takes, beside a hand-written Worker's.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildWorker } from '../scripts/build-worker.mjs';
import { bold, step } from '../scripts/lib/step.mjs';
import { contestants } from './contestants.mjs';
import { PRESENTATION, STREAMS } from './layout.mjs';
import { INDEX_FILE, writeIndex } from './presentation.mjs';
import { cpuMs, helper, withProcesses } from './process.mjs';
import { median, quantile } from './quantiles.mjs';
import { serve } from './workerd.mjs';

const HELP = `Usage: npm run bench -- cold [options]

Starts each Worker anew, over and over, and asks for one fragment of 20 KB: what that takes beside a second one. The Worker
reads an index of two hours from KV, and then its fragment from R2, which both answer at once; the hand-written one reads R2
alone.

  --rounds N           starts of each Worker (default 20)
  --worker NAME=DIR    measures one more Worker: the build/ of another branch (can be repeated)
  --json               a line of {"name", "value", "unit"} for each figure
  --help
`;

export async function cold(args) {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '20' },
      worker: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return process.stdout.write(HELP);
  await writeIndex();
  await buildWorker({ optimise: true });
  const generation = (await readFile(INDEX_FILE)).subarray(4, 12).toString('hex');
  const path = `/${PRESENTATION}/${generation}/QualityLevels(${STREAMS.audio.bitrate})/Fragments(audio=0)`;
  const taken = await step('Starting Workers', (progress) =>
    withProcesses(async (kept) => {
      const backend = kept(helper('backend.mjs', `index/${PRESENTATION}`, INDEX_FILE, 0));
      const store = (await backend.answer()).port;
      const taken = [];
      const rounds = Number(values.rounds);
      for (let round = 0; round < rounds; round += 1) {
        for (const [name, modules] of contestants(values.worker)) taken.push(await first(name, modules, store, path));
        progress((round + 1) / rounds);
      }
      return taken;
    }),
  );
  for (const name of new Set(taken.map((each) => each.name))) {
    if (!values.json) console.log(`\n${bold(name)}`);
    for (const figure of ['first answer', 'CPU of it', 'second answer', 'CPU of that']) {
      const all = taken.filter((each) => each.name === name).map((each) => each[figure]);
      const [low, middle, high] = [quantile(all, 0.25), median(all), quantile(all, 0.75)];
      const label = `cold_${name}_${figure.replaceAll(' ', '_').toLowerCase()}`;
      console.log(
        values.json
          ? JSON.stringify({ name: label, value: Number(middle.toFixed(2)), unit: 'ms' })
          : `  ${figure.padEnd(16)} ${middle.toFixed(1).padStart(6)} ms   (${low.toFixed(1)}–${high.toFixed(1)})`,
      );
    }
  }
}

/** Starts a Worker, asks it twice, and ends it. */
async function first(name, modules, store, path) {
  const worker = await serve(name, modules, { store, port: 0, vars: { CACHE_API: 'off' } });
  const ask = async () => {
    const before = { cpu: cpuMs(worker.pid), at: performance.now() };
    const response = await fetch(worker.origin + path);
    if (response.status !== 200) throw new Error(`${name} answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    return { ms: performance.now() - before.at, cpu: cpuMs(worker.pid) - before.cpu };
  };
  try {
    const [one, two] = [await ask(), await ask()];
    return { name, 'first answer': one.ms, 'CPU of it': one.cpu, 'second answer': two.ms, 'CPU of that': two.cpu };
  } finally {
    worker.child.kill('SIGKILL');
  }
}

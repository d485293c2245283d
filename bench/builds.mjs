// `npm run bench -- builds`: what the Worker takes to index long progressive MP4s, and how long it blocks other requests.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { buildWorker } from '../scripts/build-worker.mjs';
import { bold, step } from '../scripts/lib/step.mjs';
import { withWorker } from '../tests/lib/counted.mjs';
import { request } from '../tests/lib/http.mjs';
import { FILM, longFilm } from '../tests/lib/levels.mjs';
import { WATCHED, memoryOf, stretchOf } from '../tests/lib/watched.mjs';

const HELP = `Usage: npm run bench -- builds [options]

Indexes films that nobody has asked for yet, and tells how long that takes, how much WebAssembly memory, and the longest
stretch in which no other request of the isolate had a turn.

  --viewers N          who ask at once for the manifest (default 20)
  --json               a line of {"name", "value", "unit"} for each figure
  --help
`;

const FILMS = [
  { name: '2h_1_level', hours: 2, levels: 1 },
  { name: '2h_4_levels', hours: 2, levels: 4 },
  { name: '10h_1_level', hours: 10, levels: 1 },
];
/** For so long the isolate is watched before and after. */
const AROUND_MS = 500;

export async function builds(args) {
  const { values } = parseArgs({
    args,
    options: { viewers: { type: 'string', default: '20' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) return process.stdout.write(HELP);
  await buildWorker();
  for (const { name, hours, levels } of FILMS) {
    const figures = await step(`Indexing ${hours} hours in ${levels} level${levels > 1 ? 's' : ''}`, () =>
      measure(hours * 3600, levels, Number(values.viewers)),
    );
    if (!values.json) console.log(`\n${bold(name)}, ${values.viewers} viewers at once`);
    for (const [figure, value, unit] of figures) {
      console.log(
        values.json
          ? JSON.stringify({ name: `build_${name}_${figure}`, value, unit })
          : `  ${figure.padEnd(24)} ${value} ${unit}`,
      );
    }
  }
}

async function measure(seconds, levels, viewers) {
  const { objects } = await longFilm(seconds, levels);
  let figures;
  await withWorker(undefined, { indexed: false, front: WATCHED }, async (worker, storage) => {
    for (const [key, { bytes, etag }] of objects) storage.put(key, bytes, etag);
    await memoryOf(worker);
    const ask = () => request(worker.url, `/${FILM}/Manifest`, { patienceMs: 120_000 });
    const begun = performance.now();
    const stretch = watched(worker);
    await pause(AROUND_MS);
    const answers = await Promise.all(Array.from({ length: viewers }, ask));
    const ms = Math.round(performance.now() - begun - AROUND_MS);
    const longest = await stretch.end();
    const answered = answers.filter(({ status }) => status === 200).length;
    const puts = storage.calls.filter(({ method }) => method === 'put').length;
    figures = [
      ['answered', answered, 'viewers'],
      ['time', ms, 'ms'],
      ['longest stretch', longest, 'ms'],
      ['WebAssembly memory', (await memoryOf(worker)) >> 20, 'MiB'],
      ['KV puts', puts, ''],
    ];
  });
  return figures;
}

/** Watches an isolate, piece by piece, until it is told to end. */
function watched(worker) {
  let isOver = false;
  const all = (async () => {
    let longest = 0;
    while (!isOver) longest = Math.max(longest, await stretchOf(worker, AROUND_MS));
    return longest;
  })();
  const end = () => {
    isOver = true;
    return all;
  };
  return { end };
}

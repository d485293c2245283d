// `npm run bench`: what a fragment costs in the runtime beside a hand-written Worker without an index (read from storage,
// known to the client, asked for by HEAD, out of the Cache API), what a token in its path adds, what manifests cost beside a Worker that answers
// constants of the same length (of two hours, and of ten hours with as many tracks as services have), and what indexes and
// manifests of two hours cost by themselves.
//
// The clock of a shared machine means little: the two Workers take turns in short rounds, and
// what counts is the median of the rounds' ratios of CPU per request.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { buildWorker } from '../scripts/build-worker.mjs';
import { isMain } from '../scripts/lib/project.mjs';
import { step } from '../scripts/lib/step.mjs';
import { runMain } from '../scripts/lib/errors.mjs';
import { builds } from './builds.mjs';
import { cold } from './cold.mjs';
import { compare } from './compare.mjs';
import { cost } from './cost.mjs';
import { formats } from './formats.mjs';
import { PRESENTATION } from './layout.mjs';
import { peer } from './peer.mjs';
import { INDEX_FILE, SERVICE_FILE, native, writeIndex, writeService } from './presentation.mjs';
import { report } from './report.mjs';

const HELP = `Usage: npm run bench -- [options]

Measures fragments through the runtime, ours beside a hand-written Worker that has no index, and what
indexes and manifests of two hours cost. Takes about two minutes once everything is built.

  --json               a line of {"name", "value", "unit"} for each figure that is followed over time
  --rounds N           turns of each Worker and fragment size (default 20)
  --connections N      clients at once (default 4)
  --port N             first of ten ports to use (default: any that are free)
  --worker NAME=DIR    measures one more Worker: the build/ of another branch (can be repeated)
  --only fragments|manifests|native
  --help

npm run bench -- cold --help: the first answer of an isolate.
npm run bench -- cost --help: what the model of millrace cost says, beside a run of the same requests.
npm run bench -- builds --help: what indexing takes, and for how long it holds others up.
npm run bench -- formats --help: the same chunks as HLS and DASH.
npm run bench -- peer --help: beside another packager, over plain MP4s.
`;

async function main(args) {
  if (args[0] === 'builds') return builds(args.slice(1));
  if (args[0] === 'cold') return cold(args.slice(1));
  if (args[0] === 'cost') return cost(args.slice(1));
  if (args[0] === 'formats') return formats(args.slice(1));
  if (args[0] === 'peer') return peer(args.slice(1));
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean' },
      rounds: { type: 'string', default: '20' },
      connections: { type: 'string', default: '4' },
      port: { type: 'string', default: '0' },
      worker: { type: 'string', multiple: true, default: [] },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return process.stdout.write(HELP);

  await writeIndex();
  await writeService();

  const figures = {};
  if (values.only === undefined || values.only === 'native') {
    figures.native = await step('Measuring indexes and manifests', async () =>
      (await native())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  }
  if (values.only !== 'native') {
    await buildWorker({ optimise: true });
    const index = await readFile(INDEX_FILE);
    figures.turns = await compare({
      others: values.worker,
      presentation: {
        key: `index/${PRESENTATION}`,
        file: INDEX_FILE,
        generation: index.subarray(4, 12).toString('hex'),
        service: SERVICE_FILE,
      },
      rounds: Number(values.rounds),
      connections: Number(values.connections),
      port: Number(values.port),
      only: values.only,
    });
  }
  report(figures, values.json);
}

if (isMain(import.meta)) await runMain(main);

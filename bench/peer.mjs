// `npm run bench -- peer`: progressive MP4s served by millrace, and by a packager that is running already.
import { parseArgs } from 'node:util';
import { buildWorker } from '../scripts/build-worker.mjs';
import { buildCli } from '../scripts/build.mjs';
import { ScriptError } from '../scripts/lib/errors.mjs';
import { compare } from './peer/compare.mjs';
import { EXPECTED } from './peer/contenders.mjs';
import { madeMedia } from './peer/media.mjs';
import { report } from './peer/report.mjs';

/** What a peer that is running already finds its storage at. */
export const STORAGE_PORT = '18098';

const HELP = `Usage: npm run bench -- peer --address URL [options]

Measures plain MP4s served by millrace beside a packager that is running already and reads from the
same storage, an HTTP server of this bench that lets every request wait: what is asked of the storage,
and how long it takes. Takes about ten minutes once everything is built and the MP4s (3.2 GB) are made.

  --address URL        of the peer, with the prefix of its paths: http://127.0.0.1:8080/mss/
  --pid N              process whose CPU is the peer's (can be repeated: its workers)
  --storage-port N     of the storage, on 127.0.0.1 (default ${STORAGE_PORT})
  --delay N            milliseconds that each request of the storage waits (default 30)
  --kv-delay N         the same of KV, which only millrace has (default 30)
  --runs N             requests of each kind, cold and warm (default 21)
  --rounds N           turns of each under load (default 7)
  --connections N      clients at once under load (default 8)
  --help
`;

export async function peer(args) {
  const { values } = parseArgs({
    args,
    options: {
      address: { type: 'string' },
      pid: { type: 'string', multiple: true, default: [] },
      'storage-port': { type: 'string', default: STORAGE_PORT },
      delay: { type: 'string', default: '30' },
      'kv-delay': { type: 'string', default: '30' },
      runs: { type: 'string', default: '21' },
      rounds: { type: 'string', default: '7' },
      connections: { type: 'string', default: '8' },
      help: { type: 'boolean' },
    },
  });
  const expected = EXPECTED(`http://127.0.0.1:${values['storage-port']}`);
  if (values.help) return process.stdout.write(`${HELP}${expected}\n`);
  if (!values.address) throw new ScriptError('Which peer? Say its --address.', { hint: expected.trim() });

  const folder = await madeMedia();
  await buildWorker({ optimise: true });
  await buildCli();
  const options = {
    folder,
    address: values.address,
    pids: values.pid.map(Number),
    port: Number(values['storage-port']),
    delays: { delayMs: Number(values.delay), kvDelayMs: Number(values['kv-delay']) },
    runs: Number(values.runs),
    rounds: Number(values.rounds),
    connections: Number(values.connections),
  };
  report(await compare(options), options);
}

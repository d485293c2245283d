// `npm run bench -- formats`: what the same chunk costs as Smooth Streaming, HLS and DASH.
import { parseArgs } from 'node:util';
import { buildWorker } from '../scripts/build-worker.mjs';
import { buildCli } from '../scripts/build.mjs';
import { compare } from './formats/compare.mjs';
import { madeFragments } from './formats/media.mjs';
import { report } from './formats/report.mjs';
import { STORAGE_PORT } from './peer.mjs';
import { madeMedia } from './peer/media.mjs';

const HELP = `Usage: npm run bench -- formats [options]

Measures segments and manifests of HLS and DASH beside the same as Smooth Streaming, of fragmented and
of plain files, everything known and the storage answering at once. With --address also another packager,
which is running already and serves the plain files. Takes about three minutes once everything is built
and the MP4s (3.2 GB) are made.

  --address URL        of the peer: Smooth below mss/, DASH below dash/, HLS in fragmented MP4 and with
                       sound by itself below hls/; otherwise as npm run bench -- peer --help says
  --pid N              process whose CPU is the peer's (can be repeated: its workers)
  --storage-port N     of the storage, on 127.0.0.1 (default ${STORAGE_PORT})
  --server             reads the storage as a server that knows ranges, instead of as an R2 bucket
  --rounds N           turns of each (default 15)
  --connections N      clients at once (default 4)
  --help
`;

export async function formats(args) {
  const { values } = parseArgs({
    args,
    options: {
      address: { type: 'string' },
      pid: { type: 'string', multiple: true, default: [] },
      'storage-port': { type: 'string', default: STORAGE_PORT },
      server: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '15' },
      connections: { type: 'string', default: '4' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return process.stdout.write(HELP);

  const folder = await madeMedia();
  await madeFragments(folder);
  await buildWorker({ optimise: true });
  await buildCli();
  report(
    await compare({
      folder,
      address: values.address,
      pids: values.pid.map(Number),
      port: Number(values['storage-port']),
      isBucket: !values.server,
      rounds: Number(values.rounds),
      connections: Number(values.connections),
    }),
  );
}

// Compares Smooth Streaming, HLS and DASH over the same chunks, in turns: reads of storage and CPU time.
import { step } from '../../scripts/lib/step.mjs';
import { ScriptError } from '../../scripts/lib/errors.mjs';
import { readFragment } from '../../tests/lib/boxes.mjs';
import { peerAt, publish, startMillrace } from '../peer/contenders.mjs';
import { single } from '../peer/measure.mjs';
import { TEN_MINUTES } from '../peer/media.mjs';
import { cpuMs, helper, withProcesses } from '../process.mjs';
import { ours, theirs } from './forms.mjs';
import { FRAGMENTED, SHARED } from './media.mjs';

/** Requests in a round, which lasts about half a second. */
const REQUESTS = { video: 150, audio: 300, manifest: 150 };

/** Those that are held against each other before anything is measured. */
const PLACES = [0, 13, 200];

/**
 * @param {{folder: string, address?: string, pids: number[], port: number, isBucket: boolean, rounds: number, connections: number}} options
 * @returns {Promise<{what: string, title: string, round: number, cpuUs: number, p50: number, served: number, bytes: number, requests: number}[]>}
 */
export const compare = (options) => withProcesses((kept) => compareWith(options, kept));

/**
 * @param {Parameters<typeof compare>[0]} options
 * @param {import('../process.mjs').Keep} kept
 */
async function compareWith({ folder, address, pids, port, isBucket, rounds, connections }, kept) {
  const storage = kept(helper('peer/storage.mjs', folder, port));
  await storage.answer();
  await publish(
    storage,
    port,
    [FRAGMENTED, SHARED, TEN_MINUTES].map((show) => [show, '']),
  );
  const millrace = kept(await startMillrace(port, { isBucket }));
  const forms = [];
  for (const [title, show] of Object.entries({ fragmented: FRAGMENTED, rewritten: SHARED, plain: TEN_MINUTES }))
    forms.push(...(await ours(title, millrace, show)));
  if (address) forms.push(...(await theirs('peer, plain', peerAt(address, pids), TEN_MINUTES)));
  await step('Comparing answers', () => agree(storage, forms));

  const load = kept(helper('load.mjs'));
  const taken = [];
  for (const { what, requests, asked } of subjects(forms)) {
    await step(`Measuring ${what}`, async (progress) => {
      for (let round = 0; round <= rounds; round += 1) {
        // Who comes first changes, so that nobody has the better place.
        for (const { title, contender, paths } of round % 2 ? asked : asked.toReversed()) {
          const cost = await turn({ storage, load, contender, connections }, some(paths, requests, round));
          // The first round only makes everything warm.
          if (round > 0) taken.push({ what, title, round, ...cost });
        }
        progress(round / rounds);
      }
    });
  }
  return taken;
}

/** What is measured: each kind of segment and each manifest, and who is asked for it by which paths. */
function subjects(forms) {
  const segments = (kind) =>
    forms.map(({ title, contender, segments }) => ({ title, contender, paths: segments[kind] }));
  const manifests = forms.flatMap(({ title, contender, manifests }) =>
    Object.entries(manifests).map(([name, path]) => ({
      title: `${title.split(':')[0]}: ${name}`,
      contender,
      paths: [path],
    })),
  );
  return [
    { what: 'Pictures of 3 Mb/s', requests: REQUESTS.video, asked: segments('video') },
    { what: 'Sound', requests: REQUESTS.audio, asked: segments('audio') },
    { what: 'Manifests of ten minutes', requests: REQUESTS.manifest, asked: manifests },
  ];
}

/** `count` of `paths`, all over the time. */
const some = (paths, count, round) =>
  Array.from({ length: count }, (_, n) => paths[((round * count + n) * 97) % (paths.length - 1 || 1)]);

async function turn({ storage, load, contender: { name, origin, pids }, connections }, paths) {
  const spent = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  await storage.ask('counts');
  const before = spent();
  const result = await load.ask({ origin, requests: paths.map((path) => ({ path })), connections });
  const cpuUs = (spent() - before) * 1000;
  const { wrong, bytes, requests } = await storage.ask('counts');
  if (result.failed || wrong)
    throw new ScriptError(`${name}: ${result.failed} of ${paths.length} requests failed, ${wrong} reads were refused.`);
  const each = Object.entries({ cpuUs, served: result.bytes, bytes, requests }).map(([cost, all]) => [
    cost,
    all / paths.length,
  ]);
  return { p50: result.p50, ...Object.fromEntries(each) };
}

/** All forms hold the same video. */
async function agree(storage, forms) {
  for (const at of PLACES) {
    const payloads = [];
    for (const { contender, segments } of forms) {
      const { body } = await single(storage, contender, segments.video[at]);
      payloads.push(readFragment(withoutStyp(body)).payload);
    }
    const odd = payloads.findIndex((payload) => !payload.equals(payloads[0]));
    if (odd > 0) throw new ScriptError(`Pictures ${at} of ${forms[odd].title} are not those of ${forms[0].title}.`);
  }
}

/** A segment may begin with its brands and an index of itself; what counts comes behind. */
function withoutStyp(body) {
  return body.subarray(body.indexOf('moof') - 4);
}

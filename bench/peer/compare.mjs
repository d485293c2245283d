// millrace and a running packager in turns: the same fragments of the same MP4s out of the same storage.
import { ScriptError } from '../../scripts/lib/errors.mjs';
import { step } from '../../scripts/lib/step.mjs';
import { readFragment } from '../../tests/lib/boxes.mjs';
import { helper, withProcesses } from '../process.mjs';
import { peerAt, publish, startMillrace, streamOf } from './contenders.mjs';
import { underLoad } from './load.mjs';
import { measureJourneys } from './journeys.mjs';
import { inARow, single } from './measure.mjs';
import { TEN_MINUTES, TWO_HOURS, TWO_HOURS_IN_FOUR } from './media.mjs';

/**
 * What is asked for; `load`: how often in a round with many clients.
 * @type {{name: string, show: import('./media.mjs').Show, kind: string, load?: number, options?: {cheapestFirst: boolean}}[]}
 */
const FRAGMENTS = [
  { name: 'Pictures of 3 Mb/s, ten minutes', show: TEN_MINUTES, kind: 'video', load: 200 },
  { name: 'Sound, ten minutes', show: TEN_MINUTES, kind: 'audio', load: 300 },
  {
    name: 'Sound, ten minutes, the peer told of the cheapest file first',
    show: TEN_MINUTES,
    kind: 'audio',
    options: { cheapestFirst: true },
  },
  { name: 'Pictures of 0.8 Mb/s, two hours', show: TWO_HOURS, kind: 'video', load: 200 },
];

/** How much two audio fragments may differ in length: a packager may cut a frame or two elsewhere. */
const TOLERANCE = 0.05;

/** Isolates that are started to see one that has never answered. */
const ISOLATES = 7;

/**
 * @param {{folder: string, address: string, pids: number[], port: number, delays: {delayMs: number, kvDelayMs: number}, runs: number, rounds: number, connections: number}} options
 */
export const compare = (options) => withProcesses((kept) => compareWith(options, kept));

/**
 * @param {Parameters<typeof compare>[0]} options
 * @param {import('../process.mjs').Keep} kept
 */
async function compareWith({ folder, address, pids, port, delays, runs, rounds, connections }, kept) {
  const storage = kept(helper('peer/storage.mjs', folder, port));
  await storage.answer();
  await publish(storage, port, [
    [TEN_MINUTES, ''],
    [TWO_HOURS, ''],
    [TWO_HOURS_IN_FOUR, ''],
  ]);
  const millrace = kept(await startMillrace(port));
  const contenders = [millrace, peerAt(address, pids)];
  const fragments = await step('Comparing answers', () => agreed(storage, contenders));

  // The peer may remember those of the run before.
  const run = Date.now().toString(36);
  let places = 0;
  /** Shows where nobody has asked for them, published. */
  const fresh = async (shows) => {
    const found = shows.map((show) => [show, `cold-${run}-${++places}/`]);
    await publish(storage, port, found);
    await storage.ask(delays);
    return found.map(([, place]) => place);
  };
  const taken = [];
  const take = (what, state, { name }, { body, ...cost }) =>
    taken.push({ what, state, who: name, served: body.length, ...cost });

  await step('Measuring cold and warm', async (progress) => {
    for (let n = 0; n < runs; n += 1) {
      const cold = await fresh(fragments.map(({ show }) => show));
      const starts = await fresh(fragments.map(({ show }) => show));
      // Who comes first changes, so that nobody has the better place.
      for (const contender of n % 2 ? contenders.toReversed() : contenders) {
        for (const [at, { name, kind, show, path, some }] of fragments.entries()) {
          take(name, 'cold', contender, await single(storage, contender, path(contender, some(n), cold[at])));
          const warm = path(contender, some(n + 1));
          await single(storage, contender, warm);
          take(name, 'warm', contender, await single(storage, contender, warm));
          if (kind !== 'video') continue;
          const manifest = contender.base(show, starts[at]) + contender.manifest;
          take(
            `${name}: the manifest, then the first`,
            'cold',
            contender,
            await inARow(storage, contender, [manifest, path(contender, 0, starts[at])]),
          );
        }
      }
      progress((n + 1) / runs);
    }
  });

  const last = fragments.at(-1);
  for (const place of await fresh(Array(ISOLATES).fill(last.show))) {
    const isolate = await startMillrace(port);
    try {
      take(
        `${last.name}: an isolate that has never answered`,
        'cold',
        isolate,
        await single(storage, isolate, last.path(millrace, 0, place), { connected: false }),
      );
    } finally {
      isolate.child.kill('SIGKILL');
    }
  }

  const newPlace = async (show, isPublished) => {
    if (isPublished) return (await fresh([show]))[0];
    await storage.ask(delays);
    return `cold-${run}-${++places}/`;
  };
  taken.push(...(await measureJourneys({ storage, contenders, fresh: newPlace })));

  const loads = await underLoad({
    storage,
    contenders,
    fragments,
    delays,
    rounds,
    connections,
    load: kept(helper('load.mjs')),
  });
  return { taken, loads };
}

/** How each kind of fragment is asked for, once it is seen that both serve the same. */
async function agreed(storage, contenders) {
  const fragments = [];
  for (const what of FRAGMENTS) {
    const streams = new Map();
    for (const contender of contenders) streams.set(contender, await streamOf(contender, what));
    // The last ones of audio may be a few frames.
    const count = Math.min(...[...streams.values()].map(({ count }) => count)) - 1;
    const path = (contender, at, place = '') =>
      contender.base(what.show, place, what.options) + streams.get(contender).fragment(at);
    /** One of them, all over the time. */
    const some = (n) => (n * 997 + 13) % count;
    for (const at of [0, some(0), some(1)]) {
      const contents = [];
      for (const contender of contenders) {
        const { body } = await single(storage, contender, path(contender, at));
        contents.push(readFragment(body).payload);
      }
      if (!alike(what.kind, ...contents))
        throw new ScriptError(
          `${what.name}: what fragment ${at} holds is not the same with millrace and with the peer.`,
        );
    }
    fragments.push({ ...what, path, some });
  }
  return fragments;
}

const alike = (kind, ours, theirs) =>
  kind === 'video' ? ours.equals(theirs) : Math.abs(ours.length - theirs.length) < TOLERANCE * theirs.length;

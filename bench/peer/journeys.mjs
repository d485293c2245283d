// What a viewer waits for in a film of two hours and four levels that nobody has asked for yet: to see it, and to seek in it.
import { step } from '../../scripts/lib/step.mjs';
import { cpuMs } from '../process.mjs';
import { streamOf } from './contenders.mjs';
import { inSteps } from './measure.mjs';
import { TWO_HOURS_IN_FOUR } from './media.mjs';

const SEEKS = 50;
/** How often each journey is made. */
const RUNS = 7;

/**
 * @typedef {{manifest: string, video: (at: number) => string, audio: (at: number) => string, some: (n: number) => number}} Film
 *   the URLs of its manifest and of its fragments, by their place in time; `some`: one of them, all over the time
 */

/** @type {{name: string, isPublished: boolean, steps: (film: Film) => string[][]}[]} */
const JOURNEYS = [
  { name: 'The first manifest, nothing published', isPublished: false, steps: ({ manifest }) => [[manifest]] },
  { name: 'The manifest', isPublished: true, steps: ({ manifest }) => [[manifest]] },
  {
    name: 'The start of a player: the manifest, then video and audio',
    isPublished: true,
    steps: ({ manifest, video, audio }) => [[manifest], [video(0), audio(0)]],
  },
  {
    name: `${SEEKS} seeks, video`,
    isPublished: true,
    steps: ({ video, some }) => seeks((n) => [[video(some(n))]]),
  },
  {
    name: `${SEEKS} seeks, video and then audio`,
    isPublished: true,
    steps: ({ video, audio, some }) => seeks((n) => [[video(some(n))], [audio(some(n))]]),
  },
];

const seeks = (each) => Array.from({ length: SEEKS }, (_, n) => each(n)).flat();

/**
 * @param {object} how
 * @param {ReturnType<typeof import('../process.mjs').helper>} how.storage
 * @param {import('./contenders.mjs').Contender[]} how.contenders
 * @param {(show: import('./media.mjs').Show, isPublished: boolean) => Promise<string>} how.fresh a place where nobody has
 *   asked for a show yet
 * @returns {Promise<(import('./measure.mjs').Cost & {what: string, state: 'cold', who: string, served: number, cpuMs: number})[]>}
 */
export function measureJourneys({ storage, contenders, fresh }) {
  return step('Measuring journeys', async (progress) => {
    const films = new Map();
    for (const contender of contenders) films.set(contender, await filmOf(contender));
    const taken = [];
    for (const [at, { name, isPublished, steps }] of JOURNEYS.entries()) {
      for (let n = 0; n < RUNS; n += 1) {
        for (const contender of n % 2 ? contenders.toReversed() : contenders) {
          const place = await fresh(TWO_HOURS_IN_FOUR, isPublished);
          const spent = () => contender.pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
          const before = spent();
          const { body, ...cost } = await inSteps(storage, contender, steps(films.get(contender)(place)));
          const what = `Two hours in four levels: ${name}`;
          taken.push({
            what,
            state: 'cold',
            who: contender.name,
            served: body.length,
            ...cost,
            cpuMs: spent() - before,
          });
        }
        progress((at * RUNS + n + 1) / (JOURNEYS.length * RUNS));
      }
    }
    return taken;
  });
}

/** The URLs of the film at a place, as a contender serves it. */
async function filmOf(contender) {
  const show = TWO_HOURS_IN_FOUR;
  const video = await streamOf(contender, { show, kind: 'video' });
  const audio = await streamOf(contender, { show, kind: 'audio' });
  const count = Math.min(video.count, audio.count) - 1;
  return (place) => {
    const base = contender.base(show, place);
    return {
      manifest: base + contender.manifest,
      video: (at) => base + video.fragment(at),
      audio: (at) => base + audio.fragment(at),
      some: (n) => (n * 997 + 13) % count,
    };
  };
}

// Files replaced again and again while many watch: nobody ever gets a mixture, and all is well once it is over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { editions, progressiveEditions } from '../lib/editions.mjs';
import { publish, replace } from '../lib/editor.mjs';
import { Judge } from '../lib/judge.mjs';
import { Random } from '../lib/random.mjs';
import { twoLocations, wranglersStores } from '../lib/stage.mjs';
import { play, watch } from '../lib/viewer.mjs';

/** `STORM_SEED=… node --test tests/edge/storm.test.mjs` makes the choices of an earlier run again. */
const SEED = Number(process.env.STORM_SEED ?? Math.floor(Math.random() * 2 ** 32));
const VIEWERS = 12;
/** So many replacements until another isolate takes the place of one: only those that know nothing ask KV. */
const RENEWED_AFTER = 3;

const TWO_LOCATIONS = {
  what: 'two locations with late KV, isolates that come and go',
  stage: twoLocations,
  film: editions,
  answers: 10_000,
  replacements: 40,
};
const WRANGLERS_STORES = {
  what: "wrangler's own R2 and KV",
  stage: wranglersStores,
  film: editions,
  answers: 1000,
  replacements: 10,
};
const PLAIN_FILES = {
  ...TWO_LOCATIONS,
  what: 'progressive MP4s at two locations',
  film: progressiveEditions,
  answers: 3000,
  replacements: 15,
};
/**
 * How the Worker may be deployed, after how long at most all viewers have what is there now, and how many
 * generations they see before: a cache keeps a manifest through some of them.
 */
const DEPLOYMENTS = [
  {
    as: 'without a cache',
    stages: [TWO_LOCATIONS, PLAIN_FILES, WRANGLERS_STORES],
    vars: { CACHE_API: 'off' },
    settledMs: 20_000,
    generations: 3,
  },
  {
    as: 'with the Cache API',
    stages: [WRANGLERS_STORES],
    vars: { CACHE_API: 'auto' },
    settledMs: 90_000,
    generations: 2,
  },
];

for (const { as, stages, vars, settledMs, generations } of DEPLOYMENTS) {
  for (const { what, stage: start, film, answers, replacements } of stages) {
    test(`${what}, ${as}: the right bytes or none, and all of them in the end`, async (t) => {
      t.diagnostic(`STORM_SEED=${SEED}`);
      const random = new Random(SEED);
      const all = await film();
      const stage = await start(all[0], vars, random.fork());
      try {
        const judge = new Judge(all);
        const replaced = await storm(stage, all, judge, random, { answers, replacements, generations });
        t.diagnostic(
          `${replaced} replacements, ${judge.seen.generations.size} generations, KV late ${stage.late()} times`,
        );
        t.diagnostic(JSON.stringify(Object.fromEntries([...judge.tally].sort())));
        assert.deepEqual(judge.wrong, []);
        assert.ok(judge.carried >= answers, `${judge.carried} answers with bytes`);
        assert.equal(judge.seen.editions.size, all.length, 'some edition was never seen');
        assert.notEqual(stage.late(), 0, 'KV was never late');
        await settles(stage, judge, random.pick(all), settledMs);
      } finally {
        await stage.close();
      }
    });
  }
}

/**
 * Lets it rage until there are as many answers and replacements as are wanted, and enough was seen; or one
 * answer that is wrong.
 */
async function storm(stage, all, judge, random, { answers, replacements, generations }) {
  let replaced = 0;
  const hasSeen = ({ seen }) => seen.generations.size >= generations && seen.editions.size === all.length;
  const isOver = () =>
    judge.wrong.length > 0 || (judge.carried >= answers && replaced >= replacements && hasSeen(judge));
  // Time is counted in answers, so that a slow machine has the same storm as a quick one.
  const wait = async (answers) => {
    for (const until = judge.answers + answers; judge.answers < until && !isOver(); ) await pause(1);
  };
  const edit = async () => {
    for (; !isOver(); replaced++) {
      await replace(stage, random.pick(all), random, wait);
      if (replaced % RENEWED_AFTER === 0) await stage.renew();
      await wait(random.between(0, 120));
    }
  };
  const viewers = Array.from({ length: VIEWERS }, () =>
    watch({ places: stage.places, judge, random: random.fork(), isOver }),
  );
  // A connection that breaks off is nothing that anybody should see either: there is no trouble but the storm.
  const told = (error) => judge.wrong.push(error.stack);
  await Promise.all([edit(), ...viewers].map((one) => one.catch(told)));
  return replaced;
}

/** The storm is over: everybody gets the last edition, all of it; and its own bitrates, once it is published. */
async function settles(stage, judge, last, settledMs) {
  for (const [key, bytes] of last.files) await stage.put(key, bytes);
  for (const place of stage.places) await plays(place, last, judge, settledMs);
  for (const place of stage.places) await publish(place, last);
  const published = Object.values(last.levels).map(({ bitrate }) => bitrate);
  for (const place of stage.places) await plays(place, last, judge, settledMs, published);
}

/** Plays until nothing is missing and all of it is of `last`; whatever comes before that must be right too. */
async function plays(place, last, judge, patienceMs, published) {
  for (const until = Date.now() + patienceMs; ; await pause(100)) {
    const bitrates = await play(place, judge);
    assert.deepEqual(judge.wrong, []);
    const judgeOfLast = new Judge([last]);
    const isPlayed = bitrates && (await play(place, judgeOfLast)) && judgeOfLast.wrong.length === 0;
    if (isPlayed && (!published || String(bitrates) === String(published))) return;
    assert.ok(
      Date.now() < until,
      `after ${patienceMs} ms: ${judgeOfLast.wrong[0] ?? bitrates ?? 'something is missing'}`,
    );
  }
}

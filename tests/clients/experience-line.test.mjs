// The simulated line: no more passes it than its rate lets through, in the bucket by itself and in the browser.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mock, test } from 'node:test';
import { Bucket } from '../../experience/line/bucket.js';
import { startExperience } from '../lib/experience.mjs';
import { Random } from '../lib/random.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const MBPS = 1;
/** What may come at once, in seconds of the line. */
const BUCKET_SECONDS = 0.1;
const PATHS = [0, 20_000_000].map((start) => `/${SAMPLE}/QualityLevels(700000)/Fragments(video=${start})`);

test('over any stretch of time a bucket lets through its rate, and its capacity once', async () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = new Random(seed);
    const rate = random.between(10_000, 5_000_000);
    const capacity = Math.max(BUCKET_SECONDS * rate, 1024);
    const passed = await passedThrough(rate, random);
    assert.ok(passed.length > 100, `${passed.length} grants`);
    for (let from = 0; from < passed.length; from++) {
      let bytes = 0;
      for (const { at, count } of passed.slice(from)) {
        bytes += count;
        const allowed = ((at - passed[from].at) / 1000) * rate + capacity;
        assert.ok(bytes <= allowed + 1, `seed ${seed}: ${bytes} bytes where ${allowed} may pass`);
      }
    }
    // It is a line and no wall: who waits all the time gets all of it, but for the last turn.
    const seconds = (passed.at(-1).at - passed[0].at) / 1000;
    const all = passed.reduce((sum, { count }) => sum + count, 0);
    assert.ok(all >= 0.9 * seconds * rate, `seed ${seed}: ${all} bytes in ${seconds} s`);
  }
});

/** Several that want bytes all the time, over a clock that is late by chance. */
async function passedThrough(rate, random) {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let now = 0;
    const bucket = new Bucket(() => now);
    bucket.rate = rate;
    const passed = [];
    const want = async () => {
      for (;;) passed.push({ count: await bucket.take(random.between(1, 60_000)), at: now });
    };
    for (let each = 0; each < 3; each++) want();
    while (now < 5000) {
      const late = random.between(1, 40);
      now += late;
      mock.timers.tick(late);
      // Whoever was let through asks again.
      for (let turn = 0; turn < 60; turn++) await Promise.resolve();
    }
    return passed;
  } finally {
    mock.timers.reset();
  }
}

test('a slower line forgets what a faster one had saved up', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let now = 0;
    const bucket = new Bucket(() => now);
    bucket.rate = 10_000_000;
    now = 60_000;
    assert.equal(await bucket.take(100_000), 100_000, 'of an idle minute, a hundredth of a second is left');
    bucket.rate = 10_000;
    let granted = 0;
    bucket.take(1_000_000).then((count) => (granted = count));
    for (now += 10; granted === 0; now += 10) {
      mock.timers.tick(10);
      await Promise.resolve();
    }
    assert.ok(now >= 60_000 + (1000 * (granted - 1024)) / 10_000, `${granted} bytes after ${now - 60_000} ms`);
  } finally {
    mock.timers.reset();
  }
});

test('in the browser, bytes of all transfers together come no faster, and are the same', async (t) => {
  const experience = await startExperience(await sampleFolder());
  try {
    const opened = await experience.open(`?line=${MBPS}`);
    const { until, page, record } = opened;
    await until(
      'it plays over the line',
      () =>
        /slows down every byte/.test(document.querySelector('#pacing').textContent) &&
        document.querySelector('video').currentTime > 0,
    );
    const { begun, arrivals, digests } = await page.evaluate(fetchSlowly, PATHS);
    for (const [n, path] of PATHS.entries()) {
      const { body } = await experience.edge.get(path);
      assert.equal(digests[n], createHash('sha256').update(body).digest('hex'));
    }
    const rate = (MBPS * 1e6) / 8;
    let bytes = 0;
    for (const { at, count } of arrivals) {
      bytes += count;
      const allowed = rate * ((at - begun) / 1000 + BUCKET_SECONDS);
      assert.ok(bytes <= allowed, `${bytes} bytes after ${at - begun} ms, where ${allowed} may have come`);
    }
    assert.ok(arrivals.length > 20, 'in pieces, not at once');

    // What the charts draw is what came.
    const { transfers, samples } = await record();
    for (const path of PATHS) {
      const { bytes: drawn } = transfers.findLast(({ url }) => decodeURIComponent(url).endsWith(path));
      assert.equal(drawn, (await experience.edge.get(path)).body.length);
    }
    assert.ok(samples.every(({ line }) => line === MBPS * 1e6));
    assert.ok(
      samples.every(({ delivered }) => delivered <= MBPS * 1e6 * (1 + BUCKET_SECONDS) * 1.2),
      'measured over a second, to its report',
    );
    t.diagnostic(`${bytes} bytes in ${Math.round(arrivals.at(-1).at - begun)} ms, in ${arrivals.length} pieces`);
    await opened.close();
  } finally {
    await experience.close();
  }
});

/** Runs in the page: fetches all of `paths` at once, as a player would, and notes what comes when. */
async function fetchSlowly(paths) {
  const arrivals = [];
  const begun = performance.now();
  const whole = async (path) => {
    const chunks = [];
    for (const reader = (await fetch(path)).body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      arrivals.push({ at: performance.now(), count: value.length });
      chunks.push(value);
    }
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer());
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  return { begun, digests: await Promise.all(paths.map(whole)), arrivals };
}

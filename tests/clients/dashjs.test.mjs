// dash.js with its Smooth Streaming plugin, in a real browser, plays from the local edge.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { DURATION_SECONDS } from '../../scripts/sample/recipe.mjs';
import { startPlayer } from '../lib/dashjs.mjs';
import { startEdge } from '../lib/edge.mjs';
import { PROGRESSIVE, SECONDS, progressiveFolder } from '../lib/progressive.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

let player;

before(async () => {
  player = await startPlayer();
});

after(() => player?.close());

/**
 * Plays a presentation, switches to its highest level, seeks, and comes to the end.
 * @param {import('node:test').TestContext} t
 * @param {{key: string, folder: string, seconds: number, kbps: number, low: number, high: number, seek: number, tail: number}} film
 *   `low`, `high`: lines of its lowest and its highest level; `tail`: how many seconds of its end are played
 */
async function tour(t, { key, folder, seconds, kbps, low, high, seek, tail }) {
  const edge = await startEdge(folder);
  try {
    const { state, until, evaluate, picture } = player;
    await player.play(new URL(`/${key}/Manifest`, edge.url).href, kbps);
    await until('two seconds played', () => video.currentTime > 2 && state().frames > 40);
    assert.equal((await state()).height, low);
    const duration = await evaluate(() => video.duration);
    assert.ok(Math.abs(duration - seconds) < 0.1, `it lasts ${duration} s`);
    await picture(`${path.basename(key, '.ism')}-${low}p`);

    await evaluate(() => {
      const top = player.getRepresentationsByType('video').at(-1);
      player.setRepresentationForTypeById('video', top.id, true);
    });
    await until(`${high} lines`, (lines) => video.videoHeight === lines, high);
    const at = (await state()).time;
    await until('a second played of them', (from) => video.currentTime > from + 1, at);
    await picture(`${path.basename(key, '.ism')}-${high}p`);

    await evaluate((to) => player.seek(to), seek);
    await until(
      `played on after a seek to ${seek} s`,
      (to) => !video.seeking && video.currentTime > to + 1 && video.currentTime < to + 10,
      seek,
    );
    await picture(`${path.basename(key, '.ism')}-seek`);

    await evaluate((to) => player.seek(to), seconds - tail);
    await until('the end', () => state().endedAt !== undefined);
    const end = await state();
    assert.ok(Math.abs(end.endedAt - seconds) < 0.3, `it ended at ${end.endedAt} s`);
    assert.deepEqual(end.errors, []);
    assert.ok(end.frames > 150, `${end.frames} frames shown`);

    const urls = await evaluate(() => window.urls());
    assert.ok(
      urls.filter((url) => url.includes('/Fragments(')).every((url) => /\.ism\/[0-9a-f]{16}\/QualityLevels/.test(url)),
      'all under a generation',
    );
    t.diagnostic(`${end.frames} frames shown, ${end.dropped} dropped, ${urls.length} fragments loaded`);
    return urls;
  } finally {
    await edge.close();
  }
}

test('plays, switches its level, seeks, and comes to the end, without an error', async (t) => {
  const urls = await tour(t, {
    key: SAMPLE,
    folder: await sampleFolder(),
    seconds: DURATION_SECONDS,
    kbps: 300,
    low: 360,
    high: 1080,
    seek: 40,
    tail: 4,
  });
  assert.ok(urls.some((url) => /QualityLevels\(300000\)\/Fragments\(video=0\)/.test(url)));
  assert.ok(urls.some((url) => url.includes('QualityLevels(3000000)')));
});

test('does the same with progressive MP4s', async (t) => {
  const urls = await tour(t, {
    key: PROGRESSIVE,
    folder: await progressiveFolder(),
    seconds: SECONDS,
    kbps: 200,
    low: 180,
    high: 360,
    seek: 11,
    tail: 3,
  });
  assert.ok(urls.some((url) => /QualityLevels\(200000\)\/Fragments\(video=0\)/.test(url)));
  assert.ok(urls.some((url) => url.includes('QualityLevels(800000)')));
});

// dash.js with its Smooth Streaming plugin, in a real browser, plays the sample from the local edge.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DURATION_SECONDS } from '../../scripts/sample/recipe.mjs';
import { startBrowser } from '../lib/browser.mjs';
import { startEdge } from '../lib/edge.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const DASH = 'node_modules/dashjs/dist/modern/umd';

let edge;
let page;
let state;
let until;
let picture;
const closing = [];

before(async () => {
  edge = await startEdge(await sampleFolder());
  closing.push(() => edge.close());
  const browser = await startBrowser([`${DASH}/dash.mediaplayer.min.js`, `${DASH}/dash.mss.min.js`]);
  closing.push(() => browser.close());
  ({ page, state, until, picture } = await browser.open());
});

after(async () => {
  for (const close of closing.reverse()) await close();
});

test('plays, switches its level, seeks, and comes to the end, without an error', async (t) => {
  await page.evaluate((manifest) => {
    const video = document.querySelector('video');
    const happened = { errors: [], requests: [] };
    const player = dashjs.MediaPlayer().create();
    player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false }, initialBitrate: { video: 300 } } } });
    for (const name of ['error', 'playbackError', 'mediaKeyError']) player.on(name, ({ error }) => happened.errors.push(`${name}: ${error?.code} ${error?.message}`));
    player.on('fragmentLoadingCompleted', ({ request, error }) => {
      happened.requests.push(request.url);
      if (error) happened.errors.push(`${request.url}: ${error}`);
    });
    // Not the element's own event: sound that outlasts the picture can make dash.js stop it just before.
    player.on('playbackEnded', () => (happened.endedAt = video.currentTime));
    video.addEventListener('error', () => happened.errors.push(`video: ${video.error?.message}`));
    player.initialize(video, manifest, true);
    Object.assign(window, {
      player,
      video,
      state: () => ({ ...happened, requests: happened.requests.length, time: video.currentTime, height: video.videoHeight, ended: video.ended, ready: video.readyState, buffered: ranges(video.buffered), ...pick(video.getVideoPlaybackQuality()) }),
      urls: () => happened.requests,
    });
    function ranges(buffered) {
      return Array.from(buffered, (_, at) => [buffered.start(at), buffered.end(at)]);
    }
    function pick({ totalVideoFrames: frames, droppedVideoFrames: dropped }) {
      return { frames, dropped };
    }
  }, new URL(`/${SAMPLE}/Manifest`, edge.url).href);

  await until('two seconds played', () => video.currentTime > 2 && state().frames > 40);
  const begun = await state();
  assert.equal(begun.height, 360);
  const duration = await page.evaluate(() => video.duration);
  assert.ok(Math.abs(duration - DURATION_SECONDS) < 0.1, `it lasts ${duration} s`);
  await picture('dashjs-360p');

  await page.evaluate(() => {
    const top = player.getRepresentationsByType('video').at(-1);
    player.setRepresentationForTypeById('video', top.id, true);
  });
  await until('1080 lines', () => video.videoHeight === 1080);
  const at = (await state()).time;
  await until('a second played of them', (from) => video.currentTime > from + 1, at);
  await picture('dashjs-1080p');

  await page.evaluate(() => player.seek(40));
  await until('played on after a seek to 40 s', () => !video.seeking && video.currentTime > 41 && video.currentTime < 50);
  await picture('dashjs-seek');

  await page.evaluate((to) => player.seek(to), DURATION_SECONDS - 4);
  await until('the end', () => state().endedAt !== undefined);
  const end = await state();
  assert.ok(Math.abs(end.endedAt - DURATION_SECONDS) < 0.3, `it ended at ${end.endedAt} s`);
  assert.deepEqual(end.errors, []);
  assert.ok(end.frames > 150, `${end.frames} frames shown`);

  const urls = await page.evaluate(() => window.urls());
  assert.ok(urls.some((url) => /QualityLevels\(300000\)\/Fragments\(video=0\)/.test(url)));
  assert.ok(urls.some((url) => url.includes('QualityLevels(3000000)')));
  assert.ok(urls.filter((url) => url.includes('/Fragments(')).every((url) => /\.ism\/[0-9a-f]{16}\/QualityLevels/.test(url)), 'all under a generation');
  t.diagnostic(`${end.frames} frames shown, ${end.dropped} dropped, ${urls.length} fragments loaded`);
});

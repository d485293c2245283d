// Players wind through a film by its keyframes alone: Shaka Player as HLS and as DASH, hls.js in a player of its own for
// them; dash.js leaves them alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DURATION_SECONDS, GOP_SECONDS, LEVELS } from '../../scripts/sample/recipe.mjs';
import { SCRIPT, startBrowser } from '../lib/browser.mjs';
import { startEdge } from '../lib/edge.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const KEY_FRAME = /\/video\/\d+\/iframes\/(\d+)\.m4s$/;
const SEGMENT = /\/video\/\d+\/6000ms\/(\d+)\.m4s$/;

let browser;
let edge;

before(async () => {
  browser = await startBrowser([SCRIPT.hls, SCRIPT.dash, SCRIPT.shaka]);
  edge = await startEdge(await sampleFolder(), { vars: { SEGMENT_MS: '6000' } });
});

after(async () => {
  await browser?.close();
  await edge?.close();
});

const urlOf = (manifest) => new URL(`/${SAMPLE}/${manifest}`, edge.url).href;

/** A page with a video, and the media that it asks for from the edge. */
async function open() {
  const opened = await browser.open();
  const urls = [];
  opened.page.on('request', (request) => urls.push(request.url()));
  await opened.page.evaluate(() => {
    const video = document.querySelector('video');
    video.autoplay = true;
    window.errors = [];
    video.addEventListener('error', () => window.errors.push(`video: ${video.error?.message}`));
    const state = () => ({
      errors: window.errors,
      time: video.currentTime,
      height: video.videoHeight,
      rate: video.playbackRate,
      ready: video.readyState,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
    });
    Object.assign(window, { video, state });
  });
  return { ...opened, urls };
}

const startsOf = (urls, pattern) =>
  urls.flatMap((url) => pattern.exec(url)?.[1] ?? []).map((start) => Number(start) / 1e7);

async function startShaka(manifest) {
  const player = new shaka.Player();
  player.addEventListener('error', (/** @type {ShakaError} */ { detail }) =>
    window.errors.push(`${detail.severity} ${detail.code} ${detail.data}`),
  );
  await player.attach(document.querySelector('video'));
  player.configure({ abr: { enabled: false }, streaming: { bufferingGoal: 4 } });
  window.shakaPlayer = player;
  await player.load(manifest);
}

for (const manifest of ['master.m3u8', 'manifest.mpd']) {
  test(`Shaka Player winds through ${manifest} by keyframes, and plays on where it is let go`, async (t) => {
    const { page, state, until, urls } = await open();
    await page.evaluate(startShaka, urlOf(manifest));
    await until('a second played', () => video.currentTime > 1);
    assert.deepEqual(startsOf(urls, KEY_FRAME), [], 'none are asked for while it plays');

    const from = await page.evaluate(() => {
      window.shakaPlayer.trickPlay(8);
      return video.currentTime;
    });
    const begun = Date.now();
    await until('24 s wound through', (since) => video.currentTime > since + 24, from);
    const took = (Date.now() - begun) / 1000;
    const wound = startsOf(urls, KEY_FRAME);
    assert.ok(wound.length >= 24 / GOP_SECONDS / 2, `keyframes asked for: ${wound}`);
    assert.ok(
      wound.every((start) => start % GOP_SECONDS === 0),
      `they start at ${wound}`,
    );
    t.diagnostic(`${wound.length} keyframes, ${(await state()).time - from} s in ${took} s`);

    urls.length = 0;
    await page.evaluate(() => window.shakaPlayer.cancelTrickPlay());
    const back = (await state()).time;
    await until('played on', (at) => video.playbackRate === 1 && video.currentTime > at + 2, back);
    assert.ok(startsOf(urls, SEGMENT).length > 0, 'whole segments again');
    assert.deepEqual((await state()).errors, []);
    await page.close();
  });
}

test('hls.js knows the playlists of keyframes, and shows the one of any moment', async () => {
  const { page, state, until, urls } = await open();
  await page.evaluate((manifest) => {
    const hls = new Hls({ startLevel: 0 });
    hls.on(Hls.Events.ERROR, (_, { fatal, type, details, response }) => {
      if (fatal || (type !== 'mediaError' && details !== 'aborted'))
        window.errors.push(`${type} ${details} ${response?.code ?? ''}`);
    });
    hls.loadSource(manifest);
    hls.attachMedia(video);
    window.hls = hls;
  }, urlOf('master.m3u8'));
  await until('a second played', () => video.currentTime > 1);
  const variants = await page.evaluate(() =>
    window.hls.iframeVariants.map(({ width, height, bitrate, videoCodec, url }) => ({
      width,
      height,
      bitrate,
      videoCodec,
      url,
    })),
  );
  const heights = variants.map(({ height }) => height).sort((a, b) => a - b);
  assert.deepEqual(
    heights,
    LEVELS.map(({ height }) => height).sort((a, b) => a - b),
  );
  for (const { url, videoCodec } of variants) {
    assert.match(url, /\/video\/\d+\/iframes\/index\.m3u8$/);
    assert.match(videoCodec, /^avc1\./);
  }

  await page.evaluate(() => {
    const still = document.createElement('video');
    document.body.append(still);
    const iframes = window.hls.createIFramePlayer();
    iframes.on(Hls.Events.ERROR, (_, { fatal, details }) => fatal && window.errors.push(`iframes: ${details}`));
    iframes.attachMedia(still);
    Object.assign(window, { still, iframes });
  });
  urls.length = 0;
  // Forwards: see docs/clients.md.
  for (const second of [9, 31, 53]) {
    await page.evaluate((time) => window.iframes.loadMediaAt(time), second);
    await until(
      `picture of ${second} s`,
      (time) =>
        window.still.readyState >= 2 && window.still.videoWidth > 0 && Math.abs(window.still.currentTime - time) <= 2,
      second,
    );
    const asked = startsOf(urls, KEY_FRAME);
    assert.ok(asked.includes(second - (second % GOP_SECONDS)), `asked for ${asked}`);
  }
  assert.deepEqual((await state()).errors, []);
  await page.close();
});

test('dash.js takes them for what they are, and leaves them alone', async () => {
  const { page, state, until, urls } = await open();
  await page.evaluate((manifest) => {
    const player = dashjs.MediaPlayer().create();
    for (const name of ['error', 'playbackError'])
      player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
    player.initialize(video, manifest, true);
    window.dashPlayer = player;
  }, urlOf('manifest.mpd'));
  await until('a second played', () => video.currentTime > 1);
  const offered = await page.evaluate(() => ({
    tracks: window.dashPlayer.getTracksFor('video').length,
    levels: window.dashPlayer.getRepresentationsByType('video').map(({ id }) => id),
  }));
  assert.deepEqual([offered.tracks, offered.levels.length], [1, LEVELS.length]);
  assert.ok(
    offered.levels.every((id) => /^video\/\d+$/.test(id)),
    `${offered.levels}`,
  );
  await page.evaluate((to) => (video.currentTime = to), DURATION_SECONDS / 2);
  await until('played on after a seek', (from) => !video.seeking && video.currentTime > from + 1, DURATION_SECONDS / 2);
  assert.deepEqual(startsOf(urls, KEY_FRAME), []);
  assert.deepEqual((await state()).errors, []);
  await page.close();
});

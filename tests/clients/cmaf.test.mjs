// hls.js, dash.js and Shaka Player, in a real browser, play HLS and DASH of both kinds of source from the local edge.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DURATION_SECONDS } from '../../scripts/sample/recipe.mjs';
import { startBrowser } from '../lib/browser.mjs';
import { startEdge } from '../lib/edge.mjs';
import { PLAIN, SECONDS, plainFolder } from '../lib/plain.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const SOURCES = [
  { title: 'fragmented files', folder: sampleFolder, name: SAMPLE, seconds: DURATION_SECONDS, heights: [360, 1080] },
  { title: 'plain files', folder: plainFolder, name: PLAIN, seconds: SECONDS, heights: [180, 360] },
];

/** How a page is given each player: it begins at the lowest level, and changes to the highest when told. */
const PLAYERS = [
  { title: 'hls.js', manifest: 'master.m3u8', start: startHls },
  { title: 'dash.js', manifest: 'manifest.mpd', start: startDash },
  { title: 'Shaka Player, as HLS,', manifest: 'master.m3u8', start: startShaka },
  { title: 'Shaka Player, as DASH,', manifest: 'manifest.mpd', start: startShaka },
];

let browser;
const closing = [];

before(async () => {
  browser = await startBrowser(['node_modules/hls.js/dist/hls.min.js', 'node_modules/dashjs/dist/modern/umd/dash.mediaplayer.min.js', 'node_modules/shaka-player/dist/shaka-player.compiled.js']);
  closing.push(() => browser.close());
  for (const source of SOURCES) {
    source.edge = await startEdge(await source.folder());
    closing.push(() => source.edge.close());
  }
});

after(async () => {
  for (const close of closing.reverse()) await close();
});

/** These run in the page, and leave `errors` and `toTop` there. */
function startHls(manifest) {
  const hls = new Hls({ startLevel: 0 });
  window.errors = [];
  // What it mends by itself, such as a buffer that runs dry on a slow machine, it does not call fatal.
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details, response }) => {
    if (fatal || type !== 'mediaError') window.errors.push(`${type} ${details} ${response?.code ?? ''}`);
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => (hls.currentLevel = 0));
  window.toTop = () => (hls.currentLevel = hls.levels.length - 1);
  hls.loadSource(manifest);
  hls.attachMedia(document.querySelector('video'));
}

function startDash(manifest) {
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false }, initialBitrate: { video: 1 } } } });
  window.errors = [];
  for (const name of ['error', 'playbackError', 'mediaKeyError']) player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
  // Not the element's own event alone: sound that outlasts the picture can make dash.js stop it just before.
  player.on('playbackEnded', () => (window.isEnded = true));
  window.toTop = () => player.setRepresentationForTypeById('video', player.getRepresentationsByType('video').at(-1).id, true);
  player.initialize(document.querySelector('video'), manifest, true);
}

async function startShaka(manifest) {
  window.errors = [];
  const player = new shaka.Player();
  player.addEventListener('error', ({ detail }) => window.errors.push(`${detail.severity} ${detail.code} ${detail.data}`));
  await player.attach(document.querySelector('video'));
  player.configure({ abr: { enabled: false } });
  const byHeight = () => player.getVariantTracks().sort((one, other) => one.height - other.height);
  window.toTop = () => player.selectVariantTrack(byHeight().at(-1), true);
  await player.load(manifest);
  player.selectVariantTrack(byHeight()[0], true);
}

for (const { title, manifest, start } of PLAYERS) {
  for (const source of SOURCES) {
    test(`${title} plays ${source.title}, switches its level, seeks, and comes to the end, without an error`, async (t) => {
      const { page, state, until, picture } = await browser.open();
      const urls = [];
      page.on('request', (request) => urls.push(request.url()));
      await page.evaluate(() => {
        const video = document.querySelector('video');
        video.autoplay = true;
        video.addEventListener('error', () => window.errors.push(`video: ${video.error?.message}`));
        video.addEventListener('ended', () => (window.isEnded = true));
        const state = () => ({ errors: window.errors, time: video.currentTime, height: video.videoHeight, ended: window.isEnded === true, ready: video.readyState, frames: video.getVideoPlaybackQuality().totalVideoFrames, buffered: Array.from(video.buffered, (_, at) => [video.buffered.start(at), video.buffered.end(at)]) });
        Object.assign(window, { video, state });
      });
      await page.evaluate(start, new URL(`/${source.name}/${manifest}`, source.edge.url).href);

      const { heights, seconds } = source;
      await until('two seconds played', () => video.currentTime > 2 && state().frames > 40);
      assert.equal((await state()).height, heights[0]);
      const duration = await page.evaluate(() => video.duration);
      assert.ok(Math.abs(duration - seconds) < 0.1, `it lasts ${duration} s`);

      await page.evaluate(() => window.toTop());
      await until(`${heights[1]} lines`, (height) => video.videoHeight === height, heights[1]);
      const at = (await state()).time;
      await until('a second played of them', (from) => video.currentTime > from + 1, at);
      await picture(`${title} ${source.title}`.replaceAll(/\W+/g, '-'));

      const there = seconds * 0.6;
      await page.evaluate((to) => (video.currentTime = to), there);
      await until('played on after a seek', (from) => !video.seeking && video.currentTime > from + 1 && video.currentTime < from + 8, there);
      await page.evaluate((to) => (video.currentTime = to), seconds - 3);
      await until('the end', () => state().ended);
      const end = await state();
      assert.ok(Math.abs(end.time - seconds) < 0.3, `it ended at ${end.time} s`);
      assert.deepEqual(end.errors, []);

      const media = urls.filter((url) => /\.(m4s|mp4)$/.test(url));
      assert.ok(media.length > 8 && media.every((url) => /\.ism\/[0-9a-f]{16}\/(video|audio|captions_\w+)\/\d+\/(\d+\.m4s|init\.mp4)$/.test(url)), 'all under a generation');
      const levels = new Set(media.map((url) => /\/video\/(\d+)\//.exec(url)?.[1]).filter(Boolean));
      assert.ok(levels.size >= 2, `levels asked for: ${[...levels]}`);
      t.diagnostic(`${end.frames} frames shown, ${media.length} segments and headers loaded`);
      await page.close();
    });
  }
}

// dash.js with its Smooth Streaming plugin, in a real browser, plays the sample from the local edge.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { local } from '../../scripts/lib/project.mjs';
import { DURATION_SECONDS } from '../../scripts/sample/recipe.mjs';
import { startEdge } from '../lib/edge.mjs';
import { SAMPLE, sampleFolder } from '../lib/sample.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/snap/bin/chromium', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'];
/** A busy machine decodes slowly; only a player that stands still takes this long. */
const PATIENCE_MS = 60_000;
const SCREENSHOTS = local('target/tests/screenshots');

let edge;
let page;
/** Requests of the page that are neither finished nor given up. */
const underWay = new Set();
const closing = [];

before(async () => {
  edge = await startEdge(await sampleFolder());
  closing.push(() => edge.close());
  const site = await serveSite();
  closing.push(site.close);
  const browser = await chromium.launch({ executablePath: installedChromium(), args: FLAGS });
  closing.push(() => browser.close());
  page = await browser.newPage({ viewport: { width: 960, height: 540 } });
  page.on('request', (request) => underWay.add(request));
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => underWay.delete(request));
  await page.goto(site.url);
  await mkdir(SCREENSHOTS, { recursive: true });
});

after(async () => {
  for (const close of closing.reverse()) await close();
});

function installedChromium() {
  const found = [process.env.CHROMIUM, ...PLACES].find((file) => file && existsSync(file));
  if (!found) throw new Error('This test needs Chromium: `sudo apt install chromium`, `sudo dnf install chromium`, `brew install --cask chromium`; or CHROMIUM=/path/to/it');
  return found;
}

/** The page and the player, from another host than the media: as it is where people watch. */
async function serveSite() {
  const dash = local('node_modules/dashjs/dist/modern/umd');
  const scripts = ['dash.mediaplayer.min.js', 'dash.mss.min.js'];
  const html = `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#000">
<video muted style="width:100vw;height:100vh"></video>${scripts.map((name) => `<script src="${name}"></script>`).join('')}`;
  const server = http.createServer(async ({ url }, response) => {
    if (url === '/') return response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    const name = scripts.find((script) => url === `/${script}`);
    if (!name) return response.writeHead(404).end();
    response.setHeader('content-type', 'text/javascript').end(await readFile(path.join(dash, name)));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}

const state = () => page.evaluate(() => window.state());
const until = (what, condition, argument) =>
  page.waitForFunction(condition, argument, { timeout: PATIENCE_MS, polling: 50 }).catch(async () => {
    const pending = [...underWay].map((request) => request.url());
    throw new Error(`it did not come to this: ${what}. ${JSON.stringify({ ...(await state()), pending })}`);
  });
const picture = (name) => page.screenshot({ path: path.join(SCREENSHOTS, `dashjs-${name}.png`) });

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
  await picture('360p');

  await page.evaluate(() => {
    const top = player.getRepresentationsByType('video').at(-1);
    player.setRepresentationForTypeById('video', top.id, true);
  });
  await until('1080 lines', () => video.videoHeight === 1080);
  const at = (await state()).time;
  await until('a second played of them', (from) => video.currentTime > from + 1, at);
  await picture('1080p');

  await page.evaluate(() => player.seek(40));
  await until('played on after a seek to 40 s', () => !video.seeking && video.currentTime > 41 && video.currentTime < 50);
  await picture('seek');

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

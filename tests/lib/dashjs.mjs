// dash.js with its Smooth Streaming plugin, in a real browser.
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { local } from '../../scripts/lib/project.mjs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/snap/bin/chromium', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'];
/** A busy machine decodes slowly; only a player that stands still takes this long. */
const PATIENCE_MS = 60_000;
const SCREENSHOTS = local('target/tests/screenshots');

/**
 * A browser with a page that has the player in it.
 * @returns what plays, and tells of it: functions for `until` and `evaluate` run in the page, and have `player`, `video` and
 *   `state()` there
 */
export async function startPlayer() {
  const closing = [];
  const close = async () => {
    for (const one of closing.reverse()) await one();
  };
  try {
    return { ...(await opened(closing)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function opened(closing) {
  const site = await serveSite();
  closing.push(site.close);
  const browser = await chromium.launch({ executablePath: installedChromium(), args: FLAGS });
  closing.push(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 960, height: 540 } });
  /** Requests of the page that are neither finished nor given up. */
  const underWay = new Set();
  page.on('request', (request) => underWay.add(request));
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => underWay.delete(request));
  await mkdir(SCREENSHOTS, { recursive: true });
  const state = () => page.evaluate(() => window.state());
  return {
    state,
    /** Plays what `manifest` is of, beginning with the level of so many kbit/s, until another is chosen. */
    async play(manifest, kbps) {
      await page.goto(site.url);
      await page.evaluate(play, [manifest, kbps]);
    },
    evaluate: (run, argument) => page.evaluate(run, argument),
    until: (what, condition, argument) =>
      page.waitForFunction(condition, argument, { timeout: PATIENCE_MS, polling: 50 }).catch(async () => {
        const pending = [...underWay].map((request) => request.url());
        throw new Error(`it did not come to this: ${what}. ${JSON.stringify({ ...(await state()), pending })}`);
      }),
    picture: (name) => page.screenshot({ path: path.join(SCREENSHOTS, `dashjs-${name}.png`) }),
  };
}

/** Runs in the page. */
function play([manifest, kbps]) {
  const video = document.querySelector('video');
  const happened = { errors: [], requests: [] };
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false }, initialBitrate: { video: kbps } } } });
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
}

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

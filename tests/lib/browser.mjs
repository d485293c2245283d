// A page in a real browser that plays from the local edge.
import { mkdir, readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { chromium as driver } from 'playwright-core';
import { chromium } from '../../scripts/lib/chromium.mjs';
import { local } from '../../scripts/lib/project.mjs';
import { close, listen } from './http.mjs';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];
/** A busy machine decodes slowly; only a player that stands still takes this long. */
const PATIENCE_MS = 60_000;
/** Kept, for whoever wants to see what a test saw. */
const SCREENSHOTS = local('target/tests/screenshots');

export const launch = async () => driver.launch({ ...(await chromium()), args: FLAGS });

/** Takes a picture of what `page` shows. */
export async function photograph(page, name, options = {}) {
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), ...options });
}

/** The players, each as a page loads it. */
export const SCRIPT = {
  hls: 'node_modules/hls.js/dist/hls.min.js',
  dash: 'node_modules/dashjs/dist/modern/umd/dash.mediaplayer.min.js',
  dashWhole: 'node_modules/dashjs/dist/modern/umd/dash.all.min.js',
  dashSmooth: 'node_modules/dashjs/dist/modern/umd/dash.mss.min.js',
  shaka: 'node_modules/shaka-player/dist/shaka-player.compiled.js',
};

/**
 * A browser, and the pages of a site that has `scripts`, files of the project, and a video element.
 * @param {string[]} scripts
 */
export async function startBrowser(scripts) {
  const site = await serveSite(scripts);
  const browser = await launch();
  return {
    open: () => open(browser, site.url),
    async close() {
      await browser.close();
      await site.close();
    },
  };
}

async function open(browser, url) {
  const page = await browser.newPage({ viewport: { width: 960, height: 540 } });
  /** Requests of the page that are neither finished nor given up. */
  const underWay = new Set();
  page.on('request', (request) => underWay.add(request));
  for (const over of ['requestfinished', 'requestfailed']) page.on(over, (request) => underWay.delete(request));
  await page.goto(url);
  await page.evaluate(follow);
  const state = () => page.evaluate(() => window.state());
  return {
    page,
    /** What the page says of itself: `window.state()`, which a test has to give it. */
    state,
    until: (what, condition, argument) =>
      page.waitForFunction(condition, argument, { timeout: PATIENCE_MS, polling: 50 }).catch(async () => {
        const pending = [...underWay].map((request) => request.url());
        throw new Error(`it did not come to this: ${what}. ${JSON.stringify({ ...(await state()), pending })}`);
      }),
    picture: (name) => photograph(page, name),
  };
}

/**
 * Runs in the page: `window.furthest()` is how far its video has come, in seconds. Where it ends, dash.js goes back half a second, at a
 * moment between two events of the video's own.
 */
function follow() {
  const video = document.querySelector('video');
  let furthest = 0;
  const look = () => {
    furthest = Math.max(furthest, video.currentTime);
    requestAnimationFrame(look);
  };
  look();
  window.furthest = () => furthest;
}

/** The page and the player, from another host than the media: as it is where people watch. */
async function serveSite(scripts) {
  const files = new Map(scripts.map((script) => [`/${path.basename(script)}`, local(script)]));
  const html = `<!doctype html><meta charset="utf-8"><body style="margin:0;background:#000">
<video muted style="width:100vw;height:100vh"></video>${[...files.keys()].map((name) => `<script src="${name}"></script>`).join('')}`;
  const server = http.createServer(async ({ url }, response) => {
    if (url === '/') return response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
    const file = files.get(url);
    if (!file) return response.writeHead(404).end();
    response.setHeader('content-type', 'text/javascript').end(await readFile(file));
  });
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}/`, close: () => close(server) };
}

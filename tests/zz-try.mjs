import { startBrowser } from './lib/browser.mjs';
import { captionsFolder, CAPTIONS, STORED } from './lib/captions.mjs';
import { startEdge } from './lib/edge.mjs';
const dash = (name) => `node_modules/dashjs/dist/modern/umd/dash.${name}.min.js`;
const browser = await startBrowser([dash('mediaplayer'), dash('mss')]);
const edge = await startEdge(await captionsFolder());
for (const m of process.argv.slice(2)) {
const { page } = await browser.open();
const log = [];
page.on('request', (r) => /caption|subt/.test(r.url()) && log.push(r.url().split('/').slice(-3).join('/')));
page.on('console', (c) => /rror|TTML|text/i.test(c.text()) && console.log('C', c.text().slice(0, 300)));
await page.evaluate((manifest) => {
  const video = document.querySelector('video');
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({ debug: { logLevel: 4 } });
  const screen = document.createElement('div');
  document.body.append(screen);
  Object.assign(window, { video, player, screen_: screen });
  player.initialize(video, manifest, true);
  player.attachTTMLRenderingDiv(screen);
}, new URL(`/${CAPTIONS}/${m}`, edge.url).href);
const wait = (ms) => new Promise((r) => setTimeout(r, ms));
const dump = async (what) => console.log(what, await page.evaluate(() => JSON.stringify({ t: video.currentTime, idx: player.getCurrentTextTrackIndex(), tracks: player.getTracksFor('text').map((x) => [x.index, x.lang, x.labels]), tt: [...video.textTracks].map((x) => [x.label, x.language, x.mode, x.cues?.length]), html: screen_.innerText, kids: screen_.children.length })), log.splice(0).join(' '));
await wait(2500); await dump('start');
await page.evaluate(() => video.pause());
for (const i of [0, 1, 2, 0]) {
  await page.evaluate((i) => player.setTextTrack(i), i); await wait(500); await dump('set ' + i);
  await page.evaluate(() => (video.currentTime = 1.5)); await wait(1000); await dump('seek 1.5');
  await page.evaluate(() => (video.currentTime = 16.5)); await wait(1000); await dump('seek 16.5');
  await page.evaluate(() => (video.currentTime = 9.5)); await wait(1000); await dump('seek 9.5');
}
await page.close();
}
await browser.close(); await edge.close(); process.exit();

// hls.js, dash.js and Shaka Player, in a real browser, play fragmented files whose fragments are rewritten: from their first
// frame, which is shown when ffprobe says that it is, to the end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { startBrowser } from '../lib/browser.mjs';
import { carriedFolder } from '../lib/carried.mjs';
import { startEdge } from '../lib/edge.mjs';

/** Presentations, and when the first frame of each is shown. */
const FILMS = {
  'films/dash.ism': 0,
  'films/shaka.ism': 0,
  'films/shared.ism': 0.08,
  'films/both.ism': 0,
  'films/ladder.ism': 0,
};
const SECONDS = 7;
const FRAME = 0.04;

/** They are given the addresses that Azure's packager had. */
const PLAYERS = [
  { title: 'hls.js', manifest: 'manifest(format=m3u8-aapl,audio-only=false)', start: startHls },
  { title: 'dash.js', manifest: 'manifest(format=mpd-time-csf)', start: startDash },
  { title: 'dash.js, as Smooth Streaming,', manifest: 'Manifest', start: startDash },
  { title: 'Shaka Player, as HLS,', manifest: 'manifest(format=m3u8-aapl-v3).m3u8', start: startShaka },
  { title: 'Shaka Player, as DASH,', manifest: 'manifest(format=mpd-time-csf)', start: startShaka },
];

let browser;
let edge;

before(async () => {
  const dash = ['mediaplayer', 'mss'].map((name) => `node_modules/dashjs/dist/modern/umd/dash.${name}.min.js`);
  browser = await startBrowser([
    'node_modules/hls.js/dist/hls.min.js',
    ...dash,
    'node_modules/shaka-player/dist/shaka-player.compiled.js',
  ]);
  edge = await startEdge(await carriedFolder());
});

after(async () => {
  await edge?.close();
  await browser?.close();
});

/** These run in the page, leave `errors` there, and do not play: a frame that is played over may never be seen. */
function startHls(manifest) {
  const hls = new Hls();
  hls.on(Hls.Events.ERROR, (_, { fatal, details }) => fatal && window.errors.push(details));
  hls.loadSource(manifest);
  hls.attachMedia(document.querySelector('video'));
}

function startDash(manifest) {
  const player = dashjs.MediaPlayer().create();
  for (const name of ['error', 'playbackError'])
    player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
  player.on('playbackEnded', () => (window.isEnded = true));
  const playsByItself = false;
  player.initialize(document.querySelector('video'), manifest, playsByItself);
}

async function startShaka(manifest) {
  const player = new shaka.Player();
  player.addEventListener('error', (/** @type {ShakaError} */ { detail }) =>
    window.errors.push(`${detail.severity} ${detail.code} ${detail.data}`),
  );
  await player.attach(document.querySelector('video'));
  await player.load(manifest);
}

// Each plays in a window of its own, and shows small frames.
describe('players', { concurrency: 2 }, () => {
  for (const { title, manifest, start } of PLAYERS) {
    for (const [name, shown] of Object.entries(FILMS)) {
      test(`${title} plays ${name} from its first frame to the end`, async (t) => {
        const { page, state, until } = await browser.open();
        await page.evaluate(() => {
          const video = document.querySelector('video');
          Object.assign(window, { video, errors: [], frameTimes: [], furthest: 0 });
          video.addEventListener('ended', () => (window.isEnded = true));
          // Where it ends, dash.js goes back a little, at a moment between two events of the video's own.
          const lookAgain = () => {
            window.furthest = Math.max(window.furthest, video.currentTime);
            requestAnimationFrame(lookAgain);
          };
          lookAgain();
          const see = (_, { mediaTime }) => {
            window.frameTimes.push(mediaTime);
            video.requestVideoFrameCallback(see);
          };
          video.requestVideoFrameCallback(see);
          window.state = () => ({
            errors: window.errors,
            shown: window.frameTimes.slice(0, 3),
            time: window.furthest,
            ended: window.isEnded === true,
            buffered: Array.from({ length: video.buffered.length }, (_, at) => [
              video.buffered.start(at),
              video.buffered.end(at),
            ]),
          });
        });
        await page.evaluate(start, new URL(`/${name}/${manifest}`, edge.url).href);
        await until('the first frame', () => window.frameTimes.length > 0);
        await page.evaluate(() => void document.querySelector('video').play());
        await until('the end', () => window.state().ended);
        const {
          errors,
          shown: [first],
          time,
          buffered,
        } = await state();
        assert.deepEqual(errors, []);
        assert.ok(Math.abs(first - shown) < FRAME / 2, `its first frame is shown at ${first} s`);
        assert.ok(Math.abs(time - SECONDS - shown) < 3 * FRAME, `it ended at ${time} s`);
        t.diagnostic(JSON.stringify({ first, time, buffered }));
        await page.close();
      });
    }
  }
});

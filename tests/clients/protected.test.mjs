// Shaka Player and dash.js, in a real browser, play encrypted presentations from the local edge: they are given the
// key, and the browser's own Clear Key decrypts what they hand it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { SCRIPT, startBrowser } from '../lib/browser.mjs';
import { startEdge } from '../lib/edge.mjs';
import { KEY, LEADS, LEVELS, PRESENTATIONS, SECONDS, protectedFolder } from '../lib/protected.mjs';

/** How a page is given each player, and the key; it begins at the lowest level, and changes to the highest when told. */
const PLAYERS = [
  { title: 'Shaka Player, as DASH,', manifest: 'manifest.mpd', start: startShaka },
  { title: 'Shaka Player, as HLS,', manifest: 'master.m3u8', start: startShaka },
  // It takes a key of its own only where the manifest tells of the common system.
  {
    title: 'dash.js, as DASH,',
    manifest: 'manifest.mpd',
    start: startDash,
    names: ['piff', 'cbcs', ...Object.keys(LEADS)],
  },
  // dash.js makes the init segment itself, and so of AES-CTR alone; which key it is, it has from the PlayReady object of the manifest.
  { title: 'dash.js, as Smooth Streaming,', manifest: 'Manifest', start: startDash, names: ['piff', 'cenc'] },
];

const HEIGHTS = LEVELS.map(({ height }) => height).filter(Boolean);

let browser;
let edge;

before(async () => {
  browser = await startBrowser([SCRIPT.dashWhole, SCRIPT.dashSmooth, SCRIPT.shaka]);
  edge = await startEdge(await protectedFolder());
});

after(async () => {
  await edge?.close();
  await browser?.close();
});

/** These run in the page, and leave `errors` and `toTop` there. */
async function startShaka({ manifest, key, keyId }) {
  window.errors = [];
  const player = new shaka.Player();
  player.addEventListener('error', (/** @type {ShakaError} */ { detail }) =>
    window.errors.push(`${detail.severity} ${detail.code} ${detail.data}`),
  );
  await player.attach(document.querySelector('video'));
  player.configure({ abr: { enabled: false }, drm: { clearKeys: { [keyId]: key } } });
  const byHeight = () => player.getVariantTracks().sort((one, other) => one.height - other.height);
  window.toTop = () => player.selectVariantTrack(byHeight().at(-1), true);
  await player.load(manifest);
  player.selectVariantTrack(byHeight()[0], true);
}

function startDash({ manifest, key, keyId }) {
  const base64 = (hex) =>
    btoa(String.fromCharCode(...hex.match(/../g).map((byte) => parseInt(byte, 16))))
      .replaceAll('+', '-')
      .replaceAll('/', '_')
      .replaceAll('=', '');
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false }, initialBitrate: { video: 1 } } } });
  window.errors = [];
  for (const name of ['error', 'playbackError', 'keyError', 'mediaKeyError'])
    player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
  // Of Smooth Streaming it knows PlayReady and Widevine alone: this offers it the key that the page has.
  const common = 'urn:uuid:1077efec-c0b2-4d02-ace3-3c1e52e2fb4b';
  player.on(
    'manifestLoaded',
    ({
      data: {
        protocol,
        Period: [{ AdaptationSet: sets }],
      },
    }) => {
      for (const { ContentProtection: told } of protocol === 'MSS' ? sets : []) {
        if (told.every(({ schemeIdUri }) => schemeIdUri !== common)) told.push({ ...told[0], schemeIdUri: common });
      }
    },
  );
  player.on('playbackEnded', () => (window.isEnded = true));
  window.toTop = () =>
    player.setRepresentationForTypeById('video', player.getRepresentationsByType('video').at(-1).id, true);
  player.initialize(document.querySelector('video'), null, true);
  player.setProtectionData({ 'org.w3.clearkey': { clearkeys: { [base64(keyId)]: base64(key) } } });
  player.attachSource(manifest);
}

// Each plays in a window of its own, and shows small frames.
describe('players', { concurrency: 2 }, () => {
  for (const { title, manifest, start, names = [...Object.keys(PRESENTATIONS), ...Object.keys(LEADS)] } of PLAYERS) {
    for (const name of names) {
      test(`${title} plays ${name} with its key, switches its level, seeks, and comes to the end, without an error`, async (t) => {
        const { page, state, until, picture } = await browser.open();
        await page.evaluate(() => {
          const video = document.querySelector('video');
          video.autoplay = true;
          video.addEventListener('error', () => window.errors.push(`video: ${video.error?.message}`));
          video.addEventListener('ended', () => (window.isEnded = true));
          const frames = () => video.getVideoPlaybackQuality().totalVideoFrames;
          const state = () => ({
            errors: window.errors,
            time: video.currentTime,
            height: video.videoHeight,
            ended: window.isEnded === true,
            frames: frames(),
            decrypts: video.mediaKeys !== null,
          });
          Object.assign(window, { video, state });
        });
        await page.evaluate(start, { manifest: new URL(`/${name}.ism/${manifest}`, edge.url).href, ...KEY });

        await until('two seconds played', () => video.currentTime > 2 && state().frames > 40);
        assert.equal((await state()).height, HEIGHTS[0]);
        assert.ok((await state()).decrypts, 'it has keys');
        await page.evaluate(() => window.toTop());
        await until(`${HEIGHTS[1]} lines`, (height) => video.videoHeight === height, HEIGHTS[1]);
        const at = (await state()).time;
        await until('a second played of them', (from) => video.currentTime > from + 1, at);
        await picture(`${title} protected ${name}`.replaceAll(/\W+/g, '-'));
        // Of what begins in the clear, back to that: it plays on into what is encrypted.
        await page.evaluate((to) => (video.currentTime = to), name in LEADS ? 5.5 : SECONDS - 3);
        await until('the end', () => state().ended);
        const end = await state();
        const furthest = await page.evaluate(() => window.furthest());
        assert.ok(Math.abs(furthest - SECONDS) < 0.3, `it ended at ${furthest} s`);
        assert.deepEqual(end.errors, []);
        t.diagnostic(`${end.frames} frames shown`);
        await page.close();
      });
    }
  }
});

// Captions on screen: hls.js, dash.js and Shaka Player, in a real browser, show text from the local edge when it is said.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { local } from '../../scripts/lib/project.mjs';
import { SCRIPT, startBrowser } from '../lib/browser.mjs';
import { CAPTIONS, DFXP, ENGLISH, GERMAN, SAID, STORED, STPP, captionsFolder } from '../lib/captions.mjs';
import { startEdge } from '../lib/edge.mjs';

/** What is chosen of each, and what its cue of this number says, line by line. */
const SOURCES = [
  {
    title: 'WebVTT and SubRip files',
    name: CAPTIONS,
    texts: [
      { ...ENGLISH, lines: (number) => [`Number ${number}`, '<second line>'] },
      { ...GERMAN, lines: (number) => [`Nummer ${number}`, 'fünf < sechs'] },
    ],
  },
  {
    title: 'TTML in MP4',
    name: STORED,
    texts: [DFXP, STPP].map((text) => ({ ...text, lines: (number) => [`Number ${number}`, '<stored>'] })),
  },
];

/** Shaka's own, without which its text is black on black, below the picture. */
const SHAKA_STYLE = local('node_modules/shaka-player/dist/controls.css');

/** How a page is given each player. These run in the page, and leave `errors`, `choose` and `shown` there. */
const PLAYERS = [
  { title: 'hls.js', manifest: 'master.m3u8', start: startHls },
  { title: 'dash.js', manifest: 'manifest.mpd', start: startDash },
  { title: 'dash.js, Smooth Streaming,', manifest: 'Manifest', start: startDash },
  { title: 'Shaka Player, as HLS,', manifest: 'master.m3u8', start: startShaka, style: SHAKA_STYLE },
  { title: 'Shaka Player, as DASH,', manifest: 'manifest.mpd', start: startShaka, style: SHAKA_STYLE },
];

let browser;
let edge;

before(async () => {
  browser = await startBrowser([SCRIPT.hls, SCRIPT.dash, SCRIPT.dashSmooth, SCRIPT.shaka]);
  edge = await startEdge(await captionsFolder());
});

after(async () => {
  await edge?.close();
  await browser?.close();
});

/** By the browser's own text tracks. */
function startHls(manifest) {
  const hls = new Hls();
  window.errors = [];
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details, response }) => {
    if (fatal || (type !== 'mediaError' && details !== 'aborted'))
      window.errors.push(`${type} ${details} ${response?.code ?? ''}`);
  });
  window.texts = () => hls.subtitleTracks.map(({ name }) => name);
  window.choose = (name) => {
    hls.subtitleTrack = hls.subtitleTracks.findIndex((track) => track.name === name);
    hls.subtitleDisplay = true;
  };
  window.shown = () =>
    [...video.textTracks]
      .filter(({ mode }) => mode === 'showing')
      .flatMap(({ activeCues }) =>
        [...activeCues].map((cue) => tidy(/** @type {VTTCue} */ (cue).getCueAsHTML().textContent)),
      );
  hls.loadSource(manifest);
  hls.attachMedia(video);
}

/** By what dash.js puts into the element for TTML. */
function startDash(manifest) {
  const player = dashjs.MediaPlayer().create();
  const screen = document.createElement('div');
  document.body.append(screen);
  window.errors = [];
  for (const name of ['error', 'playbackError', 'mediaKeyError'])
    player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
  const tracks = () => player.getTracksFor('text');
  const nameOf = ({ labels, id }) => labels?.[0]?.text ?? id;
  window.texts = () => tracks().map(nameOf);
  window.choose = (name) => player.setTextTrack(tracks().findIndex((track) => nameOf(track) === name));
  window.shown = () => paragraphs(screen);
  player.initialize(video, manifest, true);
  player.attachTTMLRenderingDiv(screen);

  /** The text of each paragraph, lines apart. */
  function paragraphs(element) {
    return [...element.children]
      .filter((cue) => cue.textContent.trim() !== '')
      .map((cue) => tidy(/** @type {HTMLElement} */ (cue).innerText));
  }
}

/** By Shaka's own elements over the picture. */
async function startShaka(manifest) {
  window.errors = [];
  const player = new shaka.Player();
  player.addEventListener('error', (/** @type {ShakaError} */ { detail }) =>
    window.errors.push(`${detail.severity} ${detail.code} ${detail.data}`),
  );
  document.body.className = 'shaka-video-container';
  player.setVideoContainer(document.body);
  await player.attach(video);
  const nameOf = ({ label, originalTextId }) => label ?? originalTextId;
  window.texts = () => player.getTextTracks().map(nameOf);
  window.choose = async (name) => {
    player.selectTextTrack(player.getTextTracks().find((track) => nameOf(track) === name));
  };
  window.shown = () =>
    [...document.querySelectorAll('.shaka-text-container > *')]
      .map((cue) => tidy(/** @type {HTMLElement} */ (cue).innerText))
      .filter((text) => text !== '');
  await player.load(manifest);
  await video.play();
}

// Each plays in a window of its own, and shows small frames.
describe('players', { concurrency: 2 }, () => {
  for (const { title, manifest, start, style } of PLAYERS) {
    for (const source of SOURCES) {
      test(`${title} shows ${source.title} when they are said, and once`, async (t) => {
        const { page, state, until, picture } = await browser.open();
        await page.evaluate(() => {
          const video = document.querySelector('video');
          video.addEventListener('error', () => window.errors.push(`video: ${video.error?.message}`));
          // What is shown, whenever that changes.
          window.seen = [];
          setInterval(() => {
            const shown = window.shown?.() ?? [];
            if (String(window.seen.at(-1)?.shown) !== String(shown) && !video.seeking)
              window.seen.push({ time: video.currentTime, shown });
          }, 20);
          const tidy = (text) =>
            text
              .split('\n')
              .map((line) => line.replaceAll('\u00a0', ' ').trim())
              .filter(Boolean)
              .join('\n');
          Object.assign(window, {
            video,
            tidy,
            state: () => ({
              errors: window.errors,
              time: video.currentTime,
              ready: video.readyState,
              texts: window.texts?.(),
              shown: window.shown?.(),
            }),
          });
        });
        if (style) await page.addStyleTag({ path: style });
        await page.evaluate(start, new URL(`/${source.name}/${manifest}`, edge.url).href);
        await until('video', () => video.readyState >= 2 && window.texts().length > 0);
        for (const text of source.texts) {
          const [one, two] = SAID.map(({ number }) => text.lines(number).join('\n'));
          // Once to where the player has the text that it was told to show, and once more from the start.
          await page.evaluate(() => {
            video.pause();
            video.currentTime = 0;
          });
          await page.evaluate((name) => window.choose(name), text.name);
          await page.evaluate(() => Object.assign(video, { playbackRate: 2 }).play());
          await until('the second cue', (wanted) => String(window.shown()) === wanted, two);
          await page.evaluate(() => (video.currentTime = 0));
          await until('no cue', () => !video.seeking && window.shown().length === 0);
          await page.evaluate(() => (window.seen = [{ time: video.currentTime, shown: [] }]));
          await until('the second cue again', (wanted) => String(window.shown()) === wanted, two);
          await picture(`captions ${title} ${text.name}`.replaceAll(/\W+/g, '-'));
          await until('played on behind it', (to) => video.currentTime > to, SAID[1].end + 0.7);
          // Each once, through the cut in its midst, when it is said, and nothing in between.
          const seen = (await page.evaluate(() => window.seen)).filter(({ time }) => time < SAID[1].end + 0.6);
          assert.deepEqual(
            seen.map(({ shown }) => shown),
            [[], [one], [], [two], []],
            JSON.stringify(seen),
          );
          const wanted = [SAID[0].begin, SAID[0].end, SAID[1].begin, SAID[1].end, SAID[2].begin];
          for (const [at, { time }] of seen.slice(1).entries())
            assert.ok(
              time > wanted[at] - 0.1 && time < wanted[at + 1],
              `${time} s instead of ${wanted[at]}: ${JSON.stringify(seen)}`,
            );
          await page.evaluate((to) => (video.currentTime = to), SAID.at(-1).begin - 0.5);
          await until(
            'the last cue, which was never near',
            (wanted) => String(window.shown()) === wanted,
            text.lines(SAID.at(-1).number).join('\n'),
          );
        }
        const { errors } = await state();
        assert.deepEqual(errors, []);
        t.diagnostic(`texts: ${JSON.stringify((await state()).texts)}`);
        await page.close();
      });
    }
  }
});

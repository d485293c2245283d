// hls.js, dash.js and Shaka Player show a presentation from its first frame to its end, each in a window of its own.
import { SCRIPT } from './browser.mjs';

/** What such a page loads. */
export const SCRIPTS = [SCRIPT.hls, SCRIPT.dash, SCRIPT.dashSmooth, SCRIPT.shaka];

/** The players, and the protocols that each speaks. */
export const PLAYERS = [
  { title: 'hls.js', protocol: 'hls', start: startHls },
  { title: 'dash.js', protocol: 'dash', start: startDash },
  { title: 'dash.js, as Smooth Streaming,', protocol: 'smooth', start: startDash },
  { title: 'Shaka Player, as HLS,', protocol: 'hls', start: startShaka },
  { title: 'Shaka Player, as DASH,', protocol: 'dash', start: startShaka },
];

/** Pictures of frames: so many pixels wide and high, of four bytes each. */
export const PICTURE = { width: 80, height: 45 };

/** So many ms is a frame shown before it counts as the one that a player begins with; hls.js looks every 100 ms where it should be. */
const STANDS = 1500;

/**
 * Plays all of what `manifest` is of.
 * @param {Awaited<ReturnType<typeof import('./browser.mjs').startBrowser>>} browser
 * @param {string} manifest its address
 * @param {(manifest: string) => unknown} start a player's
 * @returns what went wrong, when the frame was shown that it began to play from and where it ended (in seconds of the video element),
 *   the pictures of that frame and of the last, the frames that were decoded, and how often the player went elsewhere by itself
 */
export async function screened(browser, manifest, start) {
  const { page, state, until } = await browser.open();
  await page.evaluate(watch, { ...PICTURE, stands: STANDS });
  await page.evaluate(start, manifest);
  // A stream that is to begin further on (EXT-X-START) may show its very first frame before the player goes there.
  await until('a first frame that stays', () => window.state().stands);
  await page.evaluate(() => void window.play());
  await until('the end', () => window.state().ended);
  const pictures = await page.evaluate(() => window.pictures());
  const seen = { ...(await state()), pictures: pictures.map((bytes) => Buffer.from(bytes)) };
  await page.close();
  return seen;
}

/** This and what follows run in the page. */
function watch({ width, height, stands }) {
  const video = document.querySelector('video');
  const canvases = [0, 1].map(() => Object.assign(document.createElement('canvas'), { width, height }));
  const contexts = canvases.map((canvas) => canvas.getContext('2d', { willReadFrequently: true }));
  let [first, last] = [undefined, -1];
  let [since, begun, seeks] = [Infinity, false, 0];
  window.errors = [];
  video.addEventListener('error', () => window.errors.push(`video: ${video.error?.message}`));
  video.addEventListener('ended', () => (window.isEnded = true));
  video.addEventListener('seeking', () => {
    if (begun) seeks += 1;
    since = Infinity;
  });
  // A frame that is shown while the one before is still being looked at calls nobody.
  video.addEventListener('seeked', () => {
    since = performance.now();
  });
  const see = (_, { mediaTime }) => {
    if (!begun) {
      first = mediaTime;
      since = performance.now();
    }
    if (mediaTime > last) contexts[1].drawImage(video, 0, 0, width, height);
    last = Math.max(last, mediaTime);
    video.requestVideoFrameCallback(see);
  };
  video.requestVideoFrameCallback(see);
  Object.assign(window, {
    play() {
      contexts[0].drawImage(video, 0, 0, width, height);
      begun = true;
      void video.play();
    },
    pictures() {
      if (video.currentTime > last) contexts[1].drawImage(video, 0, 0, width, height);
      return contexts.map((context) => [...context.getImageData(0, 0, width, height).data]);
    },
    state: () => ({
      errors: window.errors,
      first,
      last,
      stands: performance.now() - since > stands,
      time: window.furthest(),
      ended: window.isEnded === true,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      dropped: video.getVideoPlaybackQuality().droppedVideoFrames,
      hidden: document.hidden,
      seeks,
      buffered: Array.from({ length: video.buffered.length }, (_, at) => [
        video.buffered.start(at),
        video.buffered.end(at),
      ]),
    }),
  });
}

/** None of them plays by itself: a frame that is played over may never be seen. */
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

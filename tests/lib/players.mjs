// Starts hls.js, dash.js and Shaka Player in a page.
import { SCRIPT } from './browser.mjs';

/** What such a page loads. */
export const SCRIPTS = [SCRIPT.hls, SCRIPT.dash, SCRIPT.shaka];

/** How a page is given each player: it begins at the lowest level, and changes to the highest when told. */
export const PLAYERS = [
  { title: 'hls.js', manifest: 'master.m3u8', start: startHls },
  { title: 'dash.js', manifest: 'manifest.mpd', start: startDash },
  { title: 'Shaka Player, as HLS,', manifest: 'master.m3u8', start: startShaka },
  { title: 'Shaka Player, as DASH,', manifest: 'manifest.mpd', start: startShaka },
];

/** Has `page` tell what its video does: `state()`, for as long as it is open. */
export const prepare = (page) =>
  page.evaluate(() => {
    const video = document.querySelector('video');
    video.autoplay = true;
    video.addEventListener('error', () => window.errors.push(`video: ${video.error?.message}`));
    video.addEventListener('ended', () => (window.isEnded = true));
    const state = () => ({
      errors: window.errors,
      time: video.currentTime,
      height: video.videoHeight,
      ended: window.isEnded === true,
      ready: video.readyState,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      buffered: Array.from({ length: video.buffered.length }, (_, at) => [
        video.buffered.start(at),
        video.buffered.end(at),
      ]),
    });
    Object.assign(window, { video, state });
  });

/** These run in the page, and leave `errors` and `toTop` there. */
function startHls(manifest) {
  const hls = new Hls({ startLevel: 0 });
  window.errors = [];
  // What it mends by itself, such as a buffer that runs dry on a slow machine, it does not call fatal.
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details, response }) => {
    if (fatal || (type !== 'mediaError' && details !== 'aborted'))
      window.errors.push(`${type} ${details} ${response?.code ?? ''}`);
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
  for (const name of ['error', 'playbackError', 'mediaKeyError'])
    player.on(name, ({ error }) => window.errors.push(`${name}: ${error?.code} ${error?.message}`));
  // Not the element's own event alone: audio that outlasts the picture can make dash.js stop it just before.
  player.on('playbackEnded', () => (window.isEnded = true));
  window.toTop = () =>
    player.setRepresentationForTypeById('video', player.getRepresentationsByType('video').at(-1).id, true);
  player.initialize(document.querySelector('video'), manifest, true);
}

async function startShaka(manifest) {
  window.errors = [];
  const player = new shaka.Player();
  player.addEventListener('error', (/** @type {ShakaError} */ { detail }) =>
    window.errors.push(`${detail.severity} ${detail.code} ${detail.data}`),
  );
  await player.attach(document.querySelector('video'));
  player.configure({ abr: { enabled: false } });
  const byHeight = () => player.getVariantTracks().sort((one, other) => one.height - other.height);
  window.toTop = () => player.selectVariantTrack(byHeight().at(-1), true);
  await player.load(manifest);
  player.selectVariantTrack(byHeight()[0], true);
}

// dash.js with its Smooth Streaming plugin, in a real browser.
import { SCRIPT, startBrowser } from './browser.mjs';

/**
 * A browser in which one presentation after another is played.
 * @returns what plays, and tells of it: functions for `until` and `evaluate` run in the page, and have `player`, `video` and
 *   `state()` there
 */
export async function startPlayer() {
  const browser = await startBrowser([SCRIPT.dash, SCRIPT.dashSmooth]);
  let open;
  return {
    /** Plays what `manifest` is of, beginning with the level of so many kbit/s, until another is chosen. */
    async play(manifest, kbps) {
      await open?.page.close();
      open = await browser.open();
      await open.page.evaluate(play, [manifest, kbps]);
    },
    state: () => open.state(),
    evaluate: (run, argument) => open.page.evaluate(run, argument),
    until: (...args) => open.until(...args),
    picture: (name) => open.picture(`dashjs-${name}`),
    close: browser.close,
  };
}

/** Runs in the page. */
function play([manifest, kbps]) {
  const video = document.querySelector('video');
  const happened = { errors: [], requests: [] };
  const player = dashjs.MediaPlayer().create();
  player.updateSettings({
    streaming: { abr: { autoSwitchBitrate: { video: false }, initialBitrate: { video: kbps } } },
  });
  for (const name of ['error', 'playbackError', 'mediaKeyError'])
    player.on(name, ({ error }) => happened.errors.push(`${name}: ${error?.code} ${error?.message}`));
  player.on('fragmentLoadingCompleted', ({ request, error }) => {
    happened.requests.push(request.url);
    if (error) happened.errors.push(`${request.url}: ${error}`);
  });
  // Not the element's own event: audio that outlasts the picture can make dash.js stop it just before.
  player.on('playbackEnded', () => (happened.endedAt = window.furthest()));
  video.addEventListener('error', () => happened.errors.push(`video: ${video.error?.message}`));
  player.initialize(video, manifest, true);
  Object.assign(window, {
    player,
    video,
    state: () => ({
      ...happened,
      requests: happened.requests.length,
      time: video.currentTime,
      height: video.videoHeight,
      ended: video.ended,
      ready: video.readyState,
      buffered: ranges(video.buffered),
      ...pick(video.getVideoPlaybackQuality()),
    }),
    urls: () => happened.requests,
  });
  function ranges(buffered) {
    return Array.from({ length: buffered.length }, (_, at) => [buffered.start(at), buffered.end(at)]);
  }
  function pick({ totalVideoFrames: frames, droppedVideoFrames: dropped }) {
    return { frames, dropped };
  }
}

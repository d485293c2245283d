// Plays DASH with dash.js, and Smooth Streaming with its plugin.
import { MediaPlayer } from '../../node_modules/dashjs/dist/modern/esm/dash.mediaplayer.min.js';
import { BUFFER_SECONDS, MEMORY_SECONDS } from './adapter.js';

/** The code of an error: the manifest was not answered. */
const NO_MANIFEST = 11;

/** The plugin finds the player by itself. */
export async function withSmooth() {
  await import('../../node_modules/dashjs/dist/modern/esm/dash.mss.min.js');
  return { start };
}

/** @type {import('./adapter.js').Start} */
export function start(video, url, { failed, lost, captions, said }) {
  const player = MediaPlayer().create();
  player.updateSettings({
    debug: { logLevel: 0 },
    streaming: {
      text: { defaultEnabled: false, dispatchForManualRendering: true },
      buffer: {
        bufferTimeDefault: BUFFER_SECONDS,
        bufferTimeAtTopQuality: BUFFER_SECONDS,
        bufferTimeAtTopQualityLongForm: BUFFER_SECONDS,
        fastSwitchEnabled: true,
      },
      // Throughput alone decides. BOLA goes by the buffer and needs a longer one; a level that failed once may be
      // tried again; and frames that a slow machine drops do not count.
      abr: {
        initialBitrate: { video: 1 },
        rules: {
          bolaRule: { active: false },
          switchHistoryRule: { active: false },
          droppedFramesRule: { active: false },
        },
        throughput: {
          ewma: {
            throughputFastHalfLifeSeconds: MEMORY_SECONDS.fast,
            throughputSlowHalfLifeSeconds: MEMORY_SECONDS.slow,
          },
        },
      },
    },
  });
  player.on('error', ({ error }) => {
    const request = error?.data?.request;
    if (request?.mediaType === 'text') lost();
    else failed(error?.message ?? String(error), request?.url ?? (error?.code === NO_MANIFEST ? url : undefined));
  });
  const saying = new Map();
  const say = () => said([...saying.values()].flat());
  // dash.js throws where a level or captions are chosen before it knows of any, for which the last choice of each waits; and where
  // it comes to know of some after it was stopped.
  let [isReady, isStopped] = [false, false];
  const waiting = new Map();
  const soon = (kind, choose) => (isReady ? choose() : waiting.set(kind, choose));
  player.on('streamInitialized', () => {
    if (isStopped) return;
    isReady = true;
    for (const choose of waiting.values()) choose();
    waiting.clear();
    captions(
      player.getTracksFor('text').map(({ labels, lang, id }) => ({ label: labels?.[0]?.text || id, language: lang })),
    );
  });
  player.on('cueEnter', ({ cueID, isd }) => {
    saying.set(cueID, lines(isd));
    say();
  });
  player.on('cueExit', ({ cueID }) => {
    saying.delete(cueID);
    say();
  });
  // dash.js pauses where the manifest ends, which need not be where the browser sees the end, and seeks to a
  // place just before that.
  let isOver = false;
  player.on('playbackEnded', ({ isLast }) => (isOver = isLast));
  player.on('playbackStarted', () => (isOver = false));
  player.initialize(video, url, false);
  return {
    choose(rank) {
      player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: rank === null } } } });
      soon('level', () => {
        const levels = (player.getRepresentationsByType('video') ?? []).toSorted(
          (one, other) => one.bandwidth - other.bandwidth,
        );
        if (rank !== null) player.setRepresentationForTypeById('video', levels[rank].id, true);
      });
    },
    caption(place) {
      saying.clear();
      say();
      soon('captions', () => player.setTextTrack(place ?? -1));
    },
    isOver: () => isOver,
    estimate: () => player.getAverageThroughput('video') * 1000 || null,
    stop() {
      isStopped = true;
      player.destroy();
    },
  };
}

/** The lines of a TTML document at one moment, in layout order. */
function lines(isd) {
  let text = '';
  const walk = ({ kind, text: own, contents = [] }) => {
    if (kind === 'br' || (kind === 'p' && text)) text += '\n';
    text += own ?? '';
    for (const part of contents) walk(part);
  };
  for (const part of isd.contents) walk(part);
  return text.split('\n').filter((line) => line.trim());
}

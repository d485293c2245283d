// Plays HLS with hls.js.
import Hls from 'hls.js/dist/hls.min.mjs';
import { BUFFER_SECONDS, MEMORY_SECONDS } from './adapter.js';
import { Cues } from './cues.js';

/** @type {import('./adapter.js').Start} */
export function start(video, url, { failed, lost, captions, said }) {
  const { fragLoadPolicy } = Hls.DefaultConfig;
  const hls = new Hls({
    // hls.js would make its worker of a blob, which the page's policy forbids; CMAF needs little work.
    enableWorker: false,
    renderTextTracksNatively: false,
    startLevel: 0,
    maxBufferLength: BUFFER_SECONDS,
    maxMaxBufferLength: BUFFER_SECONDS,
    backBufferLength: 30,
    // Whoever watches soon reads what is the matter.
    fragLoadPolicy: {
      default: {
        ...fragLoadPolicy.default,
        errorRetry: { maxNumRetry: 2, retryDelayMs: 500, maxRetryDelayMs: 1000 },
      },
    },
    abrEwmaFastVoD: MEMORY_SECONDS.fast,
    abrEwmaSlowVoD: MEMORY_SECONDS.slow,
  });
  const cues = new Cues(video, said);
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details, frag, context, url: playlist }) => {
    // A seek has no use any more for what is being loaded.
    if (details === Hls.ErrorDetails.INTERNAL_ABORTED) return;
    if (frag?.type === 'subtitle' || context?.type === 'subtitleTrack') lost();
    else if (fatal)
      failed(`${type}: ${details}`, type === Hls.ErrorTypes.NETWORK_ERROR ? (frag?.url ?? playlist ?? url) : undefined);
  });
  // After this event hls.js selects none of them, so the page's choice comes later.
  hls.on(Hls.Events.SUBTITLE_TRACKS_UPDATED, (_, { subtitleTracks }) =>
    queueMicrotask(() => captions(subtitleTracks.map(({ name, lang }) => ({ label: name, language: lang })))),
  );
  hls.on(Hls.Events.CUES_PARSED, (_, { cues: parsed, subtitleTrack }) => {
    for (const cue of parsed) cues.add(cue, subtitleTrack.id);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    choose(rank) {
      const levels = hls.levels.toSorted((one, other) => one.bitrate - other.bitrate);
      hls.nextLevel = rank === null ? -1 : hls.levels.indexOf(levels[rank]);
    },
    caption(place) {
      hls.subtitleTrack = place ?? -1;
      cues.choose(place);
    },
    isOver: () => video.ended,
    estimate: () => hls.bandwidthEstimate || null,
    stop() {
      hls.destroy();
      cues.stop();
    },
  };
}

// hls.js: HLS.
import Hls from '../../node_modules/hls.js/dist/hls.min.mjs';
import { BUFFER_SECONDS, MEMORY_SECONDS } from './adapters.js';

export function start(video, url, failed) {
  const hls = new Hls({
    // It would be made of a blob, which the page's policy forbids; what comes is CMAF, with little to do.
    enableWorker: false,
    startLevel: 0,
    maxBufferLength: BUFFER_SECONDS,
    maxMaxBufferLength: BUFFER_SECONDS,
    backBufferLength: 30,
    abrEwmaFastVoD: MEMORY_SECONDS.fast,
    abrEwmaSlowVoD: MEMORY_SECONDS.slow,
  });
  hls.on(Hls.Events.ERROR, (_, { fatal, type, details }) => fatal && failed(`${type}: ${details}`));
  hls.loadSource(url);
  hls.attachMedia(video);
  return {
    choose(rank) {
      const levels = hls.levels.toSorted((one, other) => one.bitrate - other.bitrate);
      hls.nextLevel = rank === null ? -1 : hls.levels.indexOf(levels[rank]);
    },
    isOver: () => video.ended,
    estimate: () => hls.bandwidthEstimate || null,
    stop: () => hls.destroy(),
  };
}

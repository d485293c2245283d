// A frame of a presentation, decoded here from the first segment of its lowest level.
import { fetchUnpaced } from '../unpaced.js';
import { toPath } from '../urls.js';

/** The poster is taken so far into the film, whose first frames are often black. */
const INTO_SECONDS = 1;
const PATIENCE_MS = 10_000;

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} presentation
 * @param {import('../api.js').Index} index
 */
export async function drawPoster(canvas, presentation, index) {
  const stream = index.streams.find(({ type }) => type === 'video');
  if (!stream) return;
  const { bitrate } = stream.tracks.toSorted((one, other) => one.bitrate - other.bitrate)[0];
  const base = `/${toPath(presentation)}/${index.generation}/${encodeURIComponent(stream.name)}/${bitrate}`;
  const parts = await Promise.all([`${base}/init.mp4`, `${base}/${stream.first[0]}.m4s`].map(bytesOf));
  const url = URL.createObjectURL(new Blob(parts, { type: 'video/mp4' }));
  try {
    const video = Object.assign(document.createElement('video'), {
      muted: true,
      playsInline: true,
      preload: 'auto',
      src: url,
    });
    await happens(video, 'loadeddata');
    const [start, duration] = stream.first.map((ticks) => ticks / stream.timescale);
    video.currentTime = start + Math.min(INTO_SECONDS, duration / 2);
    await happens(video, 'seeked');
    Object.assign(canvas, { width: video.videoWidth, height: video.videoHeight });
    canvas.getContext('2d').drawImage(video, 0, 0);
    video.removeAttribute('src');
    video.load();
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function bytesOf(url) {
  const response = await fetchUnpaced(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}

const happens = (video, name) =>
  new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error?.message)), { once: true });
    setTimeout(reject, PATIENCE_MS, new Error(`no ${name}`));
  });

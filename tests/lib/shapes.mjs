// Presentations of shapes that the page has to take as they come: `films/wide.ism` of fragmented files,
// `tall/tower.ism` of a progressive MP4 that is higher than wide, and `sounds/tone.ism` of audio alone.
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

export const [WIDE, TALL, SOUND] = ['films/wide.ism', 'tall/tower.ism', 'sounds/tone.ism'];
export const TALL_SIZE = { width: 180, height: 320 };
const SECONDS = 10;

export const shapesFolder = () =>
  madeFolder('shapes', import.meta.filename, async (folder) => {
    const aac = ['-c:a', 'aac', '-b:a', 64_000];
    const audio = { kind: 'audio', bitrate: 64_000 };
    const make = async (key, options, tracks, ...args) => {
      const file = path.join(folder, key);
      await writeServerManifest(file, tracks);
      await ffmpeg(path.dirname(file), ...inputs({ seconds: SECONDS, ...options }), ...args, tracks[0].src);
    };
    await make(
      WIDE,
      {},
      [
        { kind: 'video', src: 'wide.ismv', bitrate: 200_000, trackId: 1 },
        { ...audio, src: 'wide.ismv', trackId: 2 },
      ],
      ...[...h264(200_000), ...aac, ...ismv],
    );
    await make(
      TALL,
      { size: `${TALL_SIZE.width}x${TALL_SIZE.height}` },
      [
        { kind: 'video', src: 'tower.mp4', bitrate: 200_000, trackId: 1 },
        { ...audio, src: 'tower.mp4', trackId: 2 },
      ],
      ...[...h264(200_000), ...aac, '-movflags', '+faststart'],
    );
    await make(
      SOUND,
      {},
      [{ ...audio, src: 'tone.isma' }],
      '-map',
      '1:a',
      ...aac,
      '-frag_duration',
      2_000_000,
      ...ismv,
    );
  });

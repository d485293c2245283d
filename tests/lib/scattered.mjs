// `films/scattered.ism`: one progressive MP4 of many bits, in whose chunks of half a second audio lies so far apart that it is
// read in four reads at once.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, inputs, madeFolder, writeServerManifest } from './media.mjs';
import { mediabunny } from './muxers.mjs';

export const SCATTERED = 'films/scattered.ism';
export const SOURCE = 'films/scattered.mp4';

export const scatteredFolder = () =>
  madeFolder('scattered', import.meta.filename, async (scratch) => {
    const of = (kind, bitrate, trackId) => ({ kind, src: 'scattered.mp4', bitrate, trackId });
    await writeServerManifest(path.join(scratch, SCATTERED), [of('video', 8_000_000, 1), of('audio', 128_000, 2)]);
    const films = path.join(scratch, 'films');
    const noise = [
      '-vf',
      'noise=alls=60:allf=t',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-b:v',
      '8M',
      '-g',
      50,
    ];
    await ffmpeg(
      films,
      ...inputs({ seconds: 6, size: '640x360' }),
      ...noise,
      '-c:a',
      'aac',
      '-b:a',
      '128k',
      'from.mp4',
    );
    await mediabunny(path.join(films, 'from.mp4'), path.join(scratch, SOURCE));
    await rm(path.join(films, 'from.mp4'));
  });

// `films/keys.ism`: three keyframes in every fragment of video; and audio, of which every frame is one.
import path from 'node:path';
import { ffmpeg, h264, inputs, ismv, madeFolder, writeServerManifest } from './media.mjs';

export const KEYS = 'films/keys.ism';
export const VIDEO = { kind: 'video', src: 'keys.ismv', bitrate: 1_400_000 };
export const WIDE = { kind: 'video', src: 'keys_wide.ismv', bitrate: 4_000_000 };
export const AUDIO = { kind: 'audio', src: 'keys.isma', bitrate: 64_000 };

export const keysFolder = () =>
  madeFolder('keys', import.meta.filename, async (scratch) => {
    await writeServerManifest(path.join(scratch, KEYS), [VIDEO, WIDE, AUDIO]);
    const from0 = [...ismv, '-avoid_negative_ts', 'make_zero'];
    // Fragments of video begin at keyframes: at every third.
    const video = ({ bitrate, src }) => [
      '-map',
      '0:v',
      ...h264(bitrate, 20),
      '-min_frag_duration',
      2_300_000,
      ...from0,
      src,
    ];
    const sound = ['-map', '1:a', '-c:a', 'aac', '-b:a', 64_000, '-frag_duration', 2_400_000, ...from0, AUDIO.src];
    await ffmpeg(
      path.join(scratch, 'films'),
      ...inputs({ size: '1280x720' }),
      ...video(VIDEO),
      ...video(WIDE),
      ...sound,
    );
  });
